//! Running a body again and again under a strategy, on shuttle's runtime.

use crate::exec::{self, Exec, Kernel, Opt, Proxy, Stop};
use crate::replay::{self, Choice, Follow};
use crate::strategy::{Mixed, Rng, Strategy, Systematic, mix};
use protocol::{Budget, DistinctOutcome, Engine, Failure, Interleaving, Kind, Outcome, Report};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Stack of a model thread, in bytes. Reserved, not committed.
pub const STACK_BYTES: usize = 1 << 20;

/// At most this much captured output is kept of one execution, in bytes.
pub const MAX_OUTPUT: usize = 1 << 16;

/// An execution that prints more than this many bytes fails.
pub const FLOOD: usize = 1 << 20;

pub(crate) fn flood(place: exec::Loc) -> Failure {
    let message = format!("One execution of the check printed more than {} MiB.", FLOOD >> 20);
    Failure::new(Kind::Output, message, Some(exec::place_of(place)))
}

/// At most this many distinct outcomes are kept.
const MAX_OUTCOMES: usize = 4_096;

/// A search ends when its executions have taken this many steps together, or [`STEPS_AN_EXECUTION`] for each execution that it may
/// make: a program that looks again and again takes all steps that an execution may have, and time must not decide how often.
const MOST_STEPS: u64 = 20_000_000;

/// See [`MOST_STEPS`].
const STEPS_AN_EXECUTION: u64 = 2_500;

/// A search of which so many executions were cut off, and none was not, comes to nothing.
const ALL_TRUNCATED: u64 = 300;

/// How a body is run.
#[derive(Debug, Clone)]
pub struct Config {
    /// Steps an execution may take.
    pub steps: u64,
    /// Steps that all executions may take, together.
    pub all_steps: u64,
    /// The program ends when its main thread does (as a process); otherwise the others go on.
    pub exit_with_main: bool,
    /// A schedule is being followed.
    pub replaying: bool,
    /// The search is exhaustive within its bound.
    pub exhaustive: bool,
    /// Events are recorded; a failure that is found has its interleaving.
    pub trace: bool,
    /// All outcomes are wanted, not the first failure.
    pub outcomes: bool,
    /// Seeds [`crate::exec::execution_seed`].
    pub seed: u64,
    /// Called now and then with the number of executions so far.
    pub progress: Option<fn(u64)>,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            steps: 20_000,
            all_steps: MOST_STEPS,
            exit_with_main: false,
            replaying: false,
            exhaustive: false,
            trace: false,
            outcomes: false,
            seed: 0,
            progress: None,
        }
    }
}

/// What a search has seen so far.
#[derive(Default)]
pub(crate) struct Summary {
    pub executions: u64,
    truncated: u64,
    steps: u64,
    pub(crate) failure: Option<Failure>,
    outcomes: Vec<DistinctOutcome>,
    warnings: Vec<Failure>,
    pub(crate) options: Vec<Opt>,
    running: bool,
    /// Of the last execution, for replays.
    last: Option<Last>,
}

pub(crate) struct Last {
    choices: Vec<Choice>,
    interleaving: Interleaving,
    steps: u64,
}

/// Runs the destructors of the running thread's thread-locals; set by the shadow.
pub static THREAD_EXIT: std::sync::OnceLock<fn()> = std::sync::OnceLock::new();

static EPOCH: AtomicU32 = AtomicU32::new(1);

/// A number that no execution (or native run) had before.
pub(crate) fn next_epoch() -> u32 {
    EPOCH.fetch_add(1, Ordering::Relaxed)
}

/// The epoch that native objects belong to.
pub(crate) fn native_epoch() -> u32 {
    EPOCH.load(Ordering::Relaxed)
}

