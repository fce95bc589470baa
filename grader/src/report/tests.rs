//! Golden tests of all formats, on one result that has everything: findings with and without an interleaving, a hidden
//! check, a warning, what could not be decided, and text of a hostile student.

use std::collections::BTreeMap;

use protocol::{Engine, Kind};

use super::picture::tests::{deadlock, hostile, lost_update};
use super::*;
use crate::core::plan::Effort;
use crate::core::result::{CheckResult, Finding, GradeResult, RunResult, SCHEMA_VERSION, Verdict};

/// Text that tries to leave every format.
pub(crate) const HOSTILE: &str = "\u{1b}[2J</pre></svg><script>alert(1)</script>&\"'\r\n::error::x\n::stop-commands::a\n```\n| ![x](http://x) @all \u{202e} =1+1,%0A";

fn run(engine: Engine, verdict: Verdict) -> RunResult {
    RunResult {
        engine,
        verdict,
        reason: None,
        executions: 1204,
        complete: engine == Engine::Bounded,
        preemption_bound: (engine == Engine::Bounded).then_some(3),
        seconds: 0.25,
    }
}

fn check(id: &str, title: &str, verdict: Verdict, findings: Vec<Finding>) -> CheckResult {
    CheckResult {
        id: id.into(),
        title: title.into(),
        hidden: false,
        verdict,
        reason: None,
        points: if verdict == Verdict::Passed { 20 } else { 0 },
        max_points: 20,
        hint: Some("What can another thread do between your test and your subtraction?".into()),
        runs: vec![run(Engine::Bounded, verdict), run(Engine::Stress, verdict)],
        findings,
    }
}

pub(crate) fn sample() -> GradeResult {
    let (race, race_sources) = lost_update();
    let (lock, lock_sources) = deadlock();
    let mut race = Finding::of_failure("no_overdraft", Engine::Bounded, &race);
    race.replay = Some("b1-abc".into());
    race.output = "paid 30\npaid 30\n".into();
    let mut lock = Finding::of_failure("no_deadlock", Engine::Random, &lock);
    // The two programs of the pictures' tests, as two files.
    let rename = |p: &mut protocol::Place| p.file = "src/bank.rs".into();
    for event in &mut lock.interleaving.as_mut().unwrap().events {
        event.place.as_mut().map(rename);
    }
    for wait in &mut lock.waits {
        wait.place.as_mut().map(rename);
        wait.holder.as_mut().and_then(|h| h.place.as_mut()).map(rename);
    }
    lock.location.as_mut().unwrap().file = "src/bank.rs".into();
    let mut secret = Finding::of_submission(Kind::Assertion, "the secret message");
    secret.check = Some("secret_check".into());
    secret = secret.at("checks/lib.rs", 99);
    let mut warning =
        Finding::of_submission(Kind::LockOrder, "`a` and `b` are taken in both orders").at("src/bank.rs", 3);
    warning.check = Some("no_deadlock".into());

    let mut sources: BTreeMap<String, BTreeMap<u32, String>> = race_sources.into();
    let mut bank: BTreeMap<String, BTreeMap<u32, String>> = lock_sources.into();
    sources.insert("src/bank.rs".into(), bank.remove("src/lib.rs").unwrap());
    sources.insert("checks/lib.rs".into(), [(99, "secret source".to_string())].into());

    let mut hidden = check("secret_check", "The secret title", Verdict::Failed, vec![secret.clone()]);
    hidden.hidden = true;
    let mut open = check("open_question", "It ends", Verdict::Inconclusive, vec![]);
    open.reason = Some("the search reached its limit of 20000 executions".into());
    let checks = vec![
        check("deposits_count", "Every deposit counts", Verdict::Passed, vec![]),
        check("no_overdraft", "Two withdrawals never take more than there is", Verdict::Failed, vec![race.clone()]),
        check("no_deadlock", "Opposite transfers end", Verdict::Failed, vec![lock.clone()]),
        open,
        hidden,
    ];
    GradeResult {
        schema_version: SCHEMA_VERSION,
        grader_version: "0.1.0".into(),
        assignment: "01-bank-race".into(),
        title: "The shared balance".into(),
        submission: "assignment-1".into(),
        starter: false,
        source_hash: "0".repeat(64),
        verdict: Verdict::Failed,
        points: 20,
        max_points: 100,
        seed: 1,
        budget: Effort::Normal,
        sandbox: "jail".into(),
        seconds: 1.5,
        build_seconds: 0.5,
        checks,
        findings: vec![race, lock, secret],
        warnings: vec![warning],
        notes: vec!["the stress engine ran on 2 cores".into()],
        sources,
    }
}

