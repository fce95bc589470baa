//! Checks for 24 wait-for. The clock is tokio's and paused, so every duration is exact.

use gradekit::hooks::{self, Kind};
use gradekit::{Rng, assert_send_sync, boom, catch, poll_once, seed};
use gradekit_tokio::{Clock, Watch, run};
use std::cell::Cell;
use std::future::{Future, pending, poll_fn, ready};
use std::rc::Rc;
use std::task::Poll;
use std::thread;
use std::time::Duration;
use student::{Elapsed, wait_for, with_fallback};
use tokio::time::{Instant, advance, sleep};

/// The interface, word for word.
const _: fn() = || {
    assert_send_sync::<Elapsed>();
    let copy: fn(&Elapsed) -> Elapsed = |e| *e;
    let _ = format!("{:?} {}", Elapsed, copy(&Elapsed) == Elapsed.clone());
    fn generic<F: Future>(
        f: F,
        g: F,
        fallback: F::Output,
    ) -> (impl Future<Output = Result<F::Output, Elapsed>>, impl Future<Output = F::Output>) {
        (wait_for(f, Duration::ZERO), with_fallback(g, Duration::ZERO, fallback))
    }
    let _ = generic::<std::future::Ready<Rc<u64>>>;
};

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// Some different durations, others in each run.
fn durations() -> [u64; 3] {
    let mut rng = Rng::new(seed());
    [1 + rng.below(9) as u64, 10 + rng.below(90) as u64, 1000 + rng.below(1_000) as u64]
}

/// `value` after a while.
async fn after<T>(time: Duration, value: T) -> T {
    sleep(time).await;
    value
}

pub fn a_result_in_time() {
    run(async {
        let clock = Clock::start();
        assert_eq!(wait_for(ready(5), ms(10)).await, Ok(5));
        assert_eq!(clock.ms(), 0, "a future that is ready at once needs no time");
        for time in durations() {
            let clock = Clock::start();
            assert_eq!(wait_for(after(ms(time), "done"), ms(time + 1)).await, Ok("done"), "{time} of {} ms", time + 1);
            assert_eq!(clock.ms(), time, "a result is given as soon as it is there");
        }
    });
    // A future that panics has no result, but its time is not up.
    let panics = catch(|| run(async { wait_for(async { boom("no luck") }, ms(10)).await }));
    assert!(panics.is_err(), "the future panicked at once, and `wait_for` gave {:?}", panics.map(|r: Result<(), _>| r));
}

pub fn any_future() {
    run(async {
        // Borrowed, not `Send`, not `Unpin`, with a result that has no traits; and one inside of the other.
        struct Plain<'a>(&'a str, Rc<Cell<u64>>);
        let text = String::from("borrowed");
        let count = Rc::new(Cell::new(0));
        let inner = async {
            count.set(count.get() + 1);
            sleep(ms(5)).await;
            Plain(&text, count.clone())
        };
        let clock = Clock::start();
        let Ok(Ok(plain)) = wait_for(wait_for(inner, ms(10)), ms(20)).await else {
            panic!("the result was there after 5 of 10 ms")
        };
        assert_eq!((plain.0, plain.1.get(), clock.ms()), ("borrowed", 1, 5));
        let clock = Clock::start();
        assert_eq!(
            wait_for(wait_for(never::<()>(), ms(10)), ms(20)).await,
            Ok(Err(Elapsed)),
            "the inner timeout is the shorter one"
        );
        assert_eq!(clock.ms(), 10);
        let clock = Clock::start();
        assert_eq!(
            wait_for(wait_for(never::<()>(), ms(20)), ms(10)).await,
            Err(Elapsed),
            "the outer timeout is the shorter one"
        );
        assert_eq!(clock.ms(), 10);
    });
}

