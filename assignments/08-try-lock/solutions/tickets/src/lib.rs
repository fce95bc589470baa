//! First come, first served: a ticket for everyone who waits. A resource that is promised to a waiting `with` is busy.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Condvar, Mutex, PoisonError};

pub struct Resource<T> {
    value: Mutex<T>,
    turns: Mutex<Turns>,
    next: Condvar,
}

#[derive(Default)]
struct Turns {
    drawn: u64,
    served: u64,
}

impl<T> Resource<T> {
    pub fn new(value: T) -> Self {
        Self {
            value: Mutex::new(value),
            turns: Mutex::default(),
            next: Condvar::new(),
        }
    }

    /// Runs `f` for whoever is served now, then serves the next one.
    fn serve<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let result = catch_unwind(AssertUnwindSafe(|| {
            let mut value = self.value.lock().unwrap_or_else(PoisonError::into_inner);
            f(&mut value)
        }));
        self.turns.lock().unwrap().served += 1;
        self.next.notify_all();
        result.unwrap_or_else(|panic| resume_unwind(panic))
    }

    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let mut turns = self.turns.lock().unwrap();
        let mine = turns.drawn;
        turns.drawn += 1;
        drop(self.next.wait_while(turns, |turns| turns.served != mine).unwrap());
        self.serve(f)
    }

    pub fn try_with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        let mut turns = self.turns.lock().unwrap();
        if turns.served != turns.drawn {
            return None;
        }
        turns.drawn += 1;
        drop(turns);
        Some(self.serve(f))
    }

    pub fn into_inner(self) -> T {
        self.value.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
