//! Checks for 10 reentrant-lock.

use gradekit::*;
use std::thread;
use std::time::{Duration, Instant};
use student::ReentrantLock;

/// Said by the compiler: a lock is shared between threads.
const _: fn() = assert_send_sync::<ReentrantLock>;

/// Gives back one `acquire`, also when a check fails in between: others need not wait for ever then.
struct Release<'a>(&'a ReentrantLock);

impl Drop for Release<'_> {
    fn drop(&mut self) {
        // A lock that believes somebody else holds it must not end the process while a check fails.
        if thread::panicking() {
            let _ = catch(|| self.0.release());
        } else {
            self.0.release();
        }
    }
}

fn acquire(lock: &ReentrantLock) -> Release<'_> {
    lock.acquire();
    Release(lock)
}

/// What a holder does: nobody else may be inside meanwhile.
fn critical_section(inside: &Peak) {
    let _here = inside.enter();
    assert_eq!(inside.now(), 1, "two threads hold the lock at the same time");
    thread::yield_now();
    assert_eq!(inside.now(), 1, "a second thread got the lock while one held it");
}

/// Whoever waits is woken by the release; it does not find out by itself after an hour. (In a model an hour passes in no time.)
fn nobody_waits_too_long(work: impl FnOnce()) {
    let begin = Instant::now();
    work();
    let took = begin.elapsed();
    assert!(
        took < Duration::from_secs(1000),
        "all have released the lock, but somebody waited for it until {took:?} had passed"
    );
}

/// What another thread sees of the lock now: is it refused to it, and what is its depth there?
fn seen_by_another_thread(lock: &ReentrantLock) -> (bool, usize) {
    let seen = thread::scope(|s| {
        s.spawn(|| {
            let got = lock.try_acquire();
            if got {
                lock.release();
            }
            (got, lock.depth())
        })
        .join()
    });
    match seen {
        Ok(seen) => seen,
        Err(_) => panic!("another thread calls try_acquire, and it panics"),
    }
}

const FREE: (bool, usize) = (true, 0);
const HELD: (bool, usize) = (false, 0);

pub fn the_holder_may_acquire_again() {
    let lock = ReentrantLock::new();
    assert_eq!(lock.depth(), 0, "the depth of a new lock");
    lock.acquire();
    assert_eq!(lock.depth(), 1, "after one acquire");
    lock.acquire();
    assert_eq!(lock.depth(), 2, "after two acquires");
    assert!(lock.try_acquire(), "the holder's try_acquire");
    assert_eq!(lock.depth(), 3, "after two acquires and a try_acquire");
    lock.release();
    lock.release();
    lock.release();
    assert_eq!(lock.depth(), 0, "after as many releases");
    assert!(lock.try_acquire(), "try_acquire on a free lock");
    assert_eq!(lock.depth(), 1, "after try_acquire on a free lock");
    lock.release();
    const DEEP: usize = 300;
    for depth in 1..=DEEP {
        lock.acquire();
        assert_eq!(lock.depth(), depth, "after so many acquires");
    }
    for _ in 0..DEEP {
        lock.release();
    }
    assert_eq!(lock.depth(), 0, "after as many releases");
    assert_eq!(seen_by_another_thread(&lock), FREE, "another thread tries a free lock");
    // A release counts while a panic unwinds, too.
    let _ = catch(|| {
        let _release = acquire(&lock);
        boom("a panic of the holder")
    });
    assert_eq!(lock.depth(), 0, "a destructor has released the lock while a panic unwound");
    assert_eq!(seen_by_another_thread(&lock), FREE, "a destructor has released the lock while a panic unwound");
}

pub fn one_holder_at_a_time() {
    let lock = ReentrantLock::new();
    let inside = Peak::new();
    let rounds = scale(1, 3);
    let work = |i| {
        for _ in 0..rounds {
            if i == 3 {
                if !lock.try_acquire() {
                    continue;
                }
            } else {
                lock.acquire();
            }
            let _release = Release(&lock);
            critical_section(&inside);
        }
    };
    nobody_waits_too_long(|| drop(concurrently(scale(2, 4), work)));
    assert_eq!(seen_by_another_thread(&lock), FREE, "all have released the lock");
}

pub fn two_may_wait_at_once() {
    let lock = ReentrantLock::new();
    concurrently(3, |_| drop(acquire(&lock)));
    assert_eq!(seen_by_another_thread(&lock), FREE, "all have released the lock");
}

pub fn held_until_the_last_release() {
    let lock = ReentrantLock::new();
    let inside = Peak::new();
    concurrently2(
        || {
            let _outer = acquire(&lock);
            drop(acquire(&lock));
            critical_section(&inside);
        },
        || {
            let _outer = acquire(&lock);
            critical_section(&inside);
        },
    );
}

