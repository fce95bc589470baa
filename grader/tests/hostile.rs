//! Runs every attack of `tests/hostile/cases` through `grade`, at every level with walls that this machine has, as the
//! user who runs the tests and, if that is root, once more as an ordinary user; and looks whether anything was taken,
//! changed or left behind.
//!
//! `GRADE_TEST_ONLY=name,name` runs only these cases, `GRADE_TEST_SLOW=1` also the slow ones at every level.
#![cfg(target_os = "linux")]

mod common;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use common::processes_of;
use serde::Deserialize;
use serde_json::Value;

/// What stands in the secret file. Nothing that `grade` writes may hold it.
const MARKER: &str = "MARKER-9f3b61c2-of-another-student";
/// No grading of this corpus takes longer, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(400);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    #[serde(skip)]
    name: String,
    tries: String,
    class: String,
    setup: Option<String>,
    edition: Option<String>,
    #[serde(default)]
    slow: bool,
    expect: Expect,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    verdict: Vec<String>,
    points: i64,
    #[serde(default)]
    kinds: Vec<String>,
    #[serde(default)]
    says: Vec<String>,
    #[serde(default)]
    never: Vec<String>,
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/hostile").canonicalize().unwrap()
}

fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = fs::read_dir(corpus().join("cases"))
        .unwrap()
        .map(|entry| {
            let folder = entry.unwrap().path();
            let text = fs::read_to_string(folder.join("case.toml")).unwrap();
            let mut case: Case = toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
            case.name = folder.file_name().unwrap().to_str().unwrap().to_owned();
            case
        })
        .collect();
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    cases
}

/// The machine around the gradings: what could be stolen, changed or called.
struct World {
    root: PathBuf,
    program: PathBuf,
    course: PathBuf,
    path: String,
    cache: PathBuf,
    user: Option<u32>,
    listener: std::net::TcpListener,
}

impl World {
    fn new(user: Option<u32>) -> Option<World> {
        let root = tempfile::Builder::new().prefix("hostile-").tempdir().unwrap().keep();
        let root = root.canonicalize().unwrap();
        mode(&root, 0o755);
        for (name, bits) in [
            ("other", 0o755),
            ("marks", 0o777),
            ("evil", 0o755),
            ("evil/bin", 0o755),
            ("cases", 0o755),
            ("home", 0o777),
        ] {
            fs::create_dir(root.join(name)).unwrap();
            mode(&root.join(name), bits);
        }
        fs::write(root.join("other/secret.txt"), format!("{MARKER}\n")).unwrap();
        fs::write(root.join("other/lib.rs"), format!("// {MARKER}\n{MARKER}\n")).unwrap();
        fs::write(root.join("marks/marks.csv"), "student,points\nother,0\n").unwrap();
        mode(&root.join("marks/marks.csv"), 0o666);
        for evil in ["evil/evil.sh", "evil/bin/rustc", "evil/bin/cargo"] {
            fs::write(root.join(evil), format!("#!/bin/sh\necho ran > {}/marks/evil-ran\nexit 1\n", root.display()))
                .unwrap();
            mode(&root.join(evil), 0o755);
        }
        let program = std::env::var_os("GRADE_TEST_PROGRAM")
            .map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_grade")), PathBuf::from);
        let mut world = World {
            course: corpus().join("course"),
            program,
            path: std::env::var("PATH").unwrap_or_default(),
            cache: cache_folder(),
            user,
            listener: std::net::TcpListener::bind("127.0.0.1:0").unwrap(),
            root,
        };
        world.listener.set_nonblocking(true).unwrap();
        if user.is_some() && !world.open_to_everybody() {
            world.end();
            return None;
        }
        Some(world)
    }

