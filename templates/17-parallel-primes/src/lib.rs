//! Assignment 17: prime numbers on several threads.
//!
//! This version compiles, but it is slow, and one thread does all the work.

use std::num::NonZeroUsize;
use std::ops::Range;

/// Is `n` a prime number?
pub fn is_prime(n: u64) -> bool {
    // TODO: far too slow for large numbers.
    n >= 2 && (2..n).take_while(|d| d * d <= n).all(|d| !n.is_multiple_of(d))
}

/// The prime numbers of the range, in ascending order, found by `workers` threads.
pub fn primes(range: Range<u64>, workers: NonZeroUsize) -> Vec<u64> {
    // TODO: share the work.
    let _ = workers;
    range.filter(|n| is_prime(*n)).collect()
}

/// How many prime numbers there are in the range.
pub fn count_primes(range: Range<u64>, workers: NonZeroUsize) -> usize {
    primes(range, workers).len()
}
