//! The same shadows on loom: its scheduler, its search and its memory instead of ours.
//!
//! Every operation on an object is an access to a loom atomic of its own, so that loom knows what
//! depends on what; atomics are loom's atomics, plain data is loom's cells. Waiting is parking, and only
//! the kernel's tables decide whom to unpark. loom makes no spurious wake-ups and no early timeouts here,
//! and a notification wakes whoever has waited longest: those choices belong to `bounded`.
//!
//! loom accuses some right programs (see `docs/engines.md`), so its findings are proposals: the caller
//! confirms them with another engine before they count. A failure ends the process's work at once (loom
//! cannot abandon an execution), through the `finish` that the caller gives.

use crate::exec::{self, Exec, How, Kernel, Loc, Op, Stop, WaitOpts};
use crate::object::{ObjId, ObjKind};
use crate::replay::Follow;
use crate::run::{Body, Config, Summary, main_task, next_epoch};
use loom::sync::atomic::{AtomicU64, AtomicUsize, fence as loom_fence};
use loom::thread::Thread;
use protocol::{Budget, Outcome, Report};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::sync::atomic::Ordering;

/// loom's limit, main included.
const MAX_THREADS: usize = 5;

/// Operations in one execution before loom gives up.
const MAX_BRANCHES: usize = 4_000;

thread_local! {
    static ON: Cell<bool> = const { Cell::new(false) };
    static STATE: RefCell<State> = RefCell::default();
}

/// loom's objects, made by the main thread before any other starts: one that a thread made at its first use
/// would count as written by that thread, unordered with everybody else's use.
struct Pool<T> {
    spare: Vec<Rc<T>>,
    used: HashMap<ObjId, Rc<T>>,
    /// The most that an execution has needed so far.
    most: usize,
}

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Pool { spare: Vec::new(), used: HashMap::new(), most: 24 }
    }
}

impl<T> Pool<T> {
    fn clear(&mut self) {
        self.most = self.most.max(self.used.len() + 8);
        self.spare.clear();
        self.used.clear();
    }

    fn fill(&mut self, make: impl Fn() -> T) {
        self.spare.extend((0..self.most).map(|_| Rc::new(make())));
    }

    /// `None`: this execution needs more than any before; the next one will have them.
    fn get(&mut self, id: ObjId) -> Option<Rc<T>> {
        if let Some(t) = self.used.get(&id) {
            return Some(t.clone());
        }
        let t = self.spare.pop()?;
        self.used.insert(id, t.clone());
        Some(t)
    }
}

#[derive(Default)]
struct State {
    accesses: Pool<AtomicUsize>,
    atomics: Pool<AtomicU64>,
    cells: Pool<loom::cell::UnsafeCell<()>>,
    threads: Vec<Option<Thread>>,
    finish: Option<fn(Report) -> !>,
    executions: u64,
    budget: u64,
    bound: u32,
}

/// Whether the running model execution is loom's.
pub(crate) fn on() -> bool {
    ON.get()
}

/// Runs a loom operation; loom may run other tasks meanwhile.
fn as_me<R>(f: impl FnOnce() -> R) -> R {
    let me = exec::current();
    let r = f();
    exec::with(|k| k.exec.current = me);
    stop_if_failed();
    r
}

fn state<R>(f: impl FnOnce(&mut State) -> R) -> R {
    STATE.with_borrow_mut(f)
}

fn report(outcome: Outcome, complete: bool) -> Report {
    let (executions, bound) = state(|s| (s.executions, s.bound));
    Report { executions, complete, preemption_bound: Some(bound), outcome, outcomes: vec![], warnings: vec![] }
}

fn leave(outcome: Outcome) -> ! {
    let report = report(outcome, false);
    match state(|s| s.finish) {
        Some(finish) => finish(report),
        None => unreachable!("a loom search is given a way to finish"),
    }
}

fn inconclusive(reason: &str) -> ! {
    leave(Outcome::Inconclusive { reason: reason.to_string() })
}

/// A failure was recorded: it is the result.
pub(crate) fn stop_if_failed() {
    let stop = exec::with(|k| k.exec.stop.take());
    match stop {
        Some(Stop::Failed(f)) => leave(Outcome::Failed(*f)),
        Some(_) => inconclusive("an execution was too long for loom"),
        None => {}
    }
}

