//! all queues share one row of waiting gets: a put into one queue wakes who waits at another

use std::collections::VecDeque;
use std::future::poll_fn;
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed<T>(pub T);

pub struct AsyncQueue<T> {
    capacity: usize,
    state: Mutex<State<T>>,
}

struct State<T> {
    items: VecDeque<T>,
    closed: bool,
    /// Items that were put and are not marked done.
    unfinished: usize,
    /// Items that were got and are not marked done.
    in_work: usize,
    putters: Waiters,
    joiners: Vec<Waker>,
}

static GETTERS: Mutex<Waiters> = Mutex::new(Waiters { next_key: 0, waiting: VecDeque::new() });

/// Those who wait and were not woken, in the order in which they came.
#[derive(Default)]
struct Waiters {
    next_key: u64,
    waiting: VecDeque<(u64, Waker)>,
}

impl Waiters {
    /// Notes the waker under `key`, or under a new key.
    fn wait(&mut self, key: &mut Option<u64>, cx: &Context<'_>) {
        if let Some((_, waker)) = self.waiting.iter_mut().find(|(k, _)| Some(*k) == *key) {
            waker.clone_from(cx.waker());
            return;
        }
        *key = Some(self.next_key);
        self.waiting.push_back((self.next_key, cx.waker().clone()));
        self.next_key += 1;
    }

    /// Takes out the first one; whoever calls this wakes it.
    fn next(&mut self) -> Option<Waker> {
        self.waiting.pop_front().map(|(_, waker)| waker)
    }

    /// False: it is not here, because it was woken.
    fn remove(&mut self, key: u64) -> bool {
        let before = self.waiting.len();
        self.waiting.retain(|(k, _)| *k != key);
        self.waiting.len() < before
    }

    fn all(&mut self) -> impl Iterator<Item = Waker> {
        std::mem::take(&mut self.waiting).into_iter().map(|(_, waker)| waker)
    }
}

#[derive(Clone, Copy)]
enum Side {
    Get,
    Put,
}

/// A future's place among those who wait. Dropped early, it passes on a wake-up that it got and did not use.
struct Place<'a, T> {
    queue: &'a AsyncQueue<T>,
    side: Side,
    key: Option<u64>,
}

impl<T> Place<'_, T> {
    fn wait(&mut self, state: &mut State<T>, cx: &Context<'_>) {
        match self.side {
            Side::Get => GETTERS.lock().unwrap().wait(&mut self.key, cx),
            Side::Put => state.putters.wait(&mut self.key, cx),
        }
    }

    /// The future is done: nothing is left to pass on.
    fn done(&mut self, state: &mut State<T>) {
        if let Some(key) = self.key.take() {
            match self.side {
                Side::Get => GETTERS.lock().unwrap().remove(key),
                Side::Put => state.putters.remove(key),
            };
        }
    }
}

impl<T> Drop for Place<'_, T> {
    fn drop(&mut self) {
        let Some(key) = self.key else { return };
        let mut state = self.queue.state.lock().unwrap();
        let was_there = match self.side {
            Side::Get => GETTERS.lock().unwrap().remove(key),
            Side::Put => state.putters.remove(key),
        };
        if was_there {
            return;
        }
        let of_use = match self.side {
            Side::Get => !state.items.is_empty(),
            Side::Put => state.items.len() < self.queue.capacity,
        };
        let next = if of_use {
            match self.side {
                Side::Get => GETTERS.lock().unwrap().next(),
                Side::Put => state.putters.next(),
            }
        } else {
            None
        };
        drop(state);
        if let Some(waker) = next {
            waker.wake();
        }
    }
}

impl<T> State<T> {
    /// Stores an item; the waker is to be woken.
    fn push(&mut self, item: T) -> Option<Waker> {
        self.items.push_back(item);
        self.unfinished += 1;
        GETTERS.lock().unwrap().next()
    }

    /// Takes an item; the waker is to be woken.
    fn pop(&mut self) -> Option<(T, Option<Waker>)> {
        let item = self.items.pop_front()?;
        self.in_work += 1;
        Some((item, self.putters.next()))
    }
}

fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        waker.wake();
    }
}

impl<T> AsyncQueue<T> {
    pub fn bounded(capacity: NonZeroUsize) -> Self {
        let state = State {
            items: VecDeque::new(),
            closed: false,
            unfinished: 0,
            in_work: 0,
            putters: Waiters::default(),
            joiners: Vec::new(),
        };
        AsyncQueue { capacity: capacity.get(), state: Mutex::new(state) }
    }

    pub async fn put(&self, item: T) -> Result<(), Closed<T>> {
        let mut item = Some(item);
        let mut place = Place { queue: self, side: Side::Put, key: None };
        poll_fn(|cx| {
            let mut state = self.state.lock().unwrap();
            if !state.closed && state.items.len() == self.capacity {
                place.wait(&mut state, cx);
                return Poll::Pending;
            }
            place.done(&mut state);
            let item = item.take().expect("not polled after it was done");
            if state.closed {
                return Poll::Ready(Err(Closed(item)));
            }
            let getter = state.push(item);
            drop(state);
            wake(getter);
            Poll::Ready(Ok(()))
        })
        .await
    }

    pub async fn get(&self) -> Option<T> {
        let mut place = Place { queue: self, side: Side::Get, key: None };
        poll_fn(|cx| {
            let mut state = self.state.lock().unwrap();
            if let Some((item, putter)) = state.pop() {
                place.done(&mut state);
                drop(state);
                wake(putter);
                return Poll::Ready(Some(item));
            }
            if state.closed {
                place.done(&mut state);
                return Poll::Ready(None);
            }
            place.wait(&mut state, cx);
            Poll::Pending
        })
        .await
    }

    pub fn try_put(&self, item: T) -> Result<(), T> {
        let mut state = self.state.lock().unwrap();
        if state.closed || state.items.len() == self.capacity {
            return Err(item);
        }
        let getter = state.push(item);
        drop(state);
        wake(getter);
        Ok(())
    }

    pub fn try_get(&self) -> Option<T> {
        let mut state = self.state.lock().unwrap();
        let (item, putter) = state.pop()?;
        drop(state);
        wake(putter);
        Some(item)
    }

    pub fn task_done(&self) {
        let mut state = self.state.lock().unwrap();
        if state.in_work == 0 {
            drop(state);
            panic!("task_done() was called more often than items were got");
        }
        state.in_work -= 1;
        state.unfinished -= 1;
        if state.unfinished == 0 {
            let joiners = std::mem::take(&mut state.joiners);
            drop(state);
            joiners.into_iter().for_each(Waker::wake);
        }
    }

    pub async fn join(&self) {
        poll_fn(|cx| {
            let mut state = self.state.lock().unwrap();
            if state.unfinished == 0 {
                return Poll::Ready(());
            }
            if !state.joiners.iter().any(|w| w.will_wake(cx.waker())) {
                state.joiners.push(cx.waker().clone());
            }
            Poll::Pending
        })
        .await
    }

    pub fn close(&self) {
        let mut state = self.state.lock().unwrap();
        state.closed = true;
        let wakers: Vec<_> = GETTERS.lock().unwrap().all().collect();
        let putters: Vec<_> = state.putters.all().collect();
        drop(state);
        wakers.into_iter().chain(putters).for_each(Waker::wake);
    }

    pub fn len(&self) -> usize {
        self.state.lock().unwrap().items.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn capacity(&self) -> usize {
        self.capacity
    }
}
