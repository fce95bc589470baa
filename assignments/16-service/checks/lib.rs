//! Checks of assignment 16.
//!
//! What a body finds out it writes down, and the check looks at it: a panic in a body would be the submission's to handle.

use gradekit::*;
use std::sync::Arc;
use std::thread::{self, sleep};
use std::time::{Duration, Instant};
use student::{Service, StopToken};

const _: () = assert_send_sync::<Service>();
const _: () = assert_send_sync::<StopToken>();

/// So long that in a model it ends only when nothing else can happen any more. Real threads have less patience.
fn hour() -> Duration {
    Duration::from_secs(if hooks::is_native() { 30 } else { 3600 })
}

fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

/// Six seconds and less than a millisecond.
const SIX: Duration = Duration::new(6, 300_000);

/// A service whose body runs `body`; what it returns is written down.
fn spawn<T: Send + 'static>(name: &str, body: impl FnOnce(&StopToken) -> T + Send + 'static) -> (Service, Arc<Log<T>>) {
    let log = Arc::new(Log::new());
    let result = log.clone();
    let service = Service::spawn(name, move |token| result.push(body(token)));
    (service, log)
}

pub fn the_thread_bears_the_name() {
    for name in ["printer", " mail 2 ", "Größe", ""] {
        let (service, seen) = spawn(name, |_| thread::current().name().map(str::to_owned));
        assert_eq!(service.name(), name, "`name` of the service");
        assert!(service.join_timeout(hour()), "the body has returned");
        assert_eq!(seen.take(), [Some(name.to_owned())], "the name of the thread");
        assert_eq!(service.name(), name, "`name` of the service after its end");
    }
}

pub fn everybody_sees_the_stop() {
    let go = Arc::new(Gate::new());
    let pass = go.clone();
    let (service, seen) = spawn("service", move |token| {
        let before = token.is_stopped();
        pass.pass();
        let look = || [token.is_stopped(), token.is_stopped(), token.wait(seconds(3)), token.is_stopped()];
        let there = thread::scope(|s| {
            let there = s.spawn(look);
            (look(), there.join().unwrap())
        });
        (before, there)
    });
    settle();
    service.request_stop();
    service.request_stop();
    go.open();
    assert!(service.join_timeout(hour()), "the body has returned");
    let (before, (here, there)) = seen.take()[0];
    assert!(!before, "nobody has asked, but `is_stopped` is true");
    for seen in [here, there] {
        assert_eq!(
            seen, [true; 4],
            "two threads ask the token of a stopped service: `is_stopped` twice, `wait`, `is_stopped`"
        );
    }
}

pub fn a_wait_does_not_miss_the_stop() {
    if choose(4) == 3 {
        who_gives_up_disturbs_nobody();
        return;
    }
    let two = choose(2) == 1;
    let (service, seen) = spawn("service", move |token| {
        let start = Instant::now();
        let stopped = if two {
            thread::scope(|s| {
                let there = s.spawn(|| token.wait(hour()));
                let here = token.wait(hour());
                here && there.join().unwrap()
            })
        } else {
            token.wait(hour())
        };
        (stopped, start.elapsed())
    });
    // Asked once: dropping the service would ask again.
    service.request_stop();
    assert!(service.join_timeout(2 * hour()), "the body has returned");
    let (stopped, took) = seen.take()[0];
    assert!(
        stopped && took < hour() / 2,
        "the service was asked to stop, but a `wait` of its token slept on until its time was over"
    );
}

/// Some wait for long, others give up before the stop comes.
fn who_gives_up_disturbs_nobody() {
    let (service, seen) = spawn("service", |token| {
        thread::scope(|s| {
            s.spawn(|| token.wait(seconds(3)));
            let start = Instant::now();
            (token.wait(hour()), start.elapsed())
        })
    });
    let start = Instant::now();
    concurrently2(
        || assert!(service.join_timeout(2 * hour()), "the body has returned"),
        || {
            assert!(!service.join_timeout(seconds(4)), "nobody has asked it to stop, but it has ended");
            service.request_stop();
        },
    );
    assert!(start.elapsed() < hour() / 2, "a `join_timeout` was over, and another one missed the end of the service");
    let (here, took) = seen.take()[0];
    assert!(here && took < hour() / 2, "a `wait` was over, and another one missed the stop");
}

