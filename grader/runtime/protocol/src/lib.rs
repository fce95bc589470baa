//! What `grade` (the parent) and the harness (inside the process that runs a check) say to each other.
//!
//! The parent starts one process for each *run* (one check under one engine), writes one [`Job`] as a
//! single JSON line to its standard input and closes it. The harness answers on file descriptor
//! [`CHANNEL_FD`], one [`Message`] as a JSON line each. Every message bears the job's nonce and a
//! sequence number that starts at 0 and has no gaps; the last one is [`Body::Done`]. The parent takes a
//! run for ended only if it saw `Done` *and* the process then exited with code 0.
//!
//! Everything here is data: the parent derives the verdict from it (see `grader::core::verdict`).

use serde::{Deserialize, Serialize};

/// The descriptor the harness answers on. Standard output and standard error of the process are
/// student output, never part of the protocol.
pub const CHANNEL_FD: i32 = 3;

/// How a check is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// loom: exhaustive, C11-like memory; small models only.
    Loom,
    /// Systematic search with 0, 1, 2, ... preemptions, weak memory included, equivalent orders skipped.
    Bounded,
    /// Seeded random schedulers (random walk, PCT, URW) shared out over a counted number of schedules.
    Random,
    /// Real threads with seeded noise at every operation.
    Stress,
    /// The student's own binary, real processes.
    Process,
}

impl Engine {
    /// The name used in manifests, on the command line and in results.
    pub fn name(self) -> &'static str {
        match self {
            Engine::Loom => "loom",
            Engine::Bounded => "bounded",
            Engine::Random => "random",
            Engine::Stress => "stress",
            Engine::Process => "process",
        }
    }

    /// All engines, in the order in which they are run.
    pub const ALL: [Engine; 5] = [Engine::Bounded, Engine::Loom, Engine::Random, Engine::Stress, Engine::Process];
}

impl std::str::FromStr for Engine {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, String> {
        Engine::ALL.into_iter().find(|e| e.name() == s).ok_or_else(|| {
            format!("there is no engine `{s}`; the engines are loom, bounded, random, stress and process")
        })
    }
}

/// One piece of work for a harness process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Unguessable; copied into every message.
    pub nonce: String,
    /// Which check: the name of a function of the assignment's checks crate (or `main` for `grade explore`).
    pub check: String,
    /// Which engine.
    pub engine: Engine,
    /// Seeds every random choice.
    pub seed: u64,
    /// What to do.
    pub work: Work,
}

/// What a job asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// Search for a failure; stop at the first one.
    Search(Budget),
    /// Search, but do not stop: collect the distinct outcomes (standard output, or failure) for `grade explore`.
    Outcomes(Budget),
    /// Run one schedule again (from [`Failure::schedule`]), recording its events; first spend at most
    /// `shrink` executions on making it shorter.
    Replay {
        /// The schedule to run.
        schedule: String,
        /// Executions to spend on shrinking; 0 replays exactly.
        shrink: u64,
    },
}

/// How much work a search may do. Counts, not seconds, so that a verdict does not depend on the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    /// At most this many executions.
    pub executions: u64,
    /// `bounded` and `loom`: the largest number of preemptions to search. `None`: until nothing is left.
    pub preemptions: Option<u32>,
    /// At most this many steps (synchronising operations) in one execution.
    pub steps: u64,
}

/// One line from the harness.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// The job's nonce.
    pub nonce: String,
    /// 0, 1, 2, ...
    pub seq: u64,
    /// The content.
    pub body: Body,
}

/// What a message says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// The check is known and its first execution begins.
    Started,
    /// So many executions have ended. Sent at most a few times a second.
    Progress {
        /// Executions ended so far.
        executions: u64,
    },
    /// Written just before something that may end the process (a panic while panicking, say), so
    /// that the parent can tell what killed it. Not a verdict by itself.
    LastWords(Failure),
    /// The result of the job.
    Report(Report),
    /// Nothing follows; the process exits with code 0.
    Done,
}