pub fn elapsed_exactly() {
    run(async {
        for time in durations() {
            let clock = Clock::start();
            assert_eq!(wait_for(never::<()>(), ms(time)).await, Err(Elapsed));
            assert_eq!(clock.ms(), time, "the timeout was {time} ms");
            let clock = Clock::start();
            assert_eq!(wait_for(after(ms(time + 1), ()), ms(time)).await, Err(Elapsed), "{} of {time} ms", time + 1);
            assert_eq!(clock.ms(), time, "the timeout was {time} ms");
        }
        // Weeks and years are timeouts like any other.
        for days in [25, 50, 300, 1000] {
            let (clock, time) = (Clock::start(), 86_400_000 * days);
            assert_eq!(wait_for(never::<()>(), ms(time)).await, Err(Elapsed), "a timeout of {days} days");
            assert_eq!(clock.ms(), time, "the timeout was {days} days");
            assert_eq!(wait_for(after(ms(time - 1), days), ms(time)).await, Ok(days), "1 ms less than {days} days");
        }
        // A part of a millisecond counts, too: tokio's clock goes on to the next whole one, never to the one before.
        for micros in [400, 1_500, 2_001, 1_999_999] {
            let (start, time) = (Instant::now(), Duration::from_micros(micros));
            assert_eq!(wait_for(never::<()>(), time).await, Err(Elapsed));
            let took = start.elapsed();
            assert!(time <= took && took <= time + ms(1), "the timeout was {time:?}, and it was up after {took:?}");
            let soon = async {
                tokio::task::yield_now().await;
                micros
            };
            assert_eq!(wait_for(soon, time).await, Ok(micros), "a result at once, and a timeout of {time:?}");
        }
        // Several at once, each with a time of its own. The time runs from the first poll.
        let late = wait_for(never::<()>(), ms(10));
        sleep(ms(25)).await;
        let clock = Clock::start();
        let timed = async |time| {
            assert_eq!(wait_for(never::<()>(), ms(time)).await, Err(Elapsed));
            clock.ms()
        };
        let (a, b, c, d) = tokio::join!(timed(30), timed(10), timed(20), async {
            assert_eq!(late.await, Err(Elapsed));
            clock.ms()
        });
        assert_eq!([a, b, c, d], [30, 10, 20, 10], "timeouts of several calls at once");
        many_at_once().await;
    });
}

/// Polled by somebody else at first; every other one is given up.
async fn many_at_once() {
    const MANY: u64 = 300;
    let clock = Clock::start();
    let mut calls: Vec<_> = (1..=MANY).map(|time| (time, Box::pin(wait_for(never::<()>(), ms(time))))).collect();
    for (_, call) in &mut calls {
        assert_eq!(poll_once(call.as_mut()), None);
    }
    calls.retain(|(time, _)| time % 2 == 0);
    // Another runtime has another clock, and the thread of this one is busy meanwhile.
    let other = thread::spawn(|| {
        run(async {
            let clock = Clock::start();
            (wait_for(never::<()>(), ms(10)).await, clock.ms())
        })
    });
    assert_eq!(other.join().unwrap(), (Err(Elapsed), 10), "a timeout of 10 ms in another runtime");
    for (time, call) in calls {
        assert_eq!(call.await, Err(Elapsed));
        assert_eq!(clock.ms(), time, "the timeout of one of {MANY} calls was {time} ms");
    }
}

pub fn dropped_before_it_returns() {
    run(async {
        for time in [0, 7] {
            let watch = Watch::new();
            assert_eq!(wait_for(watch.future(never::<()>()), ms(time)).await, Err(Elapsed));
            assert!(watch.is_dropped(), "the time was up, but the future was not dropped when `wait_for` returned");
            let polls = watch.polls();
            sleep(ms(100)).await;
            assert_eq!(watch.polls(), polls, "the future was polled after `wait_for` had returned");
            let watch = Watch::new();
            with_fallback(watch.future(never()), ms(time), ()).await;
            assert!(
                watch.is_dropped(),
                "the time was up, but the future was not dropped when `with_fallback` returned"
            );
        }
    });
}