pub fn a_wait_is_true_only_after_the_stop() {
    let asked = Arc::new(Counter::new());
    let count = asked.clone();
    let timeout = if choose(2) == 0 { hour() } else { seconds(20) };
    let (service, seen) = spawn("service", move |token| (token.wait(timeout), count.get()));
    settle();
    asked.add(1);
    service.request_stop();
    assert!(service.join_timeout(hour()), "the body has returned");
    let (stopped, asked) = seen.take()[0];
    assert!(!stopped || asked == 1, "`wait` is true, but nobody has asked the service to stop");
    assert!(stopped, "the service was asked to stop in the middle of a `wait`");

    let (service, seen) = spawn("service", |token| [token.wait(seconds(3)), token.wait(Duration::ZERO)]);
    let (other, _) = spawn("service", |_| ());
    other.request_stop();
    assert!(service.join_timeout(hour()), "the body has returned");
    assert_eq!(seen.take(), [[false, false]], "`wait`, and nobody has asked the service to stop");
}

pub fn the_token_waits_as_long_as_it_should() {
    let (service, seen) = spawn("service", |token| {
        thread::scope(|s| {
            // Somebody else does something in between.
            let there = s.spawn(|| {
                let start = Instant::now();
                sleep(seconds(2));
                token.is_stopped();
                token.wait(seconds(2));
                token.is_stopped();
                start.elapsed()
            });
            let start = Instant::now();
            let stopped = token.wait(SIX);
            (stopped, start.elapsed(), there.join().unwrap())
        })
    });
    assert!(service.join_timeout(hour()), "the body has returned");
    let (stopped, took, there) = seen.take()[0];
    assert!(!stopped, "`wait` is true, but nobody has asked the service to stop");
    assert!(took >= SIX, "`wait` of {SIX:?} gave up after {took:?}");
    assert!(took < seconds(7), "`wait` of 6 s was woken in between and ended only after {took:?}");
    assert!(there < seconds(5), "a thread slept for 2 s and called `wait` of 2 s while another one waited: {there:?}");
}

pub fn join_timeout_waits_as_long_as_it_should() {
    let (service, _) = spawn("stubborn", |_| sleep(seconds(20)));
    concurrently2(
        || {
            let start = Instant::now();
            let ended = service.join_timeout(SIX);
            let took = start.elapsed();
            assert!(!ended, "`join_timeout` is true, but the body is still running");
            assert!(took >= SIX, "`join_timeout` of {SIX:?} gave up after {took:?}");
            assert!(took < seconds(7), "`join_timeout` of 6 s was woken in between and ended only after {took:?}");
        },
        || {
            for _ in 0..2 {
                sleep(seconds(2));
                service.request_stop();
            }
        },
    );
}

pub fn join_timeout_tells_the_truth() {
    // Two who wait for the same end.
    let done = Arc::new(Counter::new());
    let count = done.clone();
    let (service, _) = spawn("service", move |_| {
        sleep(seconds(10));
        count.add(1);
    });
    concurrently(2, |i| {
        assert!(!service.join_timeout(Duration::ZERO), "`join_timeout(0)` while the body is running");
        assert!(!service.join_timeout(seconds(3)), "`join_timeout` while the body is running");
        if i == 1 {
            sleep(seconds(2));
        }
        assert!(service.join_timeout(hour()), "`join_timeout` of an hour, and the body ends after 10 s");
        assert_eq!(done.get(), 1, "`join_timeout` is true, but the body is still running");
        assert!(service.join_timeout(Duration::ZERO), "`join_timeout(0)` after the end");
    });
    // To wait is not to ask.
    let (service, seen) = spawn("service", |token| {
        let early = token.wait(seconds(10));
        (early, token.is_stopped())
    });
    assert!(!service.join_timeout(seconds(3)), "`join_timeout` while the body is running");
    assert!(service.join_timeout(hour()), "the body has returned");
    assert_eq!(seen.take(), [(false, false)], "nobody has asked the service to stop, only `join_timeout` was called");
}

pub fn join_timeout_is_in_nobodys_way() {
    let (service, _) = spawn("service", |token| token.wait(hour()));
    let start = Instant::now();
    concurrently3(
        || assert!(service.join_timeout(hour()), "the service has ended"),
        || assert!(service.join_timeout(hour()), "the service has ended"),
        || {
            if choose(2) == 1 {
                settle();
            }
            assert!(service.is_alive(), "nobody has asked it to stop, but it is not alive");
            assert!(!service.join_timeout(Duration::ZERO), "nobody has asked it to stop, but it has ended");
            service.request_stop();
        },
    );
    assert!(start.elapsed() < hour() / 2, "`request_stop` had to wait until the time of a `join_timeout` was over");
}

/// Tells when it is dropped, and takes its time.
struct Slow(Arc<Counter>);

impl Drop for Slow {
    fn drop(&mut self) {
        sleep(Duration::from_millis(2));
        self.0.add(1);
    }
}

thread_local! {
    static KEPT: std::cell::RefCell<Option<Slow>> = const { std::cell::RefCell::new(None) };
}

/// A panic drops the service.
fn dropped_by_a_panic() {
    let (service, log) = spawn("service", |token| token.wait(hour()));
    let panic: Result<(), String> = catch(|| {
        let _service = service;
        boom("while the service is there")
    });
    assert!(panic.is_err());
    assert_eq!(
        log.take(),
        [true],
        "a panic has dropped the service: its body was not asked to stop, or is still running"
    );
}

