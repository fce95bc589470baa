//! Where the check library needs the kernel's help: plain functions, each with a meaning outside of a model too.
//!
//! Nothing else in this crate knows how an execution is run. Authors have no need for this module.

use std::cell::Cell;
use std::panic::Location;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};

pub use protocol::Kind;

static EXHAUSTIVE: AtomicBool = AtomicBool::new(false);
static SEED: AtomicU64 = AtomicU64::new(1);
static CHOICES: AtomicU64 = AtomicU64::new(0);

/// Told by the harness before each execution: does the engine try every interleaving, and what is the seed?
pub fn new_execution(exhaustive: bool, seed: u64) {
    EXHAUSTIVE.store(exhaustive, SeqCst);
    SEED.store(seed, SeqCst);
    CHOICES.store(0, SeqCst);
    EXPECTED.set(false);
}

/// Is this an engine that tries every interleaving?
pub fn exhaustive() -> bool {
    EXHAUSTIVE.load(SeqCst)
}

/// Are the threads real ones?
pub fn is_native() -> bool {
    true
}

/// The seed of this execution.
pub fn seed() -> u64 {
    SEED.load(SeqCst)
}

/// One of `0..n`. A search tries all of them; elsewhere the seed decides.
pub fn choose(n: usize) -> usize {
    assert!(n > 0, "there is nothing to choose from");
    let k = CHOICES.fetch_add(1, SeqCst);
    (crate::shape::mix(seed().wrapping_add(k.wrapping_mul(0x9E37_79B9_7F4A_7C15))) % n as u64)
        as usize
}

/// How many threads are alive, `main` included; one that still runs destructors of thread-locals is.
pub fn live_threads() -> usize {
    std::fs::read_dir("/proc/self/task").map_or(1, |tasks| tasks.count())
}

/// Waits until no more than `most` threads are alive. Natively a thread may need a moment to leave after it was
/// joined; in a model it needs none. False: there are more, and they stay.
pub fn threads_go_down_to(most: usize) -> bool {
    for _ in 0..400 {
        if live_threads() <= most {
            return true;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    false
}

/// From now on the locks that the calling thread takes are written down.
pub fn locks_start() {}

/// Ends what [`locks_start`] began: an identity for each lock that was taken, in order.
pub fn locks_stop() -> Vec<u64> {
    Vec::new()
}

/// While it lives, a deadlock in which the calling thread takes part is explained by its text.
pub struct WaitLabel(());

impl Drop for WaitLabel {
    fn drop(&mut self) {}
}

/// What the calling thread waits for, in words for the student. `kind` is what a deadlock here is called:
/// `Deadlock` or `LostWakeup`.
pub fn waiting_for(kind: Kind, text: &str) -> WaitLabel {
    let _ = (kind, text);
    WaitLabel(())
}

/// A new identity for a cell of plain data.
pub fn new_cell() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, SeqCst)
}

/// The calling thread reads or writes plain data. The kernel compares it with the accesses before and ends the
/// execution with a data race if one of them is not ordered with it.
pub fn race_access(cell: u64, write: bool, place: &'static Location<'static>) {
    let _ = (cell, write, place);
}

/// A place where, natively, another thread may get in between.
pub fn noise() {
    if is_native() {
        std::thread::yield_now();
    }
}

/// Something that happened and that a picture of the execution shows.
pub fn note(op: &str, object: &str, value: &str, place: &'static Location<'static>) {
    let _ = (op, object, value, place);
}

thread_local! {
    static EXPECTED: Cell<bool> = const { Cell::new(false) };
}

/// The next panic of this thread is part of the check.
pub fn expect_panic() {
    EXPECTED.set(true);
}

/// For the panic hook: was the panic that happens now announced by [`expect_panic`]? Asks once.
pub fn take_expected_panic() -> bool {
    EXPECTED.replace(false)
}

/// While it lives, a panic of the submission in the calling thread is expected: the check looks at it.
pub struct Catching(());

impl Drop for Catching {
    fn drop(&mut self) {}
}

/// From now on the check catches the submission's panics in the calling thread.
pub fn catching() -> Catching {
    Catching(())
}

/// The check fails with a finding of this kind.
#[track_caller]
pub fn fail(kind: Kind, message: &str) -> ! {
    panic!("{}: {message}", kind.name())
}

/// A thread that is stopped for ever at one of its operations, until it is let go.
///
/// One thread calls [`Freeze::run`], another [`Freeze::wait`] and later [`Freeze::thaw`]. Outside of a model the call
/// just runs to its end.
pub struct Freeze {
    done: shadow_std::sync::Mutex<bool>,
    changed: shadow_std::sync::Condvar,
}

impl Freeze {
    /// Not running yet.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Freeze {
            done: shadow_std::sync::Mutex::new(false),
            changed: shadow_std::sync::Condvar::new(),
        }
    }

    /// Runs `call`, stopping before one of its operations (or not at all: after the last).
    pub fn run<R>(&self, call: impl FnOnce() -> R) -> R {
        struct Done<'a>(&'a Freeze);
        impl Drop for Done<'_> {
            fn drop(&mut self) {
                *self.0.done.lock().unwrap_or_else(|e| e.into_inner()) = true;
                self.0.changed.notify_all();
            }
        }
        let _done = Done(self);
        call()
    }

    /// Returns when the call is stopped, has to wait for somebody else, or has ended.
    pub fn wait(&self) {
        let mut done = self.done.lock().unwrap_or_else(|e| e.into_inner());
        while !*done {
            done = self.changed.wait(done).unwrap_or_else(|e| e.into_inner());
        }
    }

    /// Lets the call go on.
    pub fn thaw(&self) {}
}
