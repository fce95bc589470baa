//! Checks for 09 spin-lock.

use gradekit::*;
use std::thread;
use std::time::Duration;
use student::SpinLock;

/// Said by the compiler: a lock is shared between threads.
const _: fn() = assert_send_sync::<SpinLock>;

/// Calls `unlock`, also when a check fails in between: others need not wait for ever then.
struct Unlock<'a>(&'a SpinLock);

impl Drop for Unlock<'_> {
    fn drop(&mut self) {
        self.0.unlock();
    }
}

/// What a holder does: nobody else may be inside meanwhile.
fn critical_section(inside: &Peak) {
    let _here = inside.enter();
    assert_eq!(inside.now(), 1, "two threads hold the lock at the same time");
    thread::yield_now();
    assert_eq!(inside.now(), 1, "a second thread got the lock while one held it");
}

pub fn unlock_frees_the_lock() {
    let lock = SpinLock::new();
    let other = SpinLock::new();
    assert!(lock.try_lock(), "a new lock is free, but try_lock() is false");
    assert!(other.try_lock(), "a lock that was never taken is refused: another lock is held, not this one");
    lock.unlock();
    assert!(lock.try_lock(), "try_lock() is false although unlock() was called before");
    lock.unlock();
    lock.lock();
    lock.unlock();
    lock.lock();
    lock.unlock();
    other.unlock();
    // More often than a small counter can count.
    for _ in 0..if hooks::is_native() { 1 } else { 150 } {
        lock.lock();
        lock.unlock();
        assert!(lock.try_lock(), "try_lock() is false although the lock was freed before");
        lock.unlock();
    }
    // Many locks, all of them held, are many.
    let many: Vec<SpinLock> = (0..if hooks::is_native() { 2 } else { 100 }).map(|_| SpinLock::new()).collect();
    let refused = many.iter().filter(|lock| !lock.try_lock()).count();
    assert_eq!(refused, 0, "of {} new locks so many were refused, because others of them are held", many.len());
    many.iter().for_each(SpinLock::unlock);
    // And the next thread gets it too.
    thread::scope(|s| {
        s.spawn(|| {
            lock.lock();
            lock.unlock();
        });
    });
    assert!(lock.try_lock(), "another thread took the lock and freed it, and now try_lock() is false");
    lock.unlock();
}

pub fn one_holder_at_a_time() {
    let lock = SpinLock::new();
    let inside = Peak::new();
    // Now and then many threads, once each.
    let crowd = !exhaustive() && !hooks::is_native() && choose(8) == 0;
    let (threads, rounds) = if crowd { (12, 1) } else { (scale(2, 4), scale(1, 4)) };
    concurrently(threads, |_| {
        for _ in 0..rounds {
            lock.lock();
            let _unlock = Unlock(&lock);
            critical_section(&inside);
        }
    });
    assert!(lock.try_lock(), "all have called unlock(), and try_lock() is false");
}

pub fn try_lock_respects_the_holder() {
    let lock = SpinLock::new();
    let inside = Peak::new();
    let rounds = scale(1, 4);
    concurrently2(
        || {
            for _ in 0..rounds {
                lock.lock();
                let _unlock = Unlock(&lock);
                critical_section(&inside);
            }
        },
        || {
            for _ in 0..rounds + 1 {
                if lock.try_lock() {
                    let _unlock = Unlock(&lock);
                    critical_section(&inside);
                }
            }
        },
    );
    assert!(lock.try_lock(), "nobody holds the lock any more, and try_lock() is false");
}

pub fn try_lock_answers_at_once() {
    let lock = SpinLock::new();
    lock.lock();
    // The lock stays held until the other thread has its answers. It asks more often than a small counter can count.
    let answers = thread::scope(|s| s.spawn(|| (0..300).filter(|_| lock.try_lock()).count()).join());
    assert_eq!(answers.ok(), Some(0), "another thread holds the lock; of 300 calls of try_lock() so many got it");
    // A third thread that waits in lock() makes no difference.
    let answer = thread::scope(|s| {
        s.spawn(|| {
            lock.lock();
            lock.unlock();
        });
        settle();
        let answer = s.spawn(|| lock.try_lock()).join();
        lock.unlock();
        answer
    });
    assert_eq!(answer.ok(), Some(false), "try_lock() while another thread holds the lock and a third one waits for it");
    assert!(lock.try_lock(), "try_lock() is false after the holder called unlock()");
}

pub fn try_lock_takes_a_free_lock() {
    let lock = SpinLock::new();
    lock.lock();
    let others = scale(1, 3);
    thread::scope(|s| {
        let others: Vec<_> = (0..others).map(|_| s.spawn(|| lock.try_lock())).collect();
        lock.unlock();
        // From here on the lock is free until somebody gets it, and who gets it keeps it.
        let mine = lock.try_lock();
        let theirs = others.into_iter().filter_map(|t| t.join().ok()).filter(|&got| got).count();
        assert!(mine || theirs > 0, "every try_lock() was refused, although the lock is free");
        assert!(usize::from(mine) + theirs == 1, "two try_lock() calls got the same lock");
    });
}

pub fn the_next_holder_sees_what_was_written() {
    let lock = SpinLock::new();
    let data = RaceCell::new(0);
    let rounds = scale(1, 5);
    let threads = scale(2, 3);
    concurrently(threads, |_| {
        for _ in 0..rounds {
            lock.lock();
            let _unlock = Unlock(&lock);
            data.update(|n| n + 1);
        }
    });
    assert_eq!(data.get(), threads * rounds, "what a holder wrote was lost");
}

pub fn try_lock_sees_what_was_written() {
    let lock = SpinLock::new();
    let data = RaceCell::new(0);
    let got = Counter::new();
    let rounds = scale(1, 5);
    concurrently(2, |_| {
        for _ in 0..rounds {
            if lock.try_lock() {
                let _unlock = Unlock(&lock);
                data.update(|n| n + 1);
                got.add(1);
            }
        }
    });
    assert_eq!(data.get(), got.get(), "what a holder wrote was lost");
}

pub fn every_waiting_round_gives_way() {
    let lock = SpinLock::new();
    let got = Counter::new();
    lock.lock();
    thread::scope(|s| {
        s.spawn(|| {
            lock.lock();
            got.add(1);
            lock.unlock();
        });
        let _unlock = Unlock(&lock);
        // In a model, time passes only when everybody who can run gives way: about a round of waiting in a millisecond. A thread
        // that waits without a hint goes round for ever, and that is reported. One that has waited for 1000 rounds still waits.
        for _ in 0..1000 {
            thread::sleep(Duration::from_millis(1));
        }
        settle();
        assert_eq!(got.get(), 0, "lock() has returned although another thread holds the lock");
    });
}
