//! `std::io`: standard output is captured, standard error is dropped, standard input is refused.

#![allow(hidden_glob_reexports)]

pub use std::io::*;

use kernel::{Loc, ObjId, ObjKind, Op, WaitOpts};
use std::fmt;
use std::panic::Location;
use std::sync::{Condvar, Mutex, PoisonError};

/// Private on purpose: a submission gets its input as parameters.
#[allow(dead_code, non_upper_case_globals)]
const stdin: () = ();
#[allow(dead_code)]
struct Stdin;
#[allow(dead_code)]
struct StdinLock;
/// Private on purpose: pipes belong to the outside world.
#[allow(dead_code, non_upper_case_globals)]
const pipe: () = ();
#[allow(dead_code)]
struct PipeReader;
#[allow(dead_code)]
struct PipeWriter;

/// Who has the lock of standard output, and how often.
struct Owner {
    /// The execution (or native run) that this is about.
    epoch: u64,
    thread: u64,
    depth: usize,
    /// Model: free if it has a permit.
    object: Option<ObjId>,
}

static OWNER: Mutex<Owner> = Mutex::new(Owner { epoch: 0, thread: 0, depth: 0, object: None });
static FREED: Condvar = Condvar::new();

fn owner() -> std::sync::MutexGuard<'static, Owner> {
    let epoch = if kernel::modelled() { kernel::exec::epoch() } else { kernel::native::epoch() };
    let mut owner = OWNER.lock().unwrap_or_else(PoisonError::into_inner);
    if owner.epoch != u64::from(epoch) {
        *owner = Owner { epoch: u64::from(epoch), thread: 0, depth: 0, object: None };
    }
    owner
}

/// The running thread, as a number above 0.
fn me() -> u64 {
    crate::thread::current().id().number()
}

fn object() -> ObjId {
    if let Some(id) = owner().object {
        return id;
    }
    let id = kernel::exec::new_object(ObjKind::Output, 1);
    owner().object = Some(id);
    id
}

/// Waits until nobody else has the lock, and takes it (once more).
fn take(name: &'static str, place: Loc) {
    let me = me();
    if kernel::modelled() {
        let id = object();
        if owner().depth == 0 || owner().thread != me {
            kernel::exec::acquire(id, 1, 1, name, place, WaitOpts::default());
        }
        let mut owner = owner();
        owner.thread = me;
        owner.depth += 1;
        return;
    }
    kernel::native::op();
    let mut guard = owner();
    if guard.depth > 0 && guard.thread != me {
        let wait = kernel::native::Wait { what: "the lock of standard output", object: 1, place };
        guard = kernel::native::blocking(wait, || {
            FREED.wait_while(guard, |o| o.depth > 0).unwrap_or_else(PoisonError::into_inner)
        });
    }
    guard.thread = me;
    guard.depth += 1;
}

fn give(place: Loc) {
    if kernel::modelled() {
        let last = owner().depth == 1;
        if last {
            let id = object();
            let op = Op { name: "unlock", object: Some(id), place };
            kernel::exec::step(op);
            owner().depth = 0;
            kernel::exec::release_now(id, 1, op);
        } else {
            owner().depth -= 1;
        }
        return;
    }
    owner().depth -= 1;
    FREED.notify_one();
}

/// Prints a text as a whole: others' prints come before or after it.
pub(crate) fn print(text: &str, place: Loc) {
    if kernel::modelled() {
        let id = object();
        kernel::exec::step(Op { name: "print", object: Some(id), place });
        let others = {
            let owner = owner();
            owner.depth > 0 && owner.thread != me()
        };
        if others {
            kernel::exec::acquire(id, 1, 0, "wait to print", place, WaitOpts::default());
        }
        kernel::exec::print(text, place);
        // The picture has room for the beginning.
        kernel::exec::note("print", Some(id), place, true, || {
            let text = text.trim_end();
            let cut = text.char_indices().nth(100).map_or(text.len(), |(at, _)| at);
            format!("{:?}{}", &text[..cut], if cut < text.len() { "..." } else { "" })
        });
        return;
    }
    take("print", place);
    let flood = kernel::native::print(text, place);
    give(place);
    if let Some(why) = flood {
        panic!("{why}");
    }
}

/// The captured standard output.
pub struct Stdout(());

/// The captured standard output, locked.
pub struct StdoutLock<'a> {
    place: Loc,
    /// As in std: unlocked by the thread that locked it.
    not_send: std::marker::PhantomData<(*const (), &'a ())>,
}

/// The captured standard output.
#[must_use]
pub fn stdout() -> Stdout {
    Stdout(())
}

impl Stdout {
    /// Keeps the prints of other threads out until the guard is dropped.
    #[track_caller]
    pub fn lock(&self) -> StdoutLock<'static> {
        let place = Location::caller();
        take("lock", place);
        StdoutLock { place, not_send: std::marker::PhantomData }
    }
}

impl Drop for StdoutLock<'_> {
    fn drop(&mut self) {
        give(self.place);
    }
}

/// Bytes that are not UTF-8 are shown as such.
fn write_text(bytes: &[u8], place: Loc) {
    print(&String::from_utf8_lossy(bytes), place);
}

impl Write for Stdout {
    #[track_caller]
    fn write(&mut self, buf: &[u8]) -> Result<usize> {
        (&*self).write(buf)
    }
    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
    #[track_caller]
    fn write_fmt(&mut self, args: fmt::Arguments<'_>) -> Result<()> {
        (&*self).write_fmt(args)
    }
}

impl Write for &Stdout {
    #[track_caller]
    fn write(&mut self, buf: &[u8]) -> Result<usize> {
        write_text(buf, Location::caller());
        Ok(buf.len())
    }
    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
    #[track_caller]
    fn write_fmt(&mut self, args: fmt::Arguments<'_>) -> Result<()> {
        // One call is one print, as in std.
        print(&args.to_string(), Location::caller());
        Ok(())
    }
}

impl Write for StdoutLock<'_> {
    #[track_caller]
    fn write(&mut self, buf: &[u8]) -> Result<usize> {
        write_text(buf, Location::caller());
        Ok(buf.len())
    }
    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
    #[track_caller]
    fn write_fmt(&mut self, args: fmt::Arguments<'_>) -> Result<()> {
        print(&args.to_string(), Location::caller());
        Ok(())
    }
}

impl fmt::Debug for Stdout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stdout").finish_non_exhaustive()
    }
}

impl fmt::Debug for StdoutLock<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StdoutLock").finish_non_exhaustive()
    }
}

/// Standard error: what is written there is dropped.
#[derive(Debug)]
pub struct Stderr(());

/// Standard error: what is written there is dropped.
#[derive(Debug)]
pub struct StderrLock<'a>(std::marker::PhantomData<(*const (), &'a ())>);

/// Standard error.
#[must_use]
pub fn stderr() -> Stderr {
    Stderr(())
}

impl Stderr {
    /// There is nothing to keep out.
    pub fn lock(&self) -> StderrLock<'static> {
        StderrLock(std::marker::PhantomData)
    }
}

macro_rules! dropped {
    ($($t:ty),*) => {$(
        impl Write for $t {
            fn write(&mut self, buf: &[u8]) -> Result<usize> {
                Ok(buf.len())
            }
            fn flush(&mut self) -> Result<()> {
                Ok(())
            }
        }
    )*};
}

dropped!(Stderr, &Stderr, StderrLock<'_>);