/// A result in which every text that a student can steer is hostile.
pub(crate) fn hostile_sample() -> GradeResult {
    let mut result = sample();
    let (failure, sources) = hostile();
    let mut finding = Finding::of_failure("no_overdraft", Engine::Bounded, &failure);
    finding.message = HOSTILE.into();
    finding.detail = Some(HOSTILE.into());
    finding.output = HOSTILE.into();
    finding.replay = Some(HOSTILE.into());
    finding.location.as_mut().unwrap().file = format!("src/{HOSTILE}.rs");
    result.submission = HOSTILE.into();
    result.notes = vec![HOSTILE.into()];
    result.checks[1].findings = vec![finding.clone()];
    result.findings = vec![finding];
    result.checks[3].reason = Some(HOSTILE.into());
    result.sources = sources.into();
    result
}

pub(crate) fn graded(student: &str, result: GradeResult) -> Graded {
    Graded { student: student.into(), result }
}

pub(crate) fn passed() -> GradeResult {
    let mut result = sample();
    for check in &mut result.checks {
        *check = CheckResult { hidden: check.hidden, ..self::check(&check.id, &check.title, Verdict::Passed, vec![]) };
    }
    (result.verdict, result.points) = (Verdict::Passed, 100);
    result.findings.clear();
    result.warnings.clear();
    result
}

fn context() -> Context {
    Context { runner: Runner { workspace: None, token: "t0k3n".into() }, template: None }
}

macro_rules! golden {
    ($name:expr, $text:expr) => {
        insta::with_settings!({prepend_module_to_snapshot => false, omit_expression => true}, {
            insta::assert_snapshot!($name, $text);
        })
    };
}

#[test]
fn golden_files_of_one_result() {
    let one = [graded("", sample())];
    for format in Format::ALL.into_iter().filter(|f| !f.needs_template()) {
        let text = render(format, &one, &context()).unwrap().text;
        golden!(format!("one_{}", format.name()), text);
    }
}

#[test]
fn golden_files_of_several_results() {
    let several = [graded("ada", sample()), graded("bob", passed()), graded("=HYPERLINK(1)", hostile_sample())];
    for format in [Format::Html, Format::Csv] {
        let text = render(format, &several, &context()).unwrap().text;
        golden!(format!("several_{}", format.name()), text);
    }
    assert_eq!(render(Format::Gradescope, &several, &context()), Err(ReportError::OnlyOne("gradescope", 3)));
}

#[test]
fn hidden_checks_show_in_no_format_of_the_students() {
    let one = [graded("", sample())];
    for format in Format::ALL.into_iter().filter(|f| !f.needs_template() && !f.shows_hidden()) {
        let text = render(format, &one, &context()).unwrap().text.to_lowercase();
        assert!(!text.contains("secret"), "{}: {text}", format.name());
    }
    assert!(!github::summary(&one).to_lowercase().contains("secret"));
    assert!(!html::overview(&one, &[], &|_| None).to_lowercase().contains("secret"));
    for format in Format::ALL.into_iter().filter(|f| f.shows_hidden()) {
        let text = render(format, &one, &context()).unwrap().text;
        assert!(text.contains("secret_check"), "{}", format.name());
    }
}

