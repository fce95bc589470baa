//! One grading, from a folder to a result.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use protocol::{Engine, Failure, Work};

use super::course::{Assignment, Source};
use super::prepare::{Prepared, Stop, prepare};
use super::run::Bench;
use super::schedule::{Known, RunOutcome, Runs, Schedule, run_all};
use super::{Lab, LabError, Listener};
use crate::build::submission::Submission;
use crate::core::event::Event;
use crate::core::manifest::Check;
use crate::core::plan::{CheckPlan, Choice, is_seedless, plan};
use crate::core::result::{CheckResult, Finding, GradeResult, SCHEMA_VERSION, Verdict};
use crate::core::score;
use crate::core::token::Token;
use crate::core::verdict::{CheckVerdict, RunVerdict, check_verdict, run_verdict};
use crate::core::verify::Replayed;

/// Executions that may be spent on making one failing schedule shorter.
const SHRINK: u64 = 300;

/// What to grade, and how.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// Against which assignment.
    pub assignment: &'a Assignment,
    /// What.
    pub source: &'a Source,
    /// Which checks and engines, and how much of them.
    pub choice: Choice,
    /// Seeds every random choice.
    pub seed: u64,
    /// Worker threads.
    pub jobs: usize,
    /// Run every engine of a check, also when one has failed it already.
    pub all_engines: bool,
    /// Run each failure again in a fresh process, shorten it and record its events.
    pub explain: bool,
    /// Then run the short order once more from its token, and put down here how that went.
    pub replays: Option<&'a Mutex<Vec<Replayed>>>,
}

/// Grades one submission.
pub fn grade(lab: &Lab, request: &Request<'_>, listen: Listener<'_>) -> Result<GradeResult, LabError> {
    let mut results = grade_seeds(lab, request, &[request.seed], listen)?;
    results.pop().ok_or_else(|| LabError::Grader("a grading gave no result".into()))
}

/// Grades one submission once for each seed; it is compiled only once.
pub fn grade_seeds(
    lab: &Lab,
    request: &Request<'_>,
    seeds: &[u64],
    listen: Listener<'_>,
) -> Result<Vec<GradeResult>, LabError> {
    let start = Instant::now();
    let plans = plan(&request.assignment.manifest, &request.choice);
    let unknown = request.choice.only.iter().any(|id| request.assignment.manifest.check(id).is_none());
    if plans.is_empty() || unknown {
        return Err(LabError::Usage(nothing_to_run(request)));
    }
    let prepared = prepare(lab, request.assignment, &request.source.folder, listen);
    let build_seconds = start.elapsed().as_secs_f64();
    let mut results = Vec::new();
    let mut known = Known::new();
    for seed in seeds {
        let run_start = Instant::now();
        let request = Request { seed: *seed, ..request.clone() };
        let mut result = blank(lab, &request);
        result.build_seconds = build_seconds;
        match &prepared {
            Ok(prepared) => {
                result.source_hash = data_encoding::HEXLOWER.encode(&prepared.submission.hash);
                judge(lab, &request, &plans, prepared, &mut known, listen, &mut result)?;
            }
            Err(Stop::Findings(findings, submission)) => {
                refuse(&request, &plans, findings.clone(), submission.as_deref(), &mut result);
            }
            Err(Stop::Error(_)) => break,
        }
        result.seconds = build_seconds + run_start.elapsed().as_secs_f64();
        results.push(result);
    }
    match prepared {
        Err(Stop::Error(error)) => Err(error),
        _ => Ok(results),
    }
}

fn nothing_to_run(request: &Request<'_>) -> String {
    let manifest = &request.assignment.manifest;
    let ids: Vec<&str> = manifest.checks.iter().map(|check| check.id.as_str()).collect();
    let unknown: Vec<&String> = request.choice.only.iter().filter(|id| manifest.check(id).is_none()).collect();
    match unknown.first() {
        Some(id) => format!("there is no check `{}`; the checks are {}", id.escape_debug(), ids.join(", ")),
        None => "no chosen check runs under a chosen engine; see the assignment's README".to_owned(),
    }
}

