//! Every kind of bad input: a clear message, the right exit code, nothing run and nothing written.

mod common;

use common::{MANIFEST, Package, RIGHT, grade, grade_json, run};

/// The first finding: kind, message, file.
fn first(value: &serde_json::Value) -> (String, String, String) {
    let finding = &value["findings"][0];
    let text = |v: &serde_json::Value| v.as_str().unwrap_or_default().to_owned();
    (text(&finding["kind"]), text(&finding["message"]), text(&finding["location"]["file"]))
}

#[track_caller]
fn refused(package: &Package, kind: &str, words: &[&str], file: &str) {
    let before = package.snapshot();
    let (code, value) = grade_json(package, &["--only", "deposits_all_count"]);
    let found = first(&value);
    assert_eq!((code, found.0.as_str(), found.2.as_str()), (1, kind, file), "{found:?}");
    for word in words {
        assert!(found.1.contains(word), "`{word}` in {found:?}");
    }
    assert_eq!(value["verdict"], "failed");
    assert_eq!(value["points"], 0);
    let text = value.to_string();
    assert!(!text.contains("shadow"), "the student knows no shadows: {text}");
    assert_eq!(package.snapshot(), before, "nothing of the student's folder is written to");
}

#[test]
fn no_such_assignment_names_the_nearest() {
    let said = run(grade().arg("bank-rase"));
    assert_eq!(said.code, 2);
    assert!(said.err.contains("there is no assignment `bank-rase`") && said.err.contains("bank-race"), "{}", said.err);
    let said = run(grade().arg("assignment-77"));
    assert_eq!(said.code, 2);
    assert!(said.err.contains("assignment-7") || said.err.contains("grade list"), "{}", said.err);
}

#[test]
fn wrong_usage() {
    for args in
        [&["assignment-1", "--budget", "endless"][..], &["assignment-1", "--engine", "warp"], &["--nonsense"], &[]]
    {
        let said = run(grade().args(args));
        assert_eq!(said.code, 2, "{args:?}: {}", said.err);
    }
    let said = run(grade().args(["assignment-1", "--only", "no_such_check"]));
    assert_eq!(said.code, 2, "{}", said.err);
    assert!(said.err.contains("no_such_check") && said.err.contains("no_overdraft"), "{}", said.err);
    let said = run(grade().args(["assignment-1", "--course", "/nowhere"]));
    assert_eq!(said.code, 2, "{}", said.err);
}

#[test]
fn no_submission() {
    let said = run(grade().args(["assignment-1", "--submission", "/no/such/folder"]));
    assert_eq!(said.code, 2);
    assert!(said.err.contains("/no/such/folder"), "{}", said.err);
    let empty = tempfile::tempdir().expect("a folder");
    let said = run(grade().args(["assignment-1", "--submission"]).arg(empty.path()));
    assert_eq!(said.code, 2);
    assert!(said.err.contains("there is no Cargo.toml"), "{}", said.err);
}

#[test]
fn broken_manifests() {
    let package = Package::new(RIGHT);
    package.write("Cargo.toml", b"[package\nname = 1");
    refused(&package, "build", &["Cargo.toml is broken"], "Cargo.toml");
    package.write("Cargo.toml", b"[package]\nname = \"x\"\nedition = \"1999\"\n");
    refused(&package, "build", &["Cargo.toml is not accepted"], "Cargo.toml");
    package.write("Cargo.toml", b"[workspace]\nmembers = [\"..\"]\n");
    refused(&package, "build", &["workspace"], "Cargo.toml");
    package.write("Cargo.toml", b"\xff\xfe");
    refused(&package, "build", &["UTF-8"], "Cargo.toml");
    package.write("Cargo.toml", &vec![b'#'; 1 << 20]);
    let (code, value) = grade_json(&package, &[]);
    assert_eq!((code, first(&value).0.as_str()), (1, "forbidden"));
}

#[test]
fn wrong_targets() {
    let package = Package::new(RIGHT);
    package.remove("src/lib.rs");
    refused(&package, "build", &["there is no src/lib.rs"], "Cargo.toml");
    package.write("src/main.rs", b"fn main() {}");
    refused(&package, "build", &["binary", "library"], "Cargo.toml");
    let package = Package::new(RIGHT);
    package.write("Cargo.toml", format!("{MANIFEST}[lib]\npath = \"../lib.rs\"\n").as_bytes());
    refused(&package, "build", &[], "Cargo.toml");
}

