//! Checks of assignment 11.

use gradekit::*;
use std::thread::sleep;
use std::time::{Duration, Instant};
use student::Event;

const _: () = assert_send_sync::<Event>();

/// So long that in a model it ends only when nothing else can happen any more.
const HOUR: Duration = Duration::from_secs(3600);

fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

/// Waits in one of the two ways. The timeout is so long that it must not matter.
fn wait_somehow(event: &Event, timed: bool) {
    if timed {
        let start = Instant::now();
        let set = event.wait_timeout(HOUR);
        assert!(
            set && start.elapsed() < HOUR / 2,
            "`wait_timeout` slept for an hour, although `set` was called meanwhile"
        );
    } else {
        event.wait();
    }
}

pub fn it_stays_set_until_cleared() {
    let cases = [
        set_and_clear_in_turn,
        set_beside_clear,
        set_beside_is_set,
        clear_beside_is_set,
        is_set_twice_at_once,
        set_very_often,
        another_event_is_another,
    ];
    cases[choose(7)]();
}

/// As often as a small count takes for never.
fn set_very_often() {
    let event = Event::new();
    for _ in 0..256 {
        event.set();
    }
    assert!(event.is_set(), "set 256 times: the event is not set");
    event.wait();
    event.clear();
    assert!(!event.is_set(), "set 256 times, cleared once: the event is still set");
}

fn another_event_is_another() {
    let (event, other) = (Event::new(), Event::new());
    event.set();
    assert!(!other.is_set(), "`is_set` is true, but another event was set");
    other.clear();
    let event = Box::new(event);
    assert!(
        event.is_set(),
        "`is_set` is false after `set`; another event was cleared, and the event has a new address"
    );
    event.wait();
    drop(event);
    assert!(!Box::new(Event::new()).is_set(), "a new event is set, after one that was set has been dropped");
}

fn set_and_clear_in_turn() {
    let event = Event::new();
    assert!(!event.is_set(), "a new event is set");
    event.clear();
    assert!(!event.is_set(), "`clear` has set an event");
    event.set();
    assert!(event.is_set(), "`is_set` is false after `set`");
    // None of these waits, and none of these changes it.
    event.wait();
    assert!(event.is_set(), "after `wait` the event is not set any more");
    assert!(event.wait_timeout(HOUR), "`wait_timeout` is false on a set event");
    assert!(event.is_set(), "after `wait_timeout` the event is not set any more");
    concurrently(2, |i| wait_somehow(&event, i == 1));
    event.wait();
    event.set();
    assert!(event.is_set(), "set twice: the event is not set");
    event.clear();
    assert!(!event.is_set(), "set twice, cleared once: the event is still set");
    assert!(!event.wait_timeout(Duration::ZERO), "`wait_timeout` is true after `clear`");
    event.clear();
    event.set();
    assert!(event.is_set(), "cleared twice, set once: the event is not set");
    event.wait();
}

/// Either may be the last. Afterwards both work as ever.
fn set_beside_clear() {
    let event = Event::new();
    concurrently2(|| event.set(), || event.clear());
    event.set();
    assert!(event.is_set(), "`is_set` is false after `set`; before, two threads had called `set` and `clear`");
    event.clear();
    assert!(!event.is_set(), "`is_set` is true after `clear`; before, two threads had called `set` and `clear`");
}

fn set_beside_is_set() {
    let event = Event::new();
    concurrently2(|| event.set(), || event.is_set());
    assert!(event.is_set(), "`is_set` is false after `set`; another thread had called `is_set` meanwhile");
}

fn clear_beside_is_set() {
    let event = Event::new();
    event.set();
    concurrently2(|| event.clear(), || event.is_set());
    assert!(!event.is_set(), "`is_set` is true after `clear`; another thread had called `is_set` meanwhile");
}

fn is_set_twice_at_once() {
    let event = Event::new();
    event.set();
    let seen = concurrently2(|| event.is_set(), || event.is_set());
    assert_eq!(seen, (true, true), "two threads called `is_set` on a set event");
}