#[test]
fn hostile_text_leaves_no_format() {
    let one = [graded(HOSTILE, hostile_sample())];
    for format in Format::ALL.into_iter().filter(|f| !f.needs_template()) {
        let text = render(format, &one, &context()).unwrap().text;
        assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{}: control characters", format.name());
        assert!(!text.contains('\u{202e}'), "{}: bidi override", format.name());
        match format {
            Format::Html => {
                let low = text.to_lowercase();
                assert_eq!(low.matches("<script").count(), 0, "html");
                assert!(!low.contains("<img") && !low.contains("</pre></svg>"), "html");
            }
            Format::Junit => assert!(!text.contains("<script"), "junit"),
            Format::Github => {
                let (commands, log) = text.split_once("\n::stop-commands::").unwrap();
                for line in commands.lines() {
                    assert!(line.starts_with("::error ") || line.starts_with("::warning "), "github: {line}");
                }
                let (token, log) = log.split_once('\n').unwrap();
                let end = format!("::{token}::\n");
                assert!(log.ends_with(&end) && log.matches(token).count() == 1, "github: the log ends itself");
            }
            Format::Csv => assert_eq!(text.lines().count(), 2, "csv: {text}"),
            Format::Markdown => {
                // Outside of code nothing is markup: neither an image nor a mention nor HTML.
                let mut fence = String::new();
                for line in text.lines() {
                    let ticks: String = line.chars().take_while(|c| *c == '`').collect();
                    if fence.is_empty() && ticks.len() > 2 {
                        fence = ticks;
                    } else if !fence.is_empty() && line == fence {
                        fence.clear();
                    } else if fence.is_empty() {
                        let outside = outside_of_code(line);
                        assert!(!outside.contains("![x](") && !outside.contains("<script"), "markdown: {line}");
                    }
                }
                assert!(fence.is_empty(), "markdown: a code block stays open");
            }
            _ => {}
        }
    }
}

/// A line of Markdown without its code spans. A span ends at a run of as many backticks as it began with.
fn outside_of_code(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('`').filter(|at| !rest[..*at].ends_with('\\')) {
        out += &rest[..at];
        let ticks = rest[at..].chars().take_while(|c| *c == '`').count();
        let inner = &rest[at + ticks..];
        let mut i = 0;
        let end = loop {
            let Some(next) = inner[i..].find('`') else { break None };
            let run = inner[i + next..].chars().take_while(|c| *c == '`').count();
            if run == ticks {
                break Some(i + next + run);
            }
            i += next + run;
        };
        match end {
            Some(end) => rest = &inner[end..],
            None => return out + inner,
        }
    }
    out + rest
}

#[test]
fn canvas_is_filled_in_and_nothing_else_changes() {
    let template = "\u{feff}Student,ID,SIS User ID,SIS Login ID,Section,bank-race (101),Other (102),Current Score\r\n\
                    \"    Points Possible\",,,,,100,50,(read only)\r\n\
                    \"Lovelace, Ada\",1,s1,ada,\"A, B\",,7.5,88\r\n\
                    \"Builder, Bob\",2,s2,bob,A,3,,\r\n\
                    \"Absent, Eve\",3,s3,eve,A,,,\r\n";
    let mut undecided = passed();
    undecided.verdict = Verdict::Inconclusive;
    let all = [
        graded("ada", sample()),
        graded("Builder, Bob", passed()),
        graded("eve", undecided),
        graded("nobody", passed()),
    ];
    let filled = render(Format::Canvas, &all, &Context { template: Some(template.into()), ..context() }).unwrap();
    let expected = template.replace("ada,\"A, B\",,7.5", "ada,\"A, B\",20,7.5").replace("bob,A,3,,", "bob,A,100,,");
    assert_eq!(filled.text, expected);
    assert_eq!(filled.notes, ["eve: not filled in: could not be decided.", "nobody: the file has no such student."]);
    for bad in ["", "a,b\n1,2\n", "Student,ID\nx,1\n"] {
        assert!(render(Format::Canvas, &all, &Context { template: Some(bad.into()), ..context() }).is_err(), "{bad:?}");
    }
}