pub fn drop_stops_and_joins() {
    if choose(4) == 3 {
        no_thread_left(dropped_by_a_panic);
        return;
    }
    let gone = Arc::new(Counter::new());
    let (kept, before) = (gone.clone(), choose(3));
    let (start, log) = no_thread_left(|| {
        let (service, log) = spawn("service", move |token| {
            KEPT.with(|slot| *slot.borrow_mut() = Some(Slow(kept)));
            let stopped = token.wait(hour());
            sleep(Duration::from_millis(2));
            stopped
        });
        match before {
            1 => service.request_stop(),
            2 => assert!(!service.join_timeout(seconds(1)), "nobody has asked it to stop, but it has ended"),
            _ => {}
        }
        let start = Instant::now();
        drop(service);
        assert_eq!(log.len(), 1, "the service was dropped, but its body is still running");
        assert_eq!(gone.get(), 1, "the service was dropped, but its thread has not ended");
        (start, log)
    });
    assert!(start.elapsed() < hour() / 2, "the drop took {:?}", start.elapsed());
    assert_eq!(log.take(), [true], "the dropped service was not asked to stop");
    // One that has ended before.
    no_thread_left(|| {
        let (service, _) = spawn("short", |_| ());
        assert!(service.join_timeout(hour()), "the body has returned");
    });
}

pub fn a_panic_is_an_end() {
    let service = Service::spawn("unlucky", |_| boom("the body panics"));
    assert!(service.join_timeout(hour()), "the body has panicked, but `join_timeout` says that it runs");
    assert!(!service.is_alive(), "the body has panicked, but the service is alive");
    service.request_stop();
    assert!(catch(|| drop(service)).is_ok(), "the panic of a body came out of the drop");
    let late = Service::spawn("unlucky", |token| {
        token.wait(hour());
        boom("the body panics");
    });
    assert!(catch(|| no_thread_left(|| drop(late))).is_ok(), "the panic of a body came out of the drop");
}

pub fn alive_from_the_start_to_the_end() {
    let go = Arc::new(Gate::new());
    let pass = go.clone();
    let (service, _) = spawn("service", move |_| pass.pass());
    assert!(service.is_alive(), "the service was just started, but it is not alive");
    if choose(2) == 1 {
        settle();
        assert!(service.is_alive(), "the body is running, but the service is not alive");
        service.request_stop();
        assert!(service.is_alive(), "the body goes on after `request_stop`, but the service is not alive");
        go.open();
        settle();
    } else {
        go.open();
        assert!(service.join_timeout(hour()), "the body has returned");
    }
    concurrently2(
        || assert!(!service.is_alive(), "the body has returned, but the service is alive"),
        || assert!(service.join_timeout(Duration::ZERO), "`join_timeout(0)` after the end"),
    );
}

pub fn request_stop_does_not_wait() {
    let go = Arc::new(Gate::new());
    let pass = go.clone();
    let (service, seen) = spawn("service", move |token| {
        pass.pass();
        token.is_stopped()
    });
    // The body goes on only when this has returned.
    service.request_stop();
    go.open();
    assert!(service.join_timeout(hour()), "the body has returned");
    assert_eq!(seen.take(), [true]);
    service.request_stop();
}

pub fn the_longest_timeout_works() {
    // 2^61 seconds, counted in milli-, micro- or nanoseconds, are a multiple of 2^64: cut to a u64 they are zero.
    let timeout = [Duration::MAX, seconds(1 << 61)][choose(2)];
    let (service, seen) = spawn("service", move |token| [token.wait(timeout), token.wait(timeout)]);
    concurrently2(
        || {
            for _ in 0..2 {
                assert!(service.join_timeout(timeout), "`join_timeout({timeout:?})` of a service that ends");
            }
        },
        || {
            if !exhaustive() && !hooks::is_native() {
                // More than a year, and no time at all for the check.
                sleep(seconds(400 * 86_400));
            }
            service.request_stop();
        },
    );
    assert_eq!(seen.take(), [[true; 2]], "`wait({timeout:?})`, twice, and the service was asked to stop");
}

pub fn waiting_is_sleeping() {
    let (service, seen) = spawn("service", |token| token.wait(hour()));
    let (ended, ()) = concurrently2(
        || service.join_timeout(2 * hour()),
        || {
            all_asleep();
            service.request_stop();
        },
    );
    assert!(ended, "the body has returned");
    assert_eq!(seen.take(), [true], "the service was asked to stop in the middle of a `wait`");
    // One that is dropped and takes its time.
    let (service, _) = spawn("stubborn", |_| all_asleep());
    drop(service);
}
