//! One model execution: tasks, objects, virtual time, and the step at which another task may go on.
//!
//! All tasks are coroutines of one OS thread. A task runs alone from one *step* to the next; a step
//! is announced before every synchronising operation. At a step the kernel lists who could go on
//! (see [`Exec::options`]) and the search's [`Strategy`] chooses.

mod atomics;
mod hindering;
mod hooks;
mod loom;
mod permits;
mod progress;
mod races;
mod tasks;
mod time;

pub use atomics::{fence, load, newest, rmw, store};
pub use hindering::*;
pub use hooks::*;
pub use permits::*;
use progress::Vain;
pub use races::{race_read, race_write};
pub use tasks::*;
pub use time::{now, peek_now, yield_now};

use crate::loomrt;
use crate::object::{Obj, ObjId, ObjKind, Object};
use crate::replay::Choice;
use crate::strategy::{Allowance, Rng, Situation, Strategy, ValueKind, mix};
use crate::view::View;
use protocol::{Event, Failure, Interleaving, Kind, Place, Switch};
use shuttle_engine::scheduler::{Task, TaskId};
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::Location;

/// A place in a source file.
pub type Loc = &'static Location<'static>;

/// A timed wait or sleep that ends within this time may end at any moment, as if the machine had been
/// busy; a longer one ends only when nothing else can run. In nanoseconds.
pub const EARLY_TIMEOUT_NS: u64 = 1_000_000_000;

/// How a waiting or runnable task goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum How {
    /// What it waited for is there, or it did not wait.
    Run,
    /// Its time is up.
    Timeout,
    /// Woken though nobody notified it.
    Spurious,
}

/// One way to go on from a step.
#[derive(Debug, Clone, Copy)]
pub struct Opt {
    /// The task.
    pub task: usize,
    /// How it goes on.
    pub how: How,
    /// Whether it counts as a preemption.
    pub costs: bool,
    /// The object that the task is about to use.
    pub object: Option<ObjId>,
    /// The task's last operation was a yield.
    pub yielding: bool,
}

/// An operation that a task is about to do.
#[derive(Debug, Clone, Copy)]
pub struct Op {
    /// In a student's words: `lock`, `store`, ...
    pub name: &'static str,
    /// On what.
    pub object: Option<ObjId>,
    /// The line that does it.
    pub place: Loc,
}

/// How to wait.
#[derive(Debug, Clone, Copy, Default)]
pub struct WaitOpts {
    /// Virtual nanoseconds at which the wait times out.
    pub deadline: Option<u64>,
    /// Whether it may wake though nobody notified it.
    pub spurious: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Ready,
    Waiting { object: ObjId, need: i64, opts: (Option<u64>, bool) },
    Frozen,
    Done,
}

pub(crate) struct TaskState {
    pub name: Option<String>,
    status: Status,
    op: Op,
    pub view: View,
    /// What relaxed loads have read, for acquire fences.
    unacquired: View,
    /// What was known at the last release fence.
    fenced: Option<View>,
    pub hash: u64,
    wake: How,
    yielding: bool,
    idle_steps: u32,
    pub panics: u32,
    /// How many `catch`es of the check the task is in.
    pub catching: u32,
    pub last_panic: Option<crate::panics::Panic>,
    pub spin_hints: u64,
    pub thread_object: ObjId,
    pub park_object: ObjId,
    /// Locks held: object, where.
    pub locks: Vec<(ObjId, Loc)>,
    /// Set while the author's check counts locks.
    pub lock_log: Option<Vec<u64>>,
    freezable: bool,
    /// Gets a permit when the task is stopped.
    ice: Option<ObjId>,
    /// What a deadlock here means, in the check's words.
    label: Option<(Kind, String)>,
    pub ext: Option<Box<dyn Any>>,
    /// The step at which it last did something other than end.
    last_place: Loc,
}

/// Why an execution ends before its tasks do.
#[derive(Debug, Clone)]
pub(crate) enum Stop {
    /// A failure was seen.
    Failed(Box<Failure>),
    /// The main task has ended and what is left waits or runs without end.
    Over,
    /// The step limit; says nothing.
    Truncated,
}

