//! Checks of assignment 13.

use gradekit::*;
use std::sync::Arc;
use std::thread::yield_now;
use student::{ActivePool, Permit, Semaphore};

const _: () = assert_send_sync::<Semaphore>();
const _: () = assert_send_sync::<Permit<'static>>();
const _: () = assert_send_sync::<ActivePool>();

pub fn no_more_than_the_permits() {
    let permits = 1 + choose(2);
    let s = Semaphore::new(permits);
    let inside = Peak::new();
    let patient = choose(2) == 0;
    concurrently(permits + scale(1, 3), |_| {
        let permit = if patient { Some(s.acquire()) } else { s.try_acquire() };
        if permit.is_some() {
            let _inside = inside.enter();
            yield_now();
        }
    });
    let most = inside.max();
    assert!(most <= permits as u64, "{permits} permit(s), but {most} were inside at once");

    // Those who wait while all permits are taken.
    let s = Semaphore::new(1);
    let (s, entered, gate) = (&s, &Counter::new(), &Gate::new());
    let held = s.acquire();
    let enter = || {
        let _permit = s.acquire();
        entered.add(1);
        gate.pass();
    };
    concurrently3(enter, enter, move || {
        settle();
        assert_eq!(entered.get(), 0, "the only permit was taken, but somebody got one");
        drop(held);
        settle();
        assert_eq!(entered.get(), 1, "one permit came back: one of those who waited gets in");
        gate.open();
    });
}

pub fn all_permits_can_be_used_at_once() {
    let permits = scale(2, 4);
    let s = Semaphore::new(permits);
    let meeting = Meeting::new(permits);
    concurrently(permits, |_| {
        let _permit = s.acquire();
        meeting.arrive("acquire");
    });
    // By one thread too.
    let all: Vec<_> = (0..permits).map(|_| s.acquire()).collect();
    assert!(s.try_acquire().is_none(), "all permits are taken, but `try_acquire` got one");
    drop(all);
    let all: Vec<_> = (0..permits).map_while(|_| s.try_acquire()).collect();
    assert_eq!(all.len(), permits, "`try_acquire` on a semaphore with {permits} free permits");
}

pub fn a_permit_that_comes_back_wakes_a_waiter() {
    let s = Semaphore::new(1);
    let rounds = scale(1, 3);
    concurrently(2, |_| {
        for _ in 0..rounds {
            drop(s.acquire());
        }
    });
    assert_eq!(s.available(), 1, "the permit came back");
}

pub fn every_permit_that_comes_back_wakes_one() {
    let s = Semaphore::new(2);
    let (x, y) = (s.acquire(), s.acquire());
    match choose(3) {
        0 => {
            let meeting = Meeting::new(2);
            let enter = || {
                let _permit = s.acquire();
                meeting.arrive("acquire after two permits came back");
            };
            concurrently3(enter, enter, move || {
                settle();
                drop((x, y));
            });
        }
        // One comes back, the other one does not.
        1 => {
            let entered = Counter::new();
            concurrently2(
                || {
                    let _permit = s.acquire();
                    entered.add(1);
                },
                || {
                    settle();
                    drop(x);
                    settle();
                    assert_eq!(entered.get(), 1, "one of two permits came back: the one who waits gets in");
                    drop(y);
                },
            );
        }
        // Two come back, and one waits.
        _ => {
            concurrently2(
                || {
                    let _permit = s.acquire();
                    settle();
                    assert_eq!(s.available(), 1, "two permits came back, one is taken");
                    assert!(s.try_acquire().is_some(), "a permit is free, but `try_acquire` got none");
                },
                move || {
                    settle();
                    drop((x, y));
                },
            );
        }
    }
    let all = [s.try_acquire(), s.try_acquire()];
    assert!(all.iter().all(Option::is_some), "both permits came back, but `try_acquire` does not get them");
}