/// What happens before the `set` that must wake the waiter.
#[derive(Clone, Copy, PartialEq)]
enum Before {
    Nothing,
    Cleared,
    SetAndCleared,
    /// Who has left because the time was over is not counted any more.
    WaitTimedOut,
    /// That is no matter of this event.
    AnotherSet,
    /// The waiter clears it too, before it waits.
    BothCleared,
}

pub fn set_wakes_a_waiter() {
    use Before::*;
    let event = Event::new();
    // With real threads, a timed wait that misses `set` would last an hour.
    let timed = !hooks::is_native() && choose(2) == 1;
    let cases = [Nothing, Cleared, SetAndCleared, WaitTimedOut, AnotherSet, BothCleared];
    let before = cases[choose(if hooks::is_native() { 5 } else { 6 })];
    let other = Event::new();
    match before {
        Nothing | Cleared | SetAndCleared | AnotherSet => {}
        WaitTimedOut => {
            assert!(
                !event.wait_timeout(Duration::from_millis(1)),
                "nobody has set the event, but `wait_timeout` says that it is set"
            );
        }
        BothCleared => event.set(),
    }
    concurrently2(
        || {
            if before == BothCleared {
                event.clear();
            }
            wait_somehow(&event, timed);
        },
        || {
            // Whoever goes on waiting after these must be woken by the last one.
            match before {
                Nothing | WaitTimedOut => {}
                Cleared => event.clear(),
                AnotherSet => other.set(),
                SetAndCleared => {
                    event.set();
                    event.clear();
                }
                BothCleared => {
                    event.clear();
                    settle();
                }
            }
            event.set();
        },
    );
    // The waiter's own `clear` may be the last.
    assert!(before == BothCleared || event.is_set(), "`is_set` is false after `set`");
}

pub fn set_wakes_everyone() {
    let event = Event::new();
    if choose(2) == 1 {
        // Those who wait for another event hold up nobody.
        let other = Event::new();
        concurrently3(
            || other.wait(),
            || {
                event.wait();
                other.set();
            },
            || {
                settle();
                event.set();
            },
        );
        return;
    }
    // Now and then a crowd. The system's own threads are not that many.
    let waiters = match seed() % 16 {
        0 if !exhaustive() => 36,
        1 if !exhaustive() && !hooks::is_native() => 100,
        _ => scale(2, 4),
    };
    concurrently(waiters + 1, |i| {
        if i < waiters {
            event.wait();
        } else {
            if !exhaustive() {
                settle();
            }
            event.set();
        }
    });
}

pub fn wait_returns_only_when_set() {
    let (event, other) = (Event::new(), Event::new());
    let sets = Counter::new();
    let before = choose(3);
    if before == 1 {
        // An earlier `set` that was taken back counts for nothing.
        event.set();
        event.clear();
    }
    let timed = choose(2) == 1;
    let waiters = scale(1, 3);
    concurrently(waiters + 1, |i| {
        if i < waiters {
            if before == 2 {
                // It has given up the wait for another event, which is set later.
                other.wait_timeout(Duration::from_millis(1));
            }
            wait_somehow(&event, timed);
            assert_eq!(sets.get(), 1, "a wait ended, but nobody has called `set`");
        } else {
            settle();
            if before == 2 {
                other.set();
                settle();
            }
            sets.add(1);
            event.set();
        }
    });
}

pub fn what_was_written_before_set_is_visible() {
    let event = Event::new();
    let data = RaceCell::new(0);
    let how = choose(4);
    concurrently2(
        || {
            data.set(42);
            event.set();
        },
        || {
            // A short wait may be too short.
            if match how {
                2 => event.wait_timeout(Duration::ZERO),
                3 => event.wait_timeout(Duration::from_millis(1)),
                _ => {
                    wait_somehow(&event, how == 1);
                    true
                }
            } {
                assert_eq!(data.get(), 42);
            }
        },
    );
}

