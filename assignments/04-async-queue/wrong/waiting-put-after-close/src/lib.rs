//! A home-made asynchronous condition variable beside one std Mutex; wakes under the lock; task_done panics with the lock held.
use std::collections::VecDeque;
use std::future::poll_fn;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Poll, Waker};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed<T>(pub T);

#[derive(Debug, Default)]
enum Place {
    #[default]
    Out,
    In(Waker),
    Told,
}

#[derive(Default)]
struct Row(Vec<Arc<Mutex<Place>>>);

impl Row {
    fn tell_one(&mut self) {
        if !self.0.is_empty() {
            let place = self.0.remove(0);
            let old = std::mem::replace(&mut *place.lock().unwrap(), Place::Told);
            if let Place::In(waker) = old {
                waker.wake();
            }
        }
    }
    fn tell_all(&mut self) {
        while !self.0.is_empty() {
            self.tell_one();
        }
    }
}

struct State<T> {
    buffer: VecDeque<T>,
    closed: bool,
    open_items: usize,
    undone: usize,
    rows: [Row; 3],
}
const GET: usize = 0;
const PUT: usize = 1;
const JOIN: usize = 2;

pub struct AsyncQueue<T> {
    capacity: NonZeroUsize,
    state: Mutex<State<T>>,
}

/// A place in a row, for the time of one call.
struct Guest<'a, T> {
    queue: &'a AsyncQueue<T>,
    row: usize,
    place: Arc<Mutex<Place>>,
}

impl<T> Drop for Guest<'_, T> {
    fn drop(&mut self) {
        let mut state = self.queue.lock();
        let place = std::mem::take(&mut *self.place.lock().unwrap());
        match place {
            Place::Out => {}
            Place::In(_) => state.rows[self.row].0.retain(|p| !Arc::ptr_eq(p, &self.place)),
            Place::Told => state.rows[self.row].tell_one(),
        }
    }
}

impl<T> AsyncQueue<T> {
    pub fn bounded(capacity: NonZeroUsize) -> Self {
        AsyncQueue {
            capacity,
            state: Mutex::new(State {
                buffer: VecDeque::with_capacity(capacity.get().min(1024)),
                closed: false,
                open_items: 0,
                undone: 0,
                rows: Default::default(),
            }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        match self.state.lock() {
            Ok(state) => state,
            Err(poisoned) => {
                self.state.clear_poison();
                poisoned.into_inner()
            }
        }
    }

    async fn when<R>(&self, row: usize, mut ask: impl FnMut(&mut State<T>) -> Option<R>) -> R {
        let guest = Guest { queue: self, row, place: Arc::default() };
        poll_fn(|cx| {
            let mut state = self.lock();
            if let Some(answer) = ask(&mut state) {
                // a wake-up that was not needed goes to the next one when `guest` is dropped
                return Poll::Ready(answer);
            }
            let mut place = guest.place.lock().unwrap();
            if !matches!(*place, Place::In(_)) {
                state.rows[row].0.push(guest.place.clone());
            }
            *place = Place::In(cx.waker().clone());
            Poll::Pending
        })
        .await
    }

    pub async fn put(&self, item: T) -> Result<(), Closed<T>> {
        let mut item = Some(item);
        if self.lock().closed {
            return Err(Closed(item.unwrap()));
        }
        let capacity = self.capacity.get();
        self.when(PUT, |state| {
            if state.closed && state.buffer.len() >= capacity {
                return item.take().map(|i| Err(Closed(i)));
            }
            if state.buffer.len() < capacity {
                state.buffer.push_back(item.take()?);
                state.open_items += 1;
                state.rows[GET].tell_one();
                return Some(Ok(()));
            }
            None
        })
        .await
    }

    pub async fn get(&self) -> Option<T> {
        self.when(GET, |state| match state.buffer.pop_front() {
            Some(item) => {
                state.undone += 1;
                state.rows[PUT].tell_one();
                Some(Some(item))
            }
            None if state.closed => Some(None),
            None => None,
        })
        .await
    }

    pub fn try_put(&self, item: T) -> Result<(), T> {
        let mut state = self.lock();
        if state.closed || state.buffer.len() == self.capacity.get() {
            return Err(item);
        }
        state.buffer.push_back(item);
        state.open_items += 1;
        state.rows[GET].tell_one();
        Ok(())
    }

    pub fn try_get(&self) -> Option<T> {
        let mut state = self.lock();
        let item = state.buffer.pop_front();
        if item.is_some() {
            state.undone += 1;
            state.rows[PUT].tell_one();
        }
        item
    }

    pub fn task_done(&self) {
        let mut state = self.state.lock().unwrap();
        state.undone = state.undone.checked_sub(1).expect("task_done() without an item");
        state.open_items -= 1;
        if state.open_items == 0 {
            state.rows[JOIN].tell_all();
        }
    }

    pub async fn join(&self) {
        self.when(JOIN, |state| (state.open_items == 0).then_some(())).await
    }

    pub fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        for row in &mut state.rows {
            row.tell_all();
        }
    }

    pub fn len(&self) -> usize {
        self.lock().buffer.len()
    }

    pub fn is_empty(&self) -> bool {
        self.lock().buffer.is_empty()
    }

    pub fn capacity(&self) -> usize {
        self.capacity.into()
    }
}