/// An access that loom sees: it orders the running task with everybody else who accesses `id`.
pub(crate) fn access(id: ObjId) {
    let Some(a) = state(|s| s.accesses.get(id)) else { too_many() };
    as_me(|| a.fetch_add(1, Ordering::AcqRel));
}

pub(crate) fn step(op: Op) {
    stop_if_failed();
    if let Some(id) = op.object
        && !exec::with(|k| k.exec.objects[id].kind == ObjKind::Atomic)
    {
        access(id);
    }
}

pub(crate) fn acquire(id: ObjId, need: i64, take: i64, op: Op, opts: WaitOpts) -> How {
    stop_if_failed();
    let me = exec::current();
    let thread = state(|s| s.threads.get(me).cloned().flatten()).unwrap_or_else(loom::thread::current);
    state(|s| {
        if s.threads.len() <= me {
            s.threads.resize(me + 1, None);
        }
        s.threads[me] = Some(thread);
    });
    loop {
        access(id);
        let how = exec::with(|k| k.exec.loom_try(id, need, take, op, opts));
        if let Some(how) = how {
            return how;
        }
        // Nobody can go on: the earliest deadline passes, or it is a deadlock.
        let next = exec::with(|k| k.exec.loom_next_deadline());
        match next {
            Some(Some(task)) if task == me => continue,
            Some(Some(task)) => unpark(task),
            Some(None) => {
                stop_if_failed();
                // The main task has ended, and what is left waits for ever: nothing to say.
                inconclusive("threads are left that wait for ever after the check has ended; loom cannot leave them");
            }
            None => {}
        }
        as_me(loom::thread::park);
    }
}

fn unpark(task: usize) {
    if let Some(t) = state(|s| s.threads.get(task).cloned().flatten()) {
        as_me(|| t.unpark());
    }
}

/// Whoever waits for `id` looks again.
pub(crate) fn wake(id: ObjId) {
    for task in exec::with(|k| k.exec.loom_waiters(id)) {
        unpark(task);
    }
}

pub(crate) fn yield_now() {
    stop_if_failed();
    as_me(loom::thread::yield_now);
}

pub(crate) fn spawn(task: usize, body: Box<dyn FnOnce()>) {
    if exec::live_tasks() > MAX_THREADS || task >= MAX_THREADS {
        inconclusive("loom models at most five threads");
    }
    as_me(|| {
        loom::thread::spawn(move || {
            exec::with(|k| k.exec.current = task);
            body();
            exec::finish();
        })
    });
}

fn too_many() -> ! {
    inconclusive("the check uses more objects than loom is given")
}

/// loom's atomic for this location, and its first value. loom's begins with 0, so values are kept as their
/// difference (exclusive or) from the first one.
fn atomic(id: ObjId) -> (Rc<AtomicU64>, u64) {
    let Some(a) = state(|s| s.atomics.get(id)) else { too_many() };
    (a, exec::with(|k| k.exec.objects[id].stores.first().map_or(0, |s| s.value)))
}

pub(crate) fn load(id: ObjId, order: Ordering) -> u64 {
    let (a, first) = atomic(id);
    as_me(|| a.load(order)) ^ first
}

pub(crate) fn store(id: ObjId, value: u64, order: Ordering) {
    let (a, first) = atomic(id);
    as_me(|| a.store(value ^ first, order));
    newest(id, value);
}

fn newest(id: ObjId, value: u64) {
    // The first store stays what it was; the second one is whatever is newest.
    exec::with(|k| {
        let stores = &mut k.exec.objects[id].stores;
        if let Some(mut s) = stores.first().cloned() {
            s.value = value;
            stores.truncate(1);
            stores.push(s);
        }
    });
}

pub(crate) fn rmw(
    id: ObjId,
    (success, failure): (Ordering, Ordering),
    mut f: impl FnMut(u64) -> Option<u64>,
) -> Result<u64, u64> {
    let (a, first) = atomic(id);
    let mut guess = exec::with(|k| k.exec.objects[id].stores.last().map_or(0, |s| s.value));
    loop {
        match f(guess) {
            Some(new) => match as_me(|| a.compare_exchange(guess ^ first, new ^ first, success, failure)) {
                Ok(old) => {
                    newest(id, new);
                    return Ok(old ^ first);
                }
                Err(seen) => guess = seen ^ first,
            },
            None => {
                let seen = as_me(|| a.load(failure)) ^ first;
                if f(seen).is_none() {
                    return Err(seen);
                }
                guess = seen;
            }
        }
    }
}