impl Kernel {
    /// Takes down what the execution that has just ended showed.
    fn conclude(&mut self) {
        if !std::mem::take(&mut self.summary.running) {
            return;
        }
        self.summary.executions += 1;
        self.summary.steps += self.exec.steps;
        if let Some(progress) = self.config.progress
            && self.summary.executions.is_multiple_of(512)
        {
            progress(self.summary.executions);
        }
        let exec = &mut self.exec;
        let mut failure = match exec.stop.take() {
            Some(Stop::Failed(f)) => Some(*f),
            Some(Stop::Truncated) => {
                self.summary.truncated += 1;
                if !self.config.outcomes {
                    return;
                }
                None
            }
            Some(Stop::Over) | None => None,
        };
        if failure.is_none()
            && let Some((task, p)) = exec.unseen.first()
            && !self.config.exit_with_main
        {
            failure = Some(crate::panics::failure_of(p, &exec.task_name(*task)));
        }
        if let Some(f) = &mut failure {
            f.schedule = Some(schedule_text(exec.random, &exec.choices));
        }
        if self.summary.warnings.is_empty() {
            self.summary.warnings.extend(lock_order(exec));
        }
        if self.config.replaying {
            let interleaving = exec.interleaving();
            self.summary.last =
                Some(Last { choices: std::mem::take(&mut exec.choices), interleaving, steps: exec.steps });
        } else if self.config.trace
            && let Some(f) = &mut failure
        {
            f.interleaving = Some(exec.interleaving());
        }
        if self.config.outcomes {
            let output = std::mem::take(&mut exec.output);
            let at = self.summary.executions;
            let same = |o: &&mut DistinctOutcome| {
                o.stdout == output
                    && match (&o.failure, &failure) {
                        (None, None) => true,
                        (Some(a), Some(b)) => a.kind == b.kind && a.message == b.message,
                        _ => false,
                    }
            };
            if let Some(o) = self.summary.outcomes.iter_mut().find(same) {
                o.executions += 1;
            } else if self.summary.outcomes.len() < MAX_OUTCOMES {
                let schedule = failure
                    .as_ref()
                    .and_then(|f| f.schedule.clone())
                    .or_else(|| Some(schedule_text(exec.random, &exec.choices)));
                self.summary.outcomes.push(DistinctOutcome {
                    failure,
                    stdout: output,
                    executions: 1,
                    first_at: at,
                    schedule,
                });
            }
        } else if self.summary.failure.is_none() {
            self.summary.failure = failure;
        }
    }
}

impl Kernel {
    /// Whether the search ends although its budget of executions is not used up.
    fn has_worked_enough(&self) -> bool {
        let Summary { executions, truncated, steps, .. } = self.summary;
        steps >= self.config.all_steps
            || (truncated == executions && truncated >= ALL_TRUNCATED && !self.config.outcomes)
    }
}

/// A schedule as text: the execution's random number, then its choices.
fn schedule_text(random: u64, choices: &[Choice]) -> String {
    format!("{random:x}~{}", replay::to_text(choices))
}

/// Two locks taken in both orders by different threads, in one execution.
fn lock_order(exec: &Exec) -> Option<Failure> {
    for (i, x) in exec.lock_order.iter().enumerate() {
        for y in &exec.lock_order[i + 1..] {
            let opposite = x.held.0 == y.taken.0 && x.taken.0 == y.held.0;
            // A third lock that both hold keeps the two apart.
            let apart = x.all.iter().any(|l| *l != x.held.0 && y.all.contains(l));
            if x.task != y.task && opposite && !apart {
                let (first, second) = (exec.objects[x.held.0].title(), exec.objects[x.taken.0].title());
                let message = format!(
                    "Two locks are taken in both orders: {} takes {first} (line {}) and then {second} (line {}); \
                         {} takes {second} (line {}) and then {first} (line {}). If both do so at once, they may wait \
                         for each other for ever.",
                    exec.task_name(x.task),
                    x.held.1.line(),
                    x.taken.1.line(),
                    exec.task_name(y.task),
                    y.held.1.line(),
                    y.taken.1.line()
                );
                return Some(Failure::new(Kind::LockOrder, message, Some(exec::place_of(x.taken.1))));
            }
        }
    }
    None
}

/// Called by the proxy scheduler: concludes one execution and begins the next.
pub(crate) fn next_execution() -> bool {
    exec::set_modelled(false);
    exec::with(|k| {
        k.conclude();
        if k.summary.failure.is_some() || k.has_worked_enough() || !k.strategy.begin() {
            return false;
        }
        let random = if k.config.exhaustive { k.config.seed } else { mix(k.config.seed, k.summary.executions) };
        // A replay must see the number that the search saw; the schedule's first choice cannot carry it.
        let random = if k.config.replaying { k.config.seed } else { random };
        k.exec = Exec::new(next_epoch(), k.strategy.allowance(), random, k.config.trace);
        k.exec.add_task(None, std::panic::Location::caller());
        k.summary.running = true;
        crate::endless::begin();
        true
    }) && {
        exec::set_modelled(true);
        true
    }
}