    /// An ordinary user needs the program, the course, the toolchain and the cache; root's folders are closed to it.
    fn open_to_everybody(&mut self) -> bool {
        let to = |name: &str| self.root.join(name);
        fs::copy(&self.program, to("grade")).unwrap();
        copy_folder(&self.course, &to("course"));
        let Some(sysroot) = sysroot() else {
            return false;
        };
        // Hard links cost no room; they need the same file system.
        if !link_folder(&sysroot, &to("toolchain")) || !link_folder(&self.cache, &to("cache")) {
            eprintln!(
                "not tested as an ordinary user: the toolchain or the cache is on another file system than {}",
                self.root.display()
            );
            return false;
        }
        mode(&to("cache"), 0o777);
        (self.program, self.course, self.cache) = (to("grade"), to("course"), to("cache"));
        self.path = format!("{}:/usr/bin:/bin", to("toolchain/bin").display());
        true
    }

    fn end(&self) {
        let _ = fs::remove_dir_all(&self.root);
    }

    fn fill(&self, text: &str) -> String {
        let path = |name: &str| self.root.join(name).display().to_string();
        text.replace("@SECRETDIR@", &path("other"))
            .replace("@SECRETNAME@", "other/lib.rs")
            .replace("@SECRET@", &path("other/secret.txt"))
            .replace("@MARKER@", MARKER)
            .replace("@MARKS@", &path("marks/marks.csv"))
            .replace("@EVILDIR@", &path("evil"))
            .replace("@EVIL@", &path("evil/evil.sh"))
            .replace("@COURSE@", &self.course.display().to_string())
            .replace("@PORT@", &self.listener.local_addr().unwrap().port().to_string())
    }

    fn grade(&self, submission: &Path, tmp: &Path, level: &str, more: &[&str]) -> Ran {
        let mut command = Command::new(&self.program);
        command
            .args(["assignment-1", "--seed", "1", "--jobs", "1", "--sandbox", level, "--course"])
            .arg(&self.course)
            .arg("--submission")
            .arg(submission)
            .args(more)
            .env_clear()
            .env("PATH", &self.path)
            .env("HOME", self.root.join("home"))
            .env("GRADE_CACHE", &self.cache)
            .env("TMPDIR", tmp)
            .current_dir(self.root.join("marks"))
            .stdin(Stdio::null());
        if let Some(user) = self.user {
            command.uid(user).gid(user);
        } else {
            // rustup finds its toolchains by these, or by the home of whoever grades.
            let home = PathBuf::from(std::env::var_os("HOME").unwrap_or_default());
            for (name, usual) in [("RUSTUP_HOME", ".rustup"), ("CARGO_HOME", ".cargo")] {
                command.env(name, std::env::var_os(name).map_or_else(|| home.join(usual), PathBuf::from));
            }
            if let Some(toolchain) = std::env::var_os("RUSTUP_TOOLCHAIN") {
                command.env("RUSTUP_TOOLCHAIN", toolchain);
            }
        }
        run(command)
    }
}

