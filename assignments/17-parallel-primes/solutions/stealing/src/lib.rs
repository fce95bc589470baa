//! Everyone begins with a share of the range and takes pieces from its front; who has nothing left takes the back half of the
//! largest share that another one still has.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

pub fn is_prime(n: u64) -> bool {
    if n < 4 || n.is_multiple_of(2) {
        return n == 2 || n == 3;
    }
    let zeros = (n - 1).trailing_zeros();
    let odd = (n - 1) >> zeros;
    // Seven bases that are enough for every u64 (found by Jim Sinclair).
    'bases: for base in [2, 325, 9375, 28178, 450_775, 9_780_504, 1_795_265_022] {
        let mut x = power(base, odd, n);
        if x <= 1 || x == n - 1 {
            // 0: the base is a multiple of n and says nothing.
            continue;
        }
        for _ in 1..zeros {
            x = times(x, x, n);
            if x == n - 1 {
                continue 'bases;
            }
        }
        return false;
    }
    true
}

fn times(a: u64, b: u64, n: u64) -> u64 {
    ((a as u128 * b as u128) % n as u128) as u64
}

fn power(base: u64, exponent: u64, n: u64) -> u64 {
    let mut result = 1;
    for bit in (0..64 - exponent.leading_zeros()).rev() {
        result = times(result, result, n);
        if exponent >> bit & 1 == 1 {
            result = times(result, base % n, n);
        }
    }
    result
}

struct Shares {
    shares: Vec<Mutex<Range<u64>>>,
}

impl Shares {
    fn new(range: &Range<u64>, workers: usize) -> Self {
        let length = range.end.saturating_sub(range.start);
        let (each, rest) = (length / workers as u64, length % workers as u64);
        let mut from = range.start;
        let share = |i| {
            let share = from..from + each + u64::from(i < rest);
            from = share.end;
            Mutex::new(share)
        };
        Shares {
            shares: (0..workers as u64).map(share).collect(),
        }
    }

    fn next(&self, me: usize) -> Option<Range<u64>> {
        loop {
            {
                let mut mine = self.shares[me].lock().unwrap();
                if mine.start < mine.end {
                    let piece = mine.start..mine.end.min(mine.start.saturating_add(16));
                    mine.start = piece.end;
                    return Some(piece);
                }
            }
            let left = |i: &usize| {
                let share = self.shares[*i].lock().unwrap();
                share.end - share.start
            };
            let richest = (0..self.shares.len()).max_by_key(left)?;
            let loot = {
                let mut share = self.shares[richest].lock().unwrap();
                let middle = share.start + (share.end - share.start) / 2;
                std::mem::replace(&mut share.end, middle)..middle
            };
            if loot.start == loot.end {
                // Everything is in work.
                return None;
            }
            *self.shares[me].lock().unwrap() = loot.end..loot.start;
        }
    }
}

fn run(range: &Range<u64>, workers: NonZeroUsize, found: impl Fn(&[u64]) + Sync) {
    let shares = Shares::new(range, workers.get());
    thread::scope(|s| {
        for me in 0..workers.get() {
            let (shares, found) = (&shares, &found);
            s.spawn(move || {
                while let Some(piece) = shares.next(me) {
                    found(&piece.filter(|n| is_prime(*n)).collect::<Vec<_>>());
                }
            });
        }
    });
}

pub fn primes(range: Range<u64>, workers: NonZeroUsize) -> Vec<u64> {
    let all = Mutex::new(Vec::new());
    run(&range, workers, |some| all.lock().unwrap().extend(some));
    let mut all = all.into_inner().unwrap();
    all.sort_unstable();
    all
}

pub fn count_primes(range: Range<u64>, workers: NonZeroUsize) -> usize {
    let count = AtomicUsize::new(0);
    run(&range, workers, |some| {
        count.fetch_add(some.len(), Ordering::Relaxed);
    });
    count.into_inner()
}