pub fn a_result_at_the_deadline_wins() {
    run(async {
        for round in 0..40 {
            let clock = Clock::start();
            assert_eq!(wait_for(after(ms(50), round), ms(50)).await, Ok(round), "the result came at the deadline");
            assert_eq!(clock.ms(), 50);
        }
        // It gives its result when it is asked at the deadline; nothing wakes it.
        let clock = Clock::start();
        let asked = poll_fn(|_| if clock.ms() >= 50 { Poll::Ready("asked") } else { Poll::Pending });
        assert_eq!(
            wait_for(asked, ms(50)).await,
            Ok("asked"),
            "the future is polled once more when the deadline is reached"
        );
        assert_eq!(clock.ms(), 50);
        // The clock jumps over the deadline, as it does when the thread was busy with something else.
        for time in [10, 20, 30] {
            for _ in 0..10 {
                let (result, ()) = tokio::join!(wait_for(after(ms(time), time), ms(20)), advance(ms(100)));
                assert_eq!(result, Ok(time), "the poll after the deadline gave a result");
            }
        }
    });
}

pub fn zero_is_a_timeout() {
    run(async {
        let clock = Clock::start();
        assert_eq!(wait_for(ready(3), Duration::ZERO).await, Ok(3), "the future is polled, even with no time at all");
        assert_eq!(wait_for(never::<()>(), Duration::ZERO).await, Err(Elapsed));
        assert_eq!(wait_for(sleep(ms(1)), Duration::ZERO).await, Err(Elapsed));
        assert_eq!(with_fallback(ready(3), Duration::ZERO, 4).await, 3);
        assert_eq!(with_fallback(never(), Duration::ZERO, 4).await, 4);
        assert_eq!(clock.ms(), 0, "a timeout of zero takes no time");
    });
}

pub fn the_longest_timeout_is_legal() {
    const DAY: u64 = 24 * 3600 * 1000;
    run(async {
        for timeout in [Duration::MAX, Duration::from_secs(u64::MAX), Duration::from_secs(1 << 61)] {
            assert_eq!(wait_for(ready(1), timeout).await, Ok(1));
            let clock = Clock::start();
            let watch = Watch::new();
            let slow = watched(&watch, watch.future(after(ms(100 * DAY), 2)), 5_000, "nobody woke it");
            assert_eq!(wait_for(slow, timeout).await, Ok(2), "a result after 100 days");
            assert_eq!(clock.ms(), 100 * DAY);
            assert_eq!(with_fallback(after(ms(5), 3), timeout, 4).await, 3);
        }
    });
}

pub fn wake_ups_do_not_move_the_deadline() {
    run(async {
        // It is woken every 10 ms, and is not ready.
        let ticking = async {
            loop {
                sleep(ms(10)).await;
            }
        };
        let clock = Clock::start();
        assert_eq!(wait_for(limited(ticking), ms(35)).await, Err::<(), _>(Elapsed));
        assert_eq!(clock.ms(), 35, "the future was woken every 10 ms; the timeout was 35 ms");
        // It is woken for the last time just before the deadline.
        let clock = Clock::start();
        let woken = async {
            sleep(ms(34)).await;
            pending::<()>().await
        };
        assert_eq!(wait_for(limited(woken), ms(35)).await, Err(Elapsed));
        assert_eq!(clock.ms(), 35);
        // It yields a few times at the start.
        let clock = Clock::start();
        let yielding = async {
            for _ in 0..5 {
                tokio::task::yield_now().await;
            }
            pending::<()>().await
        };
        assert_eq!(wait_for(limited(yielding), ms(35)).await, Err(Elapsed));
        assert_eq!(clock.ms(), 35);
        // It is woken very often.
        let often = async || {
            for _ in 0..1500 {
                sleep(ms(1)).await;
            }
        };
        let clock = Clock::start();
        assert_eq!(wait_for(often(), ms(1501)).await, Ok(()), "a result after 1500 wake-ups, in time");
        assert_eq!(wait_for(often(), ms(1234)).await, Err(Elapsed));
        assert_eq!(clock.ms(), 1500 + 1234, "the future was woken every ms; the timeout was 1234 ms");
    });
}

