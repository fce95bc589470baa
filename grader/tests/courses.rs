//! Courses that are not as they should be: file, line, and what to write instead.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{MANIFEST, RIGHT, grade, run};

const GOOD: &str = r#"number = 1
slug = "tiny"
title = "A tiny assignment"
points = 10

[interface]
"Account::deposit" = "pub fn deposit(&self, amount: u64)"

[[checks]]
id = "counts"
title = "Deposits count"
points = 10
[checks.engines]
bounded = { executions = 100, preemptions = 1 }
"#;

const CHECKS: &str = "pub fn counts() {\n    let account = student::Account::new(1);\n    account.deposit(2);\n    assert_eq!(account.balance(), 3);\n}\n";

fn course(manifest: &str, checks: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let one = folder.path().join("assignments/01-tiny");
    write(&one.join("assignment.toml"), manifest);
    write(&one.join("checks/lib.rs"), checks);
    write(&one.join("README.md"), "# tiny\n");
    for name in ["a", "b"] {
        package(&one.join("solutions").join(name), RIGHT);
    }
    folder
}

fn package(folder: &Path, source: &str) -> PathBuf {
    write(&folder.join("Cargo.toml"), MANIFEST);
    write(&folder.join("src/lib.rs"), source);
    folder.to_owned()
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("inside")).expect("a folder");
    fs::write(path, text).expect("a file");
}

#[track_caller]
fn invalid(manifest: &str, words: &[&str]) {
    let course = course(manifest, CHECKS);
    let said = run(grade().args(["1", "--course"]).arg(course.path()));
    assert_eq!(said.code, 3, "{}{}", said.out, said.err);
    for word in words {
        assert!(said.err.contains(word), "`{word}` in {}", said.err);
    }
}

#[test]
fn manifests() {
    invalid(&GOOD.replace("points = 10\n\n", "points = 12\n\n"), &["assignment.toml:4:", "add up to 10, not to 12"]);
    invalid(&GOOD.replace("slug", "slugg"), &["assignment.toml:2:", "did you mean `slug`?"]);
    invalid(&GOOD.replace("bounded", "bonded"), &["assignment.toml:14:", "there is no engine `bonded`"]);
    invalid(&GOOD.replace("id = \"counts\"", "id = \"it counts\""), &["assignment.toml:10:", "cannot name a function"]);
    invalid("number = ", &["assignment.toml:1:"]);
    invalid(&GOOD.replace("number = 1", "number = 2"), &["make them agree"]);
}

#[test]
fn a_check_without_its_function() {
    let course = course(GOOD, &CHECKS.replace("counts", "does_count"));
    let submission = course.path().join("assignments/01-tiny/solutions/a");
    let said = run(grade().args(["1", "--course"]).arg(course.path()).arg("--submission").arg(submission));
    assert_eq!(said.code, 3, "{}{}", said.out, said.err);
    assert!(said.err.contains("needs a `pub fn`"), "{}", said.err);
}

#[test]
fn checks_that_do_not_compile_are_not_the_students_fault() {
    let course = course(GOOD, &format!("{CHECKS}fn broken() -> u8 {{ \"text\" }}\n"));
    let submission = course.path().join("assignments/01-tiny/solutions/b");
    let said = run(grade().args(["1", "--course"]).arg(course.path()).arg("--submission").arg(submission));
    assert_eq!(said.code, 3, "{}{}", said.out, said.err);
    assert!(said.err.contains("not even with its solution"), "{}", said.err);
}

#[test]
fn verify_finds_what_is_not_as_it_must_be() {
    let course = course(GOOD, CHECKS);
    let one = course.path().join("assignments/01-tiny");
    let wrong = package(&one.join("wrong/harmless"), RIGHT);
    write(&wrong.join("expect.toml"), "summary = \"nothing\"\ncheck = \"counts\"\nkinds = [\"assertion\"]\n");
    let lost = package(&one.join("wrong/lost"), &RIGHT.replace("+= amount;", "+= 0 * amount;"));
    write(
        &lost.join("expect.toml"),
        "summary = \"adds nothing\"\ncheck = \"counts\"\nkinds = [\"assertion\"]\nengines = [\"bounded\"]\n",
    );
    package(&one.join("starter"), "pub struct Account;\n");
    let said = run(grade().args(["verify", "1", "--course"]).arg(course.path()));
    assert_eq!(said.code, 3, "{}{}", said.out, said.err);
    assert!(said.out.contains("`counts` must fail, but it is passed"), "{}", said.out);
    assert!(said.out.contains("the starter must compile"), "{}", said.out);
    assert!(said.out.contains("at least 5 are needed"), "{}", said.out);
    let line = said.out.lines().find(|line| line.contains(" lost ")).expect("a line for the bug");
    assert!(line.contains("[b]") && line.ends_with("ok") && !line.ends_with("NOT ok"), "{line}");
}
