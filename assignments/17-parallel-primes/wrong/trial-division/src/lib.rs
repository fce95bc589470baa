//! Wrong: numbers are tested by trial division.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

const BLOCK: u64 = 64;

pub fn is_prime(n: u64) -> bool {
    if n < 4 {
        return n >= 2;
    }
    if n.is_multiple_of(2) || n.is_multiple_of(3) {
        return false;
    }
    let mut d = 5;
    while d <= n / d {
        if n.is_multiple_of(d) || n.is_multiple_of(d + 2) {
            return false;
        }
        d += 6;
    }
    true
}

/// Calls `work` for each block, on so many threads; the results in the order of the blocks.
fn blocks<R: Send>(
    range: &Range<u64>,
    workers: NonZeroUsize,
    work: impl Fn(Range<u64>) -> R + Sync,
) -> Vec<R> {
    let length = range.end.saturating_sub(range.start);
    let count = length.div_ceil(BLOCK);
    let next = AtomicU64::new(0);
    let one_worker = || {
        let mut mine = Vec::new();
        loop {
            let block = next.fetch_add(1, Ordering::Relaxed);
            if block >= count {
                return mine;
            }
            let from = range.start + block * BLOCK;
            let to = from + BLOCK.min(range.end - from);
            mine.push((block, work(from..to)));
        }
    };
    let mut all = thread::scope(|s| {
        let threads: Vec<_> = (0..workers.get()).map(|_| s.spawn(one_worker)).collect();
        let mut all = Vec::new();
        for thread in threads {
            all.extend(thread.join().expect("a worker does not panic"));
        }
        all
    });
    all.sort_unstable_by_key(|(block, _)| *block);
    all.into_iter().map(|(_, result)| result).collect()
}

pub fn primes(range: Range<u64>, workers: NonZeroUsize) -> Vec<u64> {
    let found = blocks(&range, workers, |block| {
        block.filter(|&n| is_prime(n)).collect::<Vec<_>>()
    });
    found.concat()
}

pub fn count_primes(range: Range<u64>, workers: NonZeroUsize) -> usize {
    let counts = blocks(&range, workers, |block| {
        block.filter(|&n| is_prime(n)).count()
    });
    counts.into_iter().sum()
}
