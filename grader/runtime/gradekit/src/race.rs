//! Plain data that tells when two threads use it at once.

use crate::hooks::{self, Kind};
use std::panic::Location;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

/// A value that stands for plain, unsynchronised data: the thing that a lock under test protects.
///
/// In a model, two accesses of which one is a write and that no synchronisation orders are a finding (`data-race`), also if
/// they did not happen at the same moment: a lock with a too weak memory ordering is caught. Natively only real overlaps are
/// seen. There is never undefined behaviour.
///
/// ```
/// use gradekit::*;
/// let (lock, cell) = (std::sync::Mutex::new(()), RaceCell::new(0));
/// concurrently(2, |_| {
///     let _guard = lock.lock().unwrap();
///     cell.update(|n| n + 1);
/// });
/// assert_eq!(cell.get(), 2);
/// ```
#[derive(Debug)]
pub struct RaceCell<T> {
    id: u64,
    value: Mutex<T>,
    readers: AtomicUsize,
    writers: AtomicUsize,
}

impl<T: Clone> RaceCell<T> {
    /// Holds `value`.
    pub fn new(value: T) -> Self {
        RaceCell {
            id: hooks::new_cell(),
            value: Mutex::new(value),
            readers: AtomicUsize::new(0),
            writers: AtomicUsize::new(0),
        }
    }

    /// Reads it.
    #[track_caller]
    pub fn get(&self) -> T {
        let _inside = Inside::enter(self, false, Location::caller());
        hooks::noise();
        self.read()
    }

    /// Writes it.
    #[track_caller]
    pub fn set(&self, value: T) {
        let _inside = Inside::enter(self, true, Location::caller());
        hooks::noise();
        self.write(value);
    }

    /// Reads it, then writes what `f` makes of it: two accesses.
    #[track_caller]
    pub fn update(&self, f: impl FnOnce(T) -> T) {
        let place = Location::caller();
        let old = {
            let _inside = Inside::enter(self, false, place);
            self.read()
        };
        let new = f(old);
        let _inside = Inside::enter(self, true, place);
        hooks::noise();
        self.write(new);
    }

    fn read(&self) -> T {
        self.value.lock().unwrap_or_else(|e| e.into_inner()).clone()
    }

    fn write(&self, value: T) {
        // The old value is dropped after the lock is free: its destructor may be anything.
        let old = std::mem::replace(&mut *self.value.lock().unwrap_or_else(|e| e.into_inner()), value);
        drop(old);
    }
}

/// One access, natively: sees others that are inside at the same time.
struct Inside<'a>(&'a AtomicUsize);

impl<'a> Inside<'a> {
    #[track_caller]
    fn enter<T>(cell: &'a RaceCell<T>, write: bool, place: &'static Location<'static>) -> Self {
        hooks::race_access(cell.id, write, place);
        let mine = if write { &cell.writers } else { &cell.readers };
        mine.fetch_add(1, SeqCst);
        let inside = Inside(mine);
        let (readers, writers) = (cell.readers.load(SeqCst), cell.writers.load(SeqCst));
        if writers > 0 && readers + writers > 1 {
            hooks::fail(
                Kind::DataRace,
                "two threads use the same data at the same time, and at least one of them writes it",
            );
        }
        inside
    }
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_its_value() {
        let cell = RaceCell::new(3);
        cell.set(4);
        cell.update(|n| n * 2);
        assert_eq!(cell.get(), 8);
    }

    #[test]
    fn overlapping_writes_are_reported() {
        let cell = RaceCell::new(0);
        let seen = (0..2000).any(|_| {
            crate::catch(|| {
                crate::concurrently(2, |_| {
                    for _ in 0..100 {
                        cell.update(|n| n + 1);
                    }
                })
            })
            .is_err_and(|text| text.contains("data-race"))
        });
        assert!(seen, "no overlap was seen in 2000 rounds");
    }
}