pub fn try_acquire_tells_the_truth() {
    let s = Semaphore::new(2);
    // Two permits, two threads: both get one.
    let (x, y) = concurrently2(|| s.try_acquire(), || s.try_acquire());
    assert!(x.is_some() && y.is_some(), "two permits were free, but `try_acquire` got none");
    assert!(s.try_acquire().is_none(), "all permits are taken, but `try_acquire` got one");
    drop(x);
    let (got, _) = concurrently2(|| s.try_acquire(), || s.available());
    assert!(got.is_some(), "a permit was free, but `try_acquire` got none");
    drop((got, y));
    let (x, y) = concurrently2(|| s.try_acquire(), || drop(s.acquire()));
    assert!(x.is_some(), "one permit was free for each thread, but `try_acquire` got none");
    // Also while others wait.
    let other = s.acquire();
    concurrently2(
        || drop(s.acquire()),
        || {
            settle();
            assert!(s.try_acquire().is_none(), "all permits are taken, but `try_acquire` got one");
            drop(other);
        },
    );
    drop((x, y));
    // A try that fails is in nobody's way: who has given a permit back gets it, or the other one does.
    let s = Semaphore::new(1);
    let permit = s.acquire();
    let (x, y) = concurrently2(
        || s.try_acquire(),
        || {
            drop(permit);
            s.try_acquire()
        },
    );
    assert!(x.is_some() || y.is_some(), "a permit came back, and two `try_acquire` got none");
    assert!(x.is_none() || y.is_none(), "there is one permit, and two `try_acquire` got one each");
}

pub fn available_counts_the_free_permits() {
    let s = Semaphore::new(3);
    assert_eq!(s.available(), 3, "of a new semaphore with 3 permits");
    let x = s.acquire();
    assert_eq!(s.available(), 2, "one of 3 permits is taken");
    let y = s.try_acquire();
    assert_eq!(s.available(), 1, "two of 3 permits are taken");
    drop(x);
    assert_eq!(s.available(), 2, "one of two permits came back");
    drop(y);
    assert_eq!(s.available(), 3, "all permits came back");

    let s = Semaphore::new(1);
    let seen = concurrently(2, |i| {
        if i == 0 {
            drop(s.acquire());
        } else {
            drop(s.try_acquire());
        }
        s.available()
    });
    for n in seen {
        assert!(n <= 1, "{n} permits are free, but there is only one");
    }
    assert_eq!(s.available(), 1, "all permits came back");

    let permit = s.acquire();
    let (_, free) = concurrently2(|| s.try_acquire().is_some(), || s.available());
    assert_eq!(free, 0, "the only permit is taken, and another thread tries to get it");
    drop(permit);
}

pub fn a_panic_gives_the_permit_back() {
    let s = Semaphore::new(1);
    for patient in [true, false] {
        let text = catch(|| {
            let _permit = if patient { Some(s.acquire()) } else { s.try_acquire() };
            boom("with a permit in hand")
        });
        assert_eq!(text, Err::<(), _>("with a permit in hand".to_string()));
        assert_eq!(s.available(), 1, "a thread panicked; its permit did not come back");
    }
    // A waiting thread gets the permit of one that panics.
    concurrently2(
        || {
            let _ = catch(|| {
                let _permit = s.acquire();
                boom("with a permit in hand")
            });
        },
        || drop(s.acquire()),
    );
    assert_eq!(s.available(), 1, "all permits came back");
    // A permit may go to another thread.
    let permit = s.acquire();
    concurrently2(|| drop(s.acquire()), move || drop(permit));
    assert_eq!(s.available(), 1, "a permit that another thread dropped did not come back");
}

pub fn what_was_done_under_a_permit_is_visible() {
    let s = Semaphore::new(1);
    let data = RaceCell::new(0);
    let patient = choose(2) == 0;
    let got = concurrently(2, |i| {
        let permit = if i == 0 || patient { Some(s.acquire()) } else { s.try_acquire() };
        if permit.is_some() {
            data.update(|n| n + 1);
        }
        permit.is_some()
    });
    let _permit = s.acquire();
    assert_eq!(data.get(), got.into_iter().filter(|got| *got).count());
}