/// A result of which nothing is known yet: an error, without points.
pub fn blank(lab: &Lab, request: &Request<'_>) -> GradeResult {
    GradeResult {
        schema_version: SCHEMA_VERSION,
        grader_version: env!("CARGO_PKG_VERSION").to_owned(),
        assignment: request.assignment.name().folder(),
        title: request.assignment.manifest.title.clone(),
        submission: request.source.shown.clone(),
        starter: request.source.starter,
        source_hash: String::new(),
        verdict: Verdict::Error,
        points: 0,
        max_points: 0,
        seed: request.seed,
        budget: request.choice.effort,
        sandbox: lab.sandbox.level().name().to_owned(),
        seconds: 0.0,
        build_seconds: 0.0,
        checks: Vec::new(),
        findings: Vec::new(),
        warnings: Vec::new(),
        notes: Vec::new(),
        sources: BTreeMap::new(),
    }
}

/// Nothing could be run: no check earns anything, and the findings say why.
fn refuse(
    request: &Request<'_>,
    plans: &[CheckPlan],
    findings: Vec<Finding>,
    submission: Option<&Submission>,
    result: &mut GradeResult,
) {
    for plan in plans {
        let check = &request.assignment.manifest.checks[plan.check];
        let mut blank = check_result(check, Verdict::Failed);
        blank.reason = Some("not run, because the submission cannot be used as it is".to_owned());
        result.checks.push(blank);
    }
    if let Some(submission) = submission {
        result.source_hash = data_encoding::HEXLOWER.encode(&submission.hash);
        result.sources = excerpt(&findings, &[&submission.sources]);
    }
    result.findings = findings;
    total(result);
    result.verdict = Verdict::Failed;
}

fn check_result(check: &Check, verdict: Verdict) -> CheckResult {
    CheckResult {
        id: check.id.clone(),
        title: check.title.clone(),
        hidden: check.hidden,
        verdict,
        reason: None,
        points: if verdict == Verdict::Passed { check.points } else { 0 },
        max_points: check.points,
        hint: check.hint.clone(),
        runs: Vec::new(),
        findings: Vec::new(),
    }
}

fn total(result: &mut GradeResult) {
    (result.points, result.max_points) = score::points(&result.checks);
    result.verdict = score::verdict(&result.checks);
}

/// Runs the checks and fills the result.
fn judge(
    lab: &Lab,
    request: &Request<'_>,
    plans: &[CheckPlan],
    prepared: &Prepared,
    known: &mut Known,
    listen: Listener<'_>,
    result: &mut GradeResult,
) -> Result<(), LabError> {
    let manifest = &request.assignment.manifest;
    let bench = Bench::new(&lab.sandbox, prepared.program.clone(), manifest, request.choice.effort);
    let schedule = Schedule { seed: request.seed, jobs: request.jobs, all_engines: request.all_engines };
    let outcomes = run_all(&Runs { bench: &bench, manifest, plans, schedule, known, listen })?;
    let explainer = Explainer { bench: &bench, request, submission: &prepared.submission, listen };
    for (plan, outcomes) in plans.iter().zip(&outcomes) {
        let check = &manifest.checks[plan.check];
        for outcome in outcomes.iter().filter(|outcome| is_seedless(outcome.engine)) {
            known.entry((plan.check, outcome.engine)).or_insert_with(|| outcome.clone());
        }
        let (checked, warnings, note) = explainer.check(check, outcomes)?;
        result.notes.extend(note);
        for warning in warnings {
            let known = result.warnings.iter().any(|w| w.message == warning.message && w.location == warning.location);
            if !known {
                result.warnings.push(warning);
            }
        }
        result.findings.extend(checked.findings.iter().cloned());
        result.checks.push(checked);
    }
    total(result);
    let all: Vec<Finding> = result.findings.iter().chain(&result.warnings).cloned().collect();
    result.sources = excerpt(&all, &[&prepared.submission.sources, &prepared.checks]);
    Ok(())
}

