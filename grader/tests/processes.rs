//! The engine `process` from end to end: programs that start children of themselves.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{grade, run, workspace};

/// A package with one binary.
fn package(source: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let manifest = "[package]\nname = \"workers\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n";
    fs::create_dir(folder.path().join("src")).expect("a folder");
    fs::write(folder.path().join("Cargo.toml"), manifest).expect("a file");
    fs::write(folder.path().join("src/main.rs"), source).expect("a file");
    folder
}

fn of_course(path: &str) -> PathBuf {
    workspace().join("assignments/18-process-workers").join(path)
}

/// Grades assignment 18; the exit code and the result.
fn grade_18(folder: &Path, more: &[&str]) -> (i32, serde_json::Value) {
    let said =
        run(grade().args(["18", "--format", "json", "--budget", "quick", "--submission"]).arg(folder).args(more));
    (said.code, serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{}\n{}", said.out, said.err)))
}

fn verdict<'a>(result: &'a serde_json::Value, check: &str) -> &'a str {
    let checks = result["checks"].as_array().expect("checks");
    checks.iter().find(|c| c["id"] == check).and_then(|c| c["verdict"].as_str()).expect("the check")
}

#[test]
fn a_right_program_gets_full_marks_behind_every_wall() {
    for level in ["auto", "none"] {
        let (code, result) = grade_18(&of_course("solutions/collect-output"), &["--sandbox", level]);
        assert_eq!((code, &result["points"]), (0, &100.into()), "{level}: {result:#}");
    }
}

#[test]
fn a_killed_child_is_seen_and_the_failure_is_found_again() {
    let folder = of_course("wrong/killed-is-good");
    let (code, result) = grade_18(&folder, &[]);
    assert_eq!(code, 1);
    assert_eq!(verdict(&result, "a_killed_child_is_an_error"), "failed");
    assert_eq!(verdict(&result, "lines_do_not_mix"), "passed");
    let finding = &result["findings"][0];
    assert_eq!((&finding["engine"], &finding["kind"]), (&"process".into(), &"assertion".into()), "{finding:#}");
    assert!(finding["message"].as_str().is_some_and(|text| text.contains("exit code 1 is asked for")), "{finding:#}");
    let token = finding["replay"].as_str().expect("a token");
    let said = run(grade().args(["replay", token, "--submission"]).arg(folder));
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(said.out.contains("exit code 1 is asked for"), "{}", said.out);
}

#[test]
fn children_that_never_come_are_a_deadlock() {
    let (_, result) = grade_18(&of_course("wrong/one-at-a-time"), &["--only", "all_start_before_any_is_waited_for"]);
    let finding = &result["findings"][0];
    assert_eq!(finding["kind"], "deadlock", "{finding:#}");
}

/// The program tries to speak for the checks, to look into them, and to end them.
#[test]
fn a_program_cannot_speak_for_its_checks() {
    let source = r#"
        use std::io::Write;
        fn main() {
            let checks = std::os::unix::process::parent_id();
            let mut open = 0;
            for number in 0..64 {
                let name = format!("/proc/{checks}/fd/{number}");
                if let Ok(mut file) = std::fs::OpenOptions::new().write(true).open(&name) {
                    open += 1;
                    let _ = file.write_all(b"{\"nonce\":\"\",\"seq\":1,\"body\":\"done\"}\n");
                }
                if std::fs::File::open(&name).is_ok() {
                    open += 1;
                }
            }
            if std::fs::read_dir(format!("/proc/{checks}/fd")).is_ok_and(|entries| entries.count() > 0) {
                open += 1;
            }
            if std::fs::File::open(format!("/proc/{checks}/mem")).is_ok() {
                open += 1;
            }
            // Descriptors that were inherited by mistake.
            for number in 3..64 {
                open += i32::from(std::fs::read_link(format!("/proc/self/fd/{number}")).is_ok_and(|to| to.to_string_lossy().starts_with("pipe")));
            }
            eprintln!("open: {open}");
            std::process::exit(9);
        }
    "#;
    let folder = package(source);
    let (code, result) = grade_18(folder.path(), &["--only", "no_workers", "--only", "bad_arguments"]);
    assert_eq!((code, &result["points"]), (1, &0.into()));
    let message = result["findings"].to_string();
    assert!(message.contains("open: 0"), "{message}");
}

#[test]
fn unsafe_code_and_libraries_are_refused() {
    let folder = package("fn main() { unsafe { std::env::set_var(\"A\", \"b\") } }");
    let (code, result) = grade_18(folder.path(), &[]);
    assert_eq!((code, &result["points"], &result["findings"][0]["kind"]), (1, &0.into(), &"forbidden".into()));

    let folder = package("fn main() {}");
    fs::rename(folder.path().join("src/main.rs"), folder.path().join("src/lib.rs")).expect("a rename");
    let (code, result) = grade_18(folder.path(), &[]);
    assert_eq!((code, &result["points"]), (1, &0.into()));
    assert!(result["findings"].to_string().contains("src/main.rs"), "{result:#}");
}

/// A program that leaves its children behind is found out, and they are ended.
#[test]
fn children_left_behind_are_found_and_ended() {
    let source = r#"
        use std::process::Command;
        fn main() {
            if std::env::args().nth(1).is_some_and(|arg| arg == "stay") {
                std::thread::sleep(std::time::Duration::from_secs(7654));
            }
            Command::new(std::env::current_exe().unwrap()).arg("stay").spawn().unwrap();
        }
    "#;
    let folder = package(source);
    let (_, result) = grade_18(folder.path(), &["--only", "no_workers", "--sandbox", "none"]);
    assert_eq!(verdict(&result, "no_workers"), "failed", "{result:#}");
    let left = fs::read_dir("/proc")
        .expect("/proc")
        .flatten()
        .any(|entry| fs::read(entry.path().join("cmdline")).is_ok_and(|line| line.ends_with(b"student\0stay\0")));
    assert!(!left, "a child of the submission is still there");
}
