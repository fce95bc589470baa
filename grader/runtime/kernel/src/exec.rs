//! One model execution: tasks, objects, virtual time, and the step at which another task may go on.
//!
//! All tasks are coroutines of one OS thread. A task runs alone from one *step* to the next; a step
//! is announced before every synchronising operation. At a step the kernel lists who could go on
//! (see [`Exec::options`]) and the search's [`Strategy`] chooses.

use crate::loomrt;
use crate::object::{Access, Obj, ObjId, ObjKind, Object, Store};
use crate::replay::Choice;
use crate::strategy::{Allowance, Rng, Situation, Strategy, ValueKind, mix};
use crate::view::View;
use protocol::{Event, Failure, Holder, Interleaving, Kind, Place, Switch, WaitFor};
use shuttle_engine::scheduler::{Task, TaskId};
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::Location;
use std::time::{Duration, Instant};

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

/// A part of an execution in which nothing was news: locks were taken and given back, values looked at, timeouts ran out.
#[derive(Clone, Copy, Default)]
struct Vain {
    /// Its first step.
    since: u64,
    /// Yields, naps and vain attempts.
    naps: u64,
    /// Somebody looked at the clock: time alone may change something.
    clock: bool,
    /// Since which step everybody has had the same chance to go on, and the last moment that anybody waited for then.
    chance: Option<(u64, u64)>,
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

/// Whether nothing is news any more (see [`Vain`]).
enum Waiting {
    /// No, or nobody can say.
    No,
    /// It looks so; each thread gets its chance to go on.
    Perhaps,
    /// Each thread has had its chance since.
    InVain,
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

    fn waits(&self) -> Vec<WaitFor> {
        let mut out = Vec::new();
        for (thread, t) in self.tasks.iter().enumerate() {
            let Status::Waiting { object, .. } = t.status else { continue };
            let o = &self.objects[object];
            let what = match o.kind {
                ObjKind::Thread => {
                    let ended = self.tasks.iter().position(|t| t.thread_object == object);
                    format!("the end of {}", ended.map_or("a thread".into(), |t| self.task_name(t)))
                }
                ObjKind::Park => "an unpark".to_string(),
                ObjKind::Ticket => "a notification".to_string(),
                _ => o.title(),
            };
            let holder = o.holders.first().map(|&(h, place)| Holder {
                thread: h,
                name: self.task_name(h),
                place: Some(place_of(place)),
            });
            out.push(WaitFor { thread, name: self.task_name(thread), what, place: Some(place_of(t.op.place)), holder });
        }
        out
    }

    /// Nobody can go on, and the main task has not ended.
    fn nobody_can_go_on(&mut self) {
        let mut sleeping = false;
        let mut label = None;
        let mut place = None;
        for t in &self.tasks {
            if let Status::Waiting { object, .. } = t.status {
                let o = &self.objects[object];
                if matches!(o.kind, ObjKind::Ticket | ObjKind::Park) {
                    sleeping = true;
                    place = place.or(Some(t.op.place));
                }
                if label.is_none() {
                    label.clone_from(&t.label);
                }
            }
        }
        let cycle = self.lock_cycle();
        let mut kind = if cycle.is_none() && sleeping { Kind::LostWakeup } else { Kind::Deadlock };
        if cycle.is_some() || place.is_none() {
            let waiting = |t: &&TaskState| matches!(t.status, Status::Waiting { .. });
            place = self.tasks.iter().find(waiting).map(|t| t.op.place);
            if let Some(c) = cycle.as_ref().and_then(|c| c.first()) {
                place = Some(self.tasks[*c].op.place);
            }
        }
        let message = if let Some((labelled, label)) = label {
            kind = labelled;
            format!("{label}. {}", crate::failure::describe_waits(kind, &self.waits()))
        } else if let Some(cycle) = cycle {
            crate::failure::describe_cycle(&cycle, &self.waits())
        } else {
            crate::failure::describe_waits(kind, &self.waits())
        };
        self.fail(kind, message, place);
    }

