//! Wrong: the last thread gets nearly everything.

use std::num::NonZeroUsize;
use std::ops::Range;
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

/// Calls `work` for each worker's share; the results in order.
fn shares<R: Send>(
    range: &Range<u64>,
    workers: NonZeroUsize,
    work: impl Fn(Range<u64>) -> R + Sync,
) -> Vec<R> {
    let count = workers.get() as u64;
    let length = range.end.saturating_sub(range.start);
    let each = u64::from(length >= count);
    let work = &work;
    thread::scope(|s| {
        let mut threads = Vec::new();
        let mut from = range.start;
        for i in 0..count {
            let share = from..if i + 1 == count { range.end.max(from) } else { from + each };
            from = share.end;
            threads.push(s.spawn(move || work(share)));
        }
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    })
}

pub fn primes(range: Range<u64>, workers: NonZeroUsize) -> Vec<u64> {
    let found = shares(&range, workers, |share| {
        share.filter(|&n| is_prime(n)).collect::<Vec<_>>()
    });
    found.concat()
}

pub fn count_primes(range: Range<u64>, workers: NonZeroUsize) -> usize {
    let counts = shares(&range, workers, |share| {
        share.filter(|&n| is_prime(n)).count()
    });
    counts.into_iter().sum()
}
