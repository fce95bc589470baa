//! The gradebook: one row for each submission, small enough that thousands are no burden. Pure.

use std::iter;

use protocol::Kind;
use serde::{Deserialize, Serialize};

use super::shard::Shard;
use crate::core::plan::Effort;
use crate::core::result::{CheckResult, Finding, GradeResult, Location, SCHEMA_VERSION, Verdict};
use crate::report::{Graded, csv, text};

/// The version of `gradebook.json`; changes whenever a reader could notice.
pub const GRADEBOOK_VERSION: u32 = 1;

/// A message longer than this is shortened: the student's page has it whole.
const LONGEST_MESSAGE: usize = 400;

/// One submission that a batch has to grade, or a student who gave none in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// As the class list names the student.
    pub student: String,
    /// `01-bank-race`.
    pub assignment: String,
    /// For people.
    pub title: String,
    /// The submission's folder, relative to where the batch looked.
    pub submission: String,
    /// To be had.
    pub max_points: u32,
    /// The key of its result, in hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Why there is nothing to grade.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// What grading has found, without the stories: what the gradebook shows of a result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Over all checks.
    pub verdict: Verdict,
    /// Earned.
    pub points: u32,
    /// A hash of the graded files.
    pub source_hash: String,
    /// `jail`, `guard` or `none`.
    pub sandbox: String,
    /// In the manifest's order.
    pub checks: Vec<OutcomeCheck>,
    /// Every finding.
    pub findings: Vec<OutcomeFinding>,
    /// What the grader has to say about its own work.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// One check of an [`Outcome`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutcomeCheck {
    /// The name of its function.
    pub id: String,
    /// For people.
    pub title: String,
    /// For teachers only.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
    /// How it ended.
    pub verdict: Verdict,
    /// Why it was not decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Earned.
    pub points: u32,
    /// To be had.
    pub max_points: u32,
}

/// One finding of an [`Outcome`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutcomeFinding {
    /// What kind.
    pub kind: Kind,
    /// The check that found it; null: the submission as a whole.
    pub check: Option<String>,
    /// What is wrong.
    pub message: String,
    /// The place to look at first.
    pub location: Option<Location>,
    /// A token for `grade replay`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replay: Option<String>,
}

impl Outcome {
    /// What the gradebook keeps of a result.
    pub fn of(result: &GradeResult) -> Outcome {
        let check = |check: &CheckResult| OutcomeCheck {
            id: check.id.clone(),
            title: check.title.clone(),
            hidden: check.hidden,
            verdict: check.verdict,
            reason: check.reason.as_deref().map(short),
            points: check.points,
            max_points: check.max_points,
        };
        let finding = |finding: &Finding| OutcomeFinding {
            kind: finding.kind,
            check: finding.check.clone(),
            message: short(&finding.message),
            location: finding.location.clone(),
            replay: finding.replay.clone(),
        };
        Outcome {
            verdict: result.verdict,
            points: result.points,
            source_hash: result.source_hash.clone(),
            sandbox: result.sandbox.clone(),
            checks: result.checks.iter().map(check).collect(),
            findings: result.findings.iter().map(finding).collect(),
            notes: result.notes.clone(),
        }
    }
}

fn short(message: &str) -> String {
    let text = text::clean_block(message.trim());
    match text.char_indices().nth(LONGEST_MESSAGE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// How a batch was graded: gradebooks that differ in it do not belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The version of `grade`.
    pub grader_version: String,
    /// The build of `grade`.
    pub build: String,
    /// The first line of what `rustc -vV` says.
    pub toolchain: String,
    /// Seeds every random choice.
    pub seed: u64,
    /// How much work was done.
    pub budget: Effort,
    /// The assignments: folder's name and a hash of manifest and checks.
    pub assignments: Vec<(String, String)>,
    /// Which part of the batch this is.
    pub shard: Shard,
}

/// One line of the gradebook.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// Whose, and what.
    pub entry: Entry,
    /// What was found; none: there was nothing to grade.
    pub outcome: Option<Outcome>,
    /// The student's page, relative to the gradebook.
    pub page: String,
}

/// A row as `gradebook.json` has it.
#[derive(Serialize)]
struct JsonRow<'a> {
    student: &'a str,
    assignment: &'a str,
    submission: &'a str,
    verdict: &'a str,
    points: u32,
    max_points: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<&'a str>,
    source_hash: &'a str,
    sandbox: &'a str,
    page: &'a str,
    checks: &'a [OutcomeCheck],
    findings: &'a [OutcomeFinding],
    notes: &'a [String],
}

