//! From facts to verdicts, by one pure match.

use protocol::{Engine, Failure, Kind, Outcome};

use super::manifest::Limits;
use super::observation::{End, Limit, Observation};

/// What one run says about its check.
#[derive(Debug, Clone, PartialEq)]
pub enum RunVerdict {
    /// The harness found no failure, said so to the end, and left in order.
    Passed,
    /// There is evidence of a failure.
    Failed(Box<Failure>),
    /// The engine cannot tell; another engine may decide.
    Excused(String),
    /// The run did not get to its end; nobody is blamed and nothing is earned.
    Unfinished(String),
    /// Something is wrong with the grader, the course or the machine.
    Error(String),
}

/// What all runs together say about a check.
#[derive(Debug, Clone, PartialEq)]
pub enum CheckVerdict {
    /// Full points.
    Passed,
    /// No points; which run has the evidence.
    Failed {
        /// Index into the runs.
        run: usize,
    },
    /// Nobody knows, and why.
    Inconclusive(String),
    /// The grader could not do its work.
    Error(String),
}

/// Processor seconds without one ended execution after which an execution counts as endless.
const ENDLESS_SECONDS: f64 = 10.0;

/// The verdict of one run.
pub fn run_verdict(seen: &Observation, limits: &Limits) -> RunVerdict {
    let channel = &seen.channel;
    if let End::NotRun(why) = &seen.end {
        return RunVerdict::Error(why.clone());
    }
    if let Some(limit) = seen.limit {
        return limit_verdict(seen, limit, limits);
    }
    if let Some(fault) = &channel.fault {
        return RunVerdict::Unfinished(format!("the harness was disturbed: {fault}"));
    }
    match (&seen.end, &channel.report, channel.done) {
        (End::Code(0), Some(report), true) => match &report.outcome {
            Outcome::Passed if report.executions == 0 => RunVerdict::Unfinished("no execution was run".into()),
            Outcome::Passed => RunVerdict::Passed,
            Outcome::Failed(failure) => RunVerdict::Failed(Box::new(failure.clone())),
            Outcome::Inconclusive { reason } => RunVerdict::Excused(reason.clone()),
            Outcome::Unfinished { reason } => RunVerdict::Unfinished(reason.clone()),
        },
        (End::Signal(signal), ..) => signal_verdict(seen, *signal),
        (End::Code(code), ..) => match (&channel.last_words, channel.started) {
            (Some(failure), _) => RunVerdict::Failed(Box::new(failure.clone())),
            (None, true) => failed(
                Kind::Crash,
                format!(
                    "The process ended in the middle of the check, with exit code {code}. A check that does not come to its end earns nothing."
                ),
            ),
            (None, false) => RunVerdict::Error(format!(
                "the harness ended with exit code {code} before the check began{}",
                tail(&seen.stderr)
            )),
        },
        (End::NotRun(why), ..) => RunVerdict::Error(why.clone()),
    }
}

fn failed(kind: Kind, message: impl Into<String>) -> RunVerdict {
    RunVerdict::Failed(Box::new(Failure::new(kind, message.into(), None)))
}

fn limit_verdict(seen: &Observation, limit: Limit, limits: &Limits) -> RunVerdict {
    let channel = &seen.channel;
    match limit {
        Limit::Memory => failed(Kind::Memory, format!("The check used more than {} MiB of memory.", limits.memory_mib)),
        Limit::Output => failed(
            Kind::Output,
            format!("The submission printed more than {} KiB while the check ran.", limits.output_kib),
        ),
        Limit::Processes => failed(
            Kind::Crash,
            format!("The check had more than {} threads and processes at one time.", limits.processes),
        ),
        Limit::Disk => failed(Kind::Crash, "The submission wrote more to the disk than it may."),
        Limit::Cpu | Limit::Wall => {
            if let Some(failure) = &channel.last_words {
                return RunVerdict::Failed(Box::new(failure.clone()));
            }
            let endless = channel.started
                && channel.report.is_none()
                && limit == Limit::Cpu
                && seen.cpu_seconds >= ENDLESS_SECONDS.min(limits.cpu_seconds as f64)
                && seen.silent_seconds >= 0.5 * seen.seconds;
            if endless {
                return RunVerdict::Failed(Box::new(Failure::endless(limits.cpu_seconds, "", None)));
            }
            let what = match limit {
                Limit::Cpu => format!("{} s of processor time", limits.cpu_seconds),
                _ => format!("{} s of waiting", limits.wall_seconds),
            };
            RunVerdict::Unfinished(format!(
                "it was stopped after {what}, when {} executions had ended without a failure",
                channel.executions
            ))
        }
        Limit::Channel => RunVerdict::Unfinished("the harness wrote more than it may".into()),
    }
}

