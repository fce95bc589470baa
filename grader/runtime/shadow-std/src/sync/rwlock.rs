//! `std::sync::RwLock`. A reader that comes while a writer waits may be let in or may have to wait
//! behind the writer: std leaves it open, so both are tried.

use super::{LockResult, Poison, TryLockError, TryLockResult, id_of, panicking};
use kernel::native::Wait;
use kernel::parts::{self, ALL};
use kernel::strategy::ValueKind;
use kernel::{Loc, Obj, ObjId, ObjKind, Op, WaitOpts};
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::{Location, RefUnwindSafe, UnwindSafe};
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A lock for many readers or one writer. The value lives in a real one, which in a model execution is
/// never contended.
pub struct RwLock<T: ?Sized> {
    obj: Obj,
    /// Number of the object that readers wait at while a writer waits, plus one; valid in this execution.
    turnstile: AtomicUsize,
    poison: Poison,
    inner: std::sync::RwLock<T>,
}

impl<T: ?Sized> UnwindSafe for RwLock<T> {}
impl<T: ?Sized> RefUnwindSafe for RwLock<T> {}

/// Gives shared access to the value; lets go of the lock when dropped.
#[must_use = "if unused the RwLock will immediately unlock"]
pub struct RwLockReadGuard<'a, T: ?Sized + 'a> {
    lock: &'a RwLock<T>,
    inner: Option<std::sync::RwLockReadGuard<'a, T>>,
    place: Loc,
}

/// Gives access to the value; lets go of the lock when dropped.
#[must_use = "if unused the RwLock will immediately unlock"]
pub struct RwLockWriteGuard<'a, T: ?Sized + 'a> {
    lock: &'a RwLock<T>,
    /// `None` only while it is turned into a read guard.
    inner: Option<std::sync::RwLockWriteGuard<'a, T>>,
    panicked: bool,
    place: Loc,
}

impl<T> RwLock<T> {
    /// A new, free lock.
    pub const fn new(value: T) -> Self {
        RwLock {
            obj: Obj::new(),
            turnstile: AtomicUsize::new(0),
            poison: Poison::new(),
            inner: std::sync::RwLock::new(value),
        }
    }