/// The result of one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Executions that were run.
    pub executions: u64,
    /// True only if the search ended by itself: nothing within `preemption_bound` was left out.
    pub complete: bool,
    /// The number of preemptions up to which the search is complete (or that it was working on);
    /// `None`: no bound, or the engine has none.
    pub preemption_bound: Option<u32>,
    /// How it ended.
    pub outcome: Outcome,
    /// For [`Work::Outcomes`]: the distinct outcomes, in order of first appearance.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outcomes: Vec<DistinctOutcome>,
    /// Warnings that do not fail the check: a lock-order cycle that did not deadlock, say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Failure>,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// No failure in what was searched.
    Passed,
    /// A failure, with its evidence.
    Failed(Failure),
    /// The engine cannot tell, and says why.
    Inconclusive {
        /// For people.
        reason: String,
    },
    /// It was stopped in the middle: what comes after that is not known, whatever other engines say.
    Unfinished {
        /// For people.
        reason: String,
    },
}

/// One distinct outcome of a program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DistinctOutcome {
    /// `None`: the program ended by itself.
    pub failure: Option<Failure>,
    /// What it printed.
    pub stdout: String,
    /// How many executions gave it.
    pub executions: u64,
    /// The execution that first gave it, counted from 1.
    pub first_at: u64,
    /// The schedule that first gave it.
    pub schedule: Option<String>,
}

/// What kind of failure was seen. Names as in the results' schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The submission does not compile.
    Build,
    /// An item of the interface is missing or has another signature.
    Interface,
    /// Something that the assignment does not allow (unsafe, a dependency, `std::fs`).
    Forbidden,
    /// A check's assertion does not hold.
    Assertion,
    /// The submission panicked.
    Panic,
    /// Threads wait for each other.
    Deadlock,
    /// A thread sleeps though what it waits for has happened, or nobody will ever wake it.
    LostWakeup,
    /// Threads run for ever without progress.
    Livelock,
    /// Two unordered accesses to the same data, one of them a write.
    DataRace,
    /// A thread that should have ended still runs.
    ThreadLeak,
    /// The safety net of wall or CPU time was reached.
    Timeout,
    /// Too much memory.
    Memory,
    /// The process was ended by a signal, an abort or an exit.
    Crash,
    /// Too much output.
    Output,
    /// A future was polled although nobody woke it.
    BusyPoll,
    /// A warning: two locks are taken in both orders.
    LockOrder,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 16] = [
        Kind::Build,
        Kind::Interface,
        Kind::Forbidden,
        Kind::Assertion,
        Kind::Panic,
        Kind::Deadlock,
        Kind::LostWakeup,
        Kind::Livelock,
        Kind::DataRace,
        Kind::ThreadLeak,
        Kind::Timeout,
        Kind::Memory,
        Kind::Crash,
        Kind::Output,
        Kind::BusyPoll,
        Kind::LockOrder,
    ];

    /// The name as in manifests and results (`lost-wakeup`).
    pub fn name(self) -> &'static str {
        match self {
            Kind::Build => "build",
            Kind::Interface => "interface",
            Kind::Forbidden => "forbidden",
            Kind::Assertion => "assertion",
            Kind::Panic => "panic",
            Kind::Deadlock => "deadlock",
            Kind::LostWakeup => "lost-wakeup",
            Kind::Livelock => "livelock",
            Kind::DataRace => "data-race",
            Kind::ThreadLeak => "thread-leak",
            Kind::Timeout => "timeout",
            Kind::Memory => "memory",
            Kind::Crash => "crash",
            Kind::Output => "output",
            Kind::BusyPoll => "busy-poll",
            Kind::LockOrder => "lock-order",
        }
    }
}

impl std::str::FromStr for Kind {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, String> {
        Kind::ALL.into_iter().find(|k| k.name() == s).ok_or_else(|| format!("there is no kind of finding `{s}`"))
    }
}