fn signal_verdict(seen: &Observation, signal: i32) -> RunVerdict {
    if let Some(failure) = &seen.channel.last_words {
        return RunVerdict::Failed(Box::new(failure.clone()));
    }
    let overflow = seen.stderr.contains("has overflowed its stack");
    match signal {
        // SIGSEGV and SIGBUS: without `unsafe`, only a stack that is used up gets there.
        7 | 10 | 11 => failed(
            Kind::Crash,
            "The stack overflowed (the process was ended by a memory fault). Look for a recursion without an end, or a large array on the stack.",
        ),
        6 if overflow => failed(
            Kind::Crash,
            "The stack overflowed. Look for a recursion without an end, or a large array on the stack.",
        ),
        6 => failed(
            Kind::Crash,
            "The process aborted. That happens when a panic begins while another one is being handled (in a `Drop`, say), or on `abort()`.",
        ),
        4 | 5 | 8 => failed(Kind::Crash, format!("The process was ended by signal {signal}.")),
        31 => failed(Kind::Forbidden, "The submission asked the system for something that it may not do."),
        _ => RunVerdict::Unfinished(format!("the process was ended from outside (signal {signal})")),
    }
}

/// The end of a text, for messages.
fn tail(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() {
        return String::new();
    }
    let lines: Vec<&str> = text.lines().rev().take(5).collect();
    format!(":\n{}", lines.into_iter().rev().collect::<Vec<_>>().join("\n"))
}