/// Turns the outcomes of a check's runs into its result.
struct Explainer<'a> {
    bench: &'a Bench<'a>,
    request: &'a Request<'a>,
    submission: &'a Submission,
    listen: Listener<'a>,
}

impl Explainer<'_> {
    fn check(
        &self,
        check: &Check,
        outcomes: &[RunOutcome],
    ) -> Result<(CheckResult, Vec<Finding>, Option<String>), LabError> {
        let verdicts: Vec<(Engine, RunVerdict)> =
            outcomes.iter().map(|outcome| (outcome.engine, outcome.verdict.clone())).collect();
        let verdict = check_verdict(&verdicts);
        let mut note = None;
        let mut result = match verdict {
            CheckVerdict::Passed => check_result(check, Verdict::Passed),
            CheckVerdict::Failed { run } => {
                let mut result = check_result(check, Verdict::Failed);
                let (finding, said) = self.finding(check, &outcomes[run])?;
                note = said;
                result.findings.push(finding);
                result
            }
            CheckVerdict::Inconclusive(why) => {
                CheckResult { reason: Some(why), ..check_result(check, Verdict::Inconclusive) }
            }
            CheckVerdict::Error(what) => CheckResult { reason: Some(what), ..check_result(check, Verdict::Error) },
        };
        result.runs = outcomes.iter().map(|outcome| outcome.result.clone()).collect();
        let loom_alone = "loom alone reported a failure here; loom accuses some right programs, so it does not count";
        if !matches!(result.verdict, Verdict::Failed) {
            for run in result.runs.iter_mut().filter(|run| run.verdict == Verdict::Failed) {
                run.verdict = Verdict::Inconclusive;
                run.reason = Some(loom_alone.to_owned());
            }
        }
        let warnings = outcomes
            .iter()
            .flat_map(|outcome| outcome.warnings.iter().map(|w| Finding::of_failure(&check.id, outcome.engine, w)))
            .collect();
        Ok((result, warnings, note))
    }

    /// The finding of a failed run, run again for its events if that can be done.
    fn finding(&self, check: &Check, outcome: &RunOutcome) -> Result<(Finding, Option<String>), LabError> {
        let RunVerdict::Failed(failure) = &outcome.verdict else {
            return Err(LabError::Grader("a finding was asked for where there is none".into()));
        };
        let mut failure = (**failure).clone();
        let mut note = None;
        if self.request.explain && failure.schedule.is_some() {
            (self.listen)(Event::Shrinking { check: check.id.clone() });
            match self.again(check, outcome, &failure, SHRINK)? {
                Some(again) => {
                    if let Some(replays) = self.request.replays {
                        let replayed = self.replayed(check, outcome, &failure, &again)?;
                        replays.lock().unwrap_or_else(PoisonError::into_inner).push(replayed);
                    }
                    failure = again;
                }
                None => {
                    note = Some(format!(
                        "{}: the failing order could not be repeated in a fresh process, so its steps are not shown",
                        check.id
                    ));
                }
            }
        }
        let mut finding = Finding::of_failure(&check.id, outcome.engine, &failure);
        let token = Token {
            assignment: self.request.assignment.name().folder(),
            check: check.id.clone(),
            engine: outcome.engine,
            seed: outcome.seed,
            effort: self.request.choice.effort,
            schedule: failure.schedule.clone(),
            source: self.submission.hash[..8].try_into().expect("a hash has 32 bytes"),
        };
        finding.replay = Some(token.encode());
        finding.output = outcome.output.clone();
        Ok((finding, note))
    }

    /// Runs the order as it was found, and the short one from its token, for their events.
    fn replayed(
        &self,
        check: &Check,
        outcome: &RunOutcome,
        found: &Failure,
        short: &Failure,
    ) -> Result<Replayed, LabError> {
        let switches = |failure: &Failure| failure.interleaving.as_ref().map_or(0, |i| i.switches);
        let before = self.again(check, outcome, found, 0)?;
        let after = self.again(check, outcome, short, 0)?;
        Ok(Replayed {
            check: check.id.clone(),
            engine: outcome.engine,
            found: before.as_ref().map_or(0, switches),
            shown: switches(short),
            exact: before.is_some()
                && short.interleaving.is_some()
                && after.is_some_and(|after| after.interleaving == short.interleaving),
        })
    }

    /// The same failure from a fresh process, after at most `shrink` executions spent on a shorter order, with its events.
    fn again(
        &self,
        check: &Check,
        outcome: &RunOutcome,
        failure: &Failure,
        shrink: u64,
    ) -> Result<Option<Failure>, LabError> {
        let Some(schedule) = failure.schedule.clone() else { return Ok(None) };
        let work = Work::Replay { schedule, shrink };
        let seen = self.bench.run(&check.id, outcome.engine, outcome.seed, work, &mut |_| {})?;
        match run_verdict(&seen, &self.bench.limits) {
            RunVerdict::Failed(again) if again.kind == failure.kind => {
                let mut again = *again;
                again.schedule = again.schedule.or_else(|| failure.schedule.clone());
                Ok(Some(again))
            }
            _ => Ok(None),
        }
    }
}