pub(crate) fn fence(order: Ordering) {
    as_me(|| loom_fence(order));
}

pub(crate) fn data(id: ObjId, write: bool) {
    let Some(cell) = state(|s| s.cells.get(id)) else { too_many() };
    let ordered = std::panic::catch_unwind(AssertUnwindSafe(|| {
        as_me(|| if write { cell.with_mut(|_| ()) } else { cell.with(|_| ()) });
    }));
    if ordered.is_err() {
        exec::panics_caught(0);
        exec::with(|k| {
            let place = None::<Loc>;
            let message =
                "A data race: two threads use the same data, one of them writes it, and nothing orders the two.";
            k.exec.fail(protocol::Kind::DataRace, message.to_string(), place);
        });
        stop_if_failed();
    }
}

fn begin() {
    let over = state(|s| {
        s.accesses.clear();
        s.atomics.clear();
        s.cells.clear();
        s.threads.clear();
        s.accesses.fill(|| AtomicUsize::new(0));
        s.atomics.fill(|| AtomicU64::new(0));
        s.cells.fill(|| loom::cell::UnsafeCell::new(()));
        s.executions >= s.budget
    });
    if over {
        leave(Outcome::Passed);
    }
    state(|s| s.executions += 1);
    crate::endless::begin();
    exec::with(|k| {
        let seed = k.config.seed;
        k.exec = Exec::new(next_epoch(), k.strategy.allowance(), seed, false);
        k.exec.add_task(None, std::panic::Location::caller());
    });
    exec::set_modelled(true);
}

/// Searches with loom: 0, 1, 2, ... preemptions in turn. A failure, or the end of the budget, goes to `finish`.
pub fn search(budget: &Budget, mut config: Config, body: Body, finish: fn(Report) -> !) -> Report {
    config.exhaustive = true;
    config.steps = budget.steps;
    let (max_bound, executions) = (budget.preemptions, budget.executions);
    let search = move || {
        ON.set(true);
        state(|s| {
            *s = State { finish: Some(finish), budget: executions, ..State::default() };
        });
        let strategy = Box::new(Follow::new(Vec::new()));
        let exec = Exec::new(0, crate::strategy::Strategy::allowance(&*strategy), 0, false);
        exec::install(Kernel { exec, strategy, config, summary: Summary::default() });
        let bounds: Vec<Option<u32>> = match max_bound {
            Some(k) => (0..=k).map(Some).collect(),
            None => vec![None],
        };
        for bound in bounds {
            state(|s| s.bound = bound.unwrap_or(u32::MAX));
            let mut builder = loom::model::Builder::new();
            builder.preemption_bound = bound.map(|b| b as usize);
            builder.max_branches = MAX_BRANCHES;
            builder.max_threads = MAX_THREADS;
            builder.checkpoint_interval = usize::MAX >> 1;
            let body = body.clone();
            let done = std::panic::catch_unwind(AssertUnwindSafe(|| {
                builder.check(move || {
                    begin();
                    main_task(&*body);
                    stop_if_failed();
                    // What only loom's own objects still hold must go while loom is there.
                    state(|s| {
                        s.accesses.clear();
                        s.atomics.clear();
                        s.cells.clear();
                    });
                });
            }));
            exec::set_modelled(false);
            if let Err(payload) = done {
                let why = crate::panics::text_of(&*payload);
                inconclusive(&format!("loom gave up: {why}"));
            }
        }
        let bound = state(|s| s.bound);
        let mut r = report(Outcome::Passed, true);
        r.preemption_bound = (bound != u32::MAX).then_some(bound);
        r
    };
    match std::thread::Builder::new()
        .name("model".into())
        .stack_size(64 << 20)
        .spawn(search)
        .map(std::thread::JoinHandle::join)
    {
        Ok(Ok(r)) => r,
        _ => Report {
            executions: 0,
            complete: false,
            preemption_bound: None,
            outcome: Outcome::Inconclusive { reason: "loom gave up".into() },
            outcomes: vec![],
            warnings: vec![],
        },
    }
}