#[test]
fn dependencies_scripts_and_macro_crates_are_refused() {
    let package = Package::new(RIGHT);
    package.write("Cargo.toml", format!("{MANIFEST}[dependencies]\nrand = \"0.9\"\n").as_bytes());
    refused(&package, "forbidden", &["`rand`", "not allowed"], "Cargo.toml");
    package.write("Cargo.toml", format!("{MANIFEST}[target.'cfg(unix)'.dependencies]\nlibc = \"0.2\"\n").as_bytes());
    refused(&package, "forbidden", &["`libc`"], "Cargo.toml");
    package.write("Cargo.toml", format!("{MANIFEST}[lib]\nproc-macro = true\n").as_bytes());
    refused(&package, "forbidden", &["macro crate"], "Cargo.toml");
    package.write("Cargo.toml", MANIFEST.as_bytes());
    let mark = package.path().join("ran");
    let script = format!("fn main() {{ std::fs::write({mark:?}, \"x\").unwrap(); }}");
    package.write("build.rs", script.as_bytes());
    refused(&package, "forbidden", &["build script", "not run"], "Cargo.toml");
    assert!(!mark.exists());
}

#[test]
fn forbidden_code() {
    refused(&Package::new(&format!("{RIGHT}fn x() {{ unsafe {{}} }}\n")), "forbidden", &["`unsafe`"], "src/lib.rs");
    let allowed = format!("#![allow(unsafe_code)]\n{RIGHT}");
    refused(&Package::new(&allowed), "forbidden", &["`unsafe`"], "src/lib.rs");
    for (module, code) in [
        ("fs", "fn x() { let _ = std::fs::read(\"/etc/passwd\"); }"),
        ("fs", "use std::fs::File;"),
        ("process", "fn x() { std::process::exit(0) }"),
        ("process", "use std::process;\nfn x() { process::abort() }"),
        ("net", "fn x() { let _ = std::net::TcpStream::connect(\"127.0.0.1:1\"); }"),
        ("env", "fn x() { let _ = std::env::args(); }"),
    ] {
        let words = format!("`std::{module}` is not allowed");
        refused(&Package::new(&format!("{RIGHT}{code}\n")), "forbidden", &[&words], "src/lib.rs");
    }
}

#[test]
fn compiler_errors_are_the_students_own() {
    refused(&Package::new(&format!("{RIGHT}fn x( {{\n")), "build", &["does not compile"], "src/lib.rs");
    let package = Package::new(&format!("mod inner;\n{RIGHT}"));
    package.write("src/inner.rs", b"pub fn x() -> u32 { \"text\" }\n");
    let (code, value) = grade_json(&package, &[]);
    assert_eq!(code, 1);
    let finding = &value["findings"][0];
    assert_eq!(finding["location"]["file"], "src/inner.rs");
    assert_eq!(finding["location"]["line"], 1);
    assert!(finding["message"].as_str().is_some_and(|m| m.contains("E0308")), "{finding}");
    let text = format!("{RIGHT}fn x(m: Mutex<u8>) -> u8 {{ m }}\n");
    refused(&Package::new(&text), "build", &["E0308"], "src/lib.rs");
}

#[test]
fn missing_and_misspelt_items() {
    let words = ["`Account::withdraw` is missing", "`pub fn withdraw(&self, amount: u64) -> bool`", "`witdraw`"];
    refused(&Package::new(&RIGHT.replace("withdraw", "witdraw")), "interface", &words, "src/lib.rs");
    let private = RIGHT.replace("pub fn withdraw", "fn withdraw");
    refused(&Package::new(&private), "interface", &["`Account::withdraw` is private"], "src/lib.rs");
    refused(&Package::new("pub struct Konto;\n"), "interface", &["`Account` is missing"], "src/lib.rs");
    refused(&Package::new(""), "interface", &["is empty"], "src/lib.rs");
    let other = RIGHT.replace("pub fn balance(&self) -> u64 {", "pub fn balance(&self, _x: u8) -> u64 {");
    let words = ["`Account::balance` is not as the assignment asks", "`pub fn balance(&self) -> u64`"];
    refused(&Package::new(&other), "interface", &words, "src/lib.rs");
    let single = RIGHT
        .replace("use std::sync::Mutex;", "use std::cell::RefCell as Mutex;")
        .replace(".lock().unwrap()", ".borrow_mut()");
    refused(&Package::new(&single), "interface", &["Several threads use one `Account`"], "src/lib.rs");
}

#[test]
fn strange_files() {
    let package = Package::new(RIGHT);
    package.write("src/lib.rs", b"// caf\xe9\n");
    refused(&package, "build", &["not UTF-8"], "src/lib.rs");
    let package = Package::new(RIGHT);
    package.write("src/huge.rs", &vec![b' '; 2 << 20]);
    let (code, value) = grade_json(&package, &[]);
    assert_eq!((code, first(&value).0.as_str()), (1, "forbidden"));
}

