//! Checks of assignment 17.

use gradekit::*;
use std::num::NonZeroUsize;
use std::ops::Range;
use student::{count_primes, is_prime, primes};

fn workers(n: usize) -> NonZeroUsize {
    NonZeroUsize::new(n).unwrap()
}

const NONE: [u64; 0] = [];

/// By the sieve of Eratosthenes.
fn sieve(range: Range<u64>) -> Vec<u64> {
    let end = range.end as usize;
    let mut composite = vec![false; end];
    let mut found = Vec::new();
    for n in 2..end {
        if !composite[n] {
            if n as u64 >= range.start {
                found.push(n as u64);
            }
            for multiple in (n * n..end).step_by(n) {
                composite[multiple] = true;
            }
        }
    }
    found
}

/// Prime numbers near the ends of the ranges where tests change their ways.
const LARGE_PRIMES: [u64; 14] = [
    65_521,
    65_537,
    2_147_483_647,
    4_294_967_291,
    4_294_967_311,
    1_000_000_007,
    999_999_999_989,
    1_000_000_000_039,
    9_007_199_254_740_881,
    2_305_843_009_213_693_951,
    9_223_372_036_854_775_783,
    9_223_372_036_854_775_837,
    18_446_744_073_709_551_533,
    18_446_744_073_709_551_557,
];

/// Composite numbers that look like primes: Carmichael numbers, the smallest strong pseudoprimes to the first 1, 2, ... prime bases,
/// strong pseudoprimes to other common bases, squares and products of large primes.
const PRETENDERS: [u64; 38] = [
    561,
    1_105,
    1_729,
    2_821,
    6_601,
    8_911,
    825_265,
    321_197_185,
    2_047,
    1_373_653,
    25_326_001,
    3_215_031_751,
    2_152_302_898_747,
    3_474_749_660_383,
    341_550_071_728_321,
    3_825_123_056_546_413_051,
    3_277,
    4_033,
    4_681,
    8_321,
    9_080_191,
    4_759_123_141,
    1_122_004_669_633,
    49_141,
    65_535,
    4_295_098_369,
    4_294_967_297,
    4_611_686_014_132_420_609,
    18_446_744_030_759_878_681,
    18_446_743_979_220_271_189,
    999_999_866_000_004_473,
    1_000_000_016_000_000_063,
    9_223_372_036_854_775_807,
    18_446_744_073_709_551_615,
    // The squares that pass the strong test to base 2, and Carmichael numbers without a small factor.
    1_194_649,
    12_327_121,
    56_052_361,
    16_972_256_559_393_965_161,
];

pub fn is_prime_is_right() {
    let limit = 20_000;
    let small = sieve(0..limit);
    let mut next = small.iter().peekable();
    for n in 0..limit {
        let prime = next.next_if(|p| **p == n).is_some();
        assert_eq!(is_prime(n), prime, "is_prime({n})");
    }
    let wrong = PRETENDERS.into_iter().find(|n| is_prime(*n));
    if let Some(n) = wrong {
        panic!("is_prime({n}) is true, but the number is composite");
    }
    // Large primes are left to the next check, so that each sees one thing.
    for n in [65_521, 65_537, 1_000_003, 2_147_483_647, 4_294_967_291, 4_294_967_311] {
        assert!(is_prime(n), "is_prime({n}) is false, but the number is prime");
    }
}

pub fn large_numbers_take_no_time() {
    let wrong = LARGE_PRIMES.into_iter().find(|n| !is_prime(*n));
    if let Some(n) = wrong {
        panic!("is_prime({n}) is false, but the number is prime");
    }
}

pub fn no_number_is_lost_or_found_twice() {
    let threads = workers(scale(2, 4));
    let ranges = if exhaustive() {
        vec![0..12]
    } else {
        vec![0..2, 0..3, 2..3, 3..12, 13..14, 24..29, 90..98, 0..1500, 1009..2027]
    };
    for range in ranges {
        let mut found = primes(range.clone(), threads);
        found.sort();
        assert_eq!(found, sieve(range.clone()), "primes({range:?}, {threads}), sorted");
    }
    if !exhaustive() {
        for range in [0..0, 0..1, 5..5, 8..11, 14..17] {
            assert_eq!(primes(range.clone(), threads), NONE, "primes({range:?}, {threads})");
            assert_eq!(count_primes(range.clone(), threads), 0, "count_primes({range:?}, {threads})");
        }
        #[allow(clippy::reversed_empty_ranges)]
        let backwards = 20..10;
        assert_eq!(primes(backwards.clone(), threads), NONE, "primes of an empty range");
        assert_eq!(count_primes(backwards, threads), 0, "count_primes of an empty range");
        // Two calls at the same time.
        let both = |range: Range<u64>| (primes(range.clone(), threads), count_primes(range, threads));
        let (low, high) = concurrently2(|| both(0..60), || both(40..100));
        for ((mut found, count), range) in [(low, 0..60), (high, 40..100)] {
            found.sort();
            assert_eq!(found, sieve(range.clone()), "primes({range:?}, {threads}), sorted, during another call");
            assert_eq!(count, found.len(), "count_primes({range:?}, {threads}) during another call");
        }
    }
}

pub fn ascending_order() {
    let threads = workers(scale(2, 3));
    let range = 0..scale(12, 2000) as u64;
    let found = primes(range.clone(), threads);
    assert!(found.is_sorted(), "primes({range:?}, {threads}) are not in ascending order: {found:?}");
}

pub fn no_prime_is_lost_in_the_count() {
    let threads = workers(scale(2, 4));
    // From an odd number on: the prime ones among the ends of the blocks count once.
    let range = 1..scale(13, 2000) as u64;
    let expected = sieve(range.clone()).len();
    assert_eq!(count_primes(range.clone(), threads), expected, "count_primes({range:?}, {threads})");
    assert_eq!(count_primes(range.clone(), workers(1)), expected, "count_primes({range:?}, 1)");
}

