use std::sync::{Mutex, PoisonError, TryLockError};

pub struct Resource<T>(Mutex<T>);

impl<T> Resource<T> {
    pub fn new(value: T) -> Self {
        Resource(Mutex::new(value))
    }
    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let mut g = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        f(&mut g)
    }
    pub fn try_with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        match self.0.try_lock() {
            Ok(mut g) => Some(f(&mut *g)),
            Err(TryLockError::Poisoned(p)) => Some(f(&mut *p.into_inner())),
            Err(TryLockError::WouldBlock) => {
                std::thread::sleep(std::time::Duration::from_millis(1));
                match self.0.try_lock() {
                    Ok(mut g) => Some(f(&mut *g)),
                    Err(TryLockError::Poisoned(p)) => Some(f(&mut *p.into_inner())),
                    _ => None,
                }
            }
        }
    }
    pub fn into_inner(self) -> T {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
