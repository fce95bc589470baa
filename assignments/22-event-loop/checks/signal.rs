//! What the tasks of the checks wait for.

use gradekit::Counter;
use gradekit::hooks::{self, Kind};
use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};
use student::EventLoop;

/// Something that happens, once or several times, in any thread. One future at a time waits for it; the last waker counts.
#[derive(Clone)]
pub struct Signal(Arc<Mutex<State>>);

struct State {
    times: usize,
    waker: Option<Waker>,
    /// The last waker, for a wake-up that comes too late.
    stale: Option<Waker>,
}

impl Signal {
    pub fn new() -> Self {
        Signal(Arc::new(Mutex::new(State { times: 0, waker: None, stale: None })))
    }

    pub fn set(&self) {
        let waker = {
            let mut state = self.0.lock().unwrap();
            state.times += 1;
            state.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Wakes whoever waited last, though it waits no more.
    pub fn wake_stale(&self) {
        let waker = self.0.lock().unwrap().stale.take();
        if let Some(waker) = waker {
            waker.wake_by_ref();
            waker.wake();
        }
    }

    /// Ready once it has been set.
    pub fn wait(&self) -> impl Future<Output = ()> + use<> {
        self.wait_for(1)
    }

    /// Ready once it has been set so many times.
    pub fn wait_for(&self, times: usize) -> impl Future<Output = ()> + use<> {
        let state = self.0.clone();
        poll_fn(move |cx| {
            let mut state = state.lock().unwrap();
            if state.times >= times {
                return Poll::Ready(());
            }
            state.waker = Some(cx.waker().clone());
            state.stale = Some(cx.waker().clone());
            Poll::Pending
        })
    }
}

/// Pending `times` times; it wakes itself each time.
pub fn yields(times: usize) -> impl Future<Output = ()> {
    let mut left = times;
    poll_fn(move |cx| {
        if left == 0 {
            return Poll::Ready(());
        }
        left -= 1;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
}

/// Never ready, and wakes nobody.
pub fn never() -> impl Future<Output = ()> {
    let mut polls = 0;
    poll_fn(move |_| {
        not_too_often(&mut polls);
        Poll::Pending
    })
}

/// `run_until_complete` of a main future that ends the check when it is polled for ever, or when the loop sleeps for an hour before it
/// finds out that something was woken. (In a model an hour passes in no time.)
pub fn run<F: Future>(events: &EventLoop, future: F) -> F::Output {
    let begin = Instant::now();
    let output = events.run_until_complete(async move {
        let mut future = pin!(future);
        let mut polls = 0;
        poll_fn(|cx| {
            not_too_often(&mut polls);
            future.as_mut().poll(cx)
        })
        .await
    });
    let took = begin.elapsed();
    assert!(
        took < Duration::from_secs(1000),
        "the loop slept until {took:?} had passed, though something was woken before"
    );
    output
}

/// A poll need not be a step of a model: a loop that polls for ever, and does nothing else, must be stopped by a number.
fn not_too_often(polls: &mut usize) {
    let many = if hooks::is_native() { 2000 } else { 300 };
    *polls += 1;
    if *polls > many {
        hooks::fail(
            Kind::BusyPoll,
            "the loop polls a future again and again, though nobody wakes it: it must sleep when it is idle",
        );
    }
}

/// What went wrong inside of tasks.
#[derive(Clone)]
pub struct Faults(Rc<RefCell<Vec<String>>>);

impl Faults {
    pub fn new() -> Self {
        Faults(Rc::default())
    }

    pub fn note(&self, text: &str) {
        self.0.borrow_mut().push(text.to_owned());
    }

    /// The check fails if there was one.
    #[track_caller]
    pub fn none(&self) {
        if let Some(text) = self.0.borrow().first() {
            panic!("{text}");
        }
    }
}

/// Counts the polls of a future.
#[derive(Clone)]
pub struct Polls {
    count: Rc<Counter>,
    limit: u64,
}

impl Polls {
    pub fn new() -> Self {
        Polls::limited(u64::MAX)
    }

    /// Ends the check at the poll after `limit`: a loop that polls for ever would never come to its end.
    pub fn limited(limit: u64) -> Self {
        Polls { count: Rc::new(Counter::new()), limit }
    }

    pub fn get(&self) -> u64 {
        self.count.get()
    }

    pub fn count<F: Future>(&self, faults: &Faults, future: F) -> impl Future<Output = F::Output> + use<F> {
        Counted { future: Some(Box::pin(future)), polls: self.clone(), faults: faults.clone() }
    }
}

struct Counted<F> {
    future: Option<Pin<Box<F>>>,
    polls: Polls,
    faults: Faults,
}

impl<F: Future> Future for Counted<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let count = self.polls.count.add(1) + 1;
        if count > self.polls.limit {
            hooks::fail(
                Kind::BusyPoll,
                &format!(
                    "a future that waits was polled {count} times, though nobody woke it: the loop must sleep when it is idle"
                ),
            );
        }
        let Some(future) = &mut self.future else {
            self.faults.note("a future was polled after it was done");
            return Poll::Pending;
        };
        let result = future.as_mut().poll(cx);
        if result.is_ready() {
            self.future = None;
        }
        result
    }
}
