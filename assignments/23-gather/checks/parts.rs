//! Futures that the check ends by hand, and that notice how they are treated.

use gradekit::hooks::{self, Kind};
use gradekit::{Counter, WakeFlag};
use std::cell::Cell;
use std::future::Future;
use std::marker::PhantomPinned;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

/// So many polls of one future inside of one poll, without a wake-up, are a spin.
const SPIN: u64 = 8;

/// Some futures and the number of the poll that is going on.
pub struct Parts {
    shared: Vec<Arc<Shared>>,
    round: Arc<Counter>,
}

struct Shared {
    state: Mutex<State>,
    /// How often it was polled.
    polls: Counter,
    /// In which poll of the whole it gave its result; 0: in none.
    ended_in: Counter,
}

struct State {
    ended: bool,
    waker: Option<Waker>,
}

/// Gives its number once it was ended.
pub struct Part {
    shared: Arc<Shared>,
    number: usize,
    round: Arc<Counter>,
    done: Cell<bool>,
    /// The round of the last poll, and how many polls it had in it.
    seen: Cell<(u64, u64)>,
    /// It must not be moved once it was polled.
    _pinned: PhantomPinned,
}

/// What a [`Part`] gives; it can be neither copied nor made from nothing.
#[derive(Debug, PartialEq, Eq)]
pub struct Number(pub usize);

impl Parts {
    /// `n` futures, none of which is done.
    pub fn new(n: usize) -> (Self, Vec<Part>) {
        let round = Arc::new(Counter::new());
        let shared: Vec<_> = (0..n)
            .map(|_| {
                let state = Mutex::new(State { ended: false, waker: None });
                Arc::new(Shared { state, polls: Counter::new(), ended_in: Counter::new() })
            })
            .collect();
        let part = |(number, shared): (usize, &Arc<Shared>)| Part {
            shared: shared.clone(),
            number,
            round: round.clone(),
            done: Cell::new(false),
            seen: Cell::new((0, 0)),
            _pinned: PhantomPinned,
        };
        let parts = shared.iter().enumerate().map(part).collect();
        (Parts { shared, round }, parts)
    }

    /// A handle that ends part `i`, for another thread.
    pub fn ender(&self, i: usize) -> impl FnOnce() + Send + use<> {
        let shared = self.shared[i].clone();
        move || {
            let waker = {
                let mut state = shared.state.lock().unwrap();
                state.ended = true;
                state.waker.take()
            };
            if let Some(waker) = waker {
                waker.wake();
            }
        }
    }

    /// Ends part `i` and wakes its last waker.
    pub fn end(&self, i: usize) {
        self.ender(i)();
    }

    /// How often part `i` was polled.
    pub fn polls(&self, i: usize) -> u64 {
        self.shared[i].polls.get()
    }

    /// The poll of the whole in which part `i` was done.
    pub fn ended_in(&self, i: usize) -> u64 {
        self.shared[i].ended_in.get()
    }

    /// Polls `whole`, and again for as long as it was woken meanwhile.
    pub fn settle<F: Future>(&self, whole: Pin<&mut F>) -> Option<F::Output> {
        self.settle_with(&WakeFlag::new(), whole)
    }

    /// The same with this waker.
    pub fn settle_with<F: Future>(&self, flag: &WakeFlag, mut whole: Pin<&mut F>) -> Option<F::Output> {
        for _ in 0..100 {
            self.round.add(1);
            let before = flag.wakes();
            if let Poll::Ready(value) = flag.poll(whole.as_mut()) {
                return Some(value);
            }
            if flag.wakes() == before {
                return None;
            }
        }
        hooks::fail(Kind::BusyPoll, "it wakes itself again and again, although none of its futures was woken");
    }
}

impl Future for Part {
    type Output = Number;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Number> {
        let (last, times) = self.seen.get();
        let round = self.round.get();
        let times = if last == round { times + 1 } else { 1 };
        self.seen.set((round, times));
        if round > 0 && times > SPIN {
            let text =
                format!("future {} was polled {SPIN} times inside of one poll, though nobody woke it", self.number);
            hooks::fail(Kind::BusyPoll, &text);
        }
        assert!(!self.done.get(), "future {} was polled after it was done", self.number);
        self.shared.polls.add(1);
        let mut state = self.shared.state.lock().unwrap();
        if state.ended {
            self.done.set(true);
            self.shared.ended_in.add(round);
            return Poll::Ready(Number(self.number));
        }
        state.waker = Some(cx.waker().clone());
        Poll::Pending
    }
}