/// What an operation changes for the others.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    /// Nothing: they cannot see it.
    None,
    /// Something that is a part of [`Vain`].
    Repeat,
    /// Something that may let them go on.
    News,
}

pub(crate) struct Exec {
    pub epoch: u32,
    pub tasks: Vec<TaskState>,
    pub objects: Vec<Object>,
    pub current: usize,
    next: Option<usize>,
    pub now: u64,
    idle_yields: u32,
    /// Somebody waits for all others to sleep: since which step, at which time. No time passes while one of them spins.
    watched: Option<(u64, u64)>,
    clock_reads: u32,
    pub steps: u64,
    last_change: u64,
    /// Yields and vain attempts since the last change.
    hopeless: u64,
    fair: bool,
    vain: Vain,
    fair_rng: Rng,
    hash: u64,
    sc: View,
    locations: usize,
    counts: Vec<usize>,
    left: Allowance,
    pub stop: Option<Stop>,
    pub main_done: bool,
    main_done_step: u64,
    pub choices: Vec<Choice>,
    events: Option<Vec<Recorded>>,
    switch: Option<Switch>,
    hindering: Option<Hindering>,
    pub preemptions: u32,
    pub switches: u32,
    pub output: String,
    /// Bytes printed, kept or not.
    printed: usize,
    /// Locks waited for while another was held.
    pub lock_order: Vec<LockOrder>,
    /// Panics that ended a thread and that nobody has looked at yet.
    pub unseen: Vec<(usize, crate::panics::Panic)>,
    refuse_spawn: Option<u32>,
    cells: std::collections::HashMap<u64, ObjId>,
    /// Names the order of sequentially consistent fences.
    sc_version: u64,
    pub random: u64,
}

/// A lock that was waited for while another was held.
pub(crate) struct LockOrder {
    pub task: usize,
    pub held: (ObjId, Loc),
    pub taken: (ObjId, Loc),
    /// All locks that the task held: a lock that both sides hold keeps them apart.
    pub all: Vec<ObjId>,
}

/// What stays the same from one execution to the next.
pub(crate) struct Kernel {
    pub exec: Exec,
    pub strategy: Box<dyn Strategy>,
    pub config: crate::run::Config,
    pub summary: crate::run::Summary,
}

thread_local! {
    static KERNEL: RefCell<Option<Kernel>> = const { RefCell::new(None) };
    static MODELLED: Cell<bool> = const { Cell::new(false) };
}

pub(crate) fn install(kernel: Kernel) {
    KERNEL.with_borrow_mut(|k| *k = Some(kernel));
}

pub(crate) fn uninstall() -> Option<Kernel> {
    MODELLED.set(false);
    KERNEL.with_borrow_mut(Option::take)
}

/// Whether the kernel is at work right now: a panic then is its own or a scheduler's, not the program's.
pub(crate) fn is_busy() -> bool {
    KERNEL.try_with(|k| k.try_borrow_mut().is_err()).unwrap_or(true)
}

pub(crate) fn set_modelled(on: bool) {
    MODELLED.set(on);
}

/// Whether this code runs inside a model execution. If not, shadows pass through to the real std.
#[inline]
pub fn modelled() -> bool {
    MODELLED.try_with(Cell::get).unwrap_or(false)
}

pub(crate) fn with<R>(f: impl FnOnce(&mut Kernel) -> R) -> R {
    KERNEL.with_borrow_mut(|k| f(k.as_mut().expect("inside a model execution")))
}

impl Exec {
    pub(crate) fn new(epoch: u32, left: Allowance, random: u64, trace: bool) -> Self {
        Exec {
            epoch,
            tasks: Vec::new(),
            objects: Vec::new(),
            current: 0,
            next: None,
            now: 0,
            idle_yields: 0,
            watched: None,
            clock_reads: 0,
            steps: 0,
            last_change: 0,
            hopeless: 0,
            fair: false,
            vain: Vain::default(),
            fair_rng: Rng::new(0x5eed),
            hash: 0,
            sc: View::default(),
            locations: 0,
            counts: Vec::new(),
            left,
            stop: None,
            main_done: false,
            main_done_step: 0,
            choices: Vec::new(),
            events: trace.then(Vec::new),
            switch: None,
            hindering: None,
            preemptions: 0,
            switches: 0,
            output: String::new(),
            printed: 0,
            lock_order: Vec::new(),
            unseen: Vec::new(),
            refuse_spawn: None,
            cells: std::collections::HashMap::new(),
            sc_version: 0,
            random,
        }
    }

