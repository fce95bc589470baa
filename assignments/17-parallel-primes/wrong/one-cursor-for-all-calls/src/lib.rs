//! Wrong: the cursor is a static, and two calls at the same time share it.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

fn mul(a: u64, b: u64, n: u64) -> u64 {
    (a as u128 * b as u128 % n as u128) as u64
}
fn pow(mut a: u64, mut e: u64, n: u64) -> u64 {
    let mut r = 1;
    a %= n;
    while e > 0 {
        if e & 1 == 1 {
            r = mul(r, a, n)
        }
        a = mul(a, a, n);
        e >>= 1;
    }
    r
}
pub fn is_prime(n: u64) -> bool {
    const P: [u64; 12] = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37];
    if n < 2 {
        return false;
    }
    for p in P {
        if n % p == 0 {
            return n == p;
        }
    }
    let s = (n - 1).trailing_zeros();
    let d = (n - 1) >> s;
    'base: for a in P {
        let mut x = pow(a, d, n);
        if x == 1 || x == n - 1 {
            continue;
        }
        for _ in 1..s {
            x = mul(x, x, n);
            if x == n - 1 {
                continue 'base;
            }
        }
        return false;
    }
    true
}
const BLOCK: u64 = 8;
static CURSOR: AtomicU64 = AtomicU64::new(0);
fn blocks(c: &AtomicU64, end: u64) -> Option<Range<u64>> {
    let lo = c.fetch_update(Relaxed, Relaxed, |lo| (lo < end).then(|| lo.saturating_add(BLOCK).min(end))).ok()?;
    Some(lo..lo.saturating_add(BLOCK).min(end))
}
pub fn primes(range: Range<u64>, workers: NonZeroUsize) -> Vec<u64> {
    let c = &CURSOR;
    c.store(range.start, Relaxed);
    let mut all = thread::scope(|s| {
        let hs: Vec<_> = (0..workers.get())
            .map(|_| {
                s.spawn(|| {
                    let mut mine = Vec::new();
                    while let Some(b) = blocks(c, range.end) {
                        mine.extend(b.filter(|&n| is_prime(n)));
                    }
                    mine
                })
            })
            .collect();
        hs.into_iter().flat_map(|h| h.join().unwrap()).collect::<Vec<_>>()
    });
    all.sort_unstable();
    all
}
pub fn count_primes(range: Range<u64>, workers: NonZeroUsize) -> usize {
    let c = &CURSOR;
    c.store(range.start, Relaxed);
    let total = std::sync::atomic::AtomicUsize::new(0);
    thread::scope(|s| {
        for _ in 0..workers.get() {
            s.spawn(|| {
                while let Some(b) = blocks(c, range.end) {
                    total.fetch_add(b.filter(|&n| is_prime(n)).count(), Relaxed);
                }
            });
        }
    });
    total.into_inner()
}
