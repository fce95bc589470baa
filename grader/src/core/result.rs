//! The one versioned result of a grading. Every report renders this, and nothing else.

use std::collections::BTreeMap;

use protocol::{Engine, Failure, Interleaving, Kind, Place, Rate, WaitFor};
use serde::{Deserialize, Serialize};

use super::plan::Effort;

/// The version of this shape; changes whenever a reader could notice.
pub const SCHEMA_VERSION: u32 = 1;

/// What a grading found. `schema/result.schema.json` describes its JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GradeResult {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// The version of `grade`.
    pub grader_version: String,
    /// `01-bank-race`.
    pub assignment: String,
    /// For people.
    pub title: String,
    /// The submission's folder as it was named, or what else was graded.
    pub submission: String,
    /// True if there was no submission and the assignment's starter was graded.
    pub starter: bool,
    /// A hash of the graded files.
    pub source_hash: String,
    /// Over all checks.
    pub verdict: Verdict,
    /// Earned.
    pub points: u32,
    /// To be had.
    pub max_points: u32,
    /// Seeds every random choice: the same seed gives the same verdict.
    pub seed: u64,
    /// How much work was done.
    pub budget: Effort,
    /// The walls around the submission: `jail`, `guard` or `none`.
    pub sandbox: String,
    /// Wall time of the whole grading.
    pub seconds: f64,
    /// Of these, reading and compiling.
    pub build_seconds: f64,
    /// In the manifest's order.
    pub checks: Vec<CheckResult>,
    /// Every finding: those of the checks, and those of the submission as a whole (which name no check).
    pub findings: Vec<Finding>,
    /// What did not change the verdict, but should be known (two locks taken in both orders).
    #[serde(default)]
    pub warnings: Vec<Finding>,
    /// What the grader has to say about its own work.
    #[serde(default)]
    pub notes: Vec<String>,
    /// The lines of source that the findings name: file -> line number -> text.
    #[serde(default)]
    pub sources: BTreeMap<String, BTreeMap<u32, String>>,
}

/// How something ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Full points.
    Passed,
    /// There is evidence of a failure.
    Failed,
    /// Could not be decided.
    Inconclusive,
    /// The grader could not do its work.
    Error,
}

impl Verdict {
    /// As in the JSON.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Passed => "passed",
            Verdict::Failed => "failed",
            Verdict::Inconclusive => "inconclusive",
            Verdict::Error => "error",
        }
    }
}

/// What became of one check.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckResult {
    /// The name of its function.
    pub id: String,
    /// For people.
    pub title: String,
    /// Hidden checks are shown to teachers only.
    pub hidden: bool,
    /// All or nothing.
    pub verdict: Verdict,
    /// Why it is inconclusive or an error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Earned.
    pub points: u32,
    /// To be had.
    pub max_points: u32,
    /// A question that helps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// In the order in which they were made.
    pub runs: Vec<RunResult>,
    /// What was found by the check.
    pub findings: Vec<Finding>,
}

/// One run: a check under an engine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunResult {
    /// Which engine.
    pub engine: Engine,
    /// What the run alone says.
    pub verdict: Verdict,
    /// Why it is inconclusive or an error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Executions that were run.
    pub executions: u64,
    /// True only if the search ended by itself.
    pub complete: bool,
    /// The number of preemptions up to which was searched; null: no bound, or the engine has none.
    pub preemption_bound: Option<u32>,
    /// Wall time.
    pub seconds: f64,
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// What kind.
    pub kind: Kind,
    /// The check that found it; null: the submission as a whole.
    pub check: Option<String>,
    /// The engine that found it; null: none was needed.
    pub engine: Option<Engine>,
    /// One or two plain sentences.
    pub message: String,
    /// More lines, if there are any: the compiler's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The place to look at first.
    pub location: Option<Location>,
    /// A token for `grade replay`.
    pub replay: Option<String>,
    /// The events that led to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interleaving: Option<Interleaving>,
    /// Who waits for whom.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waits: Vec<WaitFor>,
    /// How often it was seen, if not always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Rate>,
    /// What the submission had printed, bounded.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub output: String,
}

/// A place in a source file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    /// Relative to the submission, or `checks/...`.
    pub file: String,
    /// From 1.
    pub line: u32,
    /// From 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
}

impl From<&Place> for Location {
    fn from(place: &Place) -> Self {
        Location { file: place.file.clone(), line: place.line, column: Some(place.column) }
    }
}

impl Finding {
    /// A finding about the submission as a whole.
    pub fn of_submission(kind: Kind, message: impl Into<String>) -> Finding {
        Finding {
            kind,
            check: None,
            engine: None,
            message: message.into(),
            detail: None,
            location: None,
            replay: None,
            interleaving: None,
            waits: Vec::new(),
            rate: None,
            output: String::new(),
        }
    }

    /// What an engine's failure says.
    pub fn of_failure(check: &str, engine: Engine, failure: &Failure) -> Finding {
        Finding {
            check: Some(check.to_owned()),
            engine: Some(engine),
            location: failure.place.as_ref().map(Location::from),
            interleaving: failure.interleaving.clone(),
            waits: failure.waits.clone(),
            rate: failure.rate,
            ..Finding::of_submission(failure.kind, failure.message.clone())
        }
    }

    /// The same with a place.
    pub fn at(mut self, file: &str, line: u32) -> Finding {
        self.location = Some(Location { file: file.to_owned(), line, column: None });
        self
    }

    /// Back to the form in which the harness reports it (reports that draw pictures want this).
    pub fn failure(&self) -> Failure {
        Failure {
            kind: self.kind,
            message: self.message.clone(),
            place: self.location.as_ref().map(|location| Place {
                file: location.file.clone(),
                line: location.line,
                column: location.column.unwrap_or(1),
            }),
            schedule: None,
            interleaving: self.interleaving.clone(),
            rate: self.rate,
            waits: self.waits.clone(),
        }
    }
}

impl GradeResult {
    /// The exit code that says the same: 0 full marks, 1 not full marks, 4 could not decide.
    pub fn exit_code(&self) -> u8 {
        match self.verdict {
            Verdict::Passed => 0,
            Verdict::Failed => 1,
            Verdict::Inconclusive | Verdict::Error => 4,
        }
    }
}