pub fn the_pool_lets_the_limit_in() {
    if !hooks::is_native() && choose(2) == 1 {
        two_leave_and_two_enter(true);
        two_leave_and_two_enter(false);
        return;
    }
    let limit = 1 + choose(2);
    let pool = ActivePool::new(limit);
    let inside = Peak::new();
    let meeting = Meeting::new(limit);
    let results = concurrently(limit + 1, |i| {
        pool.run("guest", || {
            let _inside = inside.enter();
            // Whoever comes later finds that the meeting has been.
            meeting.arrive("ActivePool::run");
            yield_now();
            i
        })
    });
    assert_eq!(results, (0..=limit).collect::<Vec<_>>(), "`run` returns what `f` returns");
    let most = inside.max();
    assert!(most <= limit as u64, "the limit is {limit}, but {most} were inside at once");
    assert!(pool.active().is_empty(), "all have left, but somebody is listed");
}

/// Two are inside, and two wait.
fn two_leave_and_two_enter(one_after_the_other: bool) {
    let pool = ActivePool::new(2);
    let entered = Counter::new();
    let inside = [Gate::new(), Gate::new()];
    let leave = [Gate::new(), Gate::new()];
    let meeting = Meeting::new(2);
    concurrently(5, |i| match i {
        0 | 1 => pool.run("first", || {
            inside[i].open();
            leave[i].pass();
        }),
        2 | 3 => {
            inside.iter().for_each(Gate::pass);
            pool.run("second", || {
                entered.add(1);
                meeting.arrive("ActivePool::run after two have left");
            });
        }
        _ => {
            settle();
            assert_eq!(entered.get(), 0, "the limit is 2 and two are inside");
            leave[0].open();
            if one_after_the_other {
                settle();
                assert_eq!(entered.get(), 1, "one of two has left: one of those who wait gets in");
            }
            leave[1].open();
        }
    });
}

pub fn only_who_has_a_place_is_listed() {
    let pool = ActivePool::new(1);
    let visit = |name: &str| {
        pool.run(name, || {
            let active = pool.active();
            assert_eq!(active, [name], "the limit is 1 and `{name}` is inside");
        });
    };
    let look = || {
        let active = pool.active();
        assert!(active.len() <= 1, "the limit is 1, but {active:?} are listed");
    };
    concurrently3(|| visit("Anna"), || visit("Ben"), look);
    assert!(pool.active().is_empty(), "all have left, but somebody is listed");
    // While one is inside and another waits.
    concurrently3(
        || {
            pool.run("Anna", || {
                settle();
                assert_eq!(pool.active().len(), 1, "the limit is 1: who waits is not inside");
            });
        },
        || pool.run("Ben", settle),
        look,
    );
}

pub fn the_list_is_in_order_of_entry() {
    match choose(3) {
        0 => return one_thread_comes_in_again(),
        1 => return who_waited_longer_may_come_in_later(),
        _ => {}
    }
    let pool = ActivePool::new(4);
    assert!(pool.active().is_empty(), "nobody is in a new pool");
    // Each enters when the one before is inside, and leaves when its gate is opened.
    let names = ["Anna", "Ben", "Anna"];
    let entered = [Gate::new(), Gate::new(), Gate::new()];
    let leave = [Gate::new(), Gate::new(), Gate::new()];
    let left = [Gate::new(), Gate::new(), Gate::new()];
    let first = choose(3);
    let second = (first + 1 + choose(2)) % 3;
    concurrently(4, |i| {
        if i < 3 {
            if i > 0 {
                entered[i - 1].pass();
            }
            pool.run(names[i], || {
                entered[i].open();
                leave[i].pass();
            });
            left[i].open();
            return;
        }
        entered[2].pass();
        assert_eq!(pool.active(), names, "they came in one after the other");
        leave[first].open();
        left[first].pass();
        let rest: Vec<_> = (0..3).filter(|i| *i != first).map(|i| names[i]).collect();
        assert_eq!(pool.active(), rest, "Anna, Ben and another Anna; number {first} (from 0) has left");
        pool.run("Cleo", || {
            let mut all = rest.clone();
            all.push("Cleo");
            assert_eq!(pool.active(), all, "Cleo came last");
        });
        leave[second].open();
        left[second].pass();
        let last = names[3 - first - second];
        assert_eq!(
            pool.active(),
            [last],
            "Anna, Ben and another Anna; numbers {first} and {second} (from 0) have left"
        );
        leave.iter().for_each(Gate::open);
    });
    assert!(pool.active().is_empty(), "all have left, but somebody is listed");
}

