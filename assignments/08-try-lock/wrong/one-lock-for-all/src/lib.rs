use std::sync::{Mutex, PoisonError, TryLockError};

static ALL: Mutex<()> = Mutex::new(());
pub struct Resource<T>(Mutex<T>);

impl<T> Resource<T> {
    pub fn new(value: T) -> Self {
        Resource(Mutex::new(value))
    }
    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let _a = ALL.lock().unwrap_or_else(PoisonError::into_inner);
        let mut g = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        f(&mut g)
    }
    pub fn try_with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        let _a = match ALL.try_lock() {
            Ok(a) => a,
            Err(TryLockError::Poisoned(p)) => p.into_inner(),
            Err(_) => return None,
        };
        match self.0.try_lock() {
            Ok(mut g) => Some(f(&mut *g)),
            Err(TryLockError::Poisoned(p)) => Some(f(&mut *p.into_inner())),
            Err(TryLockError::WouldBlock) => None,
        }
    }
    pub fn into_inner(self) -> T {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