    /// The value.
    pub fn into_inner(self) -> LockResult<T> {
        let RwLock { poison, inner, .. } = self;
        poison.wrap(inner.into_inner().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<T: ?Sized> RwLock<T> {
    /// The lock's object and its turnstile.
    fn ids(&self) -> (ObjId, ObjId) {
        kernel::exec::touch(self, &self.obj);
        let fresh = !kernel::exec::is_registered(&self.obj);
        let id = id_of(self, &self.obj, ObjKind::RwLock, ALL);
        if fresh {
            self.turnstile.store(parts::companion(id, 1) + 1, Ordering::Relaxed);
        }
        (id, self.turnstile.load(Ordering::Relaxed) - 1)
    }

    fn address(&self) -> usize {
        std::ptr::from_ref(self).cast::<u8>() as usize
    }

    fn real_read(&self) -> std::sync::RwLockReadGuard<'_, T> {
        match self.inner.try_read() {
            Ok(g) => g,
            Err(std::sync::TryLockError::Poisoned(e)) => e.into_inner(),
            Err(std::sync::TryLockError::WouldBlock) => unreachable!("the kernel granted a lock that is written to"),
        }
    }

    fn real_write(&self) -> std::sync::RwLockWriteGuard<'_, T> {
        match self.inner.try_write() {
            Ok(g) => g,
            Err(std::sync::TryLockError::Poisoned(e)) => e.into_inner(),
            Err(std::sync::TryLockError::WouldBlock) => unreachable!("the kernel granted a lock that is in use"),
        }
    }

    fn read_guard<'a>(
        &'a self,
        inner: std::sync::RwLockReadGuard<'a, T>,
        place: Loc,
    ) -> LockResult<RwLockReadGuard<'a, T>> {
        self.poison.wrap(RwLockReadGuard { lock: self, inner: Some(inner), place })
    }

    fn write_guard<'a>(
        &'a self,
        inner: std::sync::RwLockWriteGuard<'a, T>,
        place: Loc,
    ) -> LockResult<RwLockWriteGuard<'a, T>> {
        self.poison.wrap(RwLockWriteGuard { lock: self, inner: Some(inner), panicked: panicking(), place })
    }

    /// The running thread has been let in beside other readers although a writer waits: does std do so?
    fn stands_back(id: ObjId, turnstile: ObjId) -> bool {
        let writer_waits = kernel::exec::permits(turnstile) < 1;
        let others_read = kernel::exec::permits(id) < ALL - 1;
        writer_waits && others_read && kernel::exec::choose(2, ValueKind::Free) == 1
    }

    /// Waits until no writer has the lock, and shares it.
    #[track_caller]
    pub fn read(&self) -> LockResult<RwLockReadGuard<'_, T>> {
        let place = Location::caller();
        if kernel::modelled() {
            let (id, turnstile) = self.ids();
            loop {
                kernel::exec::acquire(id, 1, 1, "read", place, WaitOpts::default());
                if !Self::stands_back(id, turnstile) {
                    break;
                }
                parts::ungrant(id, 1);
                kernel::exec::acquire(turnstile, 1, 0, "wait for the writer", place, WaitOpts::default());
            }
            return self.read_guard(self.real_read(), place);
        }
        kernel::native::touch(self, &self.obj);
        kernel::native::op();
        let inner = match self.inner.try_read() {
            Ok(g) => g,
            Err(std::sync::TryLockError::Poisoned(e)) => e.into_inner(),
            Err(std::sync::TryLockError::WouldBlock) => {
                let wait = Wait { what: "an RwLock (to read)", object: self.address(), place };
                kernel::native::blocking(wait, || self.inner.read().unwrap_or_else(PoisonError::into_inner))
            }
        };
        kernel::native::locked(self.address(), place);
        self.read_guard(inner, place)
    }

    /// Shares the lock if no writer has it.
    #[track_caller]
    pub fn try_read(&self) -> TryLockResult<RwLockReadGuard<'_, T>> {
        let place = Location::caller();
        let inner = if kernel::modelled() {
            let (id, turnstile) = self.ids();
            if !kernel::exec::try_acquire(id, 1, 1, "try_read", place) {
                return Err(TryLockError::WouldBlock);
            }
            if Self::stands_back(id, turnstile) {
                parts::ungrant(id, 1);
                return Err(TryLockError::WouldBlock);
            }
            self.real_read()
        } else {
            kernel::native::touch(self, &self.obj);
            kernel::native::op();
            let inner = match self.inner.try_read() {
                Ok(g) => g,
                Err(std::sync::TryLockError::Poisoned(e)) => e.into_inner(),
                Err(std::sync::TryLockError::WouldBlock) => return Err(TryLockError::WouldBlock),
            };
            kernel::native::locked(self.address(), place);
            inner
        };
        self.read_guard(inner, place).map_err(TryLockError::Poisoned)
    }

    /// Waits until nobody has the lock, and takes it alone.
    #[track_caller]
    pub fn write(&self) -> LockResult<RwLockWriteGuard<'_, T>> {
        let place = Location::caller();
        if kernel::modelled() {
            let (id, turnstile) = self.ids();
            parts::writer_waits(turnstile, true, place);
            kernel::exec::acquire(id, ALL, ALL, "write", place, WaitOpts::default());
            parts::writer_waits(turnstile, false, place);
            // What readers knew when they left.
            kernel::exec::learn(turnstile);
            return self.write_guard(self.real_write(), place);
        }
        kernel::native::touch(self, &self.obj);
        kernel::native::op();
        let inner = match self.inner.try_write() {
            Ok(g) => g,
            Err(std::sync::TryLockError::Poisoned(e)) => e.into_inner(),
            Err(std::sync::TryLockError::WouldBlock) => {
                let wait = Wait { what: "an RwLock (to write)", object: self.address(), place };
                kernel::native::blocking(wait, || self.inner.write().unwrap_or_else(PoisonError::into_inner))
            }
        };
        kernel::native::locked(self.address(), place);
        self.write_guard(inner, place)
    }

    /// Takes the lock alone if nobody has it.
    #[track_caller]
    pub fn try_write(&self) -> TryLockResult<RwLockWriteGuard<'_, T>> {
        let place = Location::caller();
        let inner = if kernel::modelled() {
            let (id, turnstile) = self.ids();
            if !kernel::exec::try_acquire(id, ALL, ALL, "try_write", place) {
                return Err(TryLockError::WouldBlock);
            }
            kernel::exec::learn(turnstile);
            self.real_write()
        } else {
            kernel::native::touch(self, &self.obj);
            kernel::native::op();
            let inner = match self.inner.try_write() {
                Ok(g) => g,
                Err(std::sync::TryLockError::Poisoned(e)) => e.into_inner(),
                Err(std::sync::TryLockError::WouldBlock) => return Err(TryLockError::WouldBlock),
            };
            kernel::native::locked(self.address(), place);
            inner
        };
        self.write_guard(inner, place).map_err(TryLockError::Poisoned)
    }

    /// Whether a thread panicked while it had the lock alone.
    #[track_caller]
    pub fn is_poisoned(&self) -> bool {
        if kernel::modelled() {
            let object = Some(self.ids().0);
            let place = Location::caller();
            kernel::exec::step(Op { name: "is_poisoned", object, place });
            kernel::exec::note("is_poisoned", object, place, false, || format!("-> {}", self.poison.get()));
        }
        self.poison.get()
    }

    /// Forgets that a thread panicked while it had the lock alone.
    #[track_caller]
    pub fn clear_poison(&self) {
        if kernel::modelled() {
            let object = Some(self.ids().0);
            let place = Location::caller();
            kernel::exec::step(Op { name: "clear_poison", object, place });
            kernel::exec::note("clear_poison", object, place, true, String::new);
        }
        self.poison.clear();
    }

    /// The value: nobody else can have the lock.
    pub fn get_mut(&mut self) -> LockResult<&mut T> {
        let value = self.inner.get_mut().unwrap_or_else(PoisonError::into_inner);
        self.poison.wrap(value)
    }
}