/// One thread in two places of a pool, and in another pool.
fn one_thread_comes_in_again() {
    let (pool, other) = (ActivePool::new(2), ActivePool::new(2));
    pool.run("Anna", || {
        pool.run("", || assert_eq!(pool.active(), ["Anna", ""], "one thread in both places"));
        assert_eq!(pool.active(), ["Anna"], "the second of the thread's two names was taken out");
        other.run("Ben", || {
            assert_eq!((pool.active(), other.active()), (vec!["Anna".into()], vec!["Ben".into()]), "two pools");
        });
        for _ in 0..256 {
            pool.run("Cleo", || ());
        }
        assert_eq!(pool.active(), ["Anna"], "Cleo came and left 256 times meanwhile");
    });
    assert!(pool.active().is_empty(), "all have left, but somebody is listed");
}

/// The pool is full, and one waits. Another comes when a place is given back: either may get it.
fn who_waited_longer_may_come_in_later() {
    let pool = ActivePool::new(2);
    let (full, late, entered) = (Gate::new(), Gate::new(), Log::new());
    let (both, seen) = (Meeting::new(2), Meeting::new(2));
    let visit = |name: &'static str, gate: &Gate| {
        gate.pass();
        pool.run(name, || {
            entered.push(name);
            both.arrive("ActivePool::run after two have left");
            assert_eq!(pool.active(), entered.all(), "the second came in when the first was inside");
            seen.arrive("ActivePool::active");
        });
    };
    concurrently3(
        || visit("Anna", &full),
        || visit("Ben", &late),
        || {
            pool.run("first", || {
                pool.run("second", || {
                    full.open();
                    settle();
                    late.open();
                });
                settle();
            });
        },
    );
}

pub fn a_panic_in_the_pool_leaves_nothing_behind() {
    let pool = ActivePool::new(1);
    let panics = || {
        let result = catch(|| pool.run("unlucky", || boom("inside the pool")));
        assert!(result.is_err(), "the panic of `f` did not reach the caller of `run`");
    };
    panics();
    assert!(pool.active().is_empty(), "`f` panicked, but its name is still listed");
    assert_eq!(pool.run("next", || 7), 7);
    concurrently2(panics, || pool.run("other", || ()));
    assert_eq!(pool.run("next", || pool.active()), ["next"], "`f` panicked in another thread before");
    // The place came back, once.
    let inside = Peak::new();
    let enter = || {
        let _here = inside.enter();
        std::thread::yield_now();
    };
    concurrently2(|| pool.run("one", enter), || pool.run("two", enter));
    assert_eq!(inside.max(), 1, "`f` panicked, and now the pool lets in more than its limit");
}

pub fn without_permits_nobody_gets_in() {
    let s = Arc::new(Semaphore::new(0));
    let pool = Arc::new(ActivePool::new(0));
    assert_eq!(s.available(), 0, "of a semaphore without permits");
    assert!(s.try_acquire().is_none(), "no permits, but `try_acquire` got one");
    // These two wait for ever.
    let entered = Arc::new(Counter::new());
    let (s, pool, one, two) = (s.clone(), pool.clone(), entered.clone(), entered.clone());
    std::thread::spawn(move || {
        let _permit = s.acquire();
        one.add(1);
    });
    std::thread::spawn(move || pool.run("nobody", || two.add(1)));
    settle();
    assert_eq!(entered.get(), 0, "no permits, but somebody got in");
}

pub fn waiting_is_sleeping() {
    let s = Semaphore::new(1);
    let permit = s.acquire();
    concurrently2(
        || drop(s.acquire()),
        move || {
            all_asleep();
            drop(permit);
        },
    );
    let pool = ActivePool::new(1);
    concurrently(2, |_| pool.run("guest", all_asleep));
}
