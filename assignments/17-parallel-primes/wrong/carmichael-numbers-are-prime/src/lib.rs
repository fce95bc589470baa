//! Wrong: Fermat's test takes Carmichael numbers for primes.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::Mutex;

fn mul(a: u64, b: u64, m: u64) -> u64 {
    (a as u128 * b as u128 % m as u128) as u64
}
fn pow(mut b: u64, mut e: u64, m: u64) -> u64 {
    let mut r = 1 % m;
    b %= m;
    while e > 0 {
        if e & 1 == 1 {
            r = mul(r, b, m);
        }
        b = mul(b, b, m);
        e >>= 1;
    }
    r
}
pub fn is_prime(n: u64) -> bool {
    const SMALL: [u64; 12] = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37];
    if n < 2 {
        return false;
    }
    for p in SMALL {
        if n % p == 0 {
            return n == p;
        }
    }
    let s = (n - 1).trailing_zeros();
    let d = (n - 1) >> s;
    'a: for a in SMALL {
        let mut x = pow(a, d, n);
        for _ in 0..s {
            x = mul(x, x, n);
        }
        if x == 1 {
            continue 'a;
        }
        return false;
    }
    true
}

fn next_number(shares: &[Mutex<Range<u64>>], me: usize) -> Option<u64> {
    loop {
        if let Some(n) = shares[me].lock().unwrap().next() {
            return Some(n);
        }
        // My share is empty. Who has the most?
        let (victim, left) = shares
            .iter()
            .enumerate()
            .map(|(i, s)| {
                let s = s.lock().unwrap();
                (i, s.end.saturating_sub(s.start))
            })
            .max_by_key(|x| x.1)?;
        if left == 0 {
            return None;
        }
        let stolen = {
            let mut s = shares[victim].lock().unwrap();
            if s.start >= s.end {
                continue;
            }
            let keep = (s.end - s.start) / 2;
            let middle = s.start + keep;
            let stolen = middle..s.end;
            s.end = middle;
            stolen
        };
        *shares[me].lock().unwrap() = stolen;
    }
}

fn shares(range: Range<u64>, workers: usize) -> Vec<Mutex<Range<u64>>> {
    let total = range.end.saturating_sub(range.start) as u128;
    (0..workers as u128)
        .map(|i| {
            let at = |i: u128| range.start + (total * i / workers as u128) as u64;
            Mutex::new(at(i)..at(i + 1))
        })
        .collect()
}

fn work<R: Send>(
    range: Range<u64>,
    workers: NonZeroUsize,
    each: impl Fn(&mut dyn Iterator<Item = u64>) -> R + Sync,
) -> Vec<R> {
    let shares = shares(range, workers.get());
    let (shares, each) = (&shares, &each);
    std::thread::scope(|s| {
        let all: Vec<_> = (0..workers.get())
            .map(|me| {
                s.spawn(move || each(&mut std::iter::from_fn(|| next_number(shares, me)).filter(|&n| is_prime(n))))
            })
            .collect();
        all.into_iter().map(|h| h.join().unwrap()).collect()
    })
}

pub fn primes(range: Range<u64>, workers: NonZeroUsize) -> Vec<u64> {
    let mut all: Vec<u64> = work(range, workers, |it| it.collect::<Vec<_>>()).concat();
    all.sort_unstable();
    all
}

pub fn count_primes(range: Range<u64>, workers: NonZeroUsize) -> usize {
    work(range, workers, |it| it.count()).into_iter().sum()
}
