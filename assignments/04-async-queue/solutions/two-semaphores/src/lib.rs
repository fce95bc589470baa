//! Two semaphores, one for free places and one for items. A permit is handed over; who is dropped gives it back.

use std::collections::VecDeque;
use std::future::Future;
use std::num::NonZeroUsize;
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed<T>(pub T);

/// Permits that are handed to those who wait, in the order in which they came.
#[derive(Default)]
struct Semaphore {
    state: Mutex<Permits>,
}

#[derive(Default)]
struct Permits {
    free: usize,
    closed: bool,
    next_ticket: u64,
    waiting: VecDeque<(u64, Waker)>,
    /// Tickets whose permit has come but was not fetched.
    granted: Vec<u64>,
}

impl Semaphore {
    fn new(free: usize) -> Self {
        Semaphore {
            state: Mutex::new(Permits {
                free,
                ..Permits::default()
            }),
        }
    }

    fn try_acquire(&self) -> bool {
        let mut state = self.state.lock().unwrap();
        let ok = state.free > 0;
        if ok {
            state.free -= 1;
        }
        ok
    }

    /// Gives a permit back, or on. The waker is to be woken.
    #[must_use]
    fn release(&self) -> Option<Waker> {
        let mut state = self.state.lock().unwrap();
        match state.waiting.pop_front() {
            Some((ticket, waker)) => {
                state.granted.push(ticket);
                Some(waker)
            }
            None => {
                state.free += 1;
                None
            }
        }
    }

    #[must_use]
    fn close(&self) -> VecDeque<(u64, Waker)> {
        let mut state = self.state.lock().unwrap();
        state.closed = true;
        std::mem::take(&mut state.waiting)
    }

    /// True: a permit. False: closed, and no permit is left.
    fn acquire(&self) -> Acquire<'_> {
        Acquire {
            semaphore: self,
            ticket: None,
        }
    }
}

struct Acquire<'a> {
    semaphore: &'a Semaphore,
    ticket: Option<u64>,
}

impl Future for Acquire<'_> {
    type Output = bool;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<bool> {
        let mut state = self.semaphore.state.lock().unwrap();
        if let Some(ticket) = self.ticket {
            if let Some(at) = state.granted.iter().position(|t| *t == ticket) {
                state.granted.swap_remove(at);
                self.ticket = None;
                return Poll::Ready(true);
            }
            if let Some((_, waker)) = state.waiting.iter_mut().find(|(t, _)| *t == ticket) {
                *waker = cx.waker().clone();
                return Poll::Pending;
            }
            // Closed while it waited.
            self.ticket = None;
        }
        if state.free > 0 {
            state.free -= 1;
            return Poll::Ready(true);
        }
        if state.closed {
            return Poll::Ready(false);
        }
        let ticket = state.next_ticket;
        state.next_ticket += 1;
        state.waiting.push_back((ticket, cx.waker().clone()));
        drop(state);
        self.ticket = Some(ticket);
        Poll::Pending
    }
}

impl Drop for Acquire<'_> {
    fn drop(&mut self) {
        let Some(ticket) = self.ticket else { return };
        let mut state = self.semaphore.state.lock().unwrap();
        state.waiting.retain(|(t, _)| *t != ticket);
        if let Some(at) = state.granted.iter().position(|t| *t == ticket) {
            // The permit came, but nobody will use it here.
            state.granted.swap_remove(at);
            drop(state);
            wake(self.semaphore.release());
        }
    }
}

fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        waker.wake();
    }
}

pub struct AsyncQueue<T> {
    capacity: usize,
    /// A permit for each free place.
    places: Semaphore,
    /// A permit for each item.
    stored: Semaphore,
    /// Locked before a semaphore's own lock, never after it.
    inner: Mutex<Inner<T>>,
}

struct Inner<T> {
    items: VecDeque<T>,
    closed: bool,
    unfinished: usize,
    in_work: usize,
    joiners: Vec<Waker>,
}

impl<T> AsyncQueue<T> {
    pub fn bounded(capacity: NonZeroUsize) -> Self {
        AsyncQueue {
            capacity: capacity.get(),
            places: Semaphore::new(capacity.get()),
            stored: Semaphore::new(0),
            inner: Mutex::new(Inner {
                items: VecDeque::new(),
                closed: false,
                unfinished: 0,
                in_work: 0,
                joiners: Vec::new(),
            }),
        }
    }

    /// With a place's permit in hand.
    fn store(&self, item: T) -> Result<(), T> {
        let mut inner = self.inner.lock().unwrap();
        if inner.closed {
            drop(inner);
            wake(self.places.release());
            return Err(item);
        }
        inner.items.push_back(item);
        inner.unfinished += 1;
        let getter = self.stored.release();
        drop(inner);
        wake(getter);
        Ok(())
    }

    /// With an item's permit in hand.
    fn fetch(&self) -> T {
        let mut inner = self.inner.lock().unwrap();
        let item = inner
            .items
            .pop_front()
            .expect("a permit stands for an item");
        inner.in_work += 1;
        drop(inner);
        wake(self.places.release());
        item
    }

    pub async fn put(&self, item: T) -> Result<(), Closed<T>> {
        if !self.places.acquire().await {
            return Err(Closed(item));
        }
        self.store(item).map_err(Closed)
    }

    pub async fn get(&self) -> Option<T> {
        self.stored.acquire().await.then(|| self.fetch())
    }

    pub fn try_put(&self, item: T) -> Result<(), T> {
        if self.places.try_acquire() {
            self.store(item)
        } else {
            Err(item)
        }
    }

    pub fn try_get(&self) -> Option<T> {
        self.stored.try_acquire().then(|| self.fetch())
    }

    pub fn task_done(&self) {
        let mut inner = self.inner.lock().unwrap();
        let Some(in_work) = inner.in_work.checked_sub(1) else {
            drop(inner);
            panic!("task_done() without an item in work");
        };
        inner.in_work = in_work;
        inner.unfinished -= 1;
        if inner.unfinished == 0 {
            let joiners = std::mem::take(&mut inner.joiners);
            drop(inner);
            joiners.into_iter().for_each(Waker::wake);
        }
    }

    pub async fn join(&self) {
        std::future::poll_fn(|cx| {
            let mut inner = self.inner.lock().unwrap();
            if inner.unfinished == 0 {
                return Poll::Ready(());
            }
            inner.joiners.push(cx.waker().clone());
            Poll::Pending
        })
        .await
    }

    pub fn close(&self) {
        let mut inner = self.inner.lock().unwrap();
        inner.closed = true;
        let getters = self.stored.close();
        let putters = self.places.close();
        drop(inner);
        for (_, waker) in getters.into_iter().chain(putters) {
            waker.wake();
        }
    }

    pub fn len(&self) -> usize {
        self.inner.lock().unwrap().items.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn capacity(&self) -> usize {
        self.capacity
    }
}
