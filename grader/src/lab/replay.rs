//! Runs one execution again, from a token.

use protocol::{Failure, Work};

use super::course::{Assignment, Source};
use super::prepare::{Stop, prepare};
use super::run::Bench;
use super::session::excerpt;
use super::{Lab, LabError, Listener};
use crate::core::result::Finding;
use crate::core::token::Token;
use crate::core::verdict::{RunVerdict, run_verdict};

/// What a replay showed.
#[derive(Debug, Clone)]
pub struct Replayed {
    /// False: the submission is not the one that the token was made from.
    pub same_source: bool,
    /// What happened.
    pub outcome: Again,
    /// The lines that the failure names.
    pub sources: std::collections::BTreeMap<String, std::collections::BTreeMap<u32, String>>,
    /// The whole files (name, text), to walk through them step by step.
    pub files: Vec<(String, String)>,
}

/// What happened in a replay.
#[derive(Debug, Clone)]
pub enum Again {
    /// It failed again.
    Failed(Box<Finding>, Box<Failure>),
    /// It did not fail this time, and why that may be.
    Passed(String),
    /// The submission cannot be compiled any more.
    Refused(Vec<Finding>),
}

/// Runs the execution that `token` names.
pub fn replay(
    lab: &Lab,
    assignment: &Assignment,
    source: &Source,
    token: &Token,
    listen: Listener<'_>,
) -> Result<Replayed, LabError> {
    let manifest = &assignment.manifest;
    let Some(check) = manifest.check(&token.check) else {
        return Err(LabError::Usage(format!("{} has no check `{}` any more", assignment.name().folder(), token.check)));
    };
    let prepared = match prepare(lab, assignment, &source.folder, listen) {
        Ok(prepared) => prepared,
        Err(Stop::Findings(findings, submission)) => {
            let sources = submission.map(|s| excerpt(&findings, &[&s.sources])).unwrap_or_default();
            return Ok(Replayed { same_source: false, outcome: Again::Refused(findings), sources, files: Vec::new() });
        }
        Err(Stop::Error(error)) => return Err(error),
    };
    let same_source = prepared.submission.hash[..8] == token.source;
    let work = match &token.schedule {
        Some(schedule) => Work::Replay { schedule: schedule.clone(), shrink: 0 },
        None => {
            let budget = check.engines.iter().find(|budget| budget.engine == token.engine).ok_or_else(|| {
                LabError::Usage(format!("the check `{}` does not run under {} any more", check.id, token.engine.name()))
            })?;
            Work::Search(token.effort.budget(budget))
        }
    };
    let bench = Bench::new(&lab.sandbox, prepared.program.clone(), manifest, token.effort);
    let seen = bench.run(&check.id, token.engine, token.seed, work, &mut |_| {})?;
    let outcome = match run_verdict(&seen, &bench.limits) {
        RunVerdict::Failed(failure) => {
            Again::Failed(Box::new(Finding::of_failure(&check.id, token.engine, &failure)), failure)
        }
        RunVerdict::Passed => Again::Passed("this order of steps ends well".into()),
        RunVerdict::Excused(why) | RunVerdict::Unfinished(why) => Again::Passed(why),
        RunVerdict::Error(what) => return Err(LabError::Grader(what)),
    };
    let findings: Vec<Finding> = match &outcome {
        Again::Failed(finding, _) => vec![(**finding).clone()],
        _ => Vec::new(),
    };
    let sources = excerpt(&findings, &[&prepared.submission.sources, &prepared.checks]);
    let files = [prepared.submission.sources, prepared.checks].concat();
    Ok(Replayed { same_source, outcome, sources, files })
}