/// A future that nobody wakes is polled at the start and at the deadline.
pub fn no_ticks() {
    const HOUR: u64 = 3600 * 1000;
    const MANY: u64 = 10;
    const NOBODY: &str = "nobody woke the future: wait for the timer instead of looking again and again";
    run(async {
        let watch = Watch::new();
        let quiet = watch.future(pending::<()>());
        let counted = watched(&watch, quiet, MANY, NOBODY);
        let clock = Clock::start();
        assert_eq!(wait_for(counted, ms(HOUR)).await, Err(Elapsed));
        assert_eq!(clock.ms(), HOUR);
        let watch = Watch::new();
        let counted = watched(&watch, watch.future(after(ms(HOUR - 1), 5)), MANY, NOBODY);
        assert_eq!(wait_for(counted, ms(HOUR)).await, Ok(5));
    });
}

/// Ends the check when the watched future is polled too often.
fn watched<F: Future>(
    watch: &Watch,
    future: F,
    most: u64,
    why: &'static str,
) -> impl Future<Output = F::Output> + use<F> {
    let watch = watch.clone();
    let mut future = Box::pin(future);
    poll_fn(move |cx| {
        if watch.polls() >= most {
            hooks::fail(Kind::BusyPoll, &format!("a future was polled {most} times; {why}"));
        }
        future.as_mut().poll(cx)
    })
}

/// A future that is never ready.
fn never<T>() -> impl Future<Output = T> {
    limited(pending())
}

/// Nothing in these checks needs so many polls.
fn limited<F: Future>(future: F) -> impl Future<Output = F::Output> {
    let watch = Watch::new();
    watched(&watch, watch.future(future), 1000, "the time was up long before")
}

pub fn only_tokios_clock_counts() {
    run(async {
        // Real time passes, tokio's does not.
        let slow = async {
            thread::sleep(ms(15));
            sleep(ms(5)).await;
            thread::sleep(ms(15));
            8
        };
        let clock = Clock::start();
        assert_eq!(wait_for(slow, ms(10)).await, Ok(8), "5 ms of tokio's time had passed, the timeout was 10 ms");
        assert_eq!(clock.ms(), 5);
        // tokio's time passes, real time does not.
        let clock = Clock::start();
        assert_eq!(wait_for(limited(pending::<()>()), ms(3_600_000)).await, Err(Elapsed));
        assert_eq!(clock.ms(), 3_600_000);
    });
}

pub fn a_fallback_when_late() {
    run(async {
        /// Neither `Clone` nor `Default`.
        #[derive(Debug, PartialEq)]
        struct Answer(&'static str);
        for time in durations() {
            let clock = Clock::start();
            let in_time = with_fallback(after(ms(time), Answer("mine")), ms(time + 1), Answer("fallback")).await;
            assert_eq!((in_time, clock.ms()), (Answer("mine"), time));
            let clock = Clock::start();
            let late = with_fallback(after(ms(time + 1), Answer("mine")), ms(time), Answer("fallback")).await;
            assert_eq!((late, clock.ms()), (Answer("fallback"), time));
        }
        for _ in 0..20 {
            let tie = with_fallback(after(ms(50), Answer("mine")), ms(50), Answer("fallback")).await;
            assert_eq!(tie, Answer("mine"), "the result came at the deadline");
        }
        assert_eq!(with_fallback(ready(Answer("mine")), ms(5), Answer("fallback")).await, Answer("mine"));
        // Wake-ups do not move the deadline.
        let ticking = async {
            loop {
                sleep(ms(10)).await;
            }
        };
        let clock = Clock::start();
        assert_eq!(with_fallback(limited(ticking), ms(35), Answer("fallback")).await, Answer("fallback"));
        assert_eq!(clock.ms(), 35, "the future was woken every 10 ms; the timeout was 35 ms");
        // No ticks.
        let watch = Watch::new();
        let quiet = watched(&watch, watch.future(pending()), 10, "nobody woke the future");
        assert_eq!(with_fallback(quiet, ms(3_600_000), Answer("fallback")).await, Answer("fallback"));
        // Real time passes, tokio's does not.
        let slow = async {
            thread::sleep(ms(15));
            sleep(ms(5)).await;
            thread::sleep(ms(15));
            Answer("mine")
        };
        assert_eq!(
            with_fallback(slow, ms(10), Answer("fallback")).await,
            Answer("mine"),
            "5 of 10 ms of tokio's time had passed"
        );
    });
}
