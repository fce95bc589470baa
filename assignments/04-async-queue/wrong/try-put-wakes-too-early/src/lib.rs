use std::collections::VecDeque;
use std::future::poll_fn;
use std::num::NonZeroUsize;
use std::sync::{Mutex, MutexGuard};
use std::task::{Poll, Waker};
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed<T>(pub T);
#[derive(Default)]
struct Row {
    next: u64,
    row: VecDeque<(u64, Waker)>,
}
impl Row {
    fn register(&mut self, id: &mut Option<u64>, w: &Waker) {
        if let Some(e) = id.and_then(|id| self.row.iter_mut().find(|e| e.0 == id)) {
            e.1.clone_from(w);
            return;
        }
        self.next += 1;
        *id = Some(self.next);
        self.row.push_back((self.next, w.clone()));
    }
    fn remove(&mut self, id: u64) -> Option<Waker> {
        let i = self.row.iter().position(|e| e.0 == id)?;
        self.row.remove(i).map(|e| e.1)
    }
    fn first(&mut self) -> Option<Waker> {
        self.row.pop_front().map(|e| e.1)
    }
    fn all(&mut self) -> Vec<Waker> {
        self.row.drain(..).map(|e| e.1).collect()
    }
}
struct St<T> {
    items: VecDeque<T>,
    closed: bool,
    open: usize,
    got: usize,
    getters: Row,
    putters: Row,
    joiners: Row,
}
pub struct AsyncQueue<T> {
    s: Mutex<St<T>>,
    cap: usize,
}
#[derive(Clone, Copy)]
enum Side {
    Get,
    Put,
    Join,
}
struct Place<'a, T> {
    q: &'a AsyncQueue<T>,
    side: Side,
    id: Option<u64>,
}
impl<T> Drop for Place<'_, T> {
    fn drop(&mut self) {
        let Some(id) = self.id else { return };
        let mut s = self.q.lock();
        let mut old = None;
        let mut next = None;
        match self.side {
            Side::Get => {
                old = s.getters.remove(id);
                if old.is_none() && !s.items.is_empty() {
                    next = s.getters.first();
                }
            }
            Side::Put => {
                old = s.putters.remove(id);
                if old.is_none() && s.items.len() < self.q.cap {
                    next = s.putters.first();
                }
            }
            Side::Join => {
                old = s.joiners.remove(id);
            }
        }
        drop(s);
        drop(old);
        if let Some(w) = next {
            w.wake();
        }
    }
}
impl<T> AsyncQueue<T> {
    pub fn bounded(capacity: NonZeroUsize) -> Self {
        AsyncQueue {
            cap: capacity.get(),
            s: Mutex::new(St {
                items: VecDeque::new(),
                closed: false,
                open: 0,
                got: 0,
                getters: Row::default(),
                putters: Row::default(),
                joiners: Row::default(),
            }),
        }
    }
    fn lock(&self) -> MutexGuard<'_, St<T>> {
        self.s.lock().unwrap()
    }
    pub async fn put(&self, item: T) -> Result<(), Closed<T>> {
        let mut place = Place { q: self, side: Side::Put, id: None };
        let mut item = Some(item);
        poll_fn(|cx| {
            let mut s = self.lock();
            if s.closed {
                return Poll::Ready(Err(Closed(item.take().unwrap())));
            }
            if s.items.len() < self.cap {
                s.items.push_back(item.take().unwrap());
                s.open += 1;
                let old = place.id.take().and_then(|id| s.putters.remove(id));
                let w = s.getters.first();
                drop(s);
                drop(old);
                if let Some(w) = w {
                    w.wake();
                }
                return Poll::Ready(Ok(()));
            }
            s.putters.register(&mut place.id, cx.waker());
            Poll::Pending
        })
        .await
    }
    pub async fn get(&self) -> Option<T> {
        let mut place = Place { q: self, side: Side::Get, id: None };
        poll_fn(|cx| {
            let mut s = self.lock();
            if let Some(x) = s.items.pop_front() {
                s.got += 1;
                let old = place.id.take().and_then(|id| s.getters.remove(id));
                let w = s.putters.first();
                drop(s);
                drop(old);
                if let Some(w) = w {
                    w.wake();
                }
                return Poll::Ready(Some(x));
            }
            if s.closed {
                return Poll::Ready(None);
            }
            s.getters.register(&mut place.id, cx.waker());
            Poll::Pending
        })
        .await
    }
    pub fn try_put(&self, item: T) -> Result<(), T> {
        let mut s = self.lock();
        if s.closed || s.items.len() >= self.cap {
            return Err(item);
        }
        let w = s.getters.first();
        drop(s);
        if let Some(w) = w {
            w.wake();
        }
        let mut s = self.lock();
        if s.closed || s.items.len() >= self.cap {
            return Err(item);
        }
        s.items.push_back(item);
        s.open += 1;
        Ok(())
    }
    pub fn try_get(&self) -> Option<T> {
        let mut s = self.lock();
        let x = s.items.pop_front()?;
        s.got += 1;
        let w = s.putters.first();
        drop(s);
        if let Some(w) = w {
            w.wake();
        }
        Some(x)
    }
    pub fn task_done(&self) {
        let mut s = self.lock();
        if s.got == 0 {
            drop(s);
            panic!("task_done() without an item that was got");
        }
        s.got -= 1;
        s.open -= 1;
        let ws = if s.open == 0 { s.joiners.all() } else { Vec::new() };
        drop(s);
        for w in ws {
            w.wake();
        }
    }
    pub async fn join(&self) {
        let mut place = Place { q: self, side: Side::Join, id: None };
        poll_fn(|cx| {
            let mut s = self.lock();
            if s.open == 0 {
                return Poll::Ready(());
            }
            s.joiners.register(&mut place.id, cx.waker());
            Poll::Pending
        })
        .await
    }
    pub fn close(&self) {
        let mut s = self.lock();
        s.closed = true;
        let (a, b) = (s.getters.all(), s.putters.all());
        drop(s);
        for w in a.into_iter().chain(b) {
            w.wake();
        }
    }
    pub fn len(&self) -> usize {
        self.lock().items.len()
    }
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    pub fn capacity(&self) -> usize {
        self.cap
    }
}
