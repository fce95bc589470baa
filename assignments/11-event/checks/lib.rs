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
    let cases = [set_and_clear_in_turn, set_beside_clear, set_beside_is_set, clear_beside_is_set, is_set_twice_at_once];
    cases[choose(5)]();
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
    /// The waiter clears it too, before it waits.
    BothCleared,
}

pub fn set_wakes_a_waiter() {
    use Before::*;
    let event = Event::new();
    // With real threads, a timed wait that misses `set` would last an hour.
    let timed = !hooks::is_native() && choose(2) == 1;
    let cases = [Nothing, Cleared, SetAndCleared, WaitTimedOut, BothCleared];
    let before = cases[choose(if hooks::is_native() { 4 } else { 5 })];
    match before {
        Nothing | Cleared | SetAndCleared => {}
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
    let waiters = scale(2, 4);
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
    let event = Event::new();
    let sets = Counter::new();
    if choose(2) == 1 {
        // An earlier `set` that was taken back counts for nothing.
        event.set();
        event.clear();
    }
    let timed = choose(2) == 1;
    let waiters = scale(1, 3);
    concurrently(waiters + 1, |i| {
        if i < waiters {
            wait_somehow(&event, timed);
            assert_eq!(sets.get(), 1, "a wait ended, but nobody has called `set`");
        } else {
            settle();
            sets.add(1);
            event.set();
        }
    });
}

pub fn what_was_written_before_set_is_visible() {
    let event = Event::new();
    let data = RaceCell::new(0);
    let timed = choose(2) == 1;
    concurrently2(
        || {
            data.set(42);
            event.set();
        },
        || {
            wait_somehow(&event, timed);
            assert_eq!(data.get(), 42);
        },
    );
}

pub fn a_timed_wait_tells_whether_it_is_set() {
    let event = Event::new();
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
    let timeout = [Duration::from_nanos(1), Duration::from_micros(2_500), seconds(4)][choose(3)];
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
