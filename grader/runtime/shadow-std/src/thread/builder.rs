//! Starting threads.

use super::handle::{Handle, Join, JoinHandle, Packet, Real, Thread};
use kernel::Loc;
use std::panic::{AssertUnwindSafe, Location};
use std::sync::Arc;

/// A thread's name and stack size, before it starts.
#[must_use = "must eventually spawn the thread"]
#[derive(Debug, Default)]
pub struct Builder {
    name: Option<String>,
    stack_size: Option<usize>,
}

impl Builder {
    /// No name, the usual stack.
    pub fn new() -> Builder {
        Builder::default()
    }

    /// Names the thread.
    pub fn name(mut self, name: String) -> Builder {
        self.name = Some(name);
        self
    }

    /// Sets the size of its stack; without effect in a model execution.
    pub fn stack_size(mut self, size: usize) -> Builder {
        self.stack_size = Some(size);
        self
    }

    /// Starts the thread.
    #[track_caller]
    pub fn spawn<F, T>(self, f: F) -> std::io::Result<JoinHandle<T>>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        // SAFETY: the closure and its result are 'static.
        unsafe { start(self.name, self.stack_size, f, None, Location::caller()).map(JoinHandle) }
    }

    /// Starts a thread that may borrow from outside `scope`.
    #[track_caller]
    pub fn spawn_scoped<'scope, 'env, F, T>(
        self,
        scope: &'scope super::Scope<'scope, 'env>,
        f: F,
    ) -> std::io::Result<super::ScopedJoinHandle<'scope, T>>
    where
        F: FnOnce() -> T + Send + 'scope,
        T: Send + 'scope,
    {
        scope.start(self.name, self.stack_size, f, Location::caller())
    }
}

/// Starts a thread.
#[track_caller]
pub fn spawn<F, T>(f: F) -> JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    // SAFETY: the closure and its result are 'static.
    match unsafe { start(None, None, f, None, Location::caller()) } {
        Ok(h) => JoinHandle(h),
        Err(e) => panic!("failed to spawn thread: {e:?}"),
    }
}

/// Called when a thread's closure has ended, with whether it panicked.
pub(crate) type OnEnd = Arc<dyn Fn(bool) + Send + Sync>;

fn refused() -> std::io::Error {
    std::io::Error::new(std::io::ErrorKind::WouldBlock, "the system refuses to start another thread")
}

/// What a new thread runs: the closure, whose result it leaves in the packet. It calls the given function as soon as the
/// closure has ended, with whether it panicked.
type Body<'a> = Box<dyn FnOnce(&mut dyn FnMut(bool)) + Send + 'a>;

/// # Safety
/// The caller must not let anything that `f` or its result borrows end before the thread has: it must wait
/// for `on_end` (a scope) or everything must be 'static.
pub(crate) unsafe fn start<'a, F, T>(
    name: Option<String>,
    stack_size: Option<usize>,
    f: F,
    on_end: Option<OnEnd>,
    place: Loc,
) -> std::io::Result<Handle<T>>
where
    F: FnOnce() -> T + Send + 'a,
    T: Send + 'a,
{
    let packet = Packet::<T>::new();
    let theirs = packet.clone();
    let body: Body<'a> = Box::new(move |ended| {
        let result = std::panic::catch_unwind(AssertUnwindSafe(f));
        ended(result.is_err());
        theirs.put(result);
    });
    // SAFETY: only the lifetime changes; see the function's contract.
    let body = unsafe { std::mem::transmute::<Body<'a>, Body<'static>>(body) };
    let (join, thread) = launch(name, stack_size, body, on_end, place)?;
    Ok(Handle { join, packet, thread })
}

/// The part of [`start`] that does not depend on the closure's type: it is compiled once, here, and not again and again
/// with every submission.
fn launch(
    name: Option<String>,
    stack_size: Option<usize>,
    body: Body<'static>,
    on_end: Option<OnEnd>,
    place: Loc,
) -> std::io::Result<(Join, Thread)> {
    if name.as_deref().is_some_and(|n| n.contains('\0')) {
        panic!("thread name may not contain interior null bytes");
    }
    let shown: Option<Arc<str>> = name.as_deref().map(Into::into);
    if kernel::modelled() {
        if kernel::exec::spawn_refused() {
            return Err(refused());
        }
        let scoped = on_end.is_some();
        let first = kernel::start::of_next_thread();
        let body = move || {
            if let Some(first) = first {
                first();
            }
            let mut panicked = false;
            body(&mut |so| {
                panicked = so;
                if panicked {
                    if !scoped {
                        kernel::panics::unseen(kernel::exec::current());
                    }
                    kernel::exec::panics_caught(0);
                }
            });
            if let Some(end) = on_end {
                end(panicked);
            }
            super::local::run_destructors();
        };
        let task = kernel::exec::spawn(name, Box::new(body), place);
        let object = kernel::exec::thread_object(task);
        return Ok((Join::Model { task, object }, Thread::of_task(task, shown)));
    }
    kernel::native::op();
    if kernel::native::spawn_refused() {
        return Err(refused());
    }
    let mut builder = std::thread::Builder::new();
    if let Some(n) = name.clone() {
        builder = builder.name(n);
    }
    if let Some(s) = stack_size {
        builder = builder.stack_size(s);
    }
    let token = Arc::new(kernel::native::thread_starting(name));
    let mine = token.clone();
    // Given here, not asked for: waiting for an answer could swallow an `unpark` meant for the program.
    let thread_id = super::handle::next_native_id();
    let first = kernel::start::of_next_thread();
    let body = move || {
        mine.enter();
        super::local::end_with(mine);
        super::handle::set_native_id(thread_id);
        kernel::native::op();
        if let Some(first) = first {
            first();
        }
        let mut panicked = false;
        body(&mut |so| panicked = so);
        if let Some(end) = on_end {
            end(panicked);
        }
    };
    match builder.spawn(body) {
        Ok(handle) => {
            let real = Real::Native(handle.thread().clone());
            let thread = Thread { name: shown, id: thread_id, real };
            Ok((Join::Native { handle, id: token.id() }, thread))
        }
        Err(e) => {
            token.ended();
            Err(e)
        }
    }
}
