//! Gradings from end to end: verdicts, exit codes, the result's schema, replay, where submissions are found.

mod common;

use common::{MANIFEST, Package, RIGHT, grade, grade_json, run, workspace};

/// Load, then store: two calls overwrite each other.
const RACY: &str = r#"use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

pub struct Account(AtomicU64);

impl Account {
    pub fn new(balance: u64) -> Self {
        Account(AtomicU64::new(balance))
    }
    pub fn balance(&self) -> u64 {
        self.0.load(SeqCst)
    }
    pub fn deposit(&self, amount: u64) {
        let balance = self.0.load(SeqCst);
        self.0.store(balance + amount, SeqCst);
    }
    pub fn withdraw(&self, amount: u64) -> bool {
        let balance = self.0.load(SeqCst);
        if balance < amount {
            return false;
        }
        self.0.store(balance - amount, SeqCst);
        true
    }
}
"#;

fn validate(value: &serde_json::Value) {
    let text = std::fs::read_to_string(workspace().join("schema/result.schema.json")).expect("the schema");
    let schema: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let errors: Vec<String> =
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path)).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn a_right_submission_gets_full_marks() {
    let package = Package::new(RIGHT);
    let before = package.snapshot();
    let (code, value) = grade_json(&package, &[]);
    validate(&value);
    assert_eq!(code, 0, "{value:#}");
    assert_eq!(value["verdict"], "passed");
    assert_eq!(value["points"], value["max_points"]);
    assert_eq!(value["findings"].as_array().map(Vec::len), Some(0));
    for check in value["checks"].as_array().expect("checks") {
        assert!(check["runs"].as_array().is_some_and(|runs| !runs.is_empty()), "{check}");
    }
    assert_eq!(package.snapshot(), before, "nothing of the student's folder is written to");
}

#[test]
fn a_race_is_found_and_replayed() {
    let package = Package::new(RACY);
    let (code, value) = grade_json(&package, &["--only", "deposits_all_count"]);
    validate(&value);
    assert_eq!(code, 1);
    assert_eq!((&value["verdict"], &value["points"]), (&"failed".into(), &0.into()));
    let finding = &value["findings"][0];
    assert_eq!(finding["kind"], "assertion");
    assert_eq!(finding["engine"], "bounded");
    assert_eq!(finding, &value["checks"][0]["findings"][0]);
    let events = finding["interleaving"]["events"].as_array().expect("the events");
    assert!(events.iter().any(|event| event["op"] == "store"), "{events:?}");
    assert_eq!(finding["interleaving"]["preemptions"], 1, "the shortest counterexample has one preemption");

    let token = finding["replay"].as_str().expect("a token");
    let said = run(grade().args(["replay", token, "--submission"]).arg(package.path()));
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(said.out.contains("wrong result") && said.out.contains("store"), "{}", said.out);
    assert!(!said.err.contains("has changed"), "{}", said.err);

    package.write("src/lib.rs", RACY.replace("let balance", "let  balance").as_bytes());
    let said = run(grade().args(["replay", token, "--submission"]).arg(package.path()));
    assert!(said.err.contains("the source has changed"), "{}", said.err);

    let said = run(grade().args(["replay", &token[..token.len() - 3], "--submission"]).arg(package.path()));
    assert_eq!(said.code, 2);
    assert!(said.err.contains("incomplete or mistyped"), "{}", said.err);
}

#[test]
fn the_same_seed_gives_the_same_result() {
    let package = Package::new(RACY);
    let graded = |jobs: &str| {
        let (_, mut value) = grade_json(
            &package,
            &["--seed", "7", "--jobs", jobs, "--budget", "quick", "--engine", "bounded", "--engine", "random"],
        );
        forget_times(&mut value);
        value
    };
    assert_eq!(graded("1"), graded("3"));
}

fn forget_times(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(map) => {
            map.retain(|key, _| !key.ends_with("seconds"));
            map.values_mut().for_each(forget_times);
        }
        serde_json::Value::Array(list) => list.iter_mut().for_each(forget_times),
        _ => {}
    }
}

#[test]
fn a_panic_in_a_thread_of_the_check_counts() {
    let package = Package::new(&RIGHT.replace(
        "pub fn deposit(&self, amount: u64) {",
        "pub fn deposit(&self, amount: u64) {\n        assert_ne!(amount, 10, \"no tens\");",
    ));
    for engine in ["bounded", "random", "stress"] {
        let (code, value) =
            grade_json(&package, &["--only", "deposits_all_count", "--engine", engine, "--budget", "quick"]);
        assert_eq!(code, 1, "{engine}: {value:#}");
        let message = value["findings"][0]["message"].as_str().expect("a message");
        assert!(message.contains("no tens"), "{engine}: {message}");
    }
}