struct Ran {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

/// Runs a command to its end, or kills it when patience is over.
fn run(mut command: Command) -> Ran {
    let mut out = tempfile::tempfile().unwrap();
    let mut err = tempfile::tempfile().unwrap();
    let mut child = command.stdout(out.try_clone().unwrap()).stderr(err.try_clone().unwrap()).spawn().unwrap();
    let start = Instant::now();
    let code = loop {
        match child.try_wait().unwrap() {
            Some(status) => break status.code(),
            None if start.elapsed() > PATIENCE => {
                child.kill().unwrap();
                child.wait().unwrap();
                break None;
            }
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    let text = |file: &mut File| {
        use std::io::{Read as _, Seek as _};
        let mut bytes = Vec::new();
        file.rewind().unwrap();
        file.take(16 << 20).read_to_end(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    Ran { code, stdout: text(&mut out), stderr: text(&mut err) }
}

fn mode(path: &Path, bits: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(bits)).unwrap();
}

fn copy_folder(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.unwrap();
        let target = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir_all(&target).unwrap();
        } else {
            fs::copy(entry.path(), &target).unwrap();
        }
    }
}

fn link_folder(from: &Path, to: &Path) -> bool {
    for entry in walkdir::WalkDir::new(from) {
        let Ok(entry) = entry else { return false };
        let target = to.join(entry.path().strip_prefix(from).unwrap());
        let relative = entry.path().strip_prefix(from).unwrap();
        // What only root could write to, and what nobody needs.
        if ["share", "build", "lock"].iter().any(|name| relative.starts_with(name)) {
            continue;
        }
        let made = if entry.file_type().is_dir() {
            fs::create_dir_all(&target)
        } else if entry.path_is_symlink() {
            fs::read_link(entry.path()).and_then(|link| symlink(link, &target))
        } else {
            fs::hard_link(entry.path(), &target)
        };
        if made.is_err() {
            return false;
        }
    }
    true
}

fn sysroot() -> Option<PathBuf> {
    let output = Command::new("rustc").args(["--print", "sysroot"]).output().ok()?;
    Some(PathBuf::from(String::from_utf8(output.stdout).ok()?.trim()))
}

/// The runtime is built once, in the same place for all runs of these tests.
fn cache_folder() -> PathBuf {
    match std::env::var_os("GRADE_CACHE") {
        Some(folder) => folder.into(),
        None => Path::new(env!("CARGO_TARGET_TMPDIR")).join("grade-cache"),
    }
}

/// Everything in a folder: name, kind, length, mode, time of change.
fn listing(folder: &Path) -> BTreeMap<PathBuf, (u32, u64, i64, i64)> {
    let mut found = BTreeMap::new();
    for entry in walkdir::WalkDir::new(folder).into_iter().flatten() {
        if let Ok(meta) = entry.path().symlink_metadata() {
            found.insert(entry.path().to_owned(), (meta.mode(), meta.len(), meta.mtime(), meta.mtime_nsec()));
        }
    }
    found
}

/// Makes the submission of a case.
fn make(world: &World, case: &Case, folder: &Path) {
    let from = corpus().join("cases").join(&case.name);
    let text = |name: &str| fs::read_to_string(from.join(name)).ok().map(|text| world.fill(&text));
    let put = |name: &str, content: &[u8]| {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    };
    fs::create_dir_all(folder.join("src")).unwrap();
    let edition = case.edition.as_deref().unwrap_or("2024");
    let manifest = text("manifest.toml")
        .unwrap_or_else(|| format!("[package]\nname = \"tiny\"\nversion = \"0.1.0\"\nedition = \"{edition}\"\n"));
    put("Cargo.toml", manifest.as_bytes());
    if let Some(source) = text("lib.rs") {
        put("src/lib.rs", source.as_bytes());
    }
    for entry in walkdir::WalkDir::new(from.join("files")).into_iter().flatten().filter(|e| e.file_type().is_file()) {
        let name = entry.path().strip_prefix(from.join("files")).unwrap();
        put(name.to_str().unwrap(), world.fill(&fs::read_to_string(entry.path()).unwrap()).as_bytes());
    }
    if let Some(setup) = &case.setup {
        set_up(world, setup, folder, &put);
    }
}

fn fifo(path: &Path) {
    let name = std::ffi::CString::new(path.as_os_str().as_bytes()).unwrap();
    // SAFETY: the name is a living C string.
    assert_eq!(unsafe { libc::mkfifo(name.as_ptr(), 0o644) }, 0);
}

/// What cannot be kept in a repository.
fn set_up(world: &World, setup: &str, folder: &Path, put: &dyn Fn(&str, &[u8])) {
    let secret = world.root.join("other/lib.rs");
    let lib = folder.join("src/lib.rs");
    let honest = || fs::read(corpus().join("course/honest.rs")).unwrap();
    let sparse = |name: &str| File::create(folder.join(name)).unwrap().set_len(1 << 30).unwrap();
    match setup {
        "evil_archive" => {
            // A constructor that changes the marks and leaves with success.
            let source = world
                .root
                .join("cases")
                .join(format!("evil-{}.c", folder.parent().unwrap().file_name().unwrap().display()));
            let object = source.with_extension("o");
            let code = format!(
                "#include <stdio.h>\n#include <stdlib.h>\n__attribute__((constructor)) static void early(void) {{\n\
                 FILE *f = fopen(\"{}/marks/evil-ran\", \"w\"); if (f) fclose(f);\n_exit(0); }}\n",
                world.root.display()
            );
            fs::write(&source, code.replace("stdlib.h", "unistd.h")).unwrap();
            let made = Command::new("cc").arg("-c").arg(&source).arg("-o").arg(&object).status();
            if made.is_ok_and(|s| s.success()) {
                let status = Command::new("ar").arg("crs").arg(folder.join("evil.a")).arg(&object).status();
                assert!(status.is_ok_and(|s| s.success()), "ar");
                fs::copy(folder.join("evil.a"), folder.join("src/evil.a")).unwrap();
            }
            let _ = fs::remove_file(source);
            let _ = fs::remove_file(object);
        }
        "brackets" => put("src/lib.rs", format!("pub fn f() {{ {} }}", "(".repeat(500_000)).as_bytes()),
        "deep_toml" => put("Cargo.toml", format!("x = {}", "[".repeat(30_000)).as_bytes()),
        "huge_toml" => put("Cargo.toml", &vec![b'#'; 50 << 20]),
        "manifest_folder" => {
            fs::remove_file(folder.join("Cargo.toml")).unwrap();
            fs::create_dir(folder.join("Cargo.toml")).unwrap();
        }
        "manifest_fifo" => {
            fs::remove_file(folder.join("Cargo.toml")).unwrap();
            fifo(&folder.join("Cargo.toml"));
        }
        "symlink_source" => symlink("/etc/passwd", lib).unwrap(),
        "symlink_folder" => {
            fs::remove_dir(folder.join("src")).unwrap();
            symlink(world.root.join("other"), folder.join("src")).unwrap();
        }
        "symlink_loop" => symlink("lib.rs", lib).unwrap(),
        "symlink_inside" => {
            fs::rename(&lib, folder.join("src/real.rs")).unwrap();
            symlink("real.rs", lib).unwrap();
        }
        "symlink_data" => symlink(&secret, folder.join("src/notes.txt")).unwrap(),
        "symlink_manifest" => {
            fs::remove_file(folder.join("Cargo.toml")).unwrap();
            symlink(&secret, folder.join("Cargo.toml")).unwrap();
        }
        "hard_link" => fs::hard_link(&lib, folder.join("src/again.rs")).unwrap(),
        "fifo_source" => fifo(&lib),
        "fifo_module" => fifo(&folder.join("src/other.rs")),
        "fifo_beside" => fifo(&folder.join("pipe")),
        "socket_beside" => drop(std::os::unix::net::UnixListener::bind(folder.join("socket")).unwrap()),
        "device_module" => symlink("/dev/zero", folder.join("src/other.rs")).unwrap(),
        "gigantic_source" => sparse("src/other.rs"),
        "gigantic_data" => sparse("data.bin"),
        "many_files" => {
            for a in 0..100 {
                fs::create_dir(folder.join(format!("d{a}"))).unwrap();
                for b in 0..1000 {
                    File::create(folder.join(format!("d{a}/f{b}"))).unwrap();
                }
            }
        }
        "deep_folders" => {
            let mut path = folder.to_path_buf();
            for _ in 0..1000 {
                path.push("d");
            }
            fs::create_dir_all(path).unwrap();
        }
        "case_collision" => {
            put("src/other.rs", b"");
            put("src/Other.rs", b"");
            put("src/LIB.rs", b"compile_error!(\"the wrong file\");");
        }
        "strange_names" => {
            put("src/a\n::error::b.rs", b"fn x() { 1 + }\n");
            put("src/\u{1b}[2J<script>.rs", b"");
            put("\u{202e}gpj.rs", b"");
        }
        "name_not_utf8" => fs::write(folder.join(std::ffi::OsStr::from_bytes(b"src/\xff\xfe.rs")), "").unwrap(),
        "source_not_utf8" => put("src/lib.rs", b"// \xff\xfe\npub fn f() {}\n"),
        "own_course" => {
            copy_folder(&corpus().join("course/assignments"), &folder.join("assignments"));
            put(
                "assignments/01-tiny/checks/lib.rs",
                b"pub fn adds_up() {}\npub fn items_are_right() {}\npub fn visits() {}\n",
            );
        }
        "target_folder" => {
            put("target/debug/deps/libgradekit.rlib", b"!<arch>\n");
            put("target/debug/deps/libshadow_std.rlib", b"!<arch>\n");
        }
        "gigantic_identifiers" => {
            let name = "x".repeat(300_000);
            put("src/lib.rs", format!("pub fn {name}() {{ {name}_(); let {name}1: u8 = \"\"; }}\n").as_bytes());
        }
        "many_errors" => put("src/lib.rs", "pub fn f() -> u8 { nothing }\n".repeat(30_000).as_bytes()),
        other => panic!("there is no setup `{other}`; honest source: {} bytes", honest().len()),
    }
}

/// Grades one case and says what is wrong with the answer.
fn attack(world: &World, level: &str, case: &Case) -> Vec<String> {
    let mut wrong = Vec::new();
    let place = world.root.join("cases").join(format!("{level}-{}", case.name));
    let (submission, tmp) = (place.join("submission"), place.join("tmp"));
    fs::create_dir_all(&tmp).unwrap();
    mode(&tmp, 0o777);
    make(world, case, &submission);
    let before = listing(&submission);

    let start = Instant::now();
    let ran = world.grade(&submission, &tmp, level, &["--format", "json"]);
    let seconds = start.elapsed().as_secs_f64();
    if std::env::var_os("GRADE_TEST_TIMES").is_some() {
        eprintln!("{seconds:7.2} s  {level} {}", case.name);
    }
    let say = |ran: &Ran| {
        let short = |text: &str| text.chars().take(1500).collect::<String>();
        format!("exit {:?}\n{}\n{}", ran.code, short(&ran.stdout), short(&ran.stderr))
    };
    match serde_json::from_str::<Value>(&ran.stdout) {
        Err(error) => wrong.push(format!("no result ({error}): {}", say(&ran))),
        Ok(result) => judge(case, &result, ran.code, &mut wrong),
    }
    let everything = format!("{}{}", ran.stdout, ran.stderr);
    for never in case.expect.never.iter().map(|n| world.fill(n)).chain([MARKER.to_owned(), "HIDDEN-MARKER".to_owned()])
    {
        if everything.contains(&never) {
            wrong.push(format!("the result holds {never:?}"));
        }
    }
    if ran.stdout.len() > 16 << 20 {
        wrong.push(format!("the result has {} bytes", ran.stdout.len()));
    }
    if case.class == "confusion" || case.name.contains("name") {
        let ran = world.grade(&submission, &tmp, level, &[]);
        for text in [&ran.stdout, &ran.stderr] {
            let bad = |c: &char| {
                c.is_control() && *c != '\n' || matches!(*c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            };
            if let Some(c) = text.chars().find(bad) {
                wrong.push(format!("the report for people holds {c:?}: {}", say(&ran)));
            }
            if text.lines().any(|line| line.starts_with("::")) {
                wrong.push(format!("the report for people holds a workflow command: {}", say(&ran)));
            }
        }
    }

    if listing(&submission) != before {
        wrong.push("the submission was changed".into());
    }
    let left: Vec<_> = fs::read_dir(&tmp).unwrap().flatten().map(|e| e.file_name()).collect();
    if !left.is_empty() {
        wrong.push(format!("temporary files were left: {left:?}"));
    }
    if world.root.join("marks/evil-ran").exists() {
        wrong.push("code of the submission ran outside".into());
        let _ = fs::remove_file(world.root.join("marks/evil-ran"));
    }
    let marks = fs::read_to_string(world.root.join("marks/marks.csv")).unwrap_or_default();
    if marks != "student,points\nother,0\n" || fs::read_dir(world.root.join("marks")).unwrap().count() != 1 {
        wrong.push("the marks were touched".into());
    }
    if world.listener.accept().is_ok() {
        wrong.push("something connected to the network".into());
    }
    let _ = Command::new("rm").arg("-rf").arg(&place).status();
    wrong
}

fn judge(case: &Case, result: &Value, code: Option<i32>, wrong: &mut Vec<String>) {
    let verdict = result["verdict"].as_str().unwrap_or_default();
    let points = result["points"].as_i64().unwrap_or(-1);
    let findings: Vec<(&str, &str)> = result["findings"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|f| (f["kind"].as_str().unwrap_or_default(), f["message"].as_str().unwrap_or_default()))
        .collect();
    let seen = || {
        let reasons: Vec<String> = result["checks"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|c| c["reason"].as_str())
            .map(|r| r.chars().take(200).collect())
            .collect();
        let short: Vec<String> = findings
            .iter()
            .map(|(kind, message)| format!("{kind}: {}", message.chars().take(200).collect::<String>()))
            .collect();
        format!("{verdict}, {points} points, {short:?}, {reasons:?}")
    };
    let expect = &case.expect;
    if !expect.verdict.iter().any(|v| v == verdict) {
        wrong.push(format!("the verdict should be {:?}: {}", expect.verdict, seen()));
    }
    if points != expect.points {
        wrong.push(format!("it should have {} points: {}", expect.points, seen()));
    }
    let fits = match verdict {
        "passed" => code == Some(0),
        "failed" => code == Some(1),
        _ => matches!(code, Some(1 | 4)),
    };
    if !fits {
        wrong.push(format!("exit code {code:?} for {}", seen()));
    }
    let known = findings.iter().any(|(kind, _)| expect.kinds.iter().any(|k| k == kind));
    if verdict == "failed" && !expect.kinds.is_empty() && !known {
        wrong.push(format!("a finding should be one of {:?}: {}", expect.kinds, seen()));
    }
    for words in &expect.says {
        if !findings.iter().any(|(_, message)| message.contains(words)) {
            wrong.push(format!("a finding should say {words:?}: {}", seen()));
        }
    }
    if verdict == "failed" && findings.is_empty() {
        wrong.push(format!("failed without a finding: {}", seen()));
    }
    for (_, message) in &findings {
        if message.len() > 100_000 {
            wrong.push(format!("a message has {} bytes", message.len()));
        }
    }
}

fn have(level: &str, user: Option<u32>) -> bool {
    if user.is_some() {
        return true;
    }
    let policy = level.parse().unwrap();
    grader::sandbox::set_helper_program(env!("CARGO_BIN_EXE_grade").into());
    match grader::sandbox::Sandbox::new(policy) {
        Ok(_) => true,
        Err(error) => {
            eprintln!("not tested: {error}");
            false
        }
    }
}

/// The corpus at one level, as one user.
fn all(level: &str, user: Option<u32>, chosen: impl Fn(&Case) -> bool) {
    // One after the other: each uses all processors by itself.
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE.lock().unwrap_or_else(|e| e.into_inner());
    if !have(level, user) {
        return;
    }
    let only = std::env::var("GRADE_TEST_ONLY").ok();
    let only: Option<Vec<&str>> = only.as_ref().map(|names| names.split(',').collect());
    let cases: Vec<Case> = cases()
        .into_iter()
        .filter(|case| only.as_ref().map_or_else(|| chosen(case), |only| only.contains(&case.name.as_str())))
        .collect();
    let Some(world) = World::new(user) else {
        return;
    };
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    let workers = std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 16);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    for what in attack(&world, level, case) {
                        failures.lock().unwrap().push(format!("{} ({}): {what}", case.name, case.tries));
                    }
                }
            });
        }
    });
    let mut failures = failures.into_inner().unwrap();
    // The last helper may need a moment to be reaped by the system.
    let deadline = Instant::now() + Duration::from_secs(5);
    while !processes_of(&world.root).is_empty() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(20));
    }
    for process in processes_of(&world.root) {
        failures.push(format!("a process was left behind: {process}"));
    }
    world.end();
    let _ = std::io::stderr().write_all(format!("{level}: {} attacks\n", cases.len()).as_bytes());
    assert!(
        failures.is_empty(),
        "{} of {} attacks at level {level}:\n{}",
        failures.len(),
        cases.len(),
        failures.join("\n")
    );
}