    pub(crate) fn add_object(&mut self, kind: ObjKind, permits: i64) -> ObjId {
        let k = kind as usize;
        if self.counts.len() <= k {
            self.counts.resize(k + 1, 0);
        }
        self.counts[k] += 1;
        let loc = if kind == ObjKind::Atomic {
            self.locations += 1;
            self.locations - 1
        } else {
            usize::MAX
        };
        self.objects.push(Object::new(kind, self.counts[k], permits, loc));
        self.objects.len() - 1
    }

    pub(crate) fn add_task(&mut self, name: Option<String>, place: Loc) -> usize {
        let id = self.tasks.len();
        let thread_object = self.add_object(ObjKind::Thread, 0);
        let park_object = self.add_object(ObjKind::Park, 0);
        let mut view = self.tasks.get(self.current).map(|t| t.view.clone()).unwrap_or_default();
        view.tick(id);
        let parent_hash = self.tasks.get(self.current).map_or(0, |t| t.hash);
        self.tasks.push(TaskState {
            name,
            status: Status::Ready,
            op: Op { name: "start", object: None, place },
            view,
            unacquired: View::default(),
            fenced: None,
            hash: mix(parent_hash, 0x51),
            wake: How::Run,
            yielding: false,
            idle_steps: 0,
            panics: 0,
            catching: 0,
            last_panic: None,
            spin_hints: 0,
            thread_object,
            park_object,
            locks: Vec::new(),
            lock_log: None,
            freezable: false,
            ice: None,
            label: None,
            ext: None,
            last_place: place,
        });
        id
    }

    pub(crate) fn task_name(&self, task: usize) -> String {
        match &self.tasks[task].name {
            Some(name) => name.clone(),
            None if task == 0 => "main".to_string(),
            None => format!("thread-{task}"),
        }
    }

    fn ready(&self, task: usize) -> bool {
        match self.tasks[task].status {
            Status::Ready => true,
            Status::Waiting { object, need, .. } => self.objects[object].permits >= need,
            Status::Frozen | Status::Done => false,
        }
    }

    fn deadline(&self, task: usize) -> Option<u64> {
        match self.tasks[task].status {
            Status::Waiting { opts: (deadline, _), .. } => deadline,
            _ => None,
        }
    }

    fn option(&self, task: usize, how: How, costs: bool) -> Opt {
        let t = &self.tasks[task];
        Opt { task, how, costs, object: t.op.object, yielding: t.yielding }
    }

    /// Every way to go on; the first one is the default. Preempting a task that could go on, ending
    /// a timed wait early and waking spuriously count as preemptions.
    fn options(&self, out: &mut Vec<Opt>) {
        out.clear();
        let n = self.tasks.len();
        let cur = self.current;
        let me_ready = self.ready(cur);
        // A thread that only looks, again and again, is taken for one that yields.
        let me_yields = self.tasks[cur].yielding || self.tasks[cur].idle_steps > 100;
        if me_ready && !me_yields {
            out.push(self.option(cur, How::Run, false));
        }
        for k in 1..n {
            let t = (cur + k) % n;
            if self.ready(t) {
                out.push(self.option(t, How::Run, me_ready && !me_yields));
            } else if self.deadline(t).is_some_and(|d| d <= self.now) {
                out.push(self.option(t, How::Timeout, me_ready && !me_yields));
            }
        }
        if me_ready && me_yields {
            out.push(self.option(cur, How::Run, !out.is_empty()));
        }
        if !me_ready && self.deadline(cur).is_some_and(|d| d <= self.now) {
            out.push(self.option(cur, How::Timeout, false));
        }
        if out.is_empty() {
            // Nothing can run: time passes, up to the earliest deadline.
            if let Some(first) = (0..n).filter_map(|t| self.deadline(t)).min() {
                for k in 0..n {
                    let t = (cur + k) % n;
                    if self.deadline(t) == Some(first) {
                        out.push(self.option(t, How::Timeout, false));
                    }
                }
            } else {
                return;
            }
        } else if self.left.early_timeouts > 0 {
            for t in 0..n {
                let soon = |d: u64| d > self.now && d - self.now <= EARLY_TIMEOUT_NS;
                if !self.ready(t) && self.deadline(t).is_some_and(soon) {
                    out.push(self.option(t, How::Timeout, true));
                }
            }
        }
        if self.left.spurious > 0 {
            for t in 0..n {
                if let Status::Waiting { opts: (_, true), .. } = self.tasks[t].status
                    && !self.ready(t)
                {
                    out.push(self.option(t, How::Spurious, true));
                }
            }
        }
    }

