//! Waiters are Arcs, the rows hold Weaks; dead ones are skipped. Three mutexes: items, rows of getters/putters; atomics for the rest.
use std::collections::VecDeque;
use std::future::poll_fn;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::task::{Poll, Waker, ready};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed<T>(pub T);

const WAITS: u8 = 0;
const WOKEN: u8 = 1;

struct Waiter {
    state: AtomicU8,
    waker: Mutex<Option<Waker>>,
}

#[derive(Default)]
struct Signal {
    row: Mutex<VecDeque<Weak<Waiter>>>,
}

impl Signal {
    fn one(&self) {
        let mut row = self.row.lock().unwrap();
        while let Some(weak) = row.pop_front() {
            let Some(waiter) = weak.upgrade() else { continue };
            let waker = {
                let mut slot = waiter.waker.lock().unwrap();
                waiter.state.store(WOKEN, Ordering::SeqCst);
                slot.take()
            };
            drop(row);
            if let Some(waker) = waker {
                waker.wake();
            }
            return;
        }
    }
    fn all(&self) {
        let row = std::mem::take(&mut *self.row.lock().unwrap());
        for waiter in row.into_iter().filter_map(|w| w.upgrade()) {
            waiter.state.store(WOKEN, Ordering::SeqCst);
            let waker = waiter.waker.lock().unwrap().take();
            waker.map(Waker::wake);
        }
    }
    fn listen(&self) -> Listener<'_> {
        let waiter = Arc::new(Waiter { state: AtomicU8::new(WAITS), waker: Mutex::new(None) });
        self.row.lock().unwrap().push_back(Arc::downgrade(&waiter));
        Listener { signal: self, waiter: Some(waiter) }
    }
}

struct Listener<'a> {
    signal: &'a Signal,
    waiter: Option<Arc<Waiter>>,
}

impl Listener<'_> {
    async fn woken(&mut self) {
        poll_fn(|cx| {
            let waiter = self.waiter.as_ref().unwrap();
            let mut slot = waiter.waker.lock().unwrap();
            if waiter.state.load(Ordering::SeqCst) == WOKEN {
                return Poll::Ready(());
            }
            match &mut *slot {
                Some(w) if w.will_wake(cx.waker()) => {}
                slot => *slot = Some(cx.waker().clone()),
            }
            Poll::Pending
        })
        .await
    }
}

impl Drop for Listener<'_> {
    fn drop(&mut self) {
        let Some(waiter) = self.waiter.take() else { return };
        // out of the row first, so that nobody wakes this one any more
        let mut row = self.signal.row.lock().unwrap();
        row.retain(|w| !std::ptr::eq(w.as_ptr(), Arc::as_ptr(&waiter)));
        drop(row);
        if waiter.state.load(Ordering::SeqCst) == WOKEN {
            self.signal.one();
        }
    }
}

struct Books {
    got: u64,
    unfinished: u64,
    joins: Vec<Waker>,
}

pub struct AsyncQueue<T> {
    capacity: NonZeroUsize,
    closed: AtomicBool,
    items: Mutex<VecDeque<T>>,
    books: Mutex<Books>,
    not_empty: Signal,
    not_full: Signal,
}

impl<T> AsyncQueue<T> {
    pub fn bounded(capacity: NonZeroUsize) -> Self {
        Self {
            capacity,
            closed: AtomicBool::new(false),
            items: Mutex::default(),
            books: Mutex::new(Books { got: 0, unfinished: 0, joins: Vec::new() }),
            not_empty: Signal::default(),
            not_full: Signal::default(),
        }
    }
    pub async fn put(&self, mut item: T) -> Result<(), Closed<T>> {
        loop {
            let mut listener = self.not_full.listen();
            match self.try_put(item) {
                Ok(()) => return Ok(()),
                Err(back) if self.closed.load(Ordering::SeqCst) => return Err(Closed(back)),
                Err(back) => item = back,
            }
            listener.woken().await;
        }
    }
    pub async fn get(&self) -> Option<T> {
        loop {
            let mut listener = self.not_empty.listen();
            let closed = self.closed.load(Ordering::SeqCst);
            if let Some(item) = self.try_get() {
                return Some(item);
            }
            if closed {
                return None;
            }
            listener.woken().await;
        }
    }
    pub fn try_put(&self, item: T) -> Result<(), T> {
        let mut items = self.items.lock().unwrap();
        if self.closed.load(Ordering::SeqCst) || items.len() >= self.capacity.get() {
            return Err(item);
        }
        self.books.lock().unwrap().unfinished += 1;
        items.push_back(item);
        drop(items);
        self.not_empty.one();
        Ok(())
    }
    pub fn try_get(&self) -> Option<T> {
        let item = self.items.lock().unwrap().pop_front()?;
        self.books.lock().unwrap().got += 1;
        self.not_full.one();
        Some(item)
    }
    pub fn task_done(&self) {
        let mut books = self.books.lock().unwrap();
        assert_ne!(books.got, 0, "task_done() called more often than items were got");
        books.got -= 1;
        books.unfinished -= 1;
        if books.unfinished == 0 {
            for w in books.joins.drain(..) {
                w.wake();
            }
        }
    }
    pub async fn join(&self) {
        poll_fn(|cx| {
            ready!(self.poll_join(cx));
            Poll::Ready(())
        })
        .await
    }
    fn poll_join(&self, cx: &mut std::task::Context<'_>) -> Poll<()> {
        let mut books = self.books.lock().unwrap();
        if books.unfinished == 0 {
            return Poll::Ready(());
        }
        if !books.joins.iter().any(|w| w.will_wake(cx.waker())) {
            books.joins.push(cx.waker().clone());
        }
        Poll::Pending
    }
    pub fn close(&self) {
        {
            let _items = self.items.lock().unwrap();
            self.closed.store(true, Ordering::SeqCst);
        }
        self.not_empty.all();
        self.not_full.all();
    }
    pub fn len(&self) -> usize {
        self.items.lock().unwrap().len()
    }
    pub fn is_empty(&self) -> bool {
        self.items.lock().unwrap().is_empty()
    }
    pub fn capacity(&self) -> usize {
        self.capacity.get()
    }
}
