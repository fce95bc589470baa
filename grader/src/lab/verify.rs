//! The course tests itself: solutions get full marks, the starter does not, and every wrong submission is caught.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use super::course::{Assignment, Course, Source};
use super::session::{Request, grade_seeds};
use super::{Lab, LabError, Listener};
use crate::core::event::Event;
use crate::core::manifest::Expect;
use crate::core::plan::{Choice, Effort};
use crate::core::result::{Finding, GradeResult, Verdict};
use crate::core::verify::{CaseReport, Role, VerifyReport};

/// One submission of the course.
#[derive(Debug, Clone)]
struct Case {
    role: Role,
    name: String,
    folder: PathBuf,
    expect: Option<Expect>,
}

/// How to verify.
#[derive(Debug, Clone)]
pub struct Options {
    /// Each submission is graded once for each.
    pub seeds: Vec<u64>,
    /// Submissions graded at the same time.
    pub jobs: usize,
    /// How much work.
    pub effort: Effort,
    /// Only submissions whose name contains this.
    pub filter: Option<String>,
    /// Of each wrong submission, run only the check that it must fail, under the engines that must find it; if none is
    /// declared, until one has. (What a search finds, it finds whatever the seed.)
    pub quick: bool,
    /// Make each failure's order of steps short, and run it again from its token in another process.
    pub replay: bool,
}