    /// Ends the execution with a failure, unless it has ended already.
    pub(crate) fn fail(&mut self, kind: Kind, message: String, place: Option<Loc>) {
        if self.stop.is_none() {
            let waits = if matches!(kind, Kind::Deadlock | Kind::LostWakeup) { self.waits() } else { Vec::new() };
            self.stop =
                Some(Stop::Failed(Box::new(Failure { waits, ..Failure::new(kind, message, place.map(place_of)) })));
        }
    }

    fn describe_switch(&self, from: usize) -> Switch {
        let t = &self.tasks[from];
        match t.status {
            Status::Done => Switch::Ended,
            Status::Frozen => Switch::Blocked("it is stopped here by the check".into()),
            Status::Waiting { object, .. } if !self.ready(from) => {
                let o = &self.objects[object];
                let text = match o.kind {
                    ObjKind::Mutex | ObjKind::RwLock => match o.holders.first() {
                        Some(&(h, place)) => {
                            format!("waits for the lock held by {} since line {}", self.task_name(h), place.line())
                        }
                        None => "waits for the lock".to_string(),
                    },
                    ObjKind::Ticket => "waits to be notified".into(),
                    ObjKind::Park => "is parked".into(),
                    ObjKind::Thread => match self.tasks.iter().position(|t| t.thread_object == object) {
                        Some(t) => format!("waits for the end of {}", self.task_name(t)),
                        None => "waits for a thread".into(),
                    },
                    ObjKind::Channel => "waits at the channel".into(),
                    ObjKind::Gate => "waits until all are here".into(),
                    _ if matches!(t.op.name, "sleep") => "sleeps".into(),
                    _ => format!("waits for {}", o.title()),
                };
                Switch::Blocked(text)
            }
            _ if t.yielding || t.idle_steps > 100 => Switch::Yielded,
            _ => Switch::Preempted,
        }
    }

    /// Applies a choice: who goes on, and how.
    fn take(&mut self, opt: Opt) {
        self.choices.push(Choice::Task(opt.task, opt.how));
        match opt.how {
            How::Run => {}
            How::Timeout => {
                let deadline = self.deadline(opt.task).unwrap_or(self.now);
                if self.now < deadline && opt.costs {
                    self.left.early_timeouts = self.left.early_timeouts.saturating_sub(1);
                }
                self.now = self.now.max(deadline);
            }
            How::Spurious => self.left.spurious = self.left.spurious.saturating_sub(1),
        }
        if opt.costs {
            self.preemptions += 1;
        }
        if opt.task != self.current {
            self.switches += 1;
            // Several switches without an event between them: the last task that did something counts.
            self.switch = self.events.is_some().then(|| match opt.how {
                How::Timeout => Switch::TimedOut,
                How::Spurious => Switch::WokenSpuriously,
                How::Run => self.describe_switch(self.current),
            });
            self.tasks[opt.task].idle_steps = 0;
        }
        let t = &mut self.tasks[opt.task];
        t.wake = opt.how;
        if let Status::Waiting { .. } = t.status
            && opt.how != How::Run
        {
            t.status = Status::Ready;
        }
        self.current = opt.task;
        crate::endless::step(self.tasks[opt.task].op.place);
    }

