//! Checks of assignment 15.
//!
//! What a call of `f` finds out it writes down, and the check looks at it: a panic in `f` would be the submission's to handle.

use gradekit::*;
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};
use student::Timer;

const _: () = assert_send_sync::<Timer>();

/// So long that in a model it is over only when nothing else can happen any more.
const HOUR: Duration = Duration::from_secs(3600);
const MOMENT: Duration = Duration::from_millis(1);

fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

/// A timer whose `f` runs `f`; what it returns is written down.
fn start<T: Send + 'static>(delay: Duration, f: impl FnOnce() -> T + Send + 'static) -> (Timer, Arc<Log<T>>) {
    let log = Arc::new(Log::new());
    let result = log.clone();
    let timer = Timer::start(delay, move || result.push(f()));
    (timer, log)
}

pub fn not_before_the_delay() {
    if choose(4) == 3 {
        several_timers();
        return;
    }
    let delay = [seconds(2), Duration::from_micros(20_500), Duration::ZERO][choose(3)];
    let begin = Instant::now();
    let (timer, ran) = start(delay, move || begin.elapsed());
    let other = choose(2) == 1;
    if other {
        // Something else happens in between.
        sleep(delay / 2);
        timer.is_finished();
    }
    assert!(timer.join(), "nobody has cancelled the timer, but `join` says that `f` did not run");
    let ran = ran.take();
    assert_eq!(ran.len(), 1, "how often `f` ran");
    assert!(ran[0] >= delay, "the delay is {delay:?}, but `f` ran after {:?}", ran[0]);
    assert!(ran[0] < 2 * delay + seconds(2), "the delay is {delay:?}, but `f` ran only after {:?}", ran[0]);
}

/// Each has its own time.
fn several_timers() {
    let begin = Instant::now();
    let (long, long_ran) = start(HOUR, || ());
    if choose(2) == 1 {
        settle();
    }
    let (x, x_ran) = start(seconds(3), || ());
    let (y, y_ran) = start(seconds(3), || ());
    let (z, z_ran) = start(HOUR, || ());
    assert!(y.join(), "nobody has cancelled this timer, but `join` says that its `f` did not run");
    assert!(x.join(), "nobody has cancelled this timer, but `join` says that its `f` did not run");
    let took = begin.elapsed();
    assert!(took < seconds(60), "two timers of 3 s and others of an hour: the two have ended only after {took:?}");
    assert!(z.cancel(), "`cancel` of a timer that has nearly an hour left");
    assert!(!z.join(), "the timer was cancelled, but `join` says that `f` ran");
    assert_eq!((x_ran.len(), y_ran.len(), z_ran.len()), (1, 1, 0), "two timers of 3 s, and one that was cancelled");
    assert!(!long.is_finished(), "a timer of an hour is finished after {took:?}");
    assert!(long.cancel(), "`cancel` of a timer that has nearly an hour left");
    assert!(!long.join(), "the timer was cancelled, but `join` says that `f` ran");
    assert_eq!(long_ran.len(), 0, "the timer was cancelled, but `f` ran");
}

pub fn either_it_ran_or_it_was_cancelled() {
    let (timer, ran) = start(MOMENT, || ());
    sleep(MOMENT);
    let cancelled = timer.cancel();
    let again = timer.cancel();
    let begun = ran.len();
    let joined = timer.join();
    assert!(!again, "`cancel` is true, but an earlier `cancel` had succeeded or failed already");
    if cancelled {
        assert_eq!(begun, 0, "`cancel` is true, but `f` ran");
        assert!(!joined, "`cancel` is true, but `join` says that `f` ran");
        settle();
        assert_eq!(ran.len(), 0, "`cancel` is true, but `f` ran");
    } else {
        assert!(joined, "`cancel` is false, but `join` says that `f` did not run");
        assert_eq!(ran.len(), 1, "`cancel` is false; how often did `f` run?");
    }
}

pub fn one_cancel_succeeds() {
    let (timer, ran) = start(HOUR, || ());
    let cancels = concurrently(2, |_| timer.cancel());
    let successes = cancels.iter().filter(|c| **c).count();
    assert_eq!(successes, 1, "two threads cancel a waiting timer; so many got true");
    assert!(!timer.cancel(), "`cancel` of a timer that was cancelled already");
    assert!(!timer.join(), "the timer was cancelled, but `join` says that `f` ran");
    assert_eq!(ran.len(), 0, "the timer was cancelled, but `f` ran");
}

pub fn cancelling_takes_no_time() {
    let begin = Instant::now();
    let took_no_time = |what: &str| {
        let took = begin.elapsed();
        assert!(took < seconds(60), "the delay is an hour; `{what}` returned only after {took:?}");
    };
    let (timer, ran) = start(HOUR, || ());
    took_no_time("start");
    let asleep = choose(2) == 1;
    if asleep {
        settle();
    }
    assert!(timer.cancel(), "`cancel` of a timer that has an hour left");
    took_no_time("cancel");
    let joined = timer.join();
    took_no_time("join");
    assert!(!joined, "the timer was cancelled, but `join` says that `f` ran");
    sleep(2 * HOUR);
    assert_eq!(ran.len(), 0, "the timer was cancelled, but `f` ran");
}