pub fn a_stranger_cannot_release() {
    let lock = ReentrantLock::new();
    let refused = |what: &str| {
        let result = catch(|| lock.release());
        assert!(result.is_err(), "{what}: release() must panic");
    };
    refused("nobody holds the lock");
    lock.acquire();
    lock.acquire();
    thread::scope(|s| {
        s.spawn(|| refused("another thread holds the lock"));
    });
    assert_eq!(lock.depth(), 2, "the holder's depth after another thread's refused release");
    assert_eq!(seen_by_another_thread(&lock), HELD, "a third thread, after a refused release");
    lock.release();
    assert_eq!(lock.depth(), 1, "the holder's depth after its own release");
    assert_eq!(seen_by_another_thread(&lock), HELD, "the lock was acquired twice and released once");
    lock.release();
    refused("this thread has released the lock as often as it acquired it");
    assert_eq!(lock.depth(), 0, "after a refused release");
    assert_eq!(seen_by_another_thread(&lock), FREE, "another thread tries the lock after refused releases");
    lock.acquire();
    assert_eq!(lock.depth(), 1, "acquired again after refused releases");
    lock.release();
}

pub fn a_change_by_another_thread_is_not_ones_own() {
    match choose(5) {
        4 => two_acquire_twice(),
        3 => the_holder_comes_before_who_waits(),
        call => the_holder_does_not_notice_a_stranger(call),
    }
}

fn two_acquire_twice() {
    let lock = ReentrantLock::new();
    concurrently(2, |_| {
        lock.acquire();
        assert_eq!(lock.depth(), 1, "this thread has acquired the lock once");
        lock.acquire();
        assert_eq!(lock.depth(), 2, "this thread has acquired the lock twice");
        lock.release();
        lock.release();
        assert_eq!(lock.depth(), 0, "this thread has released the lock");
    });
    assert_eq!(seen_by_another_thread(&lock), FREE, "all have released the lock");
}

/// Any call of a thread that does not hold the lock, while the holder uses it.
fn the_holder_does_not_notice_a_stranger(call: usize) {
    let lock = ReentrantLock::new();
    lock.acquire();
    thread::scope(|s| {
        s.spawn(|| match call {
            0 => assert!(!lock.try_acquire(), "try_acquire while another thread holds the lock"),
            1 => assert!(catch(|| lock.release()).is_err(), "release() while another thread holds the lock must panic"),
            _ => assert_eq!(lock.depth(), 0, "the depth of a thread that does not hold the lock"),
        });
        assert_eq!(lock.depth(), 1, "the holder's depth, while another thread tries the lock");
        assert!(lock.try_acquire(), "the holder's try_acquire, while another thread tries the lock");
        assert_eq!(lock.depth(), 2, "the holder's depth after its try_acquire, while another thread tries the lock");
        lock.release();
    });
    assert_eq!(lock.depth(), 1, "the holder's depth after another thread has tried the lock");
    lock.release();
    assert_eq!(seen_by_another_thread(&lock), FREE, "after the last release");
}

/// Another thread waits for the lock; its holder goes in again nevertheless.
fn the_holder_comes_before_who_waits() {
    let lock = ReentrantLock::new();
    lock.acquire();
    thread::scope(|s| {
        s.spawn(|| {
            lock.acquire();
            lock.release();
        });
        settle();
        assert_eq!(lock.depth(), 1, "the holder's depth, while another thread waits for the lock");
        let again = lock.try_acquire();
        lock.acquire();
        let depth = lock.depth();
        // Before anything is said: whoever waits has the lock in the end.
        for _ in 0..depth {
            lock.release();
        }
        assert!(again, "the holder's try_acquire, while another thread waits for the lock");
        assert_eq!(
            depth, 3,
            "the holder's depth after acquire, try_acquire and acquire, while another thread waits for the lock"
        );
    });
    assert_eq!(seen_by_another_thread(&lock), FREE, "after the last release");
}