    /// Another task waits for a lock that the running one holds.
    fn hinders(&self) -> bool {
        let lock = |o: &Object| matches!(o.kind, ObjKind::Mutex | ObjKind::RwLock);
        let held = |o: &Object| lock(o) && o.holders.iter().any(|holder| holder.0 == self.current);
        self.tasks.iter().any(|t| matches!(t.status, Status::Waiting { object, .. } if held(&self.objects[object])))
    }

    fn changed(&mut self) {
        self.last_change = self.steps;
        self.hopeless = 0;
        self.idle_yields = 0;
        self.clock_reads = 0;
        self.fair = false;
        let t = &mut self.tasks[self.current];
        t.idle_steps = 0;
    }

    /// Writes an operation into the history of its task and object.
    fn record(&mut self, op: &Op, change: Change, detail: u64, value: impl FnOnce() -> String) {
        let me = self.current;
        let mut h = mix(self.tasks[me].hash, op.name.as_ptr() as u64 ^ ((op.name.len() as u64) << 56));
        h = mix(h, detail);
        if let Some(id) = op.object {
            let o = &mut self.objects[id];
            h = mix(mix(h, id as u64), o.version);
            if change != Change::None {
                o.version = h;
            }
        }
        self.tasks[me].hash = h;
        self.tasks[me].last_place = op.place;
        self.tasks[me].view.tick(me);
        self.hash = self.hash.wrapping_add(h);
        if change != Change::None {
            self.changed();
        }
        if change == Change::News {
            self.vain = Vain { since: self.steps, ..Vain::default() };
        }
        if let Some(events) = &mut self.events {
            events.push(Recorded { thread: me, op: *op, value: value(), switch: self.switch.take() });
        }
    }

    /// What happened, with the events if they were recorded.
    pub(crate) fn interleaving(&mut self) -> Interleaving {
        let events = self.events.take().unwrap_or_default();
        let event = |e: Recorded| Event {
            thread: e.thread,
            op: e.op.name.to_string(),
            object: e.op.object.map(|id| self.objects[id].title()).unwrap_or_default(),
            value: e.value,
            place: Some(place_of(e.op.place)),
            switch: e.switch,
        };
        Interleaving {
            threads: (0..self.tasks.len()).map(|t| self.task_name(t)).collect(),
            events: events.into_iter().map(event).collect(),
            preemptions: self.preemptions,
            switches: self.switches,
        }
    }
}

/// An [`Event`] that has not been put into words yet: most recorded executions are thrown away.
struct Recorded {
    thread: usize,
    op: Op,
    value: String,
    switch: Option<Switch>,
}

/// A place as the protocol has it.
pub fn place_of(place: Loc) -> Place {
    Place { file: place.file().to_string(), line: place.line(), column: place.column() }
}

impl Kernel {
    /// Chooses who goes on. `None`: the execution ends here.
    fn decide(&mut self, tasks: Option<&[&Task]>) -> Option<usize> {
        let exec = &mut self.exec;
        if exec.stop.is_some() {
            return None;
        }
        exec.steps += 1;
        let me = exec.current;
        exec.tasks[me].idle_steps += 1;
        if exec.main_done && (self.config.exit_with_main || exec.steps > exec.main_done_step + 2_000) {
            exec.stop = Some(Stop::Over);
            return None;
        }
        if exec.comes_to_nothing(self.config.steps) {
            return None;
        }
        let mut options = std::mem::take(&mut self.summary.options);
        exec.options(&mut options);
        let chosen = if options.is_empty() {
            if exec.main_done {
                exec.stop = Some(Stop::Over);
            } else {
                exec.nobody_can_go_on();
            }
            None
        } else if exec.main_done && options.iter().all(|o| o.how == How::Timeout) {
            // Only timers are left after the main task has ended: nobody looks any more.
            exec.stop = Some(Stop::Over);
            None
        } else {
            let at = Situation { hash: mix(exec.hash, exec.now), current: exec.current, steps: exec.steps };
            let index = if exec.fair && !self.config.replaying {
                let runs = options.iter().filter(|o| !o.costs || o.how == How::Run).count().max(1);
                exec.fair_rng.below(runs)
            } else if options.len() == 1 && !self.config.replaying {
                0
            } else if let (Some(tasks), Some(scheduler)) = (tasks, self.strategy.shuttle()) {
                let runs: smallvec::SmallVec<[&Task; 8]> = tasks
                    .iter()
                    .copied()
                    .filter(|t| options.iter().any(|o| o.how == How::Run && o.task == usize::from(t.id())))
                    .collect();
                let rare = options.iter().filter(|o| o.how != How::Run).count();
                let yielding = exec.tasks[me].yielding || exec.tasks[me].idle_steps > 100;
                let choice =
                    if runs.is_empty() { None } else { scheduler.next_task(&runs, Some(TaskId::from(me)), yielding) };
                if runs.is_empty() || (rare > 0 && scheduler.next_u64().is_multiple_of(8)) {
                    let pick = (scheduler.next_u64() % rare as u64) as usize;
                    options.iter().enumerate().filter(|(_, o)| o.how != How::Run).nth(pick).map_or(0, |(i, _)| i)
                } else {
                    let id = choice.map_or(me, usize::from);
                    options.iter().position(|o| o.how == How::Run && o.task == id).unwrap_or(0)
                }
            } else {
                self.strategy.pick(&at, &options)
            };
            let opt = options[index.min(options.len() - 1)];
            exec.take(opt);
            Some(opt.task)
        };
        self.summary.options = options;
        chosen
    }
}