/// Who waits with a timeout of an hour and looks again makes every execution long. Steps are counted, not seconds.
#[test]
fn a_search_of_endless_executions_ends_by_its_count_of_steps() {
    let waits = r#"use std::sync::{Condvar, Mutex};
use std::time::Duration;

pub struct Account(Mutex<u64>, Condvar);

impl Account {
    pub fn new(balance: u64) -> Self {
        Account(Mutex::new(balance), Condvar::new())
    }
    pub fn balance(&self) -> u64 {
        *self.0.lock().unwrap()
    }
    pub fn deposit(&self, amount: u64) {
        *self.0.lock().unwrap() += amount;
    }
    pub fn withdraw(&self, amount: u64) -> bool {
        let mut balance = self.0.lock().unwrap();
        while *balance < amount {
            balance = self.1.wait_timeout(balance, Duration::from_secs(3600)).unwrap().0;
        }
        *balance -= amount;
        true
    }
}
"#;
    let only = ["--engine", "bounded", "--only", "no_overdraft", "--only", "balance_is_explained"];
    let (code, value) = grade_json(&Package::new(waits), &only);
    assert_eq!(code, 4, "{value:#}");
    let run = |check: usize| &value["checks"][check]["runs"][0];
    assert_eq!((&run(0)["verdict"], &run(0)["executions"]), (&"inconclusive".into(), &300.into()), "all are cut off");
    // Here some are.
    assert_eq!(run(1)["verdict"], "passed");
    let executions = run(1)["executions"].as_u64().expect("a count");
    assert!((900..1100).contains(&executions), "{executions} executions of about 20,000 steps");
}

#[test]
fn hints_and_places_are_shown_to_people() {
    let package = Package::new(RACY);
    let said = run(grade().args(["1", "--only", "deposits_all_count", "--submission"]).arg(package.path()));
    assert_eq!(said.code, 1);
    for words in ["FAILED", "wrong result", "Think about it:", "grade replay ", "0 of 15 points"] {
        assert!(said.out.contains(words), "`{words}` in {}", said.out);
    }
    assert!(!said.out.contains('\u{1b}'), "no colours without a terminal");
}

#[test]
fn the_submission_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let quick = ["--only", "counts_correctly", "--engine", "bounded", "--format", "json"];
    let submission = |command: &mut assert_cmd::Command| {
        let said = run(command);
        let value: serde_json::Value = serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{}", said.err));
        (value["submission"].as_str().expect("text").to_owned(), value["starter"] == true)
    };
    let (name, starter) = submission(grade().arg("assignment-1").args(quick).current_dir(folder.path()));
    assert!(starter && name.contains("01-bank-race"), "{name}");

    let package = folder.path().join("assignment-1");
    std::fs::create_dir_all(package.join("src")).expect("a folder");
    std::fs::write(package.join("Cargo.toml"), MANIFEST).expect("a file");
    std::fs::write(package.join("src/lib.rs"), RIGHT).expect("a file");
    let (name, starter) = submission(grade().arg("bank-race").args(quick).current_dir(folder.path()));
    assert_eq!((name.as_str(), starter), ("./assignment-1", false));
    let (name, _) = submission(grade().arg("01").args(quick).current_dir(&package));
    assert_eq!(name, ".");
}

#[test]
fn the_result_goes_to_a_file() {
    let package = Package::new(RIGHT);
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("result.json");
    let said = run(grade()
        .args(["1", "--only", "counts_correctly", "--format", "json", "--out"])
        .arg(&out)
        .arg("--submission")
        .arg(package.path()));
    assert_eq!((said.code, said.out.as_str()), (0, ""));
    let value: serde_json::Value = serde_json::from_slice(&std::fs::read(&out).expect("written")).expect("JSON");
    validate(&value);
    let said = run(grade()
        .args(["1", "--only", "counts_correctly", "--out", "/no/such/folder/x"])
        .arg("--submission")
        .arg(package.path()));
    assert_eq!(said.code, 4, "{}", said.err);
}

#[test]
fn refusals_fit_the_schema_too() {
    let (code, value) = grade_json(&Package::new("pub struct Konto;\n"), &[]);
    assert_eq!(code, 1);
    validate(&value);
    assert_eq!(value["checks"].as_array().map(Vec::len), Some(9));
}

#[test]
fn the_list_names_every_assignment() {
    let said = run(grade().arg("list"));
    assert_eq!(said.code, 0, "{}", said.err);
    for folder in std::fs::read_dir(workspace().join("assignments")).expect("a folder").flatten() {
        let name = folder.file_name().to_string_lossy().into_owned();
        if let Some((_, slug)) = name.split_once('-').filter(|_| folder.path().join("assignment.toml").is_file()) {
            assert!(said.out.contains(slug), "{slug} in {}", said.out);
        }
    }
}