#[cfg(unix)]
#[test]
fn links_and_pipes() {
    let package = Package::new(RIGHT);
    std::os::unix::fs::symlink("/etc/passwd", package.path().join("src/words.txt")).expect("a link");
    let (code, value) = grade_json(&package, &[]);
    let found = first(&value);
    assert_eq!((code, found.0.as_str()), (1, "forbidden"));
    assert!(found.1.contains("src/words.txt") && found.1.contains("leaves the submission"), "{found:?}");
    let package = Package::new(&format!("mod pipe;\n{RIGHT}"));
    let status = std::process::Command::new("mkfifo").arg(package.path().join("src/pipe.rs")).status().expect("mkfifo");
    assert!(status.success());
    let (code, value) = grade_json(&package, &[]);
    assert_eq!((code, first(&value).0.as_str()), (1, "forbidden"), "a pipe is not waited for");
}

#[test]
fn a_cargo_configuration_and_a_toolchain_file_of_the_student_do_nothing() {
    let package = Package::new(RIGHT);
    package.write(
        ".cargo/config.toml",
        b"[build]\nrustc = \"/bin/false\"\n[target.x86_64-unknown-linux-gnu]\nlinker = \"/bin/false\"\n",
    );
    package.write("rust-toolchain.toml", b"[toolchain]\nchannel = \"1.2.3\"\n");
    let said = run(grade()
        .args(["assignment-1", "--only", "counts_correctly", "--format", "json", "--submission", "."])
        .current_dir(package.path()));
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
}

#[test]
fn a_cache_that_cannot_be_used() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let said = run(grade().arg("assignment-1").env("GRADE_CACHE", file.path().join("cache")));
    assert_eq!(said.code, 4, "{}", said.err);
    assert!(said.err.contains("the cache folder") && said.err.contains("GRADE_CACHE"), "{}", said.err);
}

#[test]
fn no_toolchain() {
    let empty = tempfile::tempdir().expect("a folder");
    let said = run(grade().arg("assignment-1").env("PATH", empty.path()).env_remove("RUSTC"));
    assert_eq!(said.code, 4, "{}", said.err);
    assert!(said.err.contains("no Rust toolchain") && said.err.contains("rustup.rs"), "{}", said.err);
}

#[cfg(target_os = "linux")]
fn wait_for(seconds: u64, what: impl Fn() -> bool) -> bool {
    let end = std::time::Instant::now() + std::time::Duration::from_secs(seconds);
    while !what() && std::time::Instant::now() < end {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    what()
}

/// Starts `grade` on a submission whose checks never end. All that it starts names the folder.
#[cfg(target_os = "linux")]
fn grade_in(folder: &std::path::Path, cache: Option<&std::path::Path>) -> (std::process::Child, Package) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, PermissionsExt::from_mode(0o755)).expect("ours");
    let endless =
        Package::new(&RIGHT.replace("Account(Mutex::new(balance))", "loop { std::hint::black_box(balance); }"));
    let settings = grade();
    let mut grade = std::process::Command::new(settings.get_program());
    grade.envs(settings.get_envs().filter_map(|(name, value)| Some((name, value?))));
    grade.env("TMPDIR", folder).arg("1").arg("--submission").arg(endless.path());
    if let Some(cache) = cache {
        grade.env("GRADE_CACHE", cache);
    }
    (grade.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().expect("it starts"), endless)
}

#[cfg(target_os = "linux")]
fn processes_with(folder: &std::path::Path, word: &str) -> bool {
    common::processes_of(folder).iter().any(|line| line.contains(word))
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_leaves_nothing_behind() {
    use nix::sys::signal::{Signal, kill};

    let tmp = tempfile::tempdir().expect("a folder");
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let (mut child, _submission) = grade_in(tmp.path(), None);
        assert!(wait_for(300, || processes_with(tmp.path(), "/bin/run")), "the checks never ran");
        kill(nix::unistd::Pid::from_raw(child.id().try_into().expect("a process id")), signal).expect("it runs");
        assert_eq!(child.wait().expect("it ends").code(), Some(130), "{signal}");
        let gone = wait_for(10, || common::processes_of(tmp.path()).is_empty());
        assert!(gone, "{signal}: {:?}", common::processes_of(tmp.path()));
        assert_eq!(
            std::fs::read_dir(tmp.path()).expect("it is there").count(),
            0,
            "{signal}: temporary files are left"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn sigkill_leaves_no_process_behind() {
    let tmp = tempfile::tempdir().expect("a folder");
    // While the checks run, and while a crate of the runtime is compiled that takes much longer than the patience below.
    let cache = tmp.path().join("cache");
    for (cache, at_work) in [(None, "/bin/run"), (Some(cache.as_path()), "--crate-name shuttle")] {
        let (mut child, _submission) = grade_in(tmp.path(), cache);
        assert!(wait_for(300, || processes_with(tmp.path(), at_work)), "{at_work} never ran");
        child.kill().expect("it runs");
        child.wait().expect("it ends");
        let gone = wait_for(2, || common::processes_of(tmp.path()).is_empty());
        assert!(gone, "{at_work}: {:?}", common::processes_of(tmp.path()));
    }
}
