//! `grade explore`: the lectures' programs and the field's benchmark programs in `tests/explore/`, against their headers.

mod common;

use std::collections::BTreeSet;
use std::path::PathBuf;

use common::{grade, run, workspace};
use serde_json::Value;

/// What a program's first lines say of it (see `tests/conformance/README.md`).
#[derive(Default)]
struct Header {
    /// Exactly these outputs, if there is one.
    outputs: BTreeSet<String>,
    /// These outputs among others.
    some: BTreeSet<String>,
    /// A failure of this kind is among the outcomes.
    finds: Option<String>,
}

fn header(text: &str) -> Header {
    let mut header = Header::default();
    for line in text.lines().filter_map(|line| line.strip_prefix("//@ ")) {
        let unescaped = |text: &str| text.replace("\\n", "\n");
        match line.split_once(": ") {
            Some(("outcome", text)) => _ = header.outputs.insert(unescaped(text)),
            Some(("some", text)) => _ = header.some.insert(unescaped(text)),
            Some(("finds", kind)) => header.finds = Some(kind.to_owned()),
            Some(("published", _)) => {}
            None if line == "outcome-deadlock" => {}
            _ => panic!("a header line that nobody reads: {line}"),
        }
    }
    header
}

fn programs(prefix: &str) -> Vec<(PathBuf, Header)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(workspace().join("tests/explore")).expect("the programs") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if name.starts_with("lecture_") == (prefix == "lecture_") && name.ends_with(".rs") {
            let text = std::fs::read_to_string(&path).expect("UTF-8");
            found.push((path, header(&text)));
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

fn explored(program: &PathBuf, options: &[&str]) -> (i32, Value) {
    let said = run(grade().arg("explore").arg(program).args(["--format", "json"]).args(options));
    let value: Value =
        serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {}{}", said.out, said.err));
    let text = std::fs::read_to_string(workspace().join("schema/explore.schema.json")).expect("the schema");
    let schema: Value = serde_json::from_str(&text).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let errors: Vec<String> =
        validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path)).collect();
    assert!(errors.is_empty(), "{}: {errors:#?}", program.display());
    (said.code, value)
}

fn hold(program: &PathBuf, header: &Header, options: &[&str]) {
    let (code, value) = explored(program, options);
    let outcomes = value["outcomes"].as_array().expect("outcomes");
    let of = |kind: &str| outcomes.iter().filter(|o| o["kind"] == kind).collect::<Vec<_>>();
    let outputs: BTreeSet<String> =
        of("output").iter().map(|o| o["stdout"].as_str().expect("text").to_owned()).collect();
    let name = program.display();
    if !header.outputs.is_empty() {
        assert_eq!(outputs, header.outputs, "{name}");
    }
    assert!(header.some.is_subset(&outputs), "{name}: {outputs:?}");
    let failures = outcomes.len() - of("output").len();
    match &header.finds {
        Some(kind) => assert!(!of(kind).is_empty(), "{name}: {value:#}"),
        None => assert_eq!(failures, 0, "{name}: {value:#}"),
    }
    assert_eq!(code, i32::from(failures > 0), "{name}");
    let executions: u64 = outcomes.iter().map(|o| o["executions"].as_u64().expect("a count")).sum();
    assert!(executions <= value["executions"].as_u64().expect("a count"), "{name}");
}

#[test]
fn the_programs_of_the_lectures_do_what_they_can_do() {
    let programs = programs("lecture_");
    assert!(programs.len() >= 8, "{}", programs.len());
    for (program, header) in &programs {
        hold(program, header, &["--budget", "quick"]);
    }
}

#[test]
fn the_bugs_of_the_benchmark_programs_are_found() {
    let programs = programs("");
    assert!(programs.len() >= 12, "{}", programs.len());
    for (program, header) in &programs {
        // Drawing at random finds them all; one of them has a hundred threads, and each execution takes a while.
        hold(program, header, &["--engine", "random", "--budget", "quick"]);
    }
}

#[test]
fn a_small_program_is_searched_to_its_end_and_each_outcome_can_be_shown_and_replayed() {
    let program = workspace().join("tests/explore/lecture_withdraw_twice.rs");
    let (code, value) = explored(&program, &[]);
    assert_eq!((code, &value["complete"]), (0, &true.into()), "{value:#}");
    for (at, outcome) in value["outcomes"].as_array().expect("outcomes").iter().enumerate() {
        let said = run(grade().arg("explore").arg(&program).args(["--show", &(at + 1).to_string()]));
        assert!(said.out.contains("load") && said.out.contains("print standard output"), "{}", said.out);
        let token = outcome["replay"].as_str().expect("a token");
        let again = run(grade().args(["replay", token, "--submission"]).arg(&program));
        assert!(again.out.contains("load"), "{}{}", again.out, again.err);
    }
}
