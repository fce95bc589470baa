//! The native side: real threads, seeded noise at every operation, and a watchdog that reads who
//! waits for what.

use crate::endless::ENDLESS;
use crate::exec::{Loc, place_of};
use crate::strategy::{Rng, mix};
use protocol::{Failure, Holder, Kind, WaitFor};
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

static SEED: AtomicU64 = AtomicU64::new(0);
static NOISY: AtomicBool = AtomicBool::new(false);
static OPERATIONS: AtomicU64 = AtomicU64::new(0);
static ORDINAL: AtomicU64 = AtomicU64::new(0);
static STARTED: AtomicUsize = AtomicUsize::new(0);
static RUN: AtomicU32 = AtomicU32::new(0);
static FAILURE: Mutex<Option<Failure>> = Mutex::new(None);
static THREADS: Mutex<Vec<Arc<Thread>>> = Mutex::new(Vec::new());
static LOCKS: Mutex<Option<HashMap<usize, (u64, Loc)>>> = Mutex::new(None);
static OUTPUT: Mutex<String> = Mutex::new(String::new());
/// Bytes printed in this run, kept or not.
static PRINTED: AtomicUsize = AtomicUsize::new(0);

fn lock<T>(m: &Mutex<T>) -> MutexGuard<'_, T> {
    m.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The name of the OS thread that runs a check natively; programs see it as `main`.
pub const MAIN_THREAD: &str = "grade-main";

/// What a thread waits for.
#[derive(Debug, Clone, Copy)]
pub struct Wait {
    /// `Mutex`, `a notification`, ...
    pub what: &'static str,
    /// Address of the object; of the thread's ordinal for a join.
    pub object: usize,
    /// Where.
    pub place: Loc,
}

/// A thread that the program started.
#[derive(Debug)]
pub struct Thread {
    ordinal: u64,
    name: Option<String>,
    wait: Mutex<Option<Wait>>,
    /// It sleeps [`TOO_LONG`] or longer, unless somebody wakes it.
    sleeps_too_long: AtomicBool,
    label: Mutex<Option<(Kind, String)>>,
}

impl Thread {
    fn new(name: Option<String>) -> Arc<Thread> {
        let thread = Arc::new(Thread {
            ordinal: ORDINAL.fetch_add(1, Ordering::Relaxed),
            name,
            wait: Mutex::new(None),
            sleeps_too_long: AtomicBool::new(false),
            label: Mutex::new(None),
        });
        lock(&THREADS).push(thread.clone());
        thread
    }
}

struct Local {
    thread: Arc<Thread>,
    rng: Rng,
    freeze: Option<(u32, Arc<Ice>)>,
    lock_log: Option<Vec<u64>>,
    spin_hints: u64,
    /// Operations so far in this execution.
    operations: u32,
    run: u32,
}

impl Local {
    fn new(thread: Arc<Thread>, run: u32) -> Local {
        let rng = Rng::new(mix(SEED.load(Ordering::Relaxed), thread.ordinal));
        Local { thread, rng, freeze: None, lock_log: None, spin_hints: 0, operations: 0, run }
    }
}

/// After so many operations of a thread in one execution its noise is 64 times rarer: on a busy machine each pause takes
/// milliseconds, and a program that does very much would not end.
const NOISY_OPERATIONS: u32 = 10_000;

/// Where a frozen thread stands.
#[derive(Debug, Default)]
pub struct Ice {
    state: Mutex<(bool, bool)>,
    changed: Condvar,
}

impl Ice {
    /// Whether the thread stands here now.
    pub fn is_frozen(&self) -> bool {
        let s = lock(&self.state);
        s.0 && !s.1
    }

    /// Lets it go on.
    pub fn thaw(&self) {
        lock(&self.state).1 = true;
        self.changed.notify_all();
    }