pub fn threads_of_one_name_are_two() {
    let lock = ReentrantLock::new();
    // Named alike, then both without a name.
    for name in [Some("worker"), None] {
        let start = || match name {
            Some(name) => thread::Builder::new().name(name.to_string()),
            None => thread::Builder::new(),
        };
        let (held, seen) = (Gate::new(), Gate::new());
        let answer = thread::scope(|s| {
            let holder = start().spawn_scoped(s, || {
                lock.acquire();
                held.open();
                seen.pass();
                lock.release();
            });
            held.pass();
            let other = start().spawn_scoped(s, || (lock.depth(), lock.try_acquire()));
            let answer = other.expect("a thread starts").join();
            // More threads than a small number can tell apart.
            let many = if hooks::is_native() && name.is_none() { 300 } else { 0 };
            let got = (0..many).filter(|_| s.spawn(|| lock.try_acquire()).join().unwrap_or(true)).count();
            seen.open();
            let _ = holder.expect("a thread starts").join();
            assert_eq!(got, 0, "another thread holds the lock; of {many} threads so many got it");
            answer
        });
        assert_eq!(
            answer.ok(),
            Some((0, false)),
            "what a thread sees while another one of the same name holds the lock"
        );
    }
}

pub fn try_acquire_answers_at_once() {
    let lock = ReentrantLock::new();
    lock.acquire();
    // The lock stays held until the other thread has its answers.
    assert_eq!(seen_by_another_thread(&lock), HELD, "while another thread holds the lock");
    assert_eq!(seen_by_another_thread(&lock), HELD, "after a refused try_acquire");
    assert_eq!(lock.depth(), 1, "the holder's depth after another thread's try_acquire");
    lock.release();
    assert_eq!(seen_by_another_thread(&lock), FREE, "after the release");
    // Who only asks does not hold it.
    concurrently2(
        || {
            assert!(lock.try_acquire(), "try_acquire on a free lock, while another thread asks for its own depth");
            lock.release();
        },
        || assert_eq!(lock.depth(), 0, "the depth of a thread that does not hold the lock"),
    );
}

pub fn locks_are_independent() {
    // Two that are made at the same time are two.
    let (a, b) = concurrently2(ReentrantLock::new, ReentrantLock::new);
    a.acquire();
    assert_eq!(
        (a.depth(), b.depth()),
        (1, 0),
        "two locks that two threads made at the same time; one of them was acquired"
    );
    assert_eq!(seen_by_another_thread(&b), FREE, "a lock that was made at the same time as one that is held");
    a.release();
    let mut a = ReentrantLock::new();
    let mut b = ReentrantLock::new();
    a.acquire();
    assert_eq!((a.depth(), b.depth()), (1, 0), "one lock was acquired, the other one was not");
    assert!(catch(|| b.release()).is_err(), "release() of a lock that was not acquired; another lock was");
    assert_eq!(seen_by_another_thread(&b), FREE, "a lock beside one that is held");
    b.acquire();
    b.acquire();
    a.release();
    assert_eq!((a.depth(), b.depth()), (0, 2), "one lock was released, the other one was not");
    assert_eq!(
        (seen_by_another_thread(&a), seen_by_another_thread(&b)),
        (FREE, HELD),
        "a released lock and a held one"
    );
    // A lock is the same lock wherever it lies.
    std::mem::swap(&mut a, &mut b);
    assert_eq!((a.depth(), b.depth()), (2, 0), "two locks that changed places");
    a.release();
    a.release();
    assert_eq!(seen_by_another_thread(&a), FREE, "after the last release");
    if !hooks::is_native() {
        each_wakes_its_own();
    }
}

/// A thread waits for each of two locks. The release of one wakes who waits for it, whoever came first.
fn each_wakes_its_own() {
    let locks = [ReentrantLock::new(), ReentrantLock::new()];
    for lock in &locks {
        lock.acquire();
    }
    thread::scope(|s| {
        let mut waiting = locks.each_ref().map(|lock| {
            let thread = s.spawn(|| {
                lock.acquire();
                lock.release();
            });
            settle();
            Some(thread)
        });
        let first = choose(2);
        for i in [first, 1 - first] {
            locks[i].release();
            // The other lock is still held, or is free already.
            let _ = waiting[i].take().map(|thread| thread.join());
        }
    });
}

pub fn the_next_holder_sees_what_was_written() {
    let lock = ReentrantLock::new();
    let data = RaceCell::new(0);
    let rounds = scale(1, 4);
    let threads = scale(2, 3);
    concurrently(threads, |i| {
        for _ in 0..rounds {
            if i == 1 {
                // Another way in; it ends, because the others let go.
                if !lock.try_acquire() {
                    lock.acquire();
                }
            } else {
                lock.acquire();
            }
            let _release = Release(&lock);
            data.update(|n| n + 1);
        }
    });
    assert_eq!(data.get(), threads * rounds, "what a holder wrote was lost");
}

pub fn waiting_means_sleeping() {
    let lock = ReentrantLock::new();
    lock.acquire();
    nobody_waits_too_long(|| {
        thread::scope(|s| {
            s.spawn(|| {
                lock.acquire();
                lock.release();
            });
            all_asleep();
            lock.release();
        });
    });
}