/// Grades all submissions that belong to an assignment, and compares.
pub fn verify(
    lab: &Lab,
    course: &Course,
    assignment: &Assignment,
    options: &Options,
    listen: Listener<'_>,
) -> Result<VerifyReport, LabError> {
    lab.runtime_for(&assignment.manifest, listen)?;
    let mut problems = Vec::new();
    let all = cases(course, assignment, &mut problems)?;
    let chosen = |case: &Case| options.filter.as_ref().is_none_or(|text| case.name.contains(text.as_str()));
    let cases: Vec<Case> = all.into_iter().filter(chosen).collect();
    let queue: Mutex<VecDeque<(usize, &Case)>> = Mutex::new(cases.iter().enumerate().collect());
    let done: Mutex<Vec<(usize, Result<CaseReport, LabError>)>> = Mutex::new(Vec::new());
    listen(Event::Planned { runs: cases.len() });
    std::thread::scope(|scope| {
        for _ in 0..options.jobs.clamp(1, cases.len().max(1)) {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                    let Some((index, case)) = next else { return };
                    let report = one(lab, assignment, case, options);
                    if matches!(report, Err(LabError::Interrupted)) {
                        queue.lock().unwrap_or_else(PoisonError::into_inner).clear();
                    }
                    let problems = report.as_ref().map_or(1, |report| report.problems.len());
                    listen(Event::Note(format!(
                        "{} {}",
                        case.name,
                        if problems == 0 { "ok" } else { "NOT as it must be" }
                    )));
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((index, report));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(index, _)| *index);
    let mut reports = Vec::new();
    for (_, report) in done {
        reports.push(report?);
    }
    let remarks = remarks(assignment, &reports, options);
    Ok(VerifyReport {
        assignment: assignment.name().folder(),
        title: assignment.manifest.title.clone(),
        checks: assignment.manifest.checks.iter().map(|check| check.id.clone()).collect(),
        cases: reports,
        problems,
        remarks,
    })
}

fn cases(course: &Course, assignment: &Assignment, problems: &mut Vec<String>) -> Result<Vec<Case>, LabError> {
    let mut cases = Vec::new();
    let solutions = assignment.solutions();
    if solutions.len() < 2 {
        problems.push(format!("there are {} solutions; at least 2 of different designs are needed", solutions.len()));
    }
    for (name, folder) in solutions {
        cases.push(Case { role: Role::Solution, name, folder, expect: None });
    }
    match course.starter(&assignment.name()) {
        Some(folder) => cases.push(Case { role: Role::Starter, name: "starter".into(), folder, expect: None }),
        None => problems.push("there is no starter".into()),
    }
    let wrong = assignment.wrong()?;
    if wrong.len() < 5 {
        problems.push(format!("there are {} wrong submissions; at least 5 are needed", wrong.len()));
    }
    for wrong in wrong {
        cases.push(Case { role: Role::Wrong, name: wrong.name, folder: wrong.folder, expect: Some(wrong.expect) });
    }
    if !assignment.folder.join("README.md").is_file() {
        problems.push("there is no README.md, the statement for students".into());
    }
    Ok(cases)
}

fn one(lab: &Lab, assignment: &Assignment, case: &Case, options: &Options) -> Result<CaseReport, LabError> {
    let source = Source { folder: case.folder.clone(), shown: case.name.clone(), starter: case.role == Role::Starter };
    let declared = case.expect.as_ref().map(|expect| &expect.check);
    let only = declared.filter(|id| options.quick && assignment.manifest.check(id).is_some()).cloned();
    let only = only.into_iter().collect();
    let quick = options.quick && !options.replay;
    let engines = case.expect.as_ref().filter(|_| quick).map(|expect| expect.engines.clone()).unwrap_or_default();
    // If none is declared, the first that finds the bug is enough.
    let all_engines = !(quick && engines.is_empty() && case.role != Role::Solution);
    let replays = Mutex::new(Vec::new());
    let request = Request {
        assignment,
        source: &source,
        choice: Choice { effort: options.effort, only, engines, above_all: declared.cloned() },
        seed: options.seeds.first().copied().unwrap_or(1),
        jobs: 1,
        all_engines,
        explain: options.replay,
        replays: options.replay.then_some(&replays),
    };
    let results = grade_seeds(lab, &request, &options.seeds, &|_| {})?;
    let mut problems = Vec::new();
    for result in &results {
        for problem in judge(case, result) {
            let seed = if results.len() > 1 { format!(" (seed {})", result.seed) } else { String::new() };
            problems.push(problem + &seed);
        }
    }
    let replays = replays.into_inner().unwrap_or_else(PoisonError::into_inner);
    for replay in replays.iter().filter(|replay| !replay.exact) {
        let (check, engine) = (&replay.check, replay.engine.name());
        problems.push(format!("`{check}`: the order of steps that {engine} found does not run again as it was shown"));
    }
    Ok(CaseReport {
        role: case.role,
        name: case.name.clone(),
        summary: case.expect.as_ref().map(|expect| expect.summary.clone()),
        check: case.expect.as_ref().map(|expect| expect.check.clone()),
        problems,
        results,
        replays,
    })
}

/// What is not as it must be.
fn judge(case: &Case, result: &GradeResult) -> Vec<String> {
    let mut problems = Vec::new();
    let unbuilt = result.findings.iter().find(|finding| finding.check.is_none());
    match (case.role, &case.expect) {
        (Role::Solution, _) => {
            if let Some(finding) = unbuilt {
                problems.push(finding.message.clone());
            }
            for check in result.checks.iter().filter(|check| check.verdict != Verdict::Passed && unbuilt.is_none()) {
                let why = check.findings.first().map(|f| format!("{}: {}", f.kind.name(), f.message));
                let why = why.or_else(|| check.reason.clone()).unwrap_or_default();
                problems.push(format!(
                    "a solution must get full marks, but `{}` is {}: {why}",
                    check.id,
                    check.verdict.name()
                ));
            }
        }
        (Role::Starter, _) => {
            if let Some(finding) = unbuilt {
                problems.push(format!("the starter must compile: {}", finding.message));
            } else if result.verdict != Verdict::Failed {
                problems.push(format!("the starter must fail, but it is {}", result.verdict.name()));
            }
        }
        (Role::Wrong, Some(expect)) => wrong(expect, result, unbuilt, &mut problems),
        (Role::Wrong, None) => problems.push("it has no expect.toml".into()),
    }
    problems
}

fn wrong(expect: &Expect, result: &GradeResult, unbuilt: Option<&Finding>, problems: &mut Vec<String>) {
    if let Some(finding) = unbuilt {
        // What the compiler itself finds (a type that cannot be shared) may be the bug.
        if !expect.kinds.contains(&finding.kind) {
            problems.push(format!("it must compile: {}", finding.message));
        }
        return;
    }
    let Some(check) = result.checks.iter().find(|check| check.id == expect.check) else {
        problems.push(format!("the check `{}` was not run", expect.check));
        return;
    };
    let Some(finding) = check.findings.first() else {
        let why = check.reason.as_deref().unwrap_or("no engine found the bug");
        problems.push(format!("`{}` must fail, but it is {}: {why}", check.id, check.verdict.name()));
        return;
    };
    if !expect.kinds.contains(&finding.kind) {
        let kinds: Vec<&str> = expect.kinds.iter().map(|kind| kind.name()).collect();
        problems.push(format!(
            "`{}` must find {}, but it found {}: {}",
            check.id,
            kinds.join(" or "),
            finding.kind.name(),
            finding.message
        ));
    }
    for engine in &expect.engines {
        let found = check.runs.iter().any(|run| run.engine == *engine && run.verdict == Verdict::Failed);
        if !found {
            problems.push(format!("{} must find the bug in `{}`, and does not", engine.name(), check.id));
        }
    }
}

/// A check that no wrong submission fails may hold nothing.
fn remarks(assignment: &Assignment, reports: &[CaseReport], options: &Options) -> Vec<String> {
    if options.filter.is_some() || options.quick {
        return Vec::new();
    }
    let failed = |id: &str| {
        reports.iter().filter(|report| report.role == Role::Wrong).any(|report| {
            report.results.iter().flat_map(|r| &r.checks).any(|c| c.id == id && c.verdict == Verdict::Failed)
        })
    };
    assignment
        .manifest
        .checks
        .iter()
        .filter(|check| !failed(&check.id))
        .map(|check| format!("no wrong submission fails `{}`", check.id))
        .collect()
}