#[test]
fn moodle_is_filled_in_and_nothing_else_changes() {
    let template = "Identifier,\"Full name\",\"Email address\",Status,Grade,\"Maximum Grade\",\"Grade can be changed\",\"Last modified (grade)\",\"Feedback comments\"\n\
                    \"Participant 11\",\"Ada Lovelace\",ada@example.org,Submitted,,10.00,Yes,-,\n\
                    \"Participant 12\",\"Bob Builder\",bob@example.org,Submitted,,\"10,00\",Yes,-,\n\
                    \"Participant 13\",\"Eve Closed\",eve@example.org,Submitted,4.00,10.00,No,-,kept\n";
    let all = [graded("ada", sample()), graded("Participant 12", passed()), graded("13", passed())];
    let filled = render(Format::Moodle, &all, &Context { template: Some(template.into()), ..context() }).unwrap();
    golden!("moodle", filled.text);
    assert!(filled.text.starts_with(template.lines().next().unwrap()));
    assert!(
        filled.text.ends_with(template.lines().last().unwrap().to_string().as_str())
            || filled.text.contains("4.00,10.00,No,-,kept")
    );
    assert_eq!(filled.notes, ["13: the worksheet says that the grade cannot be changed."]);
    assert!(!filled.text.contains("secret"));
}

#[test]
fn a_summary_fits_what_github_takes() {
    let mut big = sample();
    for check in &mut big.checks {
        for finding in &mut check.findings {
            finding.output = "x`\n".repeat(20_000);
        }
    }
    big.findings.clear();
    let many: Vec<Graded> = (0..12).map(|i| graded(&format!("student {i}"), big.clone())).collect();
    let text = github::summary(&many);
    assert!(text.len() <= github::LARGEST_SUMMARY, "{}", text.len());
    assert!(text.contains("left out"), "{}", &text[text.len() - 300..]);
    assert!(text.contains("student 11"), "the table names every submission");
    let small = github::summary(&many[..1]);
    assert!(small.starts_with("# student 0"));
}

#[test]
fn targets_are_read_from_the_command_line() {
    let target: Target = "html=out/".parse().unwrap();
    assert_eq!(target, Target { format: Format::Html, path: "out/".into() });
    for bad in ["html", "html=", "pdf=x", "canvas=-", "=x"] {
        assert!(bad.parse::<Target>().is_err(), "{bad}");
    }
    for format in Format::ALL {
        assert_eq!(format.name().parse::<Format>(), Ok(format));
    }
}

#[test]
fn gradescope_has_the_fields_that_it_documents() {
    let text = gradescope::render(&graded("", sample()));
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["score"], 20.0);
    let formats = ["text", "html", "simple_format", "md", "ansi"];
    let sights = ["hidden", "after_due_date", "after_published", "visible"];
    assert!(formats.contains(&json["output_format"].as_str().unwrap()));
    assert!(sights.contains(&json["visibility"].as_str().unwrap()));
    assert!(sights.contains(&json["stdout_visibility"].as_str().unwrap()));
    let tests = json["tests"].as_array().unwrap();
    assert_eq!(tests.len(), 4);
    for test in tests {
        let (score, max) = (test["score"].as_f64().unwrap(), test["max_score"].as_f64().unwrap());
        assert!(score >= 0.0 && score <= max, "{test}");
        for field in ["name", "number", "output"] {
            assert!(test[field].is_string(), "{field}: {test}");
        }
        assert!(test["tags"].as_array().unwrap().iter().all(|t| t.is_string()));
        assert!(test.get("status").is_none_or(|s| s == "passed" || s == "failed"), "{test}");
    }
    // What could not be decided is not called failed.
    assert!(tests[3].get("status").is_none());
}