    #[track_caller]
    fn stand(&self) {
        let place = std::panic::Location::caller();
        blocking(Wait { what: "the check, which has stopped it here", object: 0, place }, || {
            let mut s = lock(&self.state);
            s.0 = true;
            self.changed.notify_all();
            while !s.1 {
                s = self.changed.wait(s).unwrap_or_else(PoisonError::into_inner);
            }
        });
    }

    /// Waits until the thread stands here or `done` says that it never will.
    /// (or half a second has gone: it waits for somebody else).
    pub fn wait_frozen(&self, done: &AtomicBool) {
        let mut s = lock(&self.state);
        let mut rounds = 0;
        while !s.0 && !done.load(Ordering::SeqCst) && rounds < 500 {
            rounds += 1;
            let timeout = Duration::from_millis(1);
            s = self.changed.wait_timeout(s, timeout).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

thread_local! {
    static LOCAL: RefCell<Option<Local>> = const { RefCell::new(None) };
}

fn with_local<R>(f: impl FnOnce(&mut Local) -> R) -> Option<R> {
    LOCAL
        .try_with(|l| {
            let mut l = l.try_borrow_mut().ok()?;
            Some(f(l.get_or_insert_with(|| adopt(None))))
        })
        .ok()
        .flatten()
}

fn adopt(name: Option<String>) -> Local {
    Local::new(Thread::new(name), RUN.load(Ordering::Relaxed))
}

/// Called before the thread of a new run starts: what the run before has left is forgotten.
pub fn start_run() {
    lock(&THREADS).clear();
}

/// Begins one native run with this seed.
pub fn begin(seed: u64, noisy: bool) {
    SEED.store(seed, Ordering::Relaxed);
    NOISY.store(noisy, Ordering::Relaxed);
    ORDINAL.store(0, Ordering::Relaxed);
    STARTED.store(1, Ordering::Relaxed);
    RUN.fetch_add(1, Ordering::Relaxed);
    *lock(&FAILURE) = None;
    crate::panics::begin_native();
    lock(&THREADS).clear();
    *lock(&LOCKS) = Some(HashMap::new());
    lock(&OUTPUT).clear();
    PRINTED.store(0, Ordering::Relaxed);
    crate::run::next_epoch();
    LOCAL.with_borrow_mut(|l| *l = Some(adopt(Some("main".into()))));
}

/// The epoch of the present run, for statics.
pub fn epoch() -> u32 {
    crate::run::native_epoch()
}

/// The seed of the present run.
pub fn seed() -> u64 {
    SEED.load(Ordering::Relaxed)
}

/// Remembers the first failure of the run.
pub fn failed(failure: Failure) {
    lock(&FAILURE).get_or_insert(failure);
}

/// The run's failure.
pub fn take_failure() -> Option<Failure> {
    lock(&FAILURE).take()
}

/// Called before every operation: noise, and the place where a thread may be frozen.
pub fn op() {
    OPERATIONS.fetch_add(1, Ordering::Relaxed);
    if !NOISY.load(Ordering::Relaxed) {
        return;
    }
    let ice = with_local(|l| {
        l.operations = l.operations.saturating_add(1);
        let rarer = if l.operations > NOISY_OPERATIONS { 64 } else { 1 };
        match l.rng.below(64 * rarer) {
            0 => std::thread::sleep(Duration::from_micros(1 + l.rng.below(40) as u64)),
            1..=6 => std::thread::yield_now(),
            7..=12 => (0..l.rng.below(200)).for_each(|_| std::hint::spin_loop()),
            _ => {}
        }
        match &mut l.freeze {
            Some((0, _)) => l.freeze.take().map(|f| f.1),
            Some((n, _)) => {
                *n -= 1;
                None
            }
            None => None,
        }
    });
    if let Some(ice) = ice.flatten() {
        ice.stand();
    }
}

/// A number below `n` from the running thread's own noise.
pub fn below(n: usize) -> usize {
    with_local(|l| l.rng.below(n)).unwrap_or(0)
}

/// The running thread will be frozen before its `n`-th operation from now.
pub fn freeze_after(n: u32, ice: Arc<Ice>) {
    with_local(|l| l.freeze = Some((n, ice)));
}

/// The running thread will not be frozen any more.
pub fn freeze_never() {
    with_local(|l| l.freeze = None);
}

/// Runs `f`, which may block without limit, while the watchdog knows what for.
pub fn blocking<R>(wait: Wait, f: impl FnOnce() -> R) -> R {
    let slot = with_local(|l| l.thread.clone());
    if let Some(t) = &slot {
        *lock(&t.wait) = Some(wait);
    }
    let r = f();
    OPERATIONS.fetch_add(1, Ordering::Relaxed);
    if let Some(t) = &slot {
        *lock(&t.wait) = None;
    }
    r
}

/// Runs `f`, which may block for so long.
pub fn blocking_at_most<R>(time: Duration, f: impl FnOnce() -> R) -> R {
    if time < TOO_LONG {
        return f();
    }
    let slot = with_local(|l| l.thread.clone());
    let sleeps = |too_long| {
        if let Some(t) = &slot {
            t.sleeps_too_long.store(too_long, Ordering::Relaxed);
        }
    };
    sleeps(true);
    let r = f();
    OPERATIONS.fetch_add(1, Ordering::Relaxed);
    sleeps(false);
    r
}

/// What it means if the running thread waits here for ever. Returns the label before.
pub fn set_wait_label(label: Option<(Kind, String)>) -> Option<(Kind, String)> {
    with_local(|l| std::mem::replace(&mut *lock(&l.thread.label), label)).flatten()
}

/// The running thread has taken the lock at this address.
pub fn locked(object: usize, place: Loc) {
    let me = with_local(|l| {
        if let Some(log) = &mut l.lock_log {
            log.push(object as u64);
        }
        l.thread.ordinal
    });
    if NOISY.load(Ordering::Relaxed)
        && let Some(me) = me
        && let Some(locks) = &mut *lock(&LOCKS)
    {
        locks.insert(object, (me, place));
    }
}

/// It has let go of it.
pub fn unlocked(object: usize) {
    if NOISY.load(Ordering::Relaxed)
        && let Some(locks) = &mut *lock(&LOCKS)
    {
        locks.remove(&object);
    }
}

/// Begins (or ends) logging the locks that the running thread takes.
pub fn log_locks(on: bool) -> Vec<u64> {
    with_local(|l| if on { l.lock_log.replace(Vec::new()) } else { l.lock_log.take() }.unwrap_or_default())
        .unwrap_or_default()
}

/// Counts a spin hint or yield of the running thread.
pub fn spin_hint() {
    with_local(|l| l.spin_hints += 1);
}

/// How often the running thread has called `spin_loop` or `yield_now`.
pub fn spin_hints() -> u64 {
    with_local(|l| l.spin_hints).unwrap_or(0)
}

/// Registers a thread that is about to start; counts as alive until [`ThreadToken::ended`].
pub fn thread_starting(name: Option<String>) -> ThreadToken {
    STARTED.fetch_add(1, Ordering::Relaxed);
    ThreadToken { thread: Thread::new(name), run: RUN.load(Ordering::Relaxed) }
}

static REFUSE_SPAWN: Mutex<Option<u32>> = Mutex::new(None);

/// Makes the next start of a thread after `n` more fail, as if the system refused.
pub fn refuse_spawn_after(n: Option<u32>) {
    *lock(&REFUSE_SPAWN) = n;
}

/// Whether the system refuses to start this thread.
pub fn spawn_refused() -> bool {
    let mut r = lock(&REFUSE_SPAWN);
    match &mut *r {
        Some(0) => {
            *r = None;
            true
        }
        Some(n) => {
            *n -= 1;
            false
        }
        None => false,
    }
}

/// Brings a shadow object that is a static back to its initial value at its first use in a run.
pub fn touch<T: ?Sized>(object: &T, obj: &crate::Obj) {
    static RESTORING: Mutex<()> = Mutex::new(());
    let now = epoch();
    if obj.get().0 != now {
        let _guard = lock(&RESTORING);
        if obj.get().0 != now {
            // SAFETY: every use of the object passes through here first, so nobody has used it in this run;
            // threads that survived an earlier run are not let near it (see the harness).
            unsafe { crate::statics::first_use(object) };
            obj.set(now, 0);
        }
    }
}

/// A started thread's registration.
#[derive(Debug)]
pub struct ThreadToken {
    thread: Arc<Thread>,
    run: u32,
}

impl ThreadToken {
    /// Called first thing by the new thread.
    pub fn enter(&self) {
        LOCAL.with_borrow_mut(|l| *l = Some(Local::new(self.thread.clone(), self.run)));
    }

    /// The thread is no more (or was never started).
    pub fn ended(&self) {
        OPERATIONS.fetch_add(1, Ordering::Relaxed);
        lock(&THREADS).retain(|t| !Arc::ptr_eq(t, &self.thread));
    }

    /// Identifies the thread in [`Wait::object`].
    pub fn id(&self) -> usize {
        Arc::as_ptr(&self.thread) as usize
    }
}

/// Threads that have not ended, main included.
pub fn live_threads() -> usize {
    lock(&THREADS).len()
}

/// Threads started in this run, main included.
pub fn threads_started() -> usize {
    STARTED.load(Ordering::Relaxed)
}

/// Whether the running thread belongs to the present run (and not to one that was given up).
pub fn is_current() -> bool {
    with_local(|l| l.run == RUN.load(Ordering::Relaxed)).unwrap_or(false)
}

/// Captures output. A flood is a failure, which is given back too: whoever prints on must panic with it.
pub fn print(text: &str, place: Loc) -> Option<String> {
    let mut out = lock(&OUTPUT);
    if out.len() + text.len() <= crate::run::MAX_OUTPUT {
        out.push_str(text);
    }
    drop(out);
    (PRINTED.fetch_add(text.len(), Ordering::Relaxed) + text.len() > crate::run::FLOOD).then(|| {
        let flood = crate::run::flood(place);
        let message = flood.message.clone();
        failed(flood);
        message
    })
}

/// What was printed in this run.
pub fn output() -> String {
    lock(&OUTPUT).clone()
}

/// Between two looks of the watchdog.
const PAUSE: Duration = Duration::from_millis(50);
/// So many looks in a row must find every thread asleep in the system, without a limit of time, before it
/// is called a deadlock. Whoever has been woken is runnable, also on a machine that is too busy to run it.
const ASLEEP_LOOKS: u32 = 4;
/// The same where the system does not say who sleeps: nothing at all has happened for 4 s.
const QUIET_LOOKS: u32 = 80;

/// When every thread sleeps for so long at least, the execution is stopped: the net of wall time, which is minutes
/// (`wall_seconds` in a manifest), would do so in the end.
const TOO_LONG: Duration = Duration::from_secs(1800);

/// Why the watchdog has stopped an execution.
#[derive(Debug)]
pub enum Stopped {
    /// It would never end.
    Failed(Failure),
    /// Every thread sleeps, and it is half an hour at least until one goes on: what would be then is not known.
    SleepsTooLong,
}

/// Starts the watchdog; `report` is called once, with what it found, and should end the process.
pub fn watch(report: fn(Stopped)) {
    static WATCHING: OnceLock<()> = OnceLock::new();
    WATCHING.get_or_init(|| {
        let _ = std::thread::Builder::new().name("watchdog".into()).spawn(move || {
            let mut last = (0, 0);
            let (mut quiet, mut asleep) = (0, 0);
            let mut began = (0, crate::system::processor_time());
            loop {
                std::thread::sleep(PAUSE);
                let now = (OPERATIONS.load(Ordering::Relaxed), RUN.load(Ordering::Relaxed));
                let threads = lock(&THREADS).clone();
                if began.0 != now.1 {
                    began = (now.1, crate::system::processor_time());
                } else if let (Some(then), Some(now)) = (began.1, crate::system::processor_time())
                    && now.saturating_sub(then) >= ENDLESS
                {
                    report(Stopped::Failed(endless(&threads)));
                    return;
                }
                let too_long = |t: &Arc<Thread>| t.sleeps_too_long.load(Ordering::Relaxed);
                let all_wait = !threads.is_empty() && threads.iter().all(|t| too_long(t) || lock(&t.wait).is_some());
                if now != last || !all_wait {
                    last = now;
                    (quiet, asleep) = (0, 0);
                    continue;
                }
                quiet += 1;
                // The program's threads, the process's first one and this one: a thread unknown here could wake others.
                let known = crate::system::threads_asleep() == Some(threads.len() + 1);
                asleep = if known { asleep + 1 } else { 0 };
                if asleep >= ASLEEP_LOOKS || quiet >= QUIET_LOOKS {
                    report(match threads.iter().any(too_long) {
                        true => Stopped::SleepsTooLong,
                        false => Stopped::Failed(stuck(&threads)),
                    });
                    return;
                }
            }
        });
    });
}

/// One execution has used more processor time than any program of a course needs.
fn endless(threads: &[Arc<Thread>]) -> Failure {
    let running: Vec<String> = threads.iter().filter(|t| lock(&t.wait).is_none()).map(|t| title(t)).collect();
    let who = match running.len() {
        0 => String::new(),
        1 => format!("The thread that goes on is {}.", running[0]),
        _ => format!("The threads that go on are {}.", running.join(", ")),
    };
    Failure { waits: waits(threads).0, ..Failure::endless(ENDLESS.as_secs(), &who, None) }
}

fn title(t: &Thread) -> String {
    match &t.name {
        Some(n) => n.clone(),
        None => format!("thread-{}", t.ordinal),
    }
}

/// Who waits for what; whether somebody waits for a lock that is held; whether somebody waits to be told.
fn waits(threads: &[Arc<Thread>]) -> (Vec<WaitFor>, bool, bool) {
    let locks = lock(&LOCKS);
    let mut waits = Vec::new();
    let mut lock_waits = false;
    let mut sleeps = false;
    for (i, t) in threads.iter().enumerate() {
        let Some(w) = *lock(&t.wait) else { continue };
        let holder = locks.as_ref().and_then(|l| l.get(&w.object)).and_then(|&(who, place)| {
            let at = threads.iter().position(|t| t.ordinal == who)?;
            Some(Holder { thread: at, name: title(&threads[at]), place: Some(place_of(place)) })
        });
        lock_waits |= holder.is_some();
        sleeps |= matches!(w.what, "a notification" | "an unpark");
        let what = match threads.iter().find(|t| Arc::as_ptr(t) as usize == w.object) {
            Some(other) => format!("the end of {}", title(other)),
            None => w.what.to_string(),
        };
        waits.push(WaitFor { thread: i, name: title(t), what, place: Some(place_of(w.place)), holder });
    }
    (waits, lock_waits, sleeps)
}

fn stuck(threads: &[Arc<Thread>]) -> Failure {
    let (waits, lock_waits, sleeps) = waits(threads);
    let mut kind = if sleeps && !lock_waits { Kind::LostWakeup } else { Kind::Deadlock };
    let mut message = String::new();
    if let Some((labelled, text)) = threads.iter().find_map(|t| lock(&t.label).clone()) {
        kind = labelled;
        message = format!("{text}. ");
    }
    message.push_str(&crate::failure::describe_waits(kind, &waits));
    let place = waits.first().and_then(|w| w.place.clone());
    Failure { waits, ..Failure::new(kind, message, place) }
}