pub(crate) fn main_task(body: &(dyn Fn() + Send + Sync)) {
    crate::panics::reinstall_hook();
    let result = std::panic::catch_unwind(AssertUnwindSafe(body));
    if let Err(payload) = result {
        exec::panics_caught(0);
        let panic = crate::panics::of_payload(&*payload);
        exec::with(|k| {
            if k.exec.stop.is_none() {
                k.exec.stop = Some(Stop::Failed(Box::new(crate::panics::failure_of(&panic, "main"))));
            }
        });
        std::mem::forget(payload);
    }
    // Thread-locals of the main thread are dropped before it ends.
    if let Some(exit) = THREAD_EXIT.get() {
        exit();
    }
    if exec::with(|k| k.config.exit_with_main && k.exec.stop.is_none()) {
        // Others may do something more before the process ends.
        exec::step(exec::Op { name: "exit", object: None, place: std::panic::Location::caller() });
    }
    exec::finish();
}

/// Runs `body` under `strategy` until it ends, or fails.
fn drive(strategy: Box<dyn Strategy>, config: Config, body: Arc<dyn Fn() + Send + Sync>) -> Kernel {
    // A fresh OS thread: an abandoned execution may leave the thread's panic count above zero.
    // `Box<dyn Strategy>` is not `Send` (shuttle's schedulers hold random sources), so it is made there.
    struct Carry(Box<dyn Strategy>);
    // SAFETY: the strategy was made by the caller, which waits for this thread and uses nothing of it
    // meanwhile; no strategy of this crate keeps references to thread-local data.
    unsafe impl Send for Carry {}
    struct CarryBack(Kernel);
    // SAFETY: as above: exactly one thread uses the kernel at a time.
    unsafe impl Send for CarryBack {}
    let carry = Carry(strategy);
    let handle = std::thread::Builder::new()
        .name("model".into())
        .stack_size(4 << 20)
        .spawn(move || {
            let carry = carry;
            let exec = Exec::new(0, carry.0.allowance(), 0, false);
            let most_steps = config.steps as usize + 100_000;
            exec::install(Kernel { exec, strategy: carry.0, config, summary: Summary::default() });
            let mut shuttle = shuttle_engine::Config::new();
            shuttle.stack_size = STACK_BYTES;
            shuttle.failure_persistence = shuttle_engine::FailurePersistence::None;
            // The kernel ends an execution earlier; a task that unwinds when it ends goes round until shuttle does.
            shuttle.max_steps = shuttle_engine::MaxSteps::FailAfter(most_steps);
            shuttle.silence_warnings = true;
            let runner = shuttle_engine::Runner::new(Proxy, shuttle);
            // A panic out of the runner means that an execution was abandoned while a task unwound:
            // what it showed is in the kernel.
            let _ = std::panic::catch_unwind(AssertUnwindSafe(|| {
                runner.run(move || main_task(&*body));
            }));
            let mut kernel = exec::uninstall().expect("installed above");
            kernel.conclude();
            CarryBack(kernel)
        })
        .expect("the system starts a thread");
    handle.join().expect("the model thread does not panic").0
}

/// A body to run: a check, or a program's `main`.
pub type Body = Arc<dyn Fn() + Send + Sync>;