/// The schemas that stand for the formats' consumers.
fn schema(name: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/schemas").join(name)
}

fn all_samples() -> Vec<Graded> {
    let mut broken = passed();
    broken.checks.clear();
    broken.verdict = Verdict::Error;
    broken.findings =
        vec![Finding::of_submission(Kind::Build, "cannot find value `x` in this scope").at("src/lib.rs", 1)];
    vec![graded("ada", sample()), graded("bob", passed()), graded(HOSTILE, hostile_sample()), graded("eve", broken)]
}

#[test]
fn sarif_follows_its_schema() {
    let schema: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(schema("sarif-2.1.0.json")).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let json: serde_json::Value = serde_json::from_str(&sarif::render(&all_samples())).unwrap();
    let errors: Vec<String> = validator.iter_errors(&json).map(|e| format!("{}: {e}", e.instance_path)).collect();
    assert_eq!(errors, Vec::<String>::new());
    // The order of the steps over all threads is that of the events.
    let flow = &json["runs"][0]["results"][0]["codeFlows"][0]["threadFlows"];
    let mut orders: Vec<i64> = flow
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|t| t["locations"].as_array().unwrap())
        .map(|l| l["executionOrder"].as_i64().unwrap())
        .collect();
    orders.sort_unstable();
    assert_eq!(orders, (1..=11).collect::<Vec<i64>>());
    // And a result that breaks the rules is noticed.
    let mut bad = json.clone();
    bad["runs"][0]["results"][0]["level"] = "fatal".into();
    assert!(!validator.is_valid(&bad));
}

#[test]
fn junit_follows_its_schema() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("junit.xml");
    std::fs::write(&file, junit::render(&all_samples())).unwrap();
    let run = std::process::Command::new("xmllint")
        .arg("--noout")
        .arg("--schema")
        .arg(schema("junit.xsd"))
        .arg(&file)
        .output();
    match run {
        Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr)),
        // A machine may lack the tool (Debian: libxml2-utils); the reader below is there always.
        Err(error) => eprintln!("xmllint: {error}: the schema was not tried"),
    }
    let text = std::fs::read_to_string(&file).unwrap();
    let report = quick_junit::Report::deserialize_from_str(&text).unwrap();
    let suites: Vec<(usize, usize, usize, usize)> =
        report.test_suites.iter().map(|s| (s.tests, s.failures, s.errors, s.skipped)).collect();
    assert_eq!(suites, [(4, 2, 0, 1), (4, 0, 0, 0), (4, 2, 0, 1), (1, 1, 0, 0)]);
}

/// A class of two thousand: the overview stays small enough for a browser, and every row is whole. With
/// `GRADE_TEST_OVERVIEW=FILE` the page is kept, for `tests/browser/overview.sh`.
#[test]
fn an_overview_of_two_thousand() {
    let all: Vec<Graded> = (0..2_000)
        .map(|n| {
            let mut result = match n % 3 {
                0 => passed(),
                1 => sample(),
                _ => hostile_sample(),
            };
            result.points = (n * 7 % 11) as u32 * 10;
            graded(&format!("student {n}"), result)
        })
        .collect();
    let absent = html::Absent {
        student: "nobody".into(),
        assignment: "01-bank-race".into(),
        title: "The shared balance".into(),
        max_points: 100,
        why: "there is no submission".into(),
    };
    let page = html::overview(&all, &[absent], &|i| Some(format!("students/s{i}.html")));
    assert!(page.len() < 2 << 20, "{} bytes", page.len());
    assert_eq!(page.matches("<tr data-verdict=").count(), 2_001);
    assert!(page.contains("1 without a submission"));
    if let Some(path) = std::env::var_os("GRADE_TEST_OVERVIEW") {
        std::fs::write(path, page).unwrap();
    }
}
