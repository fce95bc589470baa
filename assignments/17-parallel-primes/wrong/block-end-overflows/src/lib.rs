//! Wrong: the end of the last block may lie behind the end of u64.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

const BLOCK: u64 = 64;

pub fn is_prime(n: u64) -> bool {
    const SMALL: [u64; 12] = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37];
    for p in SMALL {
        if n.is_multiple_of(p) {
            return n == p;
        }
    }
    if n < 2 {
        return false;
    }
    // Miller and Rabin; with these twelve bases it is right for every u64.
    let zeros = (n - 1).trailing_zeros();
    let odd = (n - 1) >> zeros;
    SMALL.iter().all(|&base| {
        let mut x = pow_mod(base, odd, n);
        if x == 1 || x == n - 1 {
            return true;
        }
        for _ in 1..zeros {
            x = mul_mod(x, x, n);
            if x == n - 1 {
                return true;
            }
        }
        false
    })
}

fn mul_mod(a: u64, b: u64, m: u64) -> u64 {
    (u128::from(a) * u128::from(b) % u128::from(m)) as u64
}

fn pow_mod(mut base: u64, mut exponent: u64, m: u64) -> u64 {
    let mut result = 1;
    base %= m;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = mul_mod(result, base, m);
        }
        base = mul_mod(base, base, m);
        exponent >>= 1;
    }
    result
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
            let to = (from + BLOCK).min(range.end);
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
