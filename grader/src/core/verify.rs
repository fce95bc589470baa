//! What a test of the course itself found.

use protocol::Engine;
use serde::Serialize;

use super::result::GradeResult;

/// A failing order of steps that was made shorter, and run again from its token in another process.
#[derive(Debug, Clone, Serialize)]
pub struct Replayed {
    /// Which check failed.
    pub check: String,
    /// The engine that found it.
    pub engine: Engine,
    /// Switches between threads as it was found.
    pub found: u32,
    /// Switches that are left.
    pub shown: u32,
    /// The other process saw the same kind of failure and the same events, one by one.
    pub exact: bool,
}

/// What a submission of the course is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Must get full marks.
    Solution,
    /// Must compile, and must not get full marks.
    Starter,
    /// Must fail as its `expect.toml` says.
    Wrong,
}

/// How one submission fared.
#[derive(Debug, Clone, Serialize)]
pub struct CaseReport {
    /// What it is there for.
    pub role: Role,
    /// Its folder's name.
    pub name: String,
    /// The bug, for wrong ones.
    pub summary: Option<String>,
    /// The check that must fail, for wrong ones.
    pub check: Option<String>,
    /// What is not as it must be; empty: all is well.
    pub problems: Vec<String>,
    /// One result for each seed.
    pub results: Vec<GradeResult>,
    /// Its failures run again, if that was asked for.
    pub replays: Vec<Replayed>,
}

/// How an assignment fared.
#[derive(Debug, Clone, Serialize)]
pub struct VerifyReport {
    /// `01-bank-race`.
    pub assignment: String,
    /// For people.
    pub title: String,
    /// The checks' ids, in order.
    pub checks: Vec<String>,
    /// Every submission: solutions, starter, wrong ones.
    pub cases: Vec<CaseReport>,
    /// What is not as it must be with the assignment as a whole.
    pub problems: Vec<String>,
    /// What an author may want to look at.
    pub remarks: Vec<String>,
}

impl VerifyReport {
    /// Is all as it must be?
    pub fn ok(&self) -> bool {
        self.problems.is_empty() && self.cases.iter().all(|case| case.problems.is_empty())
    }
}
