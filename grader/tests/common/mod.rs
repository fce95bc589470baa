//! What the tests through the binary share.
#![allow(dead_code, reason = "each test program uses a part of it")]

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

/// The repository.
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

/// `grade`, with a cache that all tests share and nothing of the caller's settings.
pub fn grade() -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("grade"));
    command.env("GRADE_CACHE", Path::new(env!("CARGO_TARGET_TMPDIR")).join("grade-cache"));
    command.env("GRADE_COURSE", workspace());
    command.env("NO_COLOR", "1");
    command
}

/// The command lines of the processes that have to do with this folder: they name it, work in it, or run a program of it.
#[cfg(target_os = "linux")]
pub fn processes_of(folder: &Path) -> Vec<String> {
    use std::os::unix::ffi::OsStrExt as _;
    let name = folder.as_os_str().as_bytes();
    let names_it = |bytes: &[u8]| bytes.windows(name.len()).any(|part| part == name);
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").expect("Linux").flatten() {
        if entry.file_name().to_str().is_none_or(|pid| pid.parse::<u32>().is_err()) {
            continue;
        }
        let line = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let place = fs::read_link(entry.path().join("cwd")).unwrap_or_default();
        let program = fs::read_link(entry.path().join("exe")).unwrap_or_default();
        if names_it(&line) || names_it(place.as_os_str().as_bytes()) || names_it(program.as_os_str().as_bytes()) {
            found.push(String::from_utf8_lossy(&line).replace('\0', " "));
        }
    }
    found
}

/// A reference solution of assignment 1: a lock around the balance.
pub const RIGHT: &str = r#"use std::sync::Mutex;

pub struct Account(Mutex<u64>);

impl Account {
    pub fn new(balance: u64) -> Self {
        Account(Mutex::new(balance))
    }
    pub fn balance(&self) -> u64 {
        *self.0.lock().unwrap()
    }
    pub fn deposit(&self, amount: u64) {
        *self.0.lock().unwrap() += amount;
    }
    pub fn withdraw(&self, amount: u64) -> bool {
        let mut balance = self.0.lock().unwrap();
        if *balance < amount {
            return false;
        }
        *balance -= amount;
        true
    }
}
"#;

/// The manifest of an ordinary package.
pub const MANIFEST: &str = "[package]\nname = \"bank-race\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";

/// A small form of assignment 1, quickly searched, for tests that are not about the engines.
pub const ASSIGNMENT: &str = r#"number = 1
slug = "bank-race"
title = "The shared balance"
points = 10

[interface]
"Account::deposit" = "pub fn deposit(&self, amount: u64)"

[limits]
cpu_seconds = 5
wall_seconds = 60

[[checks]]
id = "counts"
title = "Deposits count"
points = 6
[checks.engines]
bounded = { executions = 200, preemptions = 1 }

[[checks]]
id = "starts"
title = "A new account has its balance"
points = 4
visibility = "hidden"
[checks.engines]
random = { executions = 5 }
"#;

/// Its checks; `starts` is hidden.
pub const CHECKS: &str = "use gradekit::concurrently2;

pub fn counts() {
    let account = student::Account::new(1);
    concurrently2(|| account.deposit(2), || account.deposit(3));
    assert_eq!(account.balance(), 6);
}

pub fn starts() {
    assert_eq!(student::Account::new(1).balance(), 1);
}
";

/// Reads, lets others in, writes.
pub fn racy() -> String {
    RIGHT.replace(
        "*self.0.lock().unwrap() += amount;",
        "let balance = self.balance();\n        *self.0.lock().unwrap() = balance + amount;",
    )
}

/// A submission in a folder of its own.
pub struct Package {
    folder: tempfile::TempDir,
}

impl Package {
    /// With this src/lib.rs.
    pub fn new(source: &str) -> Package {
        let package = Package { folder: tempfile::tempdir().expect("a folder") };
        package.write("Cargo.toml", MANIFEST.as_bytes());
        package.write("src/lib.rs", source.as_bytes());
        package
    }

    /// Adds or replaces a file.
    pub fn write(&self, name: &str, content: &[u8]) -> &Self {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("inside")).expect("a folder");
        fs::write(path, content).expect("a file");
        self
    }

    /// Takes a file away.
    pub fn remove(&self, name: &str) -> &Self {
        fs::remove_file(self.path().join(name)).expect("it was there");
        self
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Every file and its content, to see that nothing was written.
    pub fn snapshot(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files: Vec<_> = walkdir::WalkDir::new(self.path())
            .into_iter()
            .flatten()
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| (entry.path().to_owned(), fs::read(entry.path()).expect("readable")))
            .collect();
        files.sort();
        files
    }
}

/// What a call of `grade` gave.
pub struct Said {
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// Runs `grade` to its end.
pub fn run(command: &mut Command) -> Said {
    let output = command.output().expect("grade starts");
    Said {
        code: output.status.code().expect("grade ends by itself"),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// Grades a package against assignment 1 and gives the JSON result.
pub fn grade_json(package: &Package, more: &[&str]) -> (i32, Value) {
    let said = run(grade().args(["assignment-1", "--format", "json", "--submission"]).arg(package.path()).args(more));
    let value = serde_json::from_str(&said.out)
        .unwrap_or_else(|error| panic!("exit {}, {error}: {}{}", said.code, said.out, said.err));
    (said.code, value)
}