fn slow_ones() -> bool {
    std::env::var_os("GRADE_TEST_SLOW").is_some()
}

#[test]
fn the_corpus_is_large_and_says_what_it_tries() {
    let cases = cases();
    assert!(cases.len() >= 60, "{}", cases.len());
    for class in ["compile", "escape", "files", "exhaustion", "forgery", "confusion", "honest"] {
        assert!(cases.iter().any(|case| case.class == class), "{class}");
    }
    for case in &cases {
        assert!(case.tries.ends_with('.') && case.tries.len() > 10, "{}", case.name);
        assert!(!case.expect.verdict.is_empty(), "{}", case.name);
    }
}

#[test]
fn every_attack_is_answered_in_jail() {
    all("jail", None, |_| true);
}

#[test]
fn every_attack_is_answered_under_guard() {
    all("guard", None, |case| !case.slow || slow_ones());
}

/// An ordinary user has a toolchain in another place and so builds a runtime of its own first.
#[test]
#[ignore = "builds a second runtime and takes minutes"]
fn every_attack_is_answered_for_an_ordinary_user_too() {
    if !nix::unistd::geteuid().is_root() {
        return;
    }
    for level in ["jail", "guard"] {
        all(level, Some(61_198), |case| !case.slow || slow_ones());
    }
}