/// The scheduler that shuttle's runtime asks: it only hands on what the kernel has decided.
pub(crate) struct Proxy;

impl shuttle_engine::scheduler::Scheduler for Proxy {
    fn new_execution(&mut self) -> Option<shuttle_engine::scheduler::Schedule> {
        crate::run::next_execution().then(|| shuttle_engine::scheduler::Schedule::new(0))
    }

    fn next_task(&mut self, tasks: &[&Task], current: Option<TaskId>, _yielding: bool) -> Option<TaskId> {
        let next = with(|k| {
            if k.exec.stop.is_some() {
                return None;
            }
            match k.exec.next.take() {
                Some(next) => Some(next),
                None if current.is_none() => Some(0),
                None => k.decide(Some(tasks)),
            }
        });
        if next.is_none() {
            set_modelled(false);
        }
        next.map(TaskId::from)
    }

    fn next_u64(&mut self) -> u64 {
        0
    }
}

/// Lets the search choose who goes on; returns when the calling task was chosen. Never returns once
/// the execution has ended.
fn switch() {
    enum Next {
        Me,
        Other,
        Ask,
        End,
    }
    let next = with(|k| {
        if k.exec.stop.is_some() {
            return Next::End;
        }
        k.exec.works_no_more();
        if k.strategy.shuttle().is_some() {
            return Next::Ask;
        }
        let me = k.exec.current;
        match k.decide(None) {
            Some(t) if t == me => {
                k.exec.works_again();
                Next::Me
            }
            Some(t) => {
                k.exec.next = Some(t);
                Next::Other
            }
            None => Next::End,
        }
    });
    match next {
        Next::Me => {}
        Next::Other | Next::Ask => {
            shuttle_engine::runtime::thread::switch();
            let ended = with(|k| {
                k.exec.works_again();
                k.exec.stop.is_some()
            });
            if ended {
                never();
            }
        }
        Next::End => never(),
    }
}

/// The execution has ended: this task does not run again.
fn never() -> ! {
    loop {
        // The proxy answers `None`, so shuttle abandons the execution and leaks this stack.
        shuttle_engine::runtime::thread::switch();
    }
}

/// Announces `op`: others may run first.
pub fn step(op: Op) {
    with(|k| {
        let t = k.exec.current_task();
        t.op = op;
        t.yielding = false;
    });
    if loomrt::on() {
        return loomrt::step(op);
    }
    freeze_point();
    switch();
}

impl Exec {
    pub(crate) fn current_task(&mut self) -> &mut TaskState {
        &mut self.tasks[self.current]
    }
}

/// Where the check asked for it, the task may stop for good before this operation.
fn freeze_point() {
    let freezable = with(|k| k.exec.current_task().freezable);
    if freezable && choose(2, ValueKind::Rare) == 1 {
        with(|k| {
            let t = k.exec.current_task();
            t.freezable = false;
            t.status = Status::Frozen;
            if let Some(ice) = t.ice {
                k.exec.objects[ice].permits = 1;
            }
        });
        switch();
    }
}