pub fn nobody_waits_for_ever() {
    // 2262 primes: more than the usual bound of a channel.
    let end = 20_000;
    let expected = sieve(1..end).len();
    let found = primes(1..end, workers(3));
    assert_eq!(found.len(), expected, "the number of primes below {end}");
    assert_eq!(count_primes(1..end, workers(3)), expected, "count_primes(1..{end}, 3)");
}

pub fn up_to_the_end_of_u64() {
    // The last number is not in the range, and it is not prime.
    let range = u64::MAX - 100..u64::MAX;
    let expected = [18_446_744_073_709_551_521, 18_446_744_073_709_551_533, 18_446_744_073_709_551_557];
    assert_eq!(primes(range.clone(), workers(3)), expected, "primes({range:?}, 3)");
    assert_eq!(count_primes(range.clone(), workers(3)), 3, "count_primes({range:?}, 3)");
    assert_eq!(primes(u64::MAX - 2..u64::MAX, workers(4)), NONE);
}

pub fn as_many_threads_as_asked_for() {
    for threads in [1, 2, scale(2, 5)] {
        // The long one once is enough: with few workers, for who starts a thread for each block.
        let long = if threads == 1 { scale(20, 5000) as u64 } else { 20 };
        for range in [0..12, 0..long, 7..8] {
            let before = threads_started();
            primes(range.clone(), workers(threads));
            let started = threads_started() - before;
            assert_eq!(started, threads, "primes({range:?}, {threads}): how many threads were started?");
            let before = threads_started();
            count_primes(range.clone(), workers(threads));
            let started = threads_started() - before;
            assert_eq!(started, threads, "count_primes({range:?}, {threads}): how many threads were started?");
        }
    }
}

/// This prime number is followed by 1549 composite ones, which are quickly tested.
const BEFORE_THE_GAP: u64 = 18_361_375_334_787_046_697;
const GAP: u64 = 1549;

/// One of three workers is held before it begins, until the others have nothing more to do. Returns the processor time
/// that this worker used after it was let go, and that of all together.
fn left_for(held: usize, find: fn(Range<u64>, NonZeroUsize)) -> (f64, f64) {
    // A third that is quickly tested, and two that are not.
    let range = BEFORE_THE_GAP + 1..BEFORE_THE_GAP + 1 + 3 * GAP;
    std::thread::scope(|s| {
        // The thread of the call is the first one, the workers follow.
        let held = hold_thread(1 + held);
        let begin = processor_time();
        let call = s.spawn(move || find(range, workers(3)));
        settle();
        let (alone, threads) = (processor_time(), live_threads());
        held.release();
        // What the call does after its workers is not counted.
        while live_threads() == threads {
            std::thread::yield_now();
        }
        let end = processor_time();
        call.join().unwrap();
        ((end - alone).as_secs_f64(), (end - begin).as_secs_f64())
    })
}

fn work_is_shared_at_need(name: &str, find: fn(Range<u64>, NonZeroUsize)) {
    let mut sums = [(0.0, 0.0); 3];
    // On a busy machine a single measurement may be far off: many, before somebody is accused.
    for _ in 0..8 {
        let mut at_need = true;
        for (held, sum) in sums.iter_mut().enumerate() {
            let (left, whole) = left_for(held, find);
            *sum = (sum.0 + left, sum.1 + whole);
            at_need &= left < 0.25 * whole;
        }
        // Sharing out at need leaves next to nothing.
        if at_need {
            return;
        }
    }
    // Two more ways are accepted: nobody begins before all are there, and fixed shares in which everyone has about the same amount of
    // work (blocks dealt in turn; one third each differs by a factor of 1.7).
    let parts = sums.map(|(left, whole)| left / whole);
    let most = parts.iter().copied().fold(0.0, f64::max);
    let least = parts.iter().copied().fold(1.0, f64::min);
    let begin_together = least > 0.8;
    let equal_shares = most < 0.5 && most < 1.5 * least;
    assert!(
        begin_together || equal_shares,
        "{name}: one of 3 workers was held up until the others had nothing more to do; up to {:.0} % of the work was left for it",
        most * 100.0
    );
}

/// 20 prime numbers among 300: tests that take long, so that all else takes little.
const RICH: Range<u64> = 18_446_744_072_998_288_583..18_446_744_072_998_288_883;

/// A thread that waits for a lock idles, if the lock is held during a test.
fn nobody_tests_under_a_lock(name: &str, find: fn(Range<u64>, NonZeroUsize)) {
    // Taking each number (from a channel, say) under a lock gives up to 40 %, a test of each number under the lock more than 50 %,
    // on the average: a single schedule in which one worker does everything tells nothing. On a busy machine an average may be far
    // off, too: several, before somebody is accused.
    let mut least = f64::MAX;
    for _ in 0..3 {
        let shares = [(); 11].map(|()| share_under_wanted_locks(|| find(RICH, workers(3))));
        least = least.min(shares.iter().sum::<f64>() / shares.len() as f64);
        if least < 0.5 {
            return;
        }
    }
    panic!(
        "{name}: {:.0} % of the work was done while another worker waited for a lock that the one at work held",
        least * 100.0
    );
}

pub fn no_thread_idles() {
    nobody_tests_under_a_lock("primes", |range, workers| {
        primes(range, workers);
    });
    nobody_tests_under_a_lock("count_primes", |range, workers| {
        count_primes(range, workers);
    });
    work_is_shared_at_need("primes", |range, workers| {
        primes(range, workers);
    });
    work_is_shared_at_need("count_primes", |range, workers| {
        count_primes(range, workers);
    });
}