    /// Tasks that wait for each other's locks, in order.
    fn lock_cycle(&self) -> Option<Vec<usize>> {
        let next = |t: usize| match self.tasks[t].status {
            Status::Waiting { object, .. } => match self.objects[object].kind {
                ObjKind::Thread => self.tasks.iter().position(|x| x.thread_object == object),
                _ => self.objects[object].holders.first().map(|h| h.0),
            },
            _ => None,
        };
        for start in 0..self.tasks.len() {
            let mut path = vec![start];
            let mut at = start;
            while let Some(n) = next(at) {
                if n == start {
                    return Some(path);
                }
                if path.contains(&n) {
                    break;
                }
                path.push(n);
                at = n;
            }
        }
        None
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

    /// The running task comes to an operation.
    fn works_no_more(&mut self) {
        if let Some(mut h) = self.hindering {
            let worked = h.since.elapsed();
            h.all += worked;
            if self.hinders() {
                h.under_wanted_locks += worked;
            }
            self.hindering = Some(h);
        }
    }

    /// The running task goes on with its own work.
    fn works_again(&mut self) {
        if let Some(h) = &mut self.hindering {
            h.since = Instant::now();
        }
    }

    /// Whether a long execution has come to nothing but threads that yield or nap and look again, under locks or not.
    fn waiting(&mut self, most: u64, alive: u64) -> Waiting {
        if self.vain.clock {
            return Waiting::No;
        }
        let Some((since, last_moment)) = self.vain.chance else {
            let idle = self.steps - self.vain.since;
            if idle < most / 2 || self.vain.naps < idle / 20 {
                return Waiting::No;
            }
            let last_moment = (0..self.tasks.len()).filter_map(|t| self.deadline(t)).max().unwrap_or(0);
            self.vain.chance = Some((self.steps, last_moment));
            return Waiting::Perhaps;
        };
        if self.steps - since <= 2_000 * (alive + 1) {
            Waiting::Perhaps
        } else if self.now < last_moment {
            // Who waits for a moment that has not come may still change everything.
            Waiting::No
        } else {
            Waiting::InVain
        }
    }

    /// The running task is in a loop that does not end: a livelock.
    fn goes_round(&mut self, why: &str) {
        let place = self.tasks[self.current].op.place;
        let message = format!("{} goes round and round at line {} {why}", self.task_name(self.current), place.line());
        self.fail(Kind::Livelock, message, Some(place));
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

/// Operations that may be done before everybody sleeps (see [`watch_spinners`]): a program may try a few hundred
/// times before it goes to sleep.
const WATCHED_STEPS: u64 = 4_000;

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
        if let Some((since, then)) = exec.watched {
            if then != exec.now {
                exec.watched = Some((exec.steps, exec.now));
            } else if exec.steps - since > WATCHED_STEPS {
                exec.goes_round("although it has nothing to do: a thread that waits must sleep.");
                return None;
            }
        }
        let alive = exec.tasks.iter().filter(|t| t.status != Status::Done).count() as u64;
        let idle = exec.steps - exec.last_change;
        if idle > 600 * (alive + 1) {
            // A loop that only loads may be a long computation that looks at a flag now and then; one that
            // yields, or tries in vain again and again, waits.
            let waits = exec.hopeless > 300 * (alive + 1) && idle > 2_000 * (alive + 1);
            if exec.fair && (waits || idle > 60_000) {
                if exec.main_done {
                    exec.stop = Some(Stop::Over);
                } else {
                    exec.goes_round(
                        "without making progress, and nothing that any other thread can still do will end it.",
                    );
                }
                return None;
            }
            exec.fair = true;
        }
        // Steps without progress do not count: a livelock is a livelock, however short an execution may be.
        if exec.last_change > self.config.steps {
            match exec.waiting(self.config.steps, alive) {
                Waiting::Perhaps => exec.fair = true,
                Waiting::InVain if !exec.main_done => {
                    exec.goes_round(
                        "and looks again and again; nothing that any other thread can still do will end it.",
                    );
                    return None;
                }
                _ => {
                    exec.stop = Some(Stop::Truncated);
                    return None;
                }
            }
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
    /// Tasks that wait for `id`.
    pub(crate) fn loom_waiters(&self, id: ObjId) -> Vec<usize> {
        let waits = |t: &TaskState| matches!(t.status, Status::Waiting { object, .. } if object == id);
        (0..self.tasks.len()).filter(|&t| waits(&self.tasks[t])).collect()
    }

    /// Takes the permits, or notes a timeout, or leaves the task waiting.
    pub(crate) fn loom_try(&mut self, id: ObjId, need: i64, take: i64, op: Op, opts: WaitOpts) -> Option<How> {
        let me = self.current;
        let how = if self.objects[id].permits >= need {
            How::Run
        } else if opts.deadline.is_some_and(|d| d <= self.now) {
            How::Timeout
        } else {
            let t = &mut self.tasks[me];
            t.op = op;
            t.status = Status::Waiting { object: id, need, opts: (opts.deadline, false) };
            return None;
        };
        self.tasks[me].status = Status::Ready;
        if how == How::Run {
            self.got(id, take, op.place, true);
        }
        Some(how)
    }

    /// If nobody can go on: time passes to the earliest deadline, whose task is returned (`Some(None)`: there is
    /// none; a deadlock is recorded unless the main task has ended).
    pub(crate) fn loom_next_deadline(&mut self) -> Option<Option<usize>> {
        if (0..self.tasks.len()).any(|t| self.ready(t)) {
            return None;
        }
        let first = (0..self.tasks.len()).filter_map(|t| self.deadline(t).map(|d| (d, t))).min();
        if let Some((d, t)) = first {
            self.now = self.now.max(d);
            return Some(Some(t));
        }
        if !self.main_done {
            self.nobody_can_go_on();
        }
        Some(None)
    }

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

/// Waits until `need` permits are there, takes `take` of them, and learns what those who released
/// them knew.
pub fn acquire(id: ObjId, need: i64, take: i64, name: &'static str, place: Loc, opts: WaitOpts) -> How {
    let op = Op { name, object: Some(id), place };
    with(|k| {
        let t = k.exec.current_task();
        t.op = op;
        t.yielding = false;
    });
    if loomrt::on() {
        return loomrt::acquire(id, need, take, op, opts);
    }
    freeze_point();
    with(|k| {
        let t = k.exec.current_task();
        t.status = Status::Waiting { object: id, need, opts: (opts.deadline, opts.spurious) };
    });
    switch();
    with(|k| {
        let exec = &mut k.exec;
        let me = exec.current;
        exec.tasks[me].status = Status::Ready;
        let how = exec.tasks[me].wake;
        if how == How::Run {
            exec.got(id, take, place, true);
        } else if how == How::Timeout {
            let locs = exec.newest();
            exec.tasks[me].view.join_locs(&locs);
        }
        let text = match how {
            How::Run => "",
            How::Timeout => "-> timed out",
            How::Spurious => "-> woken spuriously",
        };
        exec.vain.naps += u64::from(how == How::Timeout);
        let change = if how == How::Run { exec.permits_change(id) } else { Change::Repeat };
        exec.record(&op, change, how as u64, || text.to_string());
        how
    })
}

impl Exec {
    /// What it changes that permits of an object are taken or given back. Locks are taken only to look, too.
    fn permits_change(&self, id: ObjId) -> Change {
        if matches!(self.objects[id].kind, ObjKind::Mutex | ObjKind::RwLock) { Change::Repeat } else { Change::News }
    }

    /// The current task takes permits and learns what came with them.
    fn got(&mut self, id: ObjId, take: i64, place: Loc, waited: bool) {
        let me = self.current;
        let o = &mut self.objects[id];
        o.permits -= take;
        self.tasks[me].view.join(&o.view);
        if take > 0 && matches!(o.kind, ObjKind::Mutex | ObjKind::RwLock) {
            o.holders.push((me, place));
            let t = &mut self.tasks[me];
            if let Some(log) = &mut t.lock_log {
                log.push(id as u64);
            }
            if waited && !t.locks.is_empty() && self.lock_order.len() < 256 {
                let all: Vec<ObjId> = t.locks.iter().map(|l| l.0).collect();
                for &held in &t.locks {
                    if held.0 != id {
                        self.lock_order.push(LockOrder { task: me, held, taken: (id, place), all: all.clone() });
                    }
                }
            }
            t.locks.push((id, place));
        }
    }

    /// A view in which every store is the newest.
    fn newest(&self) -> View {
        let mut v = View::default();
        for o in &self.objects {
            if o.kind == ObjKind::Atomic && !o.stores.is_empty() {
                v.raise_loc(o.loc, o.base + o.stores.len() as u32 - 1);
            }
        }
        v
    }
}

/// Takes `take` permits if `need` are there. Others may run first.
pub fn try_acquire(id: ObjId, need: i64, take: i64, name: &'static str, place: Loc) -> bool {
    let op = Op { name, object: Some(id), place };
    step(op);
    with(|k| {
        let ok = k.exec.objects[id].permits >= need;
        if ok {
            k.exec.got(id, take, place, false);
        }
        let (change, text) = if ok {
            (k.exec.permits_change(id), "-> ok")
        } else {
            k.exec.vain.naps += 1;
            k.exec.hopeless += 1;
            (Change::None, "-> would wait")
        };
        k.exec.record(&op, change, u64::from(ok), || text.to_string());
        ok
    })
}

/// Gives `n` permits back and lets whoever takes them know what this task knows. Others may run first.
pub fn release(id: ObjId, n: i64, name: &'static str, place: Loc) {
    let op = Op { name, object: Some(id), place };
    step(op);
    release_now(id, n, op);
}

/// Like [`release`], as a part of the operation before.
pub fn release_now(id: ObjId, n: i64, op: Op) {
    with(|k| {
        let exec = &mut k.exec;
        let me = exec.current;
        let view = exec.tasks[me].view.clone();
        let o = &mut exec.objects[id];
        o.view.join(&view);
        o.permits += n;
        if matches!(o.kind, ObjKind::Mutex | ObjKind::RwLock) {
            // A guard may be dropped by another thread than the one that took it only for `Send` guards;
            // std's are not, but a scoped or leaked guard must not confuse the tables.
            if let Some(at) = o.holders.iter().position(|h| h.0 == me) {
                o.holders.remove(at);
            } else {
                o.holders.pop();
            }
            if let Some(at) = exec.tasks[me].locks.iter().rposition(|l| l.0 == id) {
                exec.tasks[me].locks.remove(at);
            }
        }
        let change = exec.permits_change(id);
        exec.record(&Op { object: Some(id), ..op }, change, n as u64, String::new);
    });
    if loomrt::on() {
        loomrt::wake(id);
    }
}

/// The permits of an object now; not a step.
pub fn permits(id: ObjId) -> i64 {
    with(|k| k.exec.objects[id].permits)
}

/// Sets the permits without publishing anything; not a step.
pub fn set_permits(id: ObjId, permits: i64) {
    with(|k| k.exec.objects[id].permits = permits);
    if loomrt::on() {
        loomrt::wake(id);
    }
}

/// Learns what `id`'s releasers knew; not a step.
pub fn learn(id: ObjId) {
    with(|k| {
        let exec = &mut k.exec;
        let me = exec.current;
        let view = exec.objects[id].view.clone();
        exec.tasks[me].view.join(&view);
    });
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

/// Gives up the turn. `spin`: it was `spin_loop`.
pub fn yield_now(name: &'static str, place: Loc) {
    let op = Op { name, object: None, place };
    if loomrt::on() {
        with(|k| k.exec.current_task().spin_hints += 1);
        return loomrt::yield_now();
    }
    with(|k| {
        let exec = &mut k.exec;
        let me = exec.current;
        exec.tasks[me].op = op;
        exec.tasks[me].yielding = true;
        exec.tasks[me].spin_hints += 1;
        exec.hopeless += 1;
        exec.vain.naps += 1;
        // Others' stores become visible sooner or later.
        let locs = exec.newest();
        exec.tasks[me].view.join_locs(&locs);
        let others = (0..exec.tasks.len()).any(|t| t != me && exec.ready(t) && !exec.tasks[t].yielding);
        if !others && exec.watched.is_none() {
            // Everybody who can run only waits: time passes.
            let jump = 1_000_000u64 << exec.idle_yields.min(34);
            exec.idle_yields += 1;
            let earliest = (0..exec.tasks.len()).filter_map(|t| exec.deadline(t)).filter(|&d| d > exec.now).min();
            if let Some(d) = earliest
                && d <= exec.now.saturating_add(jump)
            {
                exec.now = d;
                exec.idle_yields = 0;
                exec.last_change = exec.steps;
            } else if earliest.is_none() {
                // Somebody may be looking at the clock.
                exec.now = exec.now.saturating_add(1_000_000);
            } else {
                exec.now += jump;
            }
        }
    });
    freeze_point();
    switch();
    with(|k| {
        k.exec.current_task().yielding = false;
        k.exec.record(&op, Change::None, 0, String::new);
        k.exec.current_task().yielding = true;
    });
}

/// Virtual nanoseconds since the execution began.
pub fn now() -> u64 {
    with(|k| {
        let exec = &mut k.exec;
        exec.vain.clock = true;
        exec.clock_reads += 1;
        if exec.clock_reads > 300 {
            // A loop that only looks at the clock.
            exec.clock_reads = 0;
            exec.now = exec.now.saturating_add(1_000_000);
        }
        exec.look_at_clock()
    })
}

impl Exec {
    /// What the clock shows depends on who ran: it is part of the history.
    fn look_at_clock(&mut self) -> u64 {
        let me = self.current;
        let h = mix(self.tasks[me].hash, self.now ^ 0x7133);
        self.tasks[me].hash = h;
        self.hash = self.hash.wrapping_add(h);
        self.now
    }
}

/// Like [`now`], for the shadow's own use: it is not a look at the clock.
pub fn peek_now() -> u64 {
    with(|k| k.exec.look_at_clock())
}

/// The running task's number.
pub fn current() -> usize {
    with(|k| k.exec.current)
}

/// Calls `f` with the running task's extension slot (thread-locals of the shadow).
pub fn with_ext<R>(f: impl FnOnce(&mut Option<Box<dyn Any>>) -> R) -> R {
    with(|k| f(&mut k.exec.current_task().ext))
}

/// A task's name.
pub fn name(task: usize) -> Option<String> {
    with(|k| k.exec.tasks[task].name.clone())
}

/// The object that gets a permit when `task` has ended.
pub fn thread_object(task: usize) -> ObjId {
    with(|k| k.exec.tasks[task].thread_object)
}

/// The object that holds `task`'s park token.
pub fn park_object(task: usize) -> ObjId {
    with(|k| k.exec.tasks[task].park_object)
}

/// Whether `task` has ended.
pub fn is_done(task: usize) -> bool {
    with(|k| k.exec.tasks[task].status == Status::Done)
}

/// Starts a task; returns its number.
pub fn spawn(name: Option<String>, body: Box<dyn FnOnce()>, place: Loc) -> usize {
    let op = Op { name: "spawn", object: None, place };
    step(op);
    let (id, stack) = with(|k| {
        let id = k.exec.add_task(name.clone(), place);
        let name = k.exec.task_name(id);
        k.exec.record(&op, Change::News, id as u64, || name);
        // shuttle switches once before it adds the task: that switch is not a choice.
        k.exec.next = Some(k.exec.current);
        (id, crate::run::STACK_BYTES)
    });
    if loomrt::on() {
        loomrt::spawn(id, body);
        return id;
    }
    // An abandoned task's closure is leaked with everything else: its destructors must not run.
    let body = std::mem::ManuallyDrop::new(body);
    let entry = Box::new(move || {
        std::mem::ManuallyDrop::into_inner(body)();
        finish();
    });
    let task = shuttle_engine::runtime::execution::ExecutionState::spawn_thread(entry, stack, None, None, place);
    with(|k| k.exec.next = None);
    debug_assert_eq!(usize::from(task), id);
    id
}

/// The current task has ended.
pub(crate) fn finish() {
    if loomrt::on() {
        // Whoever joins this task knows what it knew.
        loomrt::access(with(|k| k.exec.tasks[k.exec.current].thread_object));
    }
    with(|k| {
        let exec = &mut k.exec;
        let me = exec.current;
        let place = exec.tasks[me].last_place;
        let view = exec.tasks[me].view.clone();
        let id = exec.tasks[me].thread_object;
        exec.objects[id].view.join(&view);
        exec.objects[id].permits = 1;
        exec.record(&Op { name: "end", object: Some(id), place }, Change::News, 0, String::new);
        exec.tasks[me].status = Status::Done;
        if me == 0 {
            exec.main_done = true;
            exec.main_done_step = exec.steps;
        }
    });
    if loomrt::on() {
        let id = with(|k| k.exec.tasks[k.exec.current].thread_object);
        loomrt::wake(id);
    }
}

/// Ends the execution with a failure. Does not return inside a model execution.
pub fn fail(kind: Kind, message: String, place: Option<Loc>) {
    with(|k| k.exec.fail(kind, message, place));
    if loomrt::on() {
        loomrt::stop_if_failed();
    }
    never();
}

/// How long the tasks have worked, the time that the model itself takes not counted.
#[derive(Debug, Clone, Copy)]
pub struct Hindering {
    since: Instant,
    /// All of them.
    pub all: Duration,
    /// Those that held a lock which another one waited for.
    pub under_wanted_locks: Duration,
}

/// From now on it is counted how long tasks work, and how long under a lock that another one waits for.
pub fn watch_locks() {
    let none = Duration::ZERO;
    with(|k| k.exec.hindering = Some(Hindering { since: Instant::now(), all: none, under_wanted_locks: none }));
}

/// What was counted since [`watch_locks`].
pub fn unwatch_locks() -> Option<Hindering> {
    with(|k| {
        k.exec.works_no_more();
        k.exec.hindering.take()
    })
}

/// Records a failure but lets the task go on to its next step (for use in a panic hook).
pub fn fail_later(kind: Kind, message: String, place: Option<Loc>) {
    with(|k| k.exec.fail(kind, message, place));
}

/// Whether a failure was recorded in this execution.
pub fn has_failed() -> bool {
    with(|k| matches!(k.exec.stop, Some(Stop::Failed(_))))
}

// ---- plain data: happens-before --------------------------------------------------------------

/// Checks a read of plain data against earlier writes.
pub fn race_read(id: ObjId, place: Loc) {
    if loomrt::on() {
        return loomrt::data(id, false);
    }
    let race = with(|k| {
        let exec = &mut k.exec;
        let me = exec.current;
        let clock = exec.tasks[me].view.clock(me);
        let o = &mut exec.objects[id];
        let race = o.write.filter(|w| w.task != me && w.clock > exec.tasks[me].view.clock(w.task));
        o.reads.retain(|r| r.task != me);
        o.reads.push(Access { task: me, clock, place });
        exec.record(&Op { name: "read", object: Some(id), place }, Change::None, 0, String::new);
        race.map(|w| (w, exec.task_name(w.task), exec.task_name(me)))
    });
    if let Some((w, writer, me)) = race {
        report_race(&writer, "wrote", w.place, &me, "reads", place);
    }
}

/// Checks a write of plain data against earlier reads and writes.
pub fn race_write(id: ObjId, place: Loc) {
    if loomrt::on() {
        return loomrt::data(id, true);
    }
    let race = with(|k| {
        let exec = &mut k.exec;
        let me = exec.current;
        let clock = exec.tasks[me].view.clock(me);
        let view = &exec.tasks[me].view;
        let o = &mut exec.objects[id];
        let unordered = |a: &Access| a.task != me && a.clock > view.clock(a.task);
        let race = o
            .write
            .filter(&unordered)
            .map(|w| (w, "wrote"))
            .or_else(|| o.reads.iter().copied().find(|r| unordered(r)).map(|r| (r, "read")));
        o.write = Some(Access { task: me, clock, place });
        o.reads.clear();
        exec.record(&Op { name: "write", object: Some(id), place }, Change::News, 0, String::new);
        race.map(|(a, did)| (a, did, exec.task_name(a.task), exec.task_name(me)))
    });
    if let Some((a, did, other, me)) = race {
        report_race(&other, did, a.place, &me, "writes", place);
    }
}

fn report_race(other: &str, did: &str, there: Loc, me: &str, does: &str, here: Loc) {
    let message = format!(
        "A data race: {other} {did} the data ({}:{}), and {me} {does} it ({}:{}), and nothing orders the two: \
         no lock, and no release store that an acquire load has read.",
        there.file(),
        there.line(),
        here.file(),
        here.line()
    );
    fail(Kind::DataRace, message, Some(here));
}

// ---- condition variables -----------------------------------------------------------------------

/// Puts the running task into the queue of a condition variable; returns its ticket.
pub fn enqueue(id: ObjId) -> ObjId {
    with(|k| {
        let exec = &mut k.exec;
        let me = exec.current;
        let ticket = exec.add_object(ObjKind::Ticket, 0);
        exec.objects[id].queue.push((ticket, me));
        ticket
    })
}

/// Takes a ticket out of the queue (its task was not woken by a notification).
pub fn dequeue(id: ObjId, ticket: ObjId) {
    with(|k| k.exec.objects[id].queue.retain(|q| q.0 != ticket));
}

/// Wakes one waiter (any) or all of them. Others may run first.
pub fn notify(id: ObjId, all: bool, place: Loc) {
    let name = if all { "notify_all" } else { "notify_one" };
    let op = Op { name, object: Some(id), place };
    step(op);
    let waiting = with(|k| k.exec.objects[id].queue.len());
    // The usual one is the one that has waited longest.
    let pick = if all { 0 } else { choose(waiting, ValueKind::Free) };
    let mut woken_tickets = Vec::new();
    with(|k| {
        let exec = &mut k.exec;
        let o = &mut exec.objects[id];
        let woken: Vec<(ObjId, usize)> = if all {
            std::mem::take(&mut o.queue)
        } else if waiting > 0 {
            vec![o.queue.remove(pick)]
        } else {
            Vec::new()
        };
        let names: Vec<String> = woken.iter().map(|w| exec.task_name(w.1)).collect();
        for (ticket, _) in &woken {
            // A notification orders nothing by itself: no view travels with it.
            exec.objects[*ticket].permits = 1;
            woken_tickets.push(*ticket);
        }
        let text = if names.is_empty() { "nobody waits".to_string() } else { format!("wakes {}", names.join(", ")) };
        let change = if woken.is_empty() { Change::Repeat } else { Change::News };
        exec.record(&op, change, woken.len() as u64, || text);
    });
    if loomrt::on() {
        woken_tickets.into_iter().for_each(loomrt::wake);
    }
}

/// Makes the next `Builder::spawn` (or `thread::spawn`) after `n` more fail, as if the system refused.
pub fn refuse_spawn_after(n: Option<u32>) {
    with(|k| k.exec.refuse_spawn = n);
}

/// Whether the system refuses to start this thread.
pub fn spawn_refused() -> bool {
    with(|k| match &mut k.exec.refuse_spawn {
        Some(0) => {
            k.exec.refuse_spawn = None;
            true
        }
        Some(n) => {
            *n -= 1;
            false
        }
        None => false,
    })
}

// ---- the author's hooks ----------------------------------------------------------------------

/// From now on the running task may stop for good before any of its operations (once).
/// `ice` gets a permit when it does.
pub fn set_freezable(on: bool, ice: Option<ObjId>) {
    with(|k| {
        let t = k.exec.current_task();
        t.freezable = on;
        t.ice = ice;
    });
}

/// What it means, in the check's words, if the running task waits here for ever. Returns the label before.
pub fn set_wait_label(label: Option<(Kind, String)>) -> Option<(Kind, String)> {
    with(|k| std::mem::replace(&mut k.exec.current_task().label, label))
}

/// The object of a cell of plain data that bears this number.
pub fn cell_object(number: u64) -> ObjId {
    with(|k| {
        if let Some(&id) = k.exec.cells.get(&number) {
            return id;
        }
        let id = k.exec.add_object(ObjKind::Cell, 0);
        k.exec.cells.insert(number, id);
        id
    })
}

/// Whether `task` is stopped.
pub fn is_frozen(task: usize) -> bool {
    with(|k| k.exec.tasks[task].status == Status::Frozen)
}

/// Lets a stopped task go on, and stops it no more.
pub fn thaw(task: usize) {
    with(|k| {
        let t = &mut k.exec.tasks[task];
        t.freezable = false;
        if t.status == Status::Frozen {
            t.status = Status::Ready;
            k.exec.changed();
        }
    });
}

/// Begins (or ends) logging the locks that the running task takes.
pub fn log_locks(on: bool) -> Vec<u64> {
    with(|k| {
        let t = k.exec.current_task();
        if on { t.lock_log.replace(Vec::new()) } else { t.lock_log.take() }.unwrap_or_default()
    })
}

/// Tasks that have not ended.
pub fn live_tasks() -> usize {
    with(|k| k.exec.tasks.iter().filter(|t| t.status != Status::Done).count())
}

/// Tasks started so far, main included.
pub fn tasks_started() -> usize {
    with(|k| k.exec.tasks.len())
}

/// While this is on, no virtual time passes for tasks that only yield, and it is a livelock if the others do many
/// operations while no time passes.
pub fn watch_spinners(on: bool) {
    if !loomrt::on() {
        with(|k| k.exec.watched = on.then_some((k.exec.steps, k.exec.now)));
    }
}

/// How often the running task has called `spin_loop` or `yield_now`.
pub fn spin_hints() -> u64 {
    with(|k| k.exec.current_task().spin_hints)
}

/// A number that is the same for the whole execution and, under `random`, differs between executions.
pub fn execution_seed() -> u64 {
    with(|k| k.exec.random)
}

/// Whether the search is exhaustive (within its bound).
pub fn exhaustive() -> bool {
    with(|k| k.config.exhaustive)
}

/// Panics of the running task that are not caught yet.
pub fn panicking() -> bool {
    with(|k| k.exec.current_task().panics > 0)
}

/// The running task begins to panic; returns how many panics it had not caught before.
pub fn panic_begins() -> u32 {
    with(|k| {
        let t = k.exec.current_task();
        t.panics += 1;
        t.panics - 1
    })
}

/// The running task has caught its panics down to `depth`.
pub fn panics_caught(depth: u32) {
    with(|k| k.exec.current_task().panics = depth);
}

/// How many panics of the running task are not caught yet.
pub fn panic_depth() -> u32 {
    with(|k| k.exec.current_task().panics)
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

// ---- atomics ---------------------------------------------------------------------------------

pub use atomics::{fence, load, newest, rmw, store};

mod atomics {
    use super::*;
    use std::sync::atomic::Ordering;

    fn acquires(o: Ordering) -> bool {
        matches!(o, Ordering::Acquire | Ordering::AcqRel | Ordering::SeqCst)
    }

    fn releases(o: Ordering) -> bool {
        matches!(o, Ordering::Release | Ordering::AcqRel | Ordering::SeqCst)
    }

    /// Registers the location with its value at the first use.
    fn location(obj: &Obj, initial: u64) -> ObjId {
        let fresh = !is_registered(obj);
        let id = object(obj, ObjKind::Atomic, 0);
        if fresh {
            with(|k| {
                let store =
                    Store { value: initial, hash: initial, message: None, task: usize::MAX, place: Location::caller() };
                k.exec.objects[id].stores.push(store);
            });
        }
        id
    }

    impl Exec {
        /// The running task reads store `index` (absolute) of `id`.
        fn read_store(&mut self, id: ObjId, index: u32, order: Ordering) -> u64 {
            let me = self.current;
            let o = &self.objects[id];
            let loc = o.loc;
            let s = &o.stores[(index - o.base) as usize];
            let value = s.value;
            let task = &mut self.tasks[me];
            task.view.raise_loc(loc, index);
            if let Some(message) = &s.message {
                if acquires(order) {
                    task.view.join(message);
                } else {
                    task.unacquired.join(message);
                }
            }
            value
        }

        fn append(&mut self, id: ObjId, value: u64, order: Ordering, rmw: bool, op: &Op) {
            let me = self.current;
            let o = &mut self.objects[id];
            let index = o.base + o.stores.len() as u32;
            let loc = o.loc;
            let t = &mut self.tasks[me];
            t.view.raise_loc(loc, index);
            let mut message = if releases(order) { Some(t.view.clone()) } else { t.fenced.clone() };
            if rmw && let Some(m) = o.stores.last().and_then(|s| s.message.as_ref()) {
                // A read-modify-write goes on with the release sequence.
                message.get_or_insert_with(View::default).join(m);
            }
            if order == Ordering::SeqCst {
                self.sc.raise_loc(loc, index);
                self.sc_version = self.sc_version.wrapping_add(mix(value, index as u64));
            }
            let changed = o.stores.last().is_none_or(|s| s.value != value);
            let keep = (self.last_change, self.idle_yields, self.clock_reads, self.fair, self.hopeless + 1);
            let change = if changed { Change::News } else { Change::Repeat };
            let idle = self.tasks[me].idle_steps;
            self.record(op, change, value, || format!("{value} ({order:?})"));
            if !changed {
                // Storing what was there is no progress.
                (self.last_change, self.idle_yields, self.clock_reads, self.fair, self.hopeless) = keep;
                self.tasks[me].idle_steps = idle;
            }
            let hash = self.tasks[me].hash;
            let o = &mut self.objects[id];
            o.stores.push(Store { value, hash, message, task: me, place: op.place });
            if o.stores.len() > 48 {
                o.stores.drain(..24);
                o.base += 24;
            }
        }
    }

    /// An atomic load; it may read any store that coherence and happens-before allow.
    pub fn load(obj: &Obj, initial: u64, order: Ordering, place: Loc) -> u64 {
        let id = location(obj, initial);
        step(Op { name: "load", object: Some(id), place });
        if loomrt::on() {
            return loomrt::load(id, order);
        }
        let candidates = with(|k| {
            let exec = &k.exec;
            let o = &exec.objects[id];
            let newest = o.base + o.stores.len() as u32 - 1;
            let mut floor = exec.tasks[exec.current].view.loc(o.loc).max(o.base);
            if order == Ordering::SeqCst {
                floor = floor.max(exec.sc.loc(o.loc));
            }
            (newest - floor + 1).min(4) as usize
        });
        let back = choose(candidates, ValueKind::Stale);
        with(|k| {
            let exec = &mut k.exec;
            let o = &exec.objects[id];
            let index = o.base + o.stores.len() as u32 - 1 - back as u32;
            let s = &o.stores[(index - o.base) as usize];
            let (hash, stale) = (s.hash, back > 0);
            let (writer, at) = (s.task, s.place);
            let value = exec.read_store(id, index, order);
            let newest = exec.objects[id].stores.last().map_or(0, |s| s.value);
            let note = if stale && writer != usize::MAX {
                format!("-> {value} ({order:?}; an old value, stored at line {}; the newest is {newest})", at.line())
            } else if stale {
                format!("-> {value} ({order:?}; the first value; the newest is {newest})")
            } else {
                format!("-> {value} ({order:?})")
            };
            // A load commutes with other loads: its history names the store, not the object's version.
            let version = std::mem::replace(&mut exec.objects[id].version, hash);
            exec.record(&Op { name: "load", object: Some(id), place }, Change::None, value, || note);
            exec.objects[id].version = version;
            value
        })
    }

    /// An atomic store.
    pub fn store(obj: &Obj, initial: u64, value: u64, order: Ordering, place: Loc) {
        let id = location(obj, initial);
        let op = Op { name: "store", object: Some(id), place };
        step(op);
        if loomrt::on() {
            return loomrt::store(id, value, order);
        }
        with(|k| k.exec.append(id, value, order, false, &op));
    }

    /// A read-modify-write: reads the newest store; `f` gives the new value, or `None` to leave it.
    /// Returns the value read, as `Err` if nothing was written.
    pub fn rmw(
        obj: &Obj,
        initial: u64,
        name: &'static str,
        (success, failure): (Ordering, Ordering),
        weak: bool,
        place: Loc,
        mut f: impl FnMut(u64) -> Option<u64>,
    ) -> Result<u64, u64> {
        let id = location(obj, initial);
        let op = Op { name, object: Some(id), place };
        step(op);
        if loomrt::on() {
            return loomrt::rmw(id, (success, failure), f);
        }
        let old = newest_of(id);
        let new = f(old);
        let spuriously = weak && new.is_some() && choose(2, ValueKind::Weak) == 1;
        with(|k| {
            let exec = &mut k.exec;
            let o = &exec.objects[id];
            let index = o.base + o.stores.len() as u32 - 1;
            match new {
                Some(new) if !spuriously => {
                    exec.read_store(id, index, success);
                    exec.append(id, new, success, true, &op);
                    if let Some(e) = exec.events.as_mut().and_then(|e| e.last_mut()) {
                        e.value = format!("{old} -> {new} ({success:?})");
                    }
                    Ok(old)
                }
                _ => {
                    exec.read_store(id, index, failure);
                    exec.hopeless += 1;
                    let why = if spuriously { "failed for no reason" } else { "failed" };
                    exec.record(&op, Change::None, old, || format!("found {old}: {why} ({failure:?})"));
                    Err(old)
                }
            }
        })
    }

    fn newest_of(id: ObjId) -> u64 {
        with(|k| k.exec.objects[id].stores.last().map_or(0, |s| s.value))
    }

    /// The newest value, without an operation (`get_mut`, `into_inner`).
    pub fn newest(obj: &Obj) -> Option<u64> {
        is_registered(obj).then(|| newest_of(object(obj, ObjKind::Atomic, 0)))
    }

    /// A memory fence.
    pub fn fence(order: Ordering, place: Loc) {
        let op = Op { name: "fence", object: None, place };
        step(op);
        if loomrt::on() {
            return loomrt::fence(order);
        }
        with(|k| {
            let exec = &mut k.exec;
            let me = exec.current;
            if acquires(order) {
                let seen = exec.tasks[me].unacquired.clone();
                exec.tasks[me].view.join(&seen);
            }
            if order == Ordering::SeqCst {
                exec.tasks[me].view.join_locs(&exec.sc);
                let view = exec.tasks[me].view.clone();
                exec.sc.join_locs(&view);
            }
            if releases(order) {
                exec.tasks[me].fenced = Some(exec.tasks[me].view.clone());
            }
            // Sequentially consistent fences are ordered among each other: part of the history.
            let detail = if order == Ordering::SeqCst { exec.sc_version } else { 0 };
            let change = if order == Ordering::SeqCst { Change::News } else { Change::None };
            exec.record(&op, change, detail, || format!("({order:?})"));
            if order == Ordering::SeqCst {
                exec.sc_version = exec.tasks[me].hash;
            }
        });
    }
}