/// Searches for a failure, or (with `config.outcomes`) for all outcomes.
pub fn search(engine: Engine, seed: u64, budget: &Budget, mut config: Config, body: Body) -> Report {
    config.steps = budget.steps;
    config.all_steps = MOST_STEPS.max(budget.executions.saturating_mul(STEPS_AN_EXECUTION));
    config.seed = seed;
    config.exhaustive = engine == Engine::Bounded;
    let mut total = Summary::default();
    let mut left = budget.executions;
    // An execution abandoned in mid-panic ends shuttle's runner; with `outcomes` the search goes on.
    let strategy: Box<dyn Strategy> = match engine {
        Engine::Bounded => Box::new(Systematic::new(budget.preemptions, budget.executions)),
        _ => Box::new(Mixed::new(seed, budget.executions)),
    };
    let mut strategy = Some(strategy);
    let mut coverage = (false, None);
    while let Some(s) = strategy.take() {
        let k = drive(s, config.clone(), body.clone());
        coverage = k.strategy.coverage();
        let s = k.summary;
        let before = total.executions;
        total.executions += s.executions;
        total.truncated += s.truncated;
        left = left.saturating_sub(s.executions);
        total.failure = s.failure;
        if total.warnings.is_empty() {
            total.warnings = s.warnings;
        }
        for mut o in s.outcomes {
            o.first_at += before;
            let same = |x: &&mut DistinctOutcome| {
                x.stdout == o.stdout
                    && x.failure.as_ref().map(|f| (f.kind, &f.message))
                        == o.failure.as_ref().map(|f| (f.kind, &f.message))
            };
            match total.outcomes.iter_mut().find(same) {
                Some(x) => x.executions += o.executions,
                None => total.outcomes.push(o),
            }
        }
        config.all_steps = config.all_steps.saturating_sub(s.steps);
        let ended = coverage.0 || total.failure.is_some() || left == 0 || s.executions == 0 || config.all_steps == 0;
        if !ended && config.outcomes {
            strategy = Some(k.strategy);
        }
    }
    let outcome = match total.failure.take() {
        Some(f) => Outcome::Failed(f),
        None if total.truncated > 0 && total.truncated == total.executions => {
            Outcome::Inconclusive { reason: format!("every execution was longer than {} steps", budget.steps) }
        }
        None => Outcome::Passed,
    };
    Report {
        executions: total.executions,
        complete: coverage.0 && total.truncated == 0 && matches!(outcome, Outcome::Passed),
        preemption_bound: coverage.1,
        outcome,
        outcomes: total.outcomes,
        warnings: total.warnings,
    }
}

struct Replayed {
    failure: Option<Failure>,
    last: Last,
    output: String,
}

fn follow(choices: &[Choice], trace: bool, config: &Config, body: &Body) -> Option<Replayed> {
    let config = Config { replaying: true, trace, outcomes: false, ..config.clone() };
    let k = drive(Box::new(Follow::new(choices.to_vec())), config, body.clone());
    let mut summary = k.summary;
    Some(Replayed { failure: summary.failure.take(), last: summary.last.take()?, output: k.exec.output })
}

/// Follows a schedule and records its events, after at most `shrink` executions spent on finding a
/// shorter one with the same kind of failure. `None`: `schedule` is not a schedule.
pub fn replay(schedule: &str, shrink: u64, mut config: Config, body: Body) -> Option<Report> {
    let (random, choices) = schedule.split_once('~')?;
    config.seed = u64::from_str_radix(random, 16).ok()?;
    let mut choices = replay::from_text(choices)?;
    let mut executions = 0;
    if shrink > 0 {
        (choices, executions) = crate::shrink::shrink(choices, shrink, |c| {
            let r = follow(c, false, &config, &body)?;
            let kind = r.failure.as_ref()?.kind;
            let i = &r.last.interleaving;
            Some((kind, (i.switches, i.preemptions, r.last.steps), r.last.choices))
        });
    }
    let r = follow(&choices, true, &config, &body)?;
    executions += 1;
    let outcome = match r.failure {
        Some(mut f) => {
            f.schedule = Some(schedule_text(config.seed, &r.last.choices));
            f.interleaving = Some(r.last.interleaving.clone());
            Outcome::Failed(f)
        }
        None => Outcome::Passed,
    };
    let shown = Failure { interleaving: Some(r.last.interleaving), ..Failure::new(Kind::Output, String::new(), None) };
    let failure = match &outcome {
        Outcome::Failed(f) => Some(f.clone()),
        _ => Some(shown),
    };
    Some(Report {
        executions,
        complete: false,
        preemption_bound: None,
        outcome,
        outcomes: vec![DistinctOutcome {
            failure,
            stdout: r.output,
            executions: 1,
            first_at: 1,
            schedule: Some(schedule_text(config.seed, &r.last.choices)),
        }],
        warnings: vec![],
    })
}

/// The seed of one execution of a native or random run.
pub fn seed_of(seed: u64, execution: u64) -> u64 {
    Rng::new(mix(seed, execution)).next_u64()
}
