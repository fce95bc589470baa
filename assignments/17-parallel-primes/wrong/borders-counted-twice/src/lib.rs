//! Wrong: a block includes the first number of the next one; primes takes the doubles out, count_primes does not.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::mpsc::{channel, sync_channel};
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
fn run<R: Send>(range: Range<u64>, workers: NonZeroUsize, f: impl Fn(Range<u64>) -> R + Sync) -> Vec<R> {
    let (tx, rx) = sync_channel::<(usize, Range<u64>)>(workers.get());
    let (out, results) = channel();
    let rx = Mutex::new(rx);
    thread::scope(|s| {
        for _ in 0..workers.get() {
            let (out, rx, f) = (out.clone(), &rx, &f);
            s.spawn(move || {
                loop {
                    let job = rx.lock().unwrap().recv();
                    match job {
                        Ok((i, b)) => out.send((i, f(b))).unwrap(),
                        Err(_) => return,
                    }
                }
            });
        }
        drop(out);
        let mut lo = range.start;
        let mut i = 0;
        while lo < range.end {
            let hi = lo + (range.end - lo).min(16);
            tx.send((i, lo..hi.saturating_add(1).min(range.end))).unwrap();
            lo = hi;
            i += 1;
        }
        drop(tx);
        let mut all: Vec<_> = results.iter().collect();
        all.sort_by_key(|r| r.0);
        all.into_iter().map(|r| r.1).collect()
    })
}
pub fn primes(range: Range<u64>, workers: NonZeroUsize) -> Vec<u64> {
    run(range, workers, |b| b.filter(|&n| is_prime(n)).collect::<Vec<_>>())
        .concat()
        .into_iter()
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .collect()
}
pub fn count_primes(range: Range<u64>, workers: NonZeroUsize) -> usize {
    run(range, workers, |b| b.filter(|&n| is_prime(n)).count()).iter().sum()
}