/// Takes some minutes: `cargo test -p grader --test hostile -- --ignored --nocapture`. GRADE_TEST_GRADINGS sets another number.
#[test]
#[ignore = "takes minutes"]
fn a_thousand_gradings_leave_the_machine_as_it_was() {
    let many: usize = std::env::var("GRADE_TEST_GRADINGS").ok().and_then(|n| n.parse().ok()).unwrap_or(1000);
    let world = World::new(None).expect("as who runs the tests");
    let (submission, tmp) = (world.root.join("cases/submission"), world.root.join("cases/tmp"));
    for (name, text) in [
        ("Cargo.toml", "[package]\nname = \"tiny\"\nversion = \"0.1.0\"\nedition = \"2024\"\n".to_owned()),
        ("src/lib.rs", fs::read_to_string(corpus().join("course/honest.rs")).unwrap()),
    ] {
        fs::create_dir_all(submission.join(name).parent().unwrap()).unwrap();
        fs::write(submission.join(name), text).unwrap();
    }
    fs::create_dir_all(&tmp).unwrap();
    let grade = || {
        let ran = world.grade(&submission, &tmp, "auto", &["--format", "json"]);
        assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    };
    let count = |folder: &Path| walkdir::WalkDir::new(folder).into_iter().flatten().count();
    let mounts = || fs::read_to_string("/proc/self/mounts").unwrap().lines().count();
    // The first one may build the runtime.
    grade();
    let before = (processes_of(&world.root).len(), count(&tmp), count(&world.cache), mounts());
    let start = Instant::now();
    for done in 1..=many {
        grade();
        if done % 100 == 0 {
            println!("{done} gradings, {:.0} s", start.elapsed().as_secs_f64());
        }
    }
    let after = (processes_of(&world.root).len(), count(&tmp), count(&world.cache), mounts());
    println!("processes, temporary files, files of the cache, mounts: before {before:?}, after {after:?}");
    world.end();
    assert_eq!(before, after);
}