/// The verdict of a check from its runs.
///
/// loom accuses some right programs (a total order of SeqCst accesses is unknown to it, for one), so
/// what it alone finds is not held against anybody.
pub fn check_verdict(runs: &[(Engine, RunVerdict)]) -> CheckVerdict {
    let failed = |trusted: bool| {
        runs.iter().position(|(engine, verdict)| {
            matches!(verdict, RunVerdict::Failed(_)) && (*engine != Engine::Loom) == trusted
        })
    };
    if let Some(run) = failed(true) {
        return CheckVerdict::Failed { run };
    }
    for (engine, verdict) in runs {
        if let RunVerdict::Error(what) = verdict {
            return CheckVerdict::Error(format!("{}: {what}", engine.name()));
        }
    }
    for (engine, verdict) in runs {
        if let RunVerdict::Unfinished(why) = verdict {
            return CheckVerdict::Inconclusive(format!("{}: {why}", engine.name()));
        }
    }
    if runs.iter().any(|(_, verdict)| *verdict == RunVerdict::Passed) {
        return CheckVerdict::Passed;
    }
    for (engine, verdict) in runs {
        match verdict {
            RunVerdict::Excused(why) => return CheckVerdict::Inconclusive(format!("{}: {why}", engine.name())),
            RunVerdict::Failed(_) => {
                return CheckVerdict::Inconclusive(
                    "loom alone reports a failure, and loom accuses some right programs; no other engine decided"
                        .into(),
                );
            }
            _ => {}
        }
    }
    CheckVerdict::Inconclusive("no run was made".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::observation::Channel;
    use protocol::Report;

    fn report(outcome: Outcome) -> Report {
        Report { executions: 3, complete: true, preemption_bound: Some(2), outcome, outcomes: vec![], warnings: vec![] }
    }

    fn ended(end: End, report: Option<Report>, done: bool) -> Observation {
        let mut channel = Channel { started: true, executions: 3, report, done, ..Channel::default() };
        channel.last_words = None;
        Observation {
            end,
            limit: None,
            channel,
            stdout: String::new(),
            stderr: String::new(),
            seconds: 100.0,
            cpu_seconds: 60.0,
            silent_seconds: 1.0,
        }
    }

    fn verdict(seen: &Observation) -> RunVerdict {
        run_verdict(seen, &Limits::default())
    }

    fn kind(verdict: RunVerdict) -> Option<Kind> {
        match verdict {
            RunVerdict::Failed(failure) => Some(failure.kind),
            _ => None,
        }
    }

    #[test]
    fn only_a_whole_run_passes() {
        assert_eq!(verdict(&ended(End::Code(0), Some(report(Outcome::Passed)), true)), RunVerdict::Passed);
        for seen in [
            ended(End::Code(0), Some(report(Outcome::Passed)), false),
            ended(End::Code(0), None, false),
            ended(End::Code(1), Some(report(Outcome::Passed)), true),
            ended(End::Signal(9), Some(report(Outcome::Passed)), true),
            ended(End::NotRun("x".into()), Some(report(Outcome::Passed)), true),
        ] {
            assert_ne!(verdict(&seen), RunVerdict::Passed, "{seen:?}");
        }
        let mut seen = ended(End::Code(0), Some(report(Outcome::Passed)), true);
        seen.channel.fault = Some("x".into());
        assert_ne!(verdict(&seen), RunVerdict::Passed);
        let mut none = report(Outcome::Passed);
        none.executions = 0;
        assert_ne!(verdict(&ended(End::Code(0), Some(none), true)), RunVerdict::Passed);
        for limit in
            [Limit::Cpu, Limit::Wall, Limit::Memory, Limit::Output, Limit::Channel, Limit::Disk, Limit::Processes]
        {
            let mut seen = ended(End::Code(0), Some(report(Outcome::Passed)), true);
            seen.limit = Some(limit);
            assert_ne!(verdict(&seen), RunVerdict::Passed, "{limit:?}");
        }
    }

    #[test]
    fn blame_needs_evidence() {
        let mut slow = ended(End::Signal(9), None, false);
        slow.limit = Some(Limit::Wall);
        assert!(matches!(verdict(&slow), RunVerdict::Unfinished(_)));
        slow.limit = Some(Limit::Cpu);
        assert!(matches!(verdict(&slow), RunVerdict::Unfinished(_)), "executions were still ending");
        slow.silent_seconds = 90.0;
        assert_eq!(kind(verdict(&slow)), Some(Kind::Timeout));
        assert!(matches!(verdict(&ended(End::Signal(9), None, false)), RunVerdict::Unfinished(_)));
        assert!(matches!(verdict(&ended(End::Signal(15), None, false)), RunVerdict::Unfinished(_)));
        assert_eq!(kind(verdict(&ended(End::Signal(11), None, false))), Some(Kind::Crash));
        assert_eq!(kind(verdict(&ended(End::Code(0), None, false))), Some(Kind::Crash));
    }

    fn failure() -> RunVerdict {
        failed(Kind::Assertion, "x")
    }

    #[test]
    fn loom_alone_blames_nobody() {
        use Engine::*;
        use RunVerdict::*;
        assert_eq!(check_verdict(&[(Bounded, Passed), (Loom, failure()), (Random, Passed)]), CheckVerdict::Passed);
        assert!(matches!(check_verdict(&[(Loom, failure())]), CheckVerdict::Inconclusive(_)));
        assert_eq!(check_verdict(&[(Loom, failure()), (Random, failure())]), CheckVerdict::Failed { run: 1 });
        assert_eq!(check_verdict(&[(Bounded, failure())]), CheckVerdict::Failed { run: 0 });
    }

    #[test]
    fn points_need_a_decision() {
        use Engine::*;
        use RunVerdict::*;
        assert_eq!(check_verdict(&[(Bounded, Excused("x".into())), (Random, Passed)]), CheckVerdict::Passed);
        assert!(matches!(check_verdict(&[(Bounded, Excused("x".into()))]), CheckVerdict::Inconclusive(_)));
        assert!(matches!(
            check_verdict(&[(Bounded, Unfinished("x".into())), (Random, Passed)]),
            CheckVerdict::Inconclusive(_)
        ));
        assert!(matches!(check_verdict(&[(Bounded, Error("x".into())), (Random, Passed)]), CheckVerdict::Error(_)));
        assert!(matches!(check_verdict(&[]), CheckVerdict::Inconclusive(_)));
    }
}
