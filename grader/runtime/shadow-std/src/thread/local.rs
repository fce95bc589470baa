//! Thread-locals: one table a thread, kept by the kernel for model threads, by a real thread-local
//! otherwise.

use kernel::native::ThreadToken;
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::sync::Arc;

/// One thread's values, in the order of their first use. `None`: already destroyed.
#[derive(Default)]
struct Slots(Vec<(usize, Option<Box<dyn Any>>)>);

/// The real thread's values, dropped (with their destructors run) when it ends.
struct NativeSlots {
    slots: RefCell<Slots>,
    token: RefCell<Option<Arc<ThreadToken>>>,
}

impl Drop for NativeSlots {
    fn drop(&mut self) {
        // Values first used by a destructor are dropped too.
        while let Some(value) = self.slots.borrow_mut().next_to_drop() {
            drop(value);
        }
        if let Some(token) = self.token.borrow_mut().take() {
            token.ended();
        }
    }
}

std::thread_local! {
    static NATIVE: NativeSlots = NativeSlots { slots: RefCell::default(), token: RefCell::new(None) };
}

impl Slots {
    fn next_to_drop(&mut self) -> Option<Box<dyn Any>> {
        self.0.iter_mut().rev().find_map(|(_, value)| value.take())
    }
}

/// When this thread's values are gone, it counts as ended.
pub(crate) fn end_with(token: Arc<ThreadToken>) {
    NATIVE.with(|n| *n.token.borrow_mut() = Some(token));
}

/// Drops the running model thread's values, as the end of a thread does. Natively the real
/// thread-local does it.
pub fn run_destructors() {
    if !kernel::modelled() {
        return;
    }
    while let Some(value) = with_slots(Slots::next_to_drop).flatten() {
        drop(value);
    }
}

fn with_slots<R>(f: impl FnOnce(&mut Slots) -> R) -> Option<R> {
    if kernel::modelled() {
        return kernel::exec::with_ext(|ext| {
            let slots = ext.get_or_insert_with(|| Box::new(Slots::default()));
            slots.downcast_mut::<Slots>().map(f)
        });
    }
    NATIVE.try_with(|n| f(&mut n.slots.borrow_mut())).ok()
}

/// A thread-local was used after it was destroyed.
#[derive(Clone, Copy, Eq, PartialEq)]
#[non_exhaustive]
pub struct AccessError;

impl fmt::Debug for AccessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessError").finish()
    }
}

impl fmt::Display for AccessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt("already destroyed", f)
    }
}

impl std::error::Error for AccessError {}

/// A key of a thread-local value.
pub struct LocalKey<T: 'static> {
    init: fn() -> T,
}

impl<T: 'static> fmt::Debug for LocalKey<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalKey").finish_non_exhaustive()
    }
}

fn dead() -> ! {
    panic!("cannot access a Thread Local Storage value during or after destruction: AccessError")
}

impl<T: 'static> LocalKey<T> {
    #[doc(hidden)]
    pub const fn __new(init: fn() -> T) -> Self {
        LocalKey { init }
    }

    /// The running thread's value; `first` replaces the initial one at the first use.
    fn slot(&'static self, first: &mut Option<T>) -> Result<*const T, AccessError> {
        let key = std::ptr::from_ref(self) as usize;
        let find = |s: &mut Slots| {
            s.0.iter()
                .find(|(k, _)| *k == key)
                .map(|(_, v)| v.as_ref().and_then(|b| b.downcast_ref::<T>()).map(std::ptr::from_ref).ok_or(AccessError))
        };
        if let Some(found) = with_slots(find).ok_or(AccessError)? {
            return found;
        }
        // The program's own code runs here: nothing is borrowed.
        let value: Box<dyn Any> = Box::new(first.take().unwrap_or_else(self.init));
        with_slots(|s| {
            // `init` may have used the key itself; then its value is replaced, as in std.
            s.0.retain(|(k, _)| *k != key);
            s.0.push((key, Some(value)));
            find(s)
        })
        .flatten()
        .unwrap_or(Err(AccessError))
    }

    /// Calls `f` with the running thread's value.
    pub fn with<F, R>(&'static self, f: F) -> R
    where
        F: FnOnce(&T) -> R,
    {
        self.try_with(f).unwrap_or_else(|_| dead())
    }

    /// Calls `f` with the running thread's value, unless it is destroyed.
    pub fn try_with<F, R>(&'static self, f: F) -> Result<R, AccessError>
    where
        F: FnOnce(&T) -> R,
    {
        let value = self.slot(&mut None)?;
        // SAFETY: the value is boxed and stays until this thread ends; only this thread reaches it, and
        // only by shared reference. (A value whose key is used by its own `init` is replaced before
        // anyone sees it.)
        Ok(f(unsafe { &*value }))
    }
}

impl<T: 'static> LocalKey<Cell<T>> {
    /// Sets the value; a first use does not run the initialiser.
    pub fn set(&'static self, value: T) {
        let mut first = Some(Cell::new(value));
        match self.slot(&mut first) {
            Ok(cell) => {
                if let Some(v) = first {
                    // SAFETY: as in `try_with`.
                    unsafe { &*cell }.set(v.into_inner());
                }
            }
            Err(AccessError) => dead(),
        }
    }

    /// A copy of the value.
    pub fn get(&'static self) -> T
    where
        T: Copy,
    {
        self.with(Cell::get)
    }

    /// Takes the value.
    pub fn take(&'static self) -> T
    where
        T: Default,
    {
        self.with(Cell::take)
    }

    /// Replaces the value.
    pub fn replace(&'static self, value: T) -> T {
        self.with(|c| c.replace(value))
    }
}

impl<T: 'static> LocalKey<RefCell<T>> {
    /// Calls `f` with the borrowed value.
    pub fn with_borrow<F, R>(&'static self, f: F) -> R
    where
        F: FnOnce(&T) -> R,
    {
        self.with(|c| f(&c.borrow()))
    }

    /// Calls `f` with the mutably borrowed value.
    pub fn with_borrow_mut<F, R>(&'static self, f: F) -> R
    where
        F: FnOnce(&mut T) -> R,
    {
        self.with(|c| f(&mut c.borrow_mut()))
    }

    /// Sets the value; a first use does not run the initialiser.
    pub fn set(&'static self, value: T) {
        let mut first = Some(RefCell::new(value));
        match self.slot(&mut first) {
            Ok(cell) => {
                if let Some(v) = first {
                    // SAFETY: as in `try_with`.
                    *unsafe { &*cell }.borrow_mut() = v.into_inner();
                }
            }
            Err(AccessError) => dead(),
        }
    }

    /// Takes the value.
    pub fn take(&'static self) -> T
    where
        T: Default,
    {
        self.with(RefCell::take)
    }

    /// Replaces the value.
    pub fn replace(&'static self, value: T) -> T {
        self.with(|c| c.replace(value))
    }
}