impl Row {
    /// `passed`, `failed`, `inconclusive`, `error`, or `missing`.
    pub fn verdict(&self) -> &'static str {
        self.outcome.as_ref().map_or("missing", |outcome| outcome.verdict.name())
    }

    /// Points that were earned.
    pub fn points(&self) -> u32 {
        self.outcome.as_ref().map_or(0, |outcome| outcome.points)
    }

    fn json(&self) -> JsonRow<'_> {
        let outcome = self.outcome.as_ref();
        JsonRow {
            student: &self.entry.student,
            assignment: &self.entry.assignment,
            submission: &self.entry.submission,
            verdict: self.verdict(),
            points: self.points(),
            max_points: self.entry.max_points,
            problem: self.entry.problem.as_deref(),
            source_hash: outcome.map_or("", |o| &o.source_hash),
            sandbox: outcome.map_or("", |o| &o.sandbox),
            page: &self.page,
            checks: outcome.map_or(&[], |o| &o.checks),
            findings: outcome.map_or(&[], |o| &o.findings),
            notes: outcome.map_or(&[], |o| &o.notes),
        }
    }

    /// As `gradebook.csv` has it.
    pub fn line(&self) -> csv::Line<'_> {
        let checks = self.outcome.iter().flat_map(|outcome| &outcome.checks);
        csv::Line {
            student: &self.entry.student,
            assignment: &self.entry.assignment,
            points: self.points(),
            max: self.entry.max_points,
            verdict: self.verdict(),
            checks: checks.map(|check| (check.id.as_str(), csv::value(check.verdict, check.points))).collect(),
        }
    }

    /// For reports that need no stories. None if there was nothing to grade.
    pub fn graded(&self, settings: &Settings) -> Option<Graded> {
        let outcome = self.outcome.as_ref()?;
        let checks = outcome.checks.iter().map(|check| CheckResult {
            id: check.id.clone(),
            title: check.title.clone(),
            hidden: check.hidden,
            verdict: check.verdict,
            reason: check.reason.clone(),
            points: check.points,
            max_points: check.max_points,
            hint: None,
            runs: Vec::new(),
            findings: Vec::new(),
        });
        let findings = outcome.findings.iter().map(|finding| Finding {
            check: finding.check.clone(),
            location: finding.location.clone(),
            replay: finding.replay.clone(),
            ..Finding::of_submission(finding.kind, finding.message.clone())
        });
        let result = GradeResult {
            schema_version: SCHEMA_VERSION,
            grader_version: settings.grader_version.clone(),
            assignment: self.entry.assignment.clone(),
            title: self.entry.title.clone(),
            submission: self.entry.submission.clone(),
            starter: false,
            source_hash: outcome.source_hash.clone(),
            verdict: outcome.verdict,
            points: outcome.points,
            max_points: self.entry.max_points,
            seed: settings.seed,
            budget: settings.budget,
            sandbox: outcome.sandbox.clone(),
            seconds: 0.0,
            build_seconds: 0.0,
            checks: checks.collect(),
            findings: findings.collect(),
            warnings: Vec::new(),
            notes: outcome.notes.clone(),
            sources: Default::default(),
        };
        Some(Graded { student: self.entry.student.clone(), result })
    }
}

/// `gradebook.json`, in pieces. It holds no times: the same submissions give the same bytes.
pub fn json<E>(
    settings: &Settings,
    rows: impl Iterator<Item = Result<Row, E>>,
) -> impl Iterator<Item = Result<String, E>> {
    #[derive(Serialize)]
    struct Whole<'a> {
        schema_version: u32,
        grader_version: &'a str,
        toolchain: &'a str,
        seed: u64,
        budget: Effort,
        submissions: [JsonRow<'a>; 0],
    }
    let whole = pretty(&Whole {
        schema_version: GRADEBOOK_VERSION,
        grader_version: &settings.grader_version,
        toolchain: &settings.toolchain,
        seed: settings.seed,
        budget: settings.budget,
        submissions: [],
    });
    // The rows go into the empty list at its end.
    let (start, end) = whole.rsplit_once("[]").expect("a list");
    let (start, end) = (start.to_owned(), end.to_owned() + "\n");
    let mut rows = rows.peekable();
    let end = if rows.peek().is_some() { format!("\n  ]{end}") } else { format!("[]{end}") };
    let rows = rows.enumerate().map(|(nth, row)| {
        let start = if nth == 0 { "[" } else { "," };
        // JSON has no line breaks within strings: every one is between two values.
        row.map(|row| format!("{start}\n{}", pretty(&row.json())).replace('\n', "\n    "))
    });
    iter::once(Ok(start)).chain(rows).chain(iter::once(Ok(end)))
}

fn pretty(value: &impl Serialize) -> String {
    text::harmless_json(&serde_json::to_string_pretty(value).expect("plain data"))
}

