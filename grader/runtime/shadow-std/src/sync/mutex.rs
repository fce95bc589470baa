//! `std::sync::Mutex`.

use super::{LockResult, Poison, TryLockError, TryLockResult, id_of, panicking};
use kernel::native::Wait;
use kernel::{Loc, Obj, ObjId, ObjKind, Op, WaitOpts};
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::panic::{RefUnwindSafe, UnwindSafe};

/// A mutual exclusion lock. The value lives in a real one, which in a model execution is never
/// contended: the kernel decides who has the lock, and the holder then takes the real one too.
pub struct Mutex<T: ?Sized> {
    obj: Obj,
    poison: Poison,
    inner: std::sync::Mutex<T>,
}

impl<T: ?Sized> UnwindSafe for Mutex<T> {}
impl<T: ?Sized> RefUnwindSafe for Mutex<T> {}

/// Gives access to the value; unlocks when dropped.
#[must_use = "if unused the Mutex will immediately unlock"]
pub struct MutexGuard<'a, T: ?Sized + 'a> {
    pub(crate) lock: &'a Mutex<T>,
    /// `None` only while a condition variable waits with it.
    pub(crate) inner: Option<std::sync::MutexGuard<'a, T>>,
    panicked: bool,
    pub(crate) place: Loc,
}

impl<T> Mutex<T> {
    /// A new, free lock.
    pub const fn new(value: T) -> Self {
        Mutex { obj: Obj::new(), poison: Poison::new(), inner: std::sync::Mutex::new(value) }
    }

    /// The value.
    pub fn into_inner(self) -> LockResult<T> {
        let Mutex { poison, inner, .. } = self;
        poison.wrap(inner.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner))
    }
}

impl<T: ?Sized> Mutex<T> {
    pub(crate) fn id(&self) -> ObjId {
        id_of(self, &self.obj, ObjKind::Mutex, 1)
    }

    pub(crate) fn poisoned(&self) -> bool {
        self.poison.get()
    }

    fn address(&self) -> usize {
        std::ptr::from_ref(self).cast::<u8>() as usize
    }

    fn guard<'a>(&'a self, inner: std::sync::MutexGuard<'a, T>, place: Loc) -> LockResult<MutexGuard<'a, T>> {
        self.poison.wrap(MutexGuard { lock: self, inner: Some(inner), panicked: panicking(), place })
    }

    /// Takes the real lock, which is free or about to be: in a model execution the kernel has granted it.
    pub(crate) fn real(&self) -> std::sync::MutexGuard<'_, T> {
        match self.inner.try_lock() {
            Ok(g) => g,
            Err(std::sync::TryLockError::Poisoned(e)) => e.into_inner(),
            Err(std::sync::TryLockError::WouldBlock) => {
                unreachable!("the kernel granted a lock whose guard is still alive")
            }
        }
    }

    /// Waits for the lock and takes it.
    #[track_caller]
    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        let place = Location::caller();
        if kernel::modelled() {
            kernel::exec::acquire(self.id(), 1, 1, "lock", place, WaitOpts::default());
            return self.guard(self.real(), place);
        }
        let inner = self.lock_native(place);
        self.guard(inner, place)
    }

    pub(crate) fn lock_native(&self, place: Loc) -> std::sync::MutexGuard<'_, T> {
        kernel::native::touch(self, &self.obj);
        kernel::native::op();
        let inner = match self.inner.try_lock() {
            Ok(g) => g,
            Err(std::sync::TryLockError::Poisoned(e)) => e.into_inner(),
            Err(std::sync::TryLockError::WouldBlock) => {
                let wait = Wait { what: "a Mutex", object: self.address(), place };
                kernel::native::blocking(wait, || self.inner.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
            }
        };
        kernel::native::locked(self.address(), place);
        inner
    }

    pub(crate) fn unlocked_native(&self) {
        kernel::native::unlocked(self.address());
    }

    /// Takes the lock if it is free.
    #[track_caller]
    pub fn try_lock(&self) -> TryLockResult<MutexGuard<'_, T>> {
        let place = Location::caller();
        let inner = if kernel::modelled() {
            if !kernel::exec::try_acquire(self.id(), 1, 1, "try_lock", place) {
                return Err(TryLockError::WouldBlock);
            }
            self.real()
        } else {
            kernel::native::touch(self, &self.obj);
            kernel::native::op();
            let inner = match self.inner.try_lock() {
                Ok(g) => g,
                Err(std::sync::TryLockError::Poisoned(e)) => e.into_inner(),
                Err(std::sync::TryLockError::WouldBlock) => return Err(TryLockError::WouldBlock),
            };
            kernel::native::locked(self.address(), place);
            inner
        };
        self.guard(inner, place).map_err(TryLockError::Poisoned)
    }

    /// Whether a thread panicked while it held the lock.
    #[track_caller]
    pub fn is_poisoned(&self) -> bool {
        if kernel::modelled() {
            let object = Some(self.id());
            let place = Location::caller();
            kernel::exec::step(Op { name: "is_poisoned", object, place });
            kernel::exec::note("is_poisoned", object, place, false, || format!("-> {}", self.poison.get()));
        }
        self.poison.get()
    }

    /// Forgets that a thread panicked while it held the lock.
    #[track_caller]
    pub fn clear_poison(&self) {
        if kernel::modelled() {
            let object = Some(self.id());
            let place = Location::caller();
            kernel::exec::step(Op { name: "clear_poison", object, place });
            kernel::exec::note("clear_poison", object, place, true, String::new);
        }
        self.poison.clear();
    }

    /// The value: nobody else can have the lock.
    pub fn get_mut(&mut self) -> LockResult<&mut T> {
        let value = self.inner.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner);
        self.poison.wrap(value)
    }
}

impl<T: ?Sized> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        let Some(inner) = self.inner.take() else { return };
        self.lock.poison.done(self.panicked);
        if kernel::modelled() {
            let id = self.lock.id();
            let op = Op { name: "unlock", object: Some(id), place: self.place };
            kernel::exec::step(op);
            drop(inner);
            kernel::exec::release_now(id, 1, op);
        } else {
            self.lock.unlocked_native();
            drop(inner);
            kernel::native::op();
        }
    }
}

impl<T: ?Sized> Deref for MutexGuard<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        self.inner.as_ref().expect("a guard in use holds its lock")
    }
}

impl<T: ?Sized> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.inner.as_mut().expect("a guard in use holds its lock")
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized + fmt::Display> fmt::Display for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut d = f.debug_struct("Mutex");
        match self.try_lock() {
            Ok(guard) => d.field("data", &&*guard),
            Err(TryLockError::Poisoned(e)) => d.field("data", &&**e.get_ref()),
            Err(TryLockError::WouldBlock) => d.field("data", &"<locked>"),
        };
        d.field("poisoned", &self.poison.get()).finish_non_exhaustive()
    }
}

impl<T: Default> Default for Mutex<T> {
    fn default() -> Self {
        Mutex::new(T::default())
    }
}

impl<T> From<T> for Mutex<T> {
    fn from(value: T) -> Self {
        Mutex::new(value)
    }
}