impl<'a, T: ?Sized> RwLockWriteGuard<'a, T> {
    /// Keeps the lock as a reader: no other writer comes in between.
    #[track_caller]
    pub fn downgrade(mut s: Self) -> RwLockReadGuard<'a, T> {
        let place = Location::caller();
        let lock = s.lock;
        let Some(inner) = s.inner.take() else { unreachable!("a guard in use holds its lock") };
        if kernel::modelled() {
            let (id, _) = lock.ids();
            kernel::exec::step(Op { name: "downgrade", object: Some(id), place });
            parts::downgrade(id, place);
        } else {
            kernel::native::op();
        }
        RwLockReadGuard { lock, inner: Some(std::sync::RwLockWriteGuard::downgrade(inner)), place }
    }
}

impl<T: ?Sized> Drop for RwLockReadGuard<'_, T> {
    fn drop(&mut self) {
        let Some(inner) = self.inner.take() else { return };
        if kernel::modelled() {
            let (id, turnstile) = self.lock.ids();
            let op = Op { name: "unlock", object: Some(id), place: self.place };
            kernel::exec::step(op);
            drop(inner);
            parts::leave_shared(id, turnstile, op);
        } else {
            kernel::native::unlocked(self.lock.address());
            drop(inner);
            kernel::native::op();
        }
    }
}

impl<T: ?Sized> Drop for RwLockWriteGuard<'_, T> {
    fn drop(&mut self) {
        let Some(inner) = self.inner.take() else { return };
        self.lock.poison.done(self.panicked);
        if kernel::modelled() {
            let (id, _) = self.lock.ids();
            let op = Op { name: "unlock", object: Some(id), place: self.place };
            kernel::exec::step(op);
            drop(inner);
            kernel::exec::release_now(id, ALL, op);
        } else {
            kernel::native::unlocked(self.lock.address());
            drop(inner);
            kernel::native::op();
        }
    }
}

impl<T: ?Sized> Deref for RwLockReadGuard<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        self.inner.as_ref().expect("a guard in use holds its lock")
    }
}

impl<T: ?Sized> Deref for RwLockWriteGuard<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        self.inner.as_ref().expect("a guard in use holds its lock")
    }
}

impl<T: ?Sized> DerefMut for RwLockWriteGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.inner.as_mut().expect("a guard in use holds its lock")
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for RwLockReadGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized + fmt::Display> fmt::Display for RwLockReadGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for RwLockWriteGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized + fmt::Display> fmt::Display for RwLockWriteGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for RwLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut d = f.debug_struct("RwLock");
        match self.try_read() {
            Ok(guard) => d.field("data", &&*guard),
            Err(TryLockError::Poisoned(e)) => d.field("data", &&**e.get_ref()),
            Err(TryLockError::WouldBlock) => d.field("data", &"<locked>"),
        };
        d.field("poisoned", &self.poison.get()).finish_non_exhaustive()
    }
}

impl<T: Default> Default for RwLock<T> {
    fn default() -> Self {
        RwLock::new(T::default())
    }
}

impl<T> From<T> for RwLock<T> {
    fn from(value: T) -> Self {
        RwLock::new(value)
    }
}
