//! The caller feeds blocks into a short queue, and whoever is free takes one. Each result goes to its place in a map.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::mpsc::sync_channel;
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

fn work(range: Range<u64>, workers: NonZeroUsize) -> BTreeMap<u64, Vec<u64>> {
    let results = Mutex::new(BTreeMap::new());
    let (feed, blocks) = sync_channel::<Range<u64>>(2);
    let blocks = Mutex::new(blocks);
    thread::scope(|s| {
        for _ in 0..workers.get() {
            s.spawn(|| {
                loop {
                    let block = blocks.lock().unwrap().recv();
                    let Ok(block) = block else { return };
                    let first = block.start;
                    let found: Vec<u64> = block.filter(|n| is_prime(*n)).collect();
                    results.lock().unwrap().insert(first, found);
                }
            });
        }
        let mut from = range.start;
        while from < range.end {
            let to = range.end.min(from.saturating_add(100));
            feed.send(from..to).expect("the workers wait for work");
            from = to;
        }
        drop(feed);
    });
    results.into_inner().unwrap()
}

pub fn primes(range: Range<u64>, workers: NonZeroUsize) -> Vec<u64> {
    work(range, workers).into_values().flatten().collect()
}

pub fn count_primes(range: Range<u64>, workers: NonZeroUsize) -> usize {
    work(range, workers).values().map(Vec::len).sum()
}