/// The lines that findings speak of, with a few around them.
pub fn excerpt(findings: &[Finding], sources: &[&[(String, String)]]) -> BTreeMap<String, BTreeMap<u32, String>> {
    const AROUND: u32 = 3;
    const LONGEST: usize = 400;
    let mut wanted: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    let mut want = |file: &'_ str, line: u32| {
        let known = sources.iter().flat_map(|files| files.iter()).find(|(name, _)| name == file);
        if let Some((name, _)) = known {
            wanted.entry(name).or_default().push(line);
        }
    };
    for finding in findings {
        if let Some(location) = &finding.location {
            want(&location.file, location.line);
        }
        for wait in &finding.waits {
            let holder = wait.holder.as_ref().and_then(|holder| holder.place.as_ref());
            for place in wait.place.iter().chain(holder) {
                want(&place.file, place.line);
            }
        }
        for place in finding.interleaving.iter().flat_map(|i| &i.events).filter_map(|event| event.place.as_ref()) {
            want(&place.file, place.line);
        }
    }
    let mut lines: BTreeMap<String, BTreeMap<u32, String>> = BTreeMap::new();
    for (file, numbers) in wanted {
        let Some((_, text)) = sources.iter().flat_map(|files| files.iter()).find(|(name, _)| name == file) else {
            continue;
        };
        let all: Vec<&str> = text.lines().collect();
        let kept = lines.entry(file.to_owned()).or_default();
        for number in numbers {
            for line in number.saturating_sub(AROUND).max(1)..=number.saturating_add(AROUND) {
                if let Some(text) = all.get(line as usize - 1) {
                    kept.entry(line).or_insert_with(|| text.chars().take(LONGEST).collect());
                }
            }
        }
    }
    lines
}

/// Writes text to a file so that a reader sees the old content or the new one, never a part.
pub fn write_atomically(path: &Path, text: &[u8]) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut file = file_beside(path)?;
    file.write_all(text)?;
    put_in_place(file, path)
}

/// An empty file that [`put_in_place`] can give this path; else it goes when it is dropped.
pub fn file_beside(path: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    tempfile::Builder::new().prefix(".grade-").tempfile_in(folder)
}

/// Puts a whole file in the place of what is there, once it is on the disk.
pub fn put_in_place(file: tempfile::NamedTempFile, path: &Path) -> std::io::Result<()> {
    file.as_file().sync_all()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))?;
    }
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