/// A place in a source file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// As the compiler names it: relative to the submission (`src/lib.rs`), or `checks/...`.
    pub file: String,
    /// From 1.
    pub line: u32,
    /// From 1.
    pub column: u32,
}

/// A failure with its evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// What kind.
    pub kind: Kind,
    /// One or two plain sentences for the student.
    pub message: String,
    /// The place to look at first: in the student's file where there is one.
    pub place: Option<Place>,
    /// The schedule that leads to it, for [`Work::Replay`]. `None` under `stress` and `process`.
    pub schedule: Option<String>,
    /// The events that led to it; recorded by a replay, absent in a search.
    pub interleaving: Option<Interleaving>,
    /// `stress`: in how many of how many runs it was seen.
    pub rate: Option<Rate>,
    /// Who holds and who waits for what, for deadlocks and lost wake-ups.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waits: Vec<WaitFor>,
}

impl Failure {
    /// One without evidence yet.
    pub fn new(kind: Kind, message: String, place: Option<Place>) -> Failure {
        Failure { kind, message, place, schedule: None, interleaving: None, rate: None, waits: Vec::new() }
    }

    /// One execution that had used so many seconds of processor time when it was stopped; `more` is one more sentence, or "".
    pub fn endless(seconds: u64, more: &str, place: Option<Place>) -> Failure {
        let message = format!(
            "One execution of the check did not end: it was stopped after {seconds} s of processor time. Look for a loop that never ends. {more}"
        );
        Failure::new(Kind::Timeout, message.trim_end().to_owned(), place)
    }
}

/// How often something was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    /// Runs that failed.
    pub failed: u64,
    /// Runs in all.
    pub runs: u64,
}

/// One edge of the wait-for graph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitFor {
    /// Index into [`Interleaving::threads`].
    pub thread: usize,
    /// The thread's name.
    pub name: String,
    /// What it waits for ("lock `Mutex #2`", "a notification of `Condvar #1`", "the end of thread worker-1").
    pub what: String,
    /// Where it waits.
    pub place: Option<Place>,
    /// The thread that holds it, and where it took it.
    pub holder: Option<Holder>,
}

/// Who holds what a thread waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Index into [`Interleaving::threads`].
    pub thread: usize,
    /// The thread's name.
    pub name: String,
    /// Where it took it.
    pub place: Option<Place>,
}

/// The events of one execution, in the order in which they happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Interleaving {
    /// Names of the threads; 0 is `main`.
    pub threads: Vec<String>,
    /// Every synchronising operation.
    pub events: Vec<Event>,
    /// Switches from a thread that could have gone on (preemptions).
    pub preemptions: u32,
    /// All switches between threads.
    pub switches: u32,
}

/// One synchronising operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Index into [`Interleaving::threads`].
    pub thread: usize,
    /// The operation in a student's words: `lock`, `unlock`, `load`, `store`, `spawn`, `join`, `wait`, ...
    pub op: String,
    /// The object: `Mutex #2`; empty if there is none.
    pub object: String,
    /// The value read or written, the ordering, the result: `-> 50 (Relaxed)`; empty if there is none.
    pub value: String,
    /// Where: the student's (or the check's) line.
    pub place: Option<Place>,
    /// Set if the thread that ran before is another one: why the switch happened.
    pub switch: Option<Switch>,
}

/// Why one thread stopped running and another went on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Switch {
    /// The thread before could have gone on.
    Preempted,
    /// The thread before has to wait; what for.
    Blocked(String),
    /// The thread before ended.
    Ended,
    /// The thread before gave up its turn (`yield_now`, `spin_loop`).
    Yielded,
    /// The thread that runs now was woken though nobody notified it.
    WokenSpuriously,
    /// The thread that runs now was waiting and its time was up.
    TimedOut,
}
