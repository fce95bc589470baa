//! Shares the runs out over worker threads. What is run does not depend on how fast anything is.

use std::collections::{HashMap, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use protocol::{Budget, Engine, Failure, Report, Work};

use super::run::Bench;
use super::{LabError, Listener};
use crate::core::event::Event;
use crate::core::manifest::Manifest;
use crate::core::observation::Observation;
use crate::core::plan::{CheckPlan, run_seed};
use crate::core::result::{RunResult, Verdict};
use crate::core::verdict::{RunVerdict, run_verdict};

/// What one run gave.
#[derive(Debug, Clone)]
pub struct RunOutcome {
    /// Which engine.
    pub engine: Engine,
    /// The run's seed.
    pub seed: u64,
    /// Its verdict.
    pub verdict: RunVerdict,
    /// For the result.
    pub result: RunResult,
    /// Warnings of the harness.
    pub warnings: Vec<Failure>,
    /// The end of what was printed, when the process did not end in order.
    pub output: String,
}

/// How the runs of a grading are made.
#[derive(Debug, Clone, Copy)]
pub struct Schedule {
    /// The grading's seed.
    pub seed: u64,
    /// Worker threads.
    pub jobs: usize,
    /// Make every run, also when an engine before has failed the check.
    pub all_engines: bool,
}

/// Outcomes that do not depend on the seed, of an earlier grading of the same program: by check and engine.
pub type Known = HashMap<(usize, Engine), RunOutcome>;

struct State {
    /// (plan, run): chains of runs whose turn has come.
    ready: VecDeque<(usize, usize)>,
    busy: usize,
    outcomes: Vec<Vec<Option<RunOutcome>>>,
    error: Option<LabError>,
}

/// What is to be run, and how.
#[derive(Clone, Copy)]
pub struct Runs<'a> {
    /// The program and its walls.
    pub bench: &'a Bench<'a>,
    /// Names the checks.
    pub manifest: &'a Manifest,
    /// Which engines on which checks.
    pub plans: &'a [CheckPlan],
    /// How.
    pub schedule: Schedule,
    /// Need not be made again.
    pub known: &'a Known,
    /// Hears of progress.
    pub listen: Listener<'a>,
}

/// Makes the runs of all plans. For each plan, its runs' outcomes in order; fewer than planned if one decided early.
pub fn run_all(runs: &Runs<'_>) -> Result<Vec<Vec<RunOutcome>>, LabError> {
    let Runs { plans, schedule, listen, .. } = *runs;
    listen(Event::Planned { runs: plans.iter().map(|plan| plan.runs.len()).sum() });
    let ready = if schedule.all_engines {
        plans.iter().enumerate().flat_map(|(plan, p)| (0..p.runs.len()).map(move |run| (plan, run))).collect()
    } else {
        (0..plans.len()).map(|plan| (plan, 0)).collect()
    };
    let outcomes = plans.iter().map(|plan| vec![None; plan.runs.len()]).collect();
    let state = Mutex::new(State { ready, busy: 0, outcomes, error: None });
    let changed = Condvar::new();
    std::thread::scope(|scope| {
        for _ in 0..schedule.jobs.max(1) {
            scope.spawn(|| worker(runs, &state, &changed));
        }
    });
    let state = state.into_inner().unwrap_or_else(PoisonError::into_inner);
    match state.error {
        Some(error) => Err(error),
        None => Ok(state.outcomes.into_iter().map(|runs| runs.into_iter().flatten().collect()).collect()),
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn worker(runs: &Runs<'_>, state: &Mutex<State>, changed: &Condvar) {
    let Runs { bench, manifest, plans, schedule, known, listen } = *runs;
    loop {
        let (plan, run) = {
            let mut state = lock(state);
            loop {
                if state.error.is_some() {
                    return;
                }
                if let Some(next) = state.ready.pop_front() {
                    state.busy += 1;
                    break next;
                }
                if state.busy == 0 {
                    return;
                }
                state = changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
        };
        let check = &manifest.checks[plans[plan].check];
        let (engine, budget) = plans[plan].runs[run];
        listen(Event::RunStarted { check: check.id.clone(), engine });
        let outcome = match known.get(&(plans[plan].check, engine)) {
            Some(outcome) => Ok(outcome.clone()),
            None => one(bench, &check.id, engine, budget, schedule.seed),
        };
        let mut state = lock(state);
        state.busy -= 1;
        match outcome {
            Ok(outcome) => {
                let left = plans[plan].runs.len() - run - 1;
                let decided = !schedule.all_engines && decides(engine, &outcome.verdict);
                let skipped = if decided { left } else { 0 };
                listen(Event::RunEnded {
                    check: check.id.clone(),
                    engine,
                    executions: outcome.result.executions,
                    passed: outcome.verdict == RunVerdict::Passed,
                    skipped,
                });
                state.outcomes[plan][run] = Some(outcome);
                if !schedule.all_engines && !decided && left > 0 {
                    state.ready.push_back((plan, run + 1));
                }
            }
            Err(error) => state.error = Some(error),
        }
        changed.notify_all();
    }
}

/// A failure that counts by itself; loom's needs another engine's word.
fn decides(engine: Engine, verdict: &RunVerdict) -> bool {
    matches!(verdict, RunVerdict::Failed(_)) && engine != Engine::Loom
}

fn one(bench: &Bench<'_>, check: &str, engine: Engine, budget: Budget, seed: u64) -> Result<RunOutcome, LabError> {
    let seed = run_seed(seed, check, engine);
    let seen = bench.run(check, engine, seed, Work::Search(budget), &mut |_| {})?;
    let verdict = run_verdict(&seen, &bench.limits);
    Ok(RunOutcome {
        engine,
        seed,
        result: run_result(engine, budget, &seen, &verdict),
        output: printed(&seen, &verdict),
        warnings: seen.channel.report.map(|report: Report| report.warnings).unwrap_or_default(),
        verdict,
    })
}

fn run_result(engine: Engine, budget: Budget, seen: &Observation, verdict: &RunVerdict) -> RunResult {
    let report = seen.channel.report.as_ref();
    let (word, reason) = match verdict {
        RunVerdict::Passed => (Verdict::Passed, None),
        RunVerdict::Failed(_) => (Verdict::Failed, None),
        RunVerdict::Excused(why) | RunVerdict::Unfinished(why) => (Verdict::Inconclusive, Some(why.clone())),
        RunVerdict::Error(what) => (Verdict::Error, Some(what.clone())),
    };
    RunResult {
        engine,
        verdict: word,
        reason,
        executions: seen.channel.executions,
        // Only a run that came to its own end can say that nothing was left out, and only an engine that searches.
        complete: matches!(verdict, RunVerdict::Passed)
            && matches!(engine, Engine::Bounded | Engine::Loom | Engine::Random)
            && report.is_some_and(|report| report.complete),
        preemption_bound: report.map_or(budget.preemptions, |report| report.preemption_bound),
        seconds: seen.seconds,
    }
}

/// The last things a process said that did not end in order.
fn printed(seen: &Observation, verdict: &RunVerdict) -> String {
    const MOST: usize = 2_000;
    let in_order = seen.channel.done && seen.limit.is_none();
    if in_order || matches!(verdict, RunVerdict::Passed) {
        return String::new();
    }
    let text = if seen.stderr.trim().is_empty() { &seen.stdout } else { &seen.stderr };
    let start = text.len().saturating_sub(MOST);
    let start = (start..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    text[start..].trim().to_owned()
}
