//! Seeded numbers.

use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

static SEED: AtomicU64 = AtomicU64::new(0);

static EXECUTION: AtomicU64 = AtomicU64::new(0);

pub(crate) fn set(seed: u64, execution: u64) {
    SEED.store(seed, SeqCst);
    EXECUTION.store(execution, SeqCst);
}

/// How often the check has run before: 0, 1, 2, ... For what must be tried in turn, and not left to the seed.
pub fn execution() -> usize {
    EXECUTION.load(SeqCst) as usize
}

/// Changes with every execution of the check; the same for the same grading seed.
pub fn seed() -> u64 {
    SEED.load(SeqCst)
}

/// Pseudo-random numbers: the same for the same seed.
///
/// ```
/// use gradekit_process::Rng;
/// let (mut a, mut b) = (Rng::new(7), Rng::new(7));
/// assert_eq!(a.below(1000), b.below(1000));
/// ```
#[derive(Debug, Clone)]
pub struct Rng(u64);

impl Rng {
    /// Starts from `seed`.
    pub fn new(seed: u64) -> Self {
        Rng(seed)
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// One of `0..n`.
    pub fn below(&mut self, n: usize) -> usize {
        assert!(n > 0, "there is nothing to choose from");
        (self.number() % n as u64) as usize
    }

    /// Any order of `items`.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}
