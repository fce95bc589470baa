//! The check's own bookkeeping. It is invisible to the engines: it adds no interleavings and orders nothing, so it hides
//! no bug of the submission.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

/// Counts.
///
/// ```
/// use gradekit::*;
/// let ran = Counter::new();
/// concurrently(3, |_| ran.add(1));
/// assert_eq!(ran.get(), 3);
/// ```
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Starts at 0.
    pub const fn new() -> Self {
        Counter(AtomicU64::new(0))
    }

    /// Adds `n`; returns the count before.
    pub fn add(&self, n: u64) -> u64 {
        self.0.fetch_add(n, SeqCst)
    }

    /// The count now.
    pub fn get(&self) -> u64 {
        self.0.load(SeqCst)
    }
}

/// Things in the order in which they were pushed.
///
/// ```
/// use gradekit::*;
/// let log = Log::new();
/// log.push("a");
/// log.push("b");
/// assert_eq!(log.take(), ["a", "b"]);
/// ```
#[derive(Debug, Default)]
pub struct Log<T>(Mutex<Vec<T>>);

impl<T> Log<T> {
    /// Empty.
    pub const fn new() -> Self {
        Log(Mutex::new(Vec::new()))
    }

    /// Appends `item`.
    pub fn push(&self, item: T) {
        self.0.lock().unwrap_or_else(|e| e.into_inner()).push(item);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(|e| e.into_inner()).len()
    }

    /// Is there nothing?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All of them, in order. The log is empty afterwards.
    pub fn take(&self) -> Vec<T> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(|e| e.into_inner()))
    }
}

impl<T: Clone> Log<T> {
    /// A copy of all of them.
    pub fn all(&self) -> Vec<T> {
        self.0.lock().unwrap_or_else(|e| e.into_inner()).clone()
    }
}

/// How many are inside at once, now and at most.
///
/// ```
/// use gradekit::*;
/// let peak = Peak::new();
/// {
///     let _a = peak.enter();
///     let _b = peak.enter();
///     assert_eq!(peak.now(), 2);
/// }
/// assert_eq!((peak.now(), peak.max()), (0, 2));
/// ```
#[derive(Debug, Default)]
pub struct Peak {
    now: AtomicU64,
    max: AtomicU64,
}

/// Somebody is inside while this lives.
#[derive(Debug)]
pub struct Inside<'a>(&'a Peak);

impl Peak {
    /// Nobody is inside.
    pub const fn new() -> Self {
        Peak { now: AtomicU64::new(0), max: AtomicU64::new(0) }
    }

    /// One more is inside, until the result is dropped.
    #[must_use = "whoever enters is inside until this is dropped"]
    pub fn enter(&self) -> Inside<'_> {
        let now = self.now.fetch_add(1, SeqCst) + 1;
        self.max.fetch_max(now, SeqCst);
        Inside(self)
    }

    /// How many are inside now.
    pub fn now(&self) -> u64 {
        self.now.load(SeqCst)
    }

    /// The most that were inside at once.
    pub fn max(&self) -> u64 {
        self.max.load(SeqCst)
    }
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, SeqCst);
    }
}
