//! Where the check library needs the kernel's help: plain functions, each with a meaning outside of a model too.
//!
//! Nothing else in this crate knows how an execution is run. Authors have no need for this module.

use kernel::exec::How;
use kernel::native::Ice;
use kernel::strategy::ValueKind;
use kernel::{ObjKind, WaitOpts, exec, modelled, native};
use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::SeqCst};

pub use protocol::Kind;

/// Is this an engine that tries every interleaving?
pub fn exhaustive() -> bool {
    modelled() && exec::exhaustive()
}

/// Are the threads real ones?
pub fn is_native() -> bool {
    !modelled()
}

/// The seed of this execution.
pub fn seed() -> u64 {
    if modelled() { exec::execution_seed() } else { native::seed() }
}

/// One of `0..n`. A search tries all of them; elsewhere the seed decides.
pub fn choose(n: usize) -> usize {
    assert!(n > 0, "there is nothing to choose from");
    if modelled() { exec::choose(n, ValueKind::Free) } else { native::below(n) }
}

/// How many threads are alive, `main` included; one that still runs destructors of thread-locals is.
pub fn live_threads() -> usize {
    if modelled() { exec::live_tasks() } else { native::live_threads() }
}

/// How many threads were started in this execution, `main` included.
pub fn threads_started() -> usize {
    if modelled() { exec::tasks_started() } else { native::threads_started() }
}

/// How often the calling thread has called `spin_loop` or `yield_now`.
pub fn spin_hints() -> u64 {
    if modelled() { exec::spin_hints() } else { native::spin_hints() }
}

/// While this is on, a model lets no time pass for threads that only yield, and threads that do much although no time
/// passes are a livelock. Natively it does nothing.
pub fn watch_spinners(on: bool) {
    if modelled() {
        exec::watch_spinners(on);
    }
}

/// The thread that is started after so many others, from now on, does this before its own body. `None` takes it back.
pub fn at_start_of_thread(asked: Option<(usize, kernel::start::First)>) {
    kernel::start::at_start_of_thread(asked);
}

/// The system will refuse to start a thread, once, after it has started `n` more. `None`: it will not.
pub fn refuse_spawn_after(n: Option<u32>) {
    if modelled() { exec::refuse_spawn_after(n) } else { native::refuse_spawn_after(n) }
}

/// Waits until no more than `most` threads are alive. Natively a thread may need a moment to leave after it was
/// joined; in a model it needs none. False: there are more, and they stay.
pub fn threads_go_down_to(most: usize) -> bool {
    if modelled() {
        return live_threads() <= most;
    }
    for _ in 0..400 {
        if live_threads() <= most {
            return true;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    false
}

/// From now on the locks that the calling thread takes are written down.
pub fn locks_start() {
    if modelled() {
        exec::log_locks(true);
    } else {
        native::log_locks(true);
    }
}

/// Ends what [`locks_start`] began: an identity for each lock that was taken, in order.
pub fn locks_stop() -> Vec<u64> {
    if modelled() { exec::log_locks(false) } else { native::log_locks(false) }
}

fn set_label(label: Option<(Kind, String)>) -> Option<(Kind, String)> {
    if modelled() { exec::set_wait_label(label) } else { native::set_wait_label(label) }
}

/// While it lives, a deadlock in which the calling thread takes part is explained by its text.
pub struct WaitLabel(Option<(Kind, String)>);

impl Drop for WaitLabel {
    fn drop(&mut self) {
        set_label(self.0.take());
    }
}

/// What the calling thread waits for, in words for the student. `kind` is what a deadlock here is called:
/// `Deadlock` or `LostWakeup`.
pub fn waiting_for(kind: Kind, text: &str) -> WaitLabel {
    WaitLabel(set_label(Some((kind, text.to_owned()))))
}

/// A new identity for a cell of plain data.
pub fn new_cell() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, SeqCst)
}

/// The calling thread reads or writes plain data. The kernel compares it with the accesses before and ends the
/// execution with a data race if one of them is not ordered with it.
pub fn race_access(cell: u64, write: bool, place: &'static Location<'static>) {
    if !modelled() {
        return;
    }
    let id = exec::cell_object(cell);
    if write { exec::race_write(id, place) } else { exec::race_read(id, place) }
}