pub fn a_timed_wait_tells_whether_it_is_set() {
    let event = Event::new();
    let case = choose(3);
    if case == 1 {
        // Set just when the time is over: both answers are right, and the next wait knows nothing of it.
        let other = Event::new();
        concurrently2(
            || {
                event.wait_timeout(seconds(4));
                assert!(
                    !other.wait_timeout(seconds(4)),
                    "`wait_timeout` is true, but only another event was set, when a wait for that one ended"
                );
            },
            || {
                sleep(seconds(4));
                event.set();
            },
        );
        return;
    }
    if case == 2 {
        // Beside a wait without end.
        concurrently2(
            || event.wait(),
            || {
                assert!(!event.wait_timeout(seconds(3)), "`wait_timeout` is true, but nobody has set the event");
                event.set();
            },
        );
        return;
    }
    assert!(!event.wait_timeout(seconds(3)), "nobody has set the event, but `wait_timeout` says that it is set");
    assert!(!event.wait_timeout(Duration::ZERO), "nobody has set the event, but `wait_timeout` says that it is set");
    // Set in the middle of the wait.
    concurrently2(
        || {
            assert!(
                event.wait_timeout(seconds(8)),
                "the event was set in the middle of the wait, but `wait_timeout` says that it is not"
            );
        },
        || {
            sleep(seconds(4));
            event.set();
        },
    );
    assert!(event.wait_timeout(Duration::ZERO), "`wait_timeout` is false on a set event");
    assert!(event.wait_timeout(seconds(3)), "`wait_timeout` is false on a set event");
    event.clear();
    assert!(!event.wait_timeout(seconds(3)), "`wait_timeout` is true after `clear`");
}

pub fn a_timeout_is_not_early() {
    let event = Event::new();
    // Not every timeout is a whole number of milliseconds.
    let timeout = [Duration::from_nanos(1), Duration::from_micros(2_500), Duration::from_millis(90_700)][choose(3)];
    let noisy = choose(2) == 1;
    concurrently2(
        || {
            let start = Instant::now();
            if !event.wait_timeout(timeout) {
                let took = start.elapsed();
                assert!(took >= timeout, "`wait_timeout({timeout:?})` gave up after {took:?}");
            }
        },
        || {
            if noisy {
                sleep(timeout / 2);
                event.set();
                event.clear();
                // Whoever was woken may be so late that the time is over.
                sleep(timeout);
            }
        },
    );
}

pub fn the_timeout_is_not_restarted() {
    let event = Event::new();
    if choose(2) == 1 {
        // Two who wait do not wait one after the other.
        concurrently(2, |_| {
            let start = Instant::now();
            assert!(!event.wait_timeout(seconds(6)), "`wait_timeout` is true, but nobody has set the event");
            let took = start.elapsed();
            assert!(took < seconds(7), "`wait_timeout` of 6 s, beside another one, ended only after {took:?}");
        });
        return;
    }
    concurrently2(
        || {
            let start = Instant::now();
            // True is right too: the event was set for a moment.
            if !event.wait_timeout(seconds(6)) {
                let took = start.elapsed();
                assert!(took < seconds(7), "`wait_timeout` of 6 s was woken in between and ended only after {took:?}");
            }
        },
        || {
            for _ in 0..2 {
                sleep(seconds(2));
                event.set();
                event.clear();
            }
        },
    );
}

pub fn the_longest_timeout_works() {
    // 2^61 seconds, counted in milli-, micro- or nanoseconds, are a multiple of 2^64: cut to a u64 they are zero.
    let timeout = [Duration::MAX, Duration::from_secs(u64::MAX), Duration::from_secs(1 << 61)][choose(3)];
    let event = Event::new();
    concurrently2(
        || {
            assert!(event.wait_timeout(timeout), "`wait_timeout({timeout:?})` was false, but the event is set");
        },
        || {
            if !exhaustive() && !hooks::is_native() {
                // More than a year, and no time at all for the check.
                sleep(seconds(400 * 86_400));
            }
            event.set();
        },
    );
    assert!(event.wait_timeout(timeout), "`wait_timeout` is false on a set event");
}

pub fn waiting_is_sleeping() {
    let event = Event::new();
    let timed = choose(2) == 1;
    concurrently2(
        || wait_somehow(&event, timed),
        || {
            all_asleep();
            event.set();
        },
    );
}