/// Registers an object at its first use in this execution.
pub fn object(obj: &Obj, kind: ObjKind, permits: i64) -> ObjId {
    with(|k| {
        let (epoch, index) = obj.get();
        if epoch == k.exec.epoch {
            return index as usize;
        }
        let id = k.exec.add_object(kind, permits);
        obj.set(k.exec.epoch, id as u32);
        id
    })
}

/// Brings a shadow object that is a static back to its initial value at its first use in an execution.
pub fn touch<T: ?Sized>(object: &T, obj: &Obj) {
    if !is_registered(obj) {
        // SAFETY: a model execution has one OS thread, and the object was not used in this execution, so no
        // guard of it is alive; those of earlier executions were dropped or leaked for good.
        unsafe { crate::statics::first_use(object) };
    }
}

/// Whether the object was already used in this execution.
pub fn is_registered(obj: &Obj) -> bool {
    with(|k| obj.get().0 == k.exec.epoch)
}

/// The number of this execution; differs from one to the next.
pub fn epoch() -> u32 {
    with(|k| k.exec.epoch)
}

/// A new object without an owner (a condition variable's ticket, a scope's counter).
pub fn new_object(kind: ObjKind, permits: i64) -> ObjId {
    with(|k| k.exec.add_object(kind, permits))
}

/// Records an operation that was announced with [`step`].
pub fn note(name: &'static str, object: Option<ObjId>, place: Loc, changes: bool, value: impl FnOnce() -> String) {
    let change = if changes { Change::News } else { Change::None };
    with(|k| k.exec.record(&Op { name, object, place }, change, 0, value));
}

/// Chooses a number below `n`; 0 is the usual one.
pub fn choose(n: usize, kind: ValueKind) -> usize {
    if n < 2 || loomrt::on() {
        return 0;
    }
    with(|k| {
        let allowed = match kind {
            ValueKind::Free | ValueKind::Rare => true,
            ValueKind::Stale | ValueKind::Weak => k.exec.left.stale > 0,
        };
        let at = Situation { hash: mix(k.exec.hash, k.exec.now), current: k.exec.current, steps: k.exec.steps };
        let v = if !allowed || (k.exec.fair && !k.config.replaying) {
            0
        } else {
            k.strategy.value(&at, n, kind).min(n - 1)
        };
        if v > 0 && matches!(kind, ValueKind::Stale | ValueKind::Weak) {
            k.exec.left.stale = k.exec.left.stale.saturating_sub(1);
        }
        k.exec.choices.push(Choice::Value(v));
        if kind != ValueKind::Stale {
            // The choice is part of the task's history. (A load's history names the store it read.)
            let me = k.exec.current;
            let h = mix(k.exec.tasks[me].hash, v as u64 + 1);
            k.exec.tasks[me].hash = h;
            k.exec.hash = k.exec.hash.wrapping_add(h);
        }
        v
    })
}

/// Ends the execution with a failure. Does not return inside a model execution.
pub fn fail(kind: Kind, message: String, place: Option<Loc>) {
    with(|k| k.exec.fail(kind, message, place));
    if loomrt::on() {
        loomrt::stop_if_failed();
    }
    never();
}

/// Records a failure but lets the task go on to its next step (for use in a panic hook).
pub fn fail_later(kind: Kind, message: String, place: Option<Loc>) {
    with(|k| k.exec.fail(kind, message, place));
}

/// Whether a failure was recorded in this execution.
pub fn has_failed() -> bool {
    with(|k| matches!(k.exec.stop, Some(Stop::Failed(_))))
}

/// Appends to the captured standard output; a flood is a failure.
pub fn print(text: &str, place: Loc) {
    let printed = with(|k| {
        if k.exec.output.len() + text.len() <= crate::run::MAX_OUTPUT {
            k.exec.output.push_str(text);
        }
        k.exec.printed += text.len();
        k.exec.printed
    });
    if printed > crate::run::FLOOD {
        let flood = crate::run::flood(place);
        fail(flood.kind, flood.message, Some(place));
    }
}