/// A place where, natively, another thread may get in between.
pub fn noise() {
    if is_native() {
        native::op();
    }
}

/// Something that happened and that a picture of the execution shows.
pub fn note(op: &'static str, object: &str, value: &str, place: &'static Location<'static>) {
    if modelled() {
        exec::note(op, None, place, false, || format!("{object} {value}").trim().to_owned());
    }
}

/// The next panic of this thread is part of the check.
pub fn expect_panic() {
    kernel::panics::expect_next();
}

/// While it lives, a panic in the calling thread is expected: the check looks at it.
pub struct Catching(());

impl Drop for Catching {
    fn drop(&mut self) {
        kernel::panics::catching(false);
    }
}

/// From now on the check catches the submission's panics in the calling thread.
pub fn catching() -> Catching {
    kernel::panics::catching(true);
    Catching(())
}

/// The check fails with a finding of this kind.
#[track_caller]
pub fn fail(kind: Kind, message: &str) -> ! {
    let place = Location::caller();
    if modelled() {
        exec::fail(kind, message.to_owned(), Some(place));
    } else {
        let place = Some(exec::place_of(place));
        native::failed(protocol::Failure::new(kind, message.to_owned(), place));
    }
    panic!("{}: {message}", kind.name())
}

/// No task yet.
const NOBODY: usize = usize::MAX;

/// A thread that is stopped for ever at one of its operations, until it is let go.
///
/// One thread calls [`Freeze::run`], another [`Freeze::wait`] and later [`Freeze::thaw`]. A search stops the thread
/// before each of its operations in turn.
pub struct Freeze {
    /// In a model: gets a permit when the call is stopped or has ended.
    stopped: usize,
    task: AtomicUsize,
    /// The other side has seen enough before the call began: it is not stopped any more.
    late: AtomicBool,
    ice: Arc<Ice>,
    done: AtomicBool,
}

impl Freeze {
    /// Not running yet.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Freeze {
            stopped: if modelled() { exec::new_object(ObjKind::Gate, 0) } else { 0 },
            task: AtomicUsize::new(NOBODY),
            late: AtomicBool::new(false),
            ice: Arc::default(),
            done: AtomicBool::new(false),
        }
    }

    /// Runs `call`, stopping before one of its operations (or not at all: after the last).
    pub fn run<R>(&self, call: impl FnOnce() -> R) -> R {
        struct Done<'a>(&'a Freeze);
        impl Drop for Done<'_> {
            fn drop(&mut self) {
                self.0.done.store(true, SeqCst);
                if modelled() {
                    exec::set_freezable(false, None);
                    exec::set_permits(self.0.stopped, 1);
                } else {
                    native::freeze_never();
                }
            }
        }
        let done = Done(self);
        if modelled() {
            self.task.store(exec::current(), SeqCst);
            if !self.late.load(SeqCst) {
                exec::set_freezable(true, Some(self.stopped));
            }
        } else {
            // One call in eight runs to its end.
            let n = native::below(16);
            if n < 14 {
                native::freeze_after(n as u32, self.ice.clone());
            }
        }
        let result = call();
        drop(done);
        result
    }

    /// Returns when the call is stopped, has to wait for somebody else, or has ended.
    pub fn wait(&self) {
        if modelled() {
            // A deadline so far away passes only when nobody else can run.
            let far = exec::peek_now().saturating_add(3_600_000_000_000);
            let opts = WaitOpts { deadline: Some(far), spurious: false };
            let how = exec::acquire(self.stopped, 1, 0, "wait until it stops", Location::caller(), opts);
            if how != How::Run && self.task.load(SeqCst) == NOBODY {
                self.late.store(true, SeqCst);
            }
        } else {
            self.ice.wait_frozen(&self.done);
        }
    }

    /// Lets the call go on.
    pub fn thaw(&self) {
        if modelled() {
            let task = self.task.load(SeqCst);
            if task != NOBODY {
                exec::thaw(task);
            }
        } else {
            self.ice.thaw();
        }
    }
}
