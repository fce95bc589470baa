//! The numbers come out of one iterator under a mutex, one at a time; the mutex stays locked during the test.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
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

pub fn primes(range: Range<u64>, workers: NonZeroUsize) -> Vec<u64> {
    let numbers = Arc::new(Mutex::new(range));
    let (sender, found) = channel();
    let threads: Vec<_> = (0..workers.get())
        .map(|_| {
            let (numbers, sender) = (numbers.clone(), sender.clone());
            thread::spawn(move || {
                // The guard lives until the end of the loop's body.
                while let Some(n) = numbers.lock().unwrap().next() {
                    if is_prime(n) {
                        sender.send(n).unwrap();
                    }
                }
            })
        })
        .collect();
    drop(sender);
    let mut all: Vec<u64> = found.into_iter().collect();
    for thread in threads {
        thread.join().unwrap();
    }
    all.sort();
    all
}

pub fn count_primes(range: Range<u64>, workers: NonZeroUsize) -> usize {
    primes(range, workers).len()
}
