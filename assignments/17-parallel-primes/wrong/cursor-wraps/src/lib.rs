//! Wrong: the cursor is the next number, and behind the last u64 comes 0.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

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

/// Calls `work` for each number, on so many threads.
fn numbers(range: &Range<u64>, workers: NonZeroUsize, work: impl Fn(u64) + Sync) {
    let next = AtomicU64::new(range.start);
    thread::scope(|s| {
        for _ in 0..workers.get() {
            s.spawn(|| {
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if n >= range.end {
                        return;
                    }
                    work(n);
                }
            });
        }
    });
}

pub fn primes(range: Range<u64>, workers: NonZeroUsize) -> Vec<u64> {
    let all = Mutex::new(Vec::new());
    numbers(&range, workers, |n| {
        if is_prime(n) {
            all.lock().unwrap().push(n);
        }
    });
    let mut all = all.into_inner().unwrap();
    all.sort_unstable();
    all
}

pub fn count_primes(range: Range<u64>, workers: NonZeroUsize) -> usize {
    primes(range, workers).len()
}