/// The file of a student's page: the name itself where it is plain, else what is left of it and a hash, so that no two
/// students share a page whatever else is in the batch, on any file system.
pub fn page(student: &str) -> String {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    let reserved = |name: &str| {
        matches!(name, "con" | "prn" | "aux" | "nul")
            || (name.len() == 4 && (name.starts_with("com") || name.starts_with("lpt")))
    };
    if !student.is_empty() && student.len() <= 80 && student.chars().all(plain) && !reserved(student) {
        return format!("students/{student}.html");
    }
    let kept: String =
        student.chars().map(|c| c.to_ascii_lowercase()).map(|c| if plain(c) { c } else { '-' }).collect();
    let words: Vec<&str> = kept.split('-').filter(|word| !word.is_empty()).collect();
    let kept: String = words.join("-").chars().take(60).collect();
    let mut hash = super::content::Parts::default();
    hash.add(student);
    let hash = super::content::hex(&hash.finish());
    // A dot, which no plain name has: never the page of somebody who is called like this.
    format!("students/{kept}.{}.html", &hash[..12])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::{HOSTILE, passed, sample};
    use std::collections::BTreeSet;

    fn settings() -> Settings {
        Settings {
            grader_version: "0.1.0".into(),
            build: "b".into(),
            toolchain: "rustc 1.95.0".into(),
            seed: 1,
            budget: Effort::Normal,
            assignments: vec![("01-bank-race".into(), "h".into())],
            shard: Shard::WHOLE,
        }
    }

    fn row(student: &str, result: Option<GradeResult>) -> Row {
        Row {
            entry: Entry {
                student: student.into(),
                assignment: "01-bank-race".into(),
                title: "The shared balance".into(),
                submission: format!("{student}/01-bank-race"),
                max_points: 100,
                key: None,
                problem: result.is_none().then(|| "there is no submission".to_owned()),
            },
            outcome: result.as_ref().map(Outcome::of),
            page: page(student),
        }
    }

    fn json(rows: &[Row]) -> String {
        super::json(&settings(), rows.iter().cloned().map(Ok::<_, ()>)).collect::<Result<_, _>>().unwrap()
    }

    fn table(rows: &[Row]) -> String {
        let mut table = csv::Table::default();
        for row in rows {
            table.add(&row.line());
        }
        table.finish()
    }

    #[test]
    fn a_gradebook_as_json_and_as_table() {
        let rows = [row("ada", Some(sample())), row("bob", Some(passed())), row("=eve", None)];
        insta::with_settings!({prepend_module_to_snapshot => false, omit_expression => true}, {
            insta::assert_snapshot!("gradebook_json", json(&rows));
            insta::assert_snapshot!("gradebook_csv", table(&rows));
        });
    }

    #[test]
    fn a_gradebook_follows_its_schema() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema/gradebook.schema.json");
        let schema: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let rows = [row("ada", Some(sample())), row("bob", Some(passed())), row(HOSTILE, None)];
        let mut value: serde_json::Value = serde_json::from_str(&json(&rows)).unwrap();
        let errors: Vec<String> = validator.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path)).collect();
        assert_eq!(errors, Vec::<String>::new());
        value["submissions"][0]["verdict"] = "fine".into();
        assert!(!validator.is_valid(&value));
    }

    #[test]
    fn a_gradebook_without_rows() {
        let value: serde_json::Value = serde_json::from_str(&json(&[])).unwrap();
        assert_eq!(value["submissions"], serde_json::json!([]));
        assert!(json(&[]).ends_with("\"submissions\": []\n}\n"));
        assert_eq!(table(&[]), "student,assignment,points,max,verdict\n");
    }

    #[test]
    fn what_the_rows_keep_is_enough_for_tables() {
        let (one, result) = (row("ada", Some(sample())), sample());
        let graded = one.graded(&settings()).unwrap();
        let whole = Graded { student: "ada".into(), result };
        assert_eq!(csv::render(&[graded]), csv::render(&[whole]));
        assert_eq!(row("x", None).graded(&settings()), None);
    }

    #[test]
    fn pages_are_plain_and_never_shared() {
        assert_eq!(page("ada-l_1"), "students/ada-l_1.html");
        let names =
            ["ada", "Ada", "ADA", "a d a", "a-d-a", "con", "com1", "", ".", "../x", "x", "ada.0123456789ab", HOSTILE];
        let pages: BTreeSet<String> = names.iter().map(|name| page(name).to_lowercase()).collect();
        assert_eq!(pages.len(), names.len());
        for page in pages {
            let file = page.strip_prefix("students/").unwrap();
            assert!(file.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)), "{file}");
        }
        assert!(page(&"x".repeat(500)).len() < 120);
    }
}
