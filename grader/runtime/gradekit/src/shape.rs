//! How large a model is, and where its choices come from.

use crate::hooks;

/// True under the engines that try every interleaving (`bounded` and `loom`): choose a small shape there, two or three
/// threads with one or two operations each.
///
/// ```
/// let rounds = if gradekit::exhaustive() { 1 } else { 50 };
/// # assert!(rounds > 0);
/// ```
pub fn exhaustive() -> bool {
    hooks::exhaustive()
}

/// `small` if every interleaving is tried, else `large`.
///
/// ```
/// let threads = gradekit::scale(2, 6);
/// # assert!(threads == 2 || threads == 6);
/// ```
pub fn scale(small: usize, large: usize) -> usize {
    if exhaustive() { small } else { large }
}

/// Changes with every execution under `random` and `stress`; is always the same under `bounded` and `loom`.
///
/// ```
/// let mut rng = gradekit::Rng::new(gradekit::seed());
/// assert!(rng.below(6) < 6);
/// ```
pub fn seed() -> u64 {
    hooks::seed()
}

/// One of `0..n`. The engines that try every interleaving try every choice too; elsewhere the seed decides.
///
/// ```
/// // Drop the future before its first, second or third poll.
/// let polls = gradekit::choose(3);
/// assert!(polls < 3);
/// ```
pub fn choose(n: usize) -> usize {
    hooks::choose(n)
}

/// The finaliser of SplitMix64: spreads a number over all 64 bits.
pub(crate) fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// A small generator of pseudo-random numbers (SplitMix64): the same seed gives the same numbers.
///
/// ```
/// let mut rng = gradekit::Rng::new(7);
/// let mut order = vec![1, 2, 3, 4];
/// rng.shuffle(&mut order);
/// order.sort();
/// assert_eq!(order, [1, 2, 3, 4]);
/// ```
#[derive(Debug, Clone)]
pub struct Rng(u64);

impl Rng {
    /// Starts at `seed`.
    pub fn new(seed: u64) -> Self {
        Rng(seed)
    }

    /// The next number.
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    /// One of `0..n`.
    pub fn below(&mut self, n: usize) -> usize {
        assert!(n > 0, "there is nothing to choose from");
        (self.next() % n as u64) as usize
    }

    /// Puts the items into a random order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}