pub fn dropping_does_not_cancel() {
    let delay = seconds(4);
    let begin = Instant::now();
    let (timer, ran) = start(delay, move || begin.elapsed());
    match choose(3) {
        1 => settle(),
        2 => sleep(delay / 2),
        _ => {}
    }
    let begin = Instant::now();
    drop(timer);
    let took = begin.elapsed();
    assert!(took < seconds(2), "the drop of a timer took {took:?}");
    sleep(2 * delay);
    let ran = ran.take();
    assert_eq!(ran.len(), 1, "the timer was dropped; how often did `f` run?");
    let after = ran[0];
    assert!(after >= delay, "the timer was dropped; its delay is {delay:?}, but `f` ran after {after:?}");
    assert!(
        after < delay + seconds(1),
        "the timer was dropped; its delay is {delay:?}, but `f` ran only after {after:?}"
    );
}

pub fn finished_means_over() {
    let (timer, _) = start(HOUR, || ());
    assert!(!timer.is_finished(), "the timer is waiting, but it is finished");
    assert!(timer.cancel(), "`cancel` of a timer that has an hour left");
    assert!(timer.is_finished(), "the timer was cancelled, but it is not finished");

    let ended = Arc::new(Counter::new());
    let end = ended.clone();
    let (timer, _) = start(MOMENT, move || {
        std::thread::yield_now();
        end.add(1);
    });
    sleep(MOMENT);
    for _ in 0..2 {
        if timer.is_finished() {
            assert_eq!(ended.get(), 1, "the timer is finished, but `f` is not over");
        }
    }
    settle();
    assert!(timer.is_finished(), "`f` has returned, but the timer is not finished");
    assert!(!timer.cancel(), "`f` has returned, but `cancel` is true");
    assert!(timer.is_finished());
    assert!(timer.join(), "`f` has returned, but `join` says that it did not run");
}

pub fn nothing_is_locked_while_f_runs() {
    let (inside, leave) = (Arc::new(Gate::new()), Arc::new(Gate::new()));
    let (open, pass) = (inside.clone(), leave.clone());
    let (timer, _) = start(MOMENT, move || {
        open.open();
        pass.pass();
    });
    inside.pass();
    // `f` goes on only after these have returned.
    assert!(!timer.is_finished(), "`f` is running, but the timer is finished");
    assert!(!timer.cancel(), "`f` is running, but `cancel` is true");
    assert!(!timer.is_finished(), "`f` is running, but the timer is finished");
    leave.open();
    assert!(timer.join(), "`f` has returned, but `join` says that it did not run");
}

pub fn join_waits_for_f() {
    let data = Arc::new(RaceCell::new(0));
    let written = data.clone();
    let (timer, ran) = start(MOMENT, move || {
        sleep(seconds(5));
        written.set(42);
    });
    assert!(timer.join(), "nobody has cancelled the timer, but `join` says that `f` did not run");
    assert_eq!(ran.len(), 1, "`join` has returned, but `f` has not");
    assert_eq!(data.get(), 42, "what `f` wrote");
}

pub fn a_panic_of_f_stays_inside() {
    let timer = Timer::start(MOMENT, || boom("f panics"));
    let result = catch(|| timer.join());
    assert_eq!(result, Ok(true), "`join` of a timer whose `f` panics");

    let timer = Timer::start(MOMENT, || boom("f panics"));
    // In a model a second is more than enough; real threads may be slow.
    for _ in 0..1000 {
        if timer.is_finished() {
            break;
        }
        sleep(Duration::from_millis(10));
    }
    assert!(timer.is_finished(), "`f` has panicked, but the timer is not finished");
    assert!(!timer.cancel(), "`f` has panicked, but `cancel` is true");
    assert_eq!(catch(|| timer.join()), Ok(true), "`join` of a timer whose `f` panicked");
}

pub fn the_longest_delay_works() {
    // 2^61 seconds, counted in milli-, micro- or nanoseconds, are a multiple of 2^64: cut to a u64 they are zero.
    let delay = [Duration::MAX, seconds(1 << 61)][choose(2)];
    let (timer, ran) = start(delay, || ());
    if exhaustive() {
        settle();
    } else {
        // More than a year, and no time at all for the check.
        sleep(seconds(400 * 86_400));
    }
    assert!(!timer.is_finished(), "the delay is {delay:?}, but the timer is finished");
    assert!(timer.cancel(), "`cancel` of a timer whose delay is {delay:?}");
    assert!(!timer.join(), "the timer was cancelled, but `join` says that `f` ran");
    assert_eq!(ran.len(), 0, "the timer was cancelled, but `f` ran");
}

pub fn waiting_is_sleeping() {
    let (timer, ran) = start(seconds(5), || ());
    let (ended, ()) = concurrently2(|| timer.join(), all_asleep);
    assert!(ended, "nobody has cancelled the timer, but `join` says that `f` did not run");
    assert_eq!(ran.len(), 1, "how often `f` ran");
    // One that nobody holds any more.
    let (timer, ran) = start(seconds(5), || ());
    drop(timer);
    all_asleep();
    sleep(seconds(10));
    assert_eq!(ran.len(), 1, "the timer was dropped; how often did `f` run?");
}
