//! Handles: `Thread`, `ThreadId`, `JoinHandle`.

use kernel::{Loc, ObjId, Op, WaitOpts};
use std::cell::Cell;
use std::fmt;
use std::num::NonZeroU64;
use std::panic::Location;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Identifies a thread; never used again for another one.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ThreadId(pub(crate) NonZeroU64);

impl ThreadId {
    pub(crate) fn number(self) -> u64 {
        self.0.get()
    }
}

impl fmt::Debug for ThreadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ThreadId").field(&self.0).finish()
    }
}

static NEXT_NATIVE: AtomicU64 = AtomicU64::new(1);

std::thread_local! {
    static NATIVE_ID: Cell<u64> = const { Cell::new(0) };
}

/// A number for a native thread that is about to start: `ThreadId`s of std cannot be made.
pub(crate) fn next_native_id() -> ThreadId {
    let n = NEXT_NATIVE.fetch_add(1, Ordering::Relaxed);
    ThreadId(NonZeroU64::new(n).unwrap_or(NonZeroU64::MAX))
}

/// The running native thread bears this number.
pub(crate) fn set_native_id(id: ThreadId) {
    NATIVE_ID.set(id.number());
}

/// The running native thread's number; one that was not started here gets its own at first use.
pub(crate) fn native_id() -> ThreadId {
    match NonZeroU64::new(NATIVE_ID.get()) {
        Some(n) => ThreadId(n),
        None => {
            let id = next_native_id();
            set_native_id(id);
            id
        }
    }
}

fn model_id(task: usize) -> ThreadId {
    let n = (u64::from(kernel::exec::epoch()) << 20) | (task as u64 + 1);
    ThreadId(NonZeroU64::new(n).unwrap_or(NonZeroU64::MAX))
}

#[derive(Clone)]
pub(crate) enum Real {
    Model(usize),
    Native(std::thread::Thread),
}

/// A handle to a thread.
#[derive(Clone)]
pub struct Thread {
    pub(crate) name: Option<Arc<str>>,
    pub(crate) id: ThreadId,
    pub(crate) real: Real,
}

impl fmt::Debug for Thread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Thread").field("id", &self.id()).field("name", &self.name()).finish_non_exhaustive()
    }
}

impl Thread {
    /// The thread's number.
    pub fn id(&self) -> ThreadId {
        self.id
    }

    /// The thread's name, if it has one.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Gives the thread its token: its next (or present) `park` ends.
    #[track_caller]
    pub fn unpark(&self) {
        match &self.real {
            Real::Model(task) => {
                if !kernel::modelled() {
                    return;
                }
                let id = kernel::exec::park_object(*task);
                let op = Op { name: "unpark", object: Some(id), place: Location::caller() };
                kernel::exec::step(op);
                kernel::exec::release_now(id, 1 - kernel::exec::permits(id), op);
            }
            Real::Native(t) => {
                kernel::native::op();
                t.unpark();
            }
        }
    }

    pub(crate) fn of_task(task: usize, name: Option<Arc<str>>) -> Thread {
        Thread { name, id: model_id(task), real: Real::Model(task) }
    }
}

/// A handle to the running thread.
pub fn current() -> Thread {
    if kernel::modelled() {
        let task = kernel::exec::current();
        let name = kernel::exec::name(task).or_else(|| (task == 0).then(|| "main".to_string()));
        return Thread::of_task(task, name.map(Into::into));
    }
    let t = std::thread::current();
    // The program's main thread is the run's, whatever it is called outside.
    let name = t.name().map(|n| if n == kernel::native::MAIN_THREAD { "main".into() } else { n.into() });
    Thread { name, id: native_id(), real: Real::Native(t) }
}

/// Where a thread leaves its result.
pub(crate) struct Packet<T> {
    result: Mutex<Option<std::thread::Result<T>>>,
    /// The thread panicked and nobody has taken the payload.
    pub(crate) unhandled: Arc<AtomicBool>,
}

impl<T> Packet<T> {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Packet { result: Mutex::new(None), unhandled: Arc::default() })
    }

    pub(crate) fn put(&self, r: std::thread::Result<T>) {
        self.unhandled.store(r.is_err(), Ordering::Relaxed);
        *self.result.lock().unwrap_or_else(PoisonError::into_inner) = Some(r);
    }

    fn take(&self) -> std::thread::Result<T> {
        self.unhandled.store(false, Ordering::Relaxed);
        match self.result.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(r) => r,
            None => unreachable!("a joined thread has left its result"),
        }
    }
}

pub(crate) enum Join {
    Model { task: usize, object: ObjId },
    Native { handle: std::thread::JoinHandle<()>, id: usize },
}

/// The part that owned and scoped handles share.
pub(crate) struct Handle<T> {
    pub(crate) join: Join,
    pub(crate) packet: Arc<Packet<T>>,
    pub(crate) thread: Thread,
}

impl Join {
    /// Waits until the thread has ended.
    fn wait(self, place: Loc) {
        match self {
            Join::Model { task, object } => {
                kernel::exec::acquire(object, 1, 0, "join", place, WaitOpts::default());
                kernel::panics::seen(task);
            }
            Join::Native { handle, id } => {
                kernel::native::op();
                let w = kernel::native::Wait { what: "the end of a thread", object: id, place };
                // The thread's own code catches its panics.
                let _ = kernel::native::blocking(w, || handle.join());
            }
        }
    }

    fn is_finished(&self, place: Loc) -> bool {
        match self {
            Join::Model { task, object } => {
                let op = Op { name: "is_finished", object: Some(*object), place };
                kernel::exec::step(op);
                let done = kernel::exec::is_done(*task);
                kernel::exec::note("is_finished", Some(*object), place, false, || format!("-> {done}"));
                done
            }
            Join::Native { handle, .. } => {
                kernel::native::op();
                handle.is_finished()
            }
        }
    }
}

impl<T> Handle<T> {
    pub(crate) fn join(self, place: Loc) -> std::thread::Result<T> {
        self.join.wait(place);
        self.packet.take()
    }

    pub(crate) fn is_finished(&self, place: Loc) -> bool {
        self.join.is_finished(place)
    }
}

/// A thread that can be waited for; dropped, it goes on by itself.
pub struct JoinHandle<T>(pub(crate) Handle<T>);

// As in std: the handle only ever hands the result over.
// SAFETY: `T` is reached through `join(self)` only; the packet is behind a lock.
unsafe impl<T> Send for JoinHandle<T> {}
// SAFETY: as above; `&JoinHandle` gives no access to a `T`.
unsafe impl<T> Sync for JoinHandle<T> {}

impl<T> std::panic::UnwindSafe for JoinHandle<T> {}
impl<T> std::panic::RefUnwindSafe for JoinHandle<T> {}

impl<T> JoinHandle<T> {
    /// The thread.
    pub fn thread(&self) -> &Thread {
        &self.0.thread
    }

    /// Waits until the thread has ended; its result, or the payload of its panic.
    #[track_caller]
    pub fn join(self) -> std::thread::Result<T> {
        self.0.join(Location::caller())
    }

    /// Whether the thread has ended.
    #[track_caller]
    pub fn is_finished(&self) -> bool {
        self.0.is_finished(Location::caller())
    }
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinHandle").finish_non_exhaustive()
    }
}
