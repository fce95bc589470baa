//! Rows of waiters, one woken at a time; a waiter that goes away passes its wake-up on. Hand-written futures.
use std::collections::VecDeque;
use std::future::Future;
use std::num::NonZeroUsize;
use std::ops::DerefMut;
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed<T>(pub T);

#[derive(Default)]
struct Row {
    next: usize,
    waiting: VecDeque<(usize, Waker)>,
    woken: Vec<usize>,
}

impl Row {
    fn wait(&mut self, id: &mut Option<usize>, waker: &Waker) {
        if let Some(id) = *id {
            if let Some((_, w)) = self.waiting.iter_mut().find(|(i, _)| *i == id) {
                if !w.will_wake(waker) {
                    *w = waker.clone();
                }
                return;
            }
            self.woken.retain(|i| *i != id);
            self.waiting.push_front((id, waker.clone()));
            return;
        }
        let n = self.waiting.len() + 1;
        *id = Some(n);
        self.waiting.push_back((n, waker.clone()));
    }
    fn next(&mut self) -> Option<Waker> {
        let (id, waker) = self.waiting.pop_front()?;
        self.woken.push(id);
        Some(waker)
    }
    fn all(&mut self) -> Vec<Waker> {
        std::iter::from_fn(|| self.next()).collect()
    }
    /// Was it woken?
    fn leave(&mut self, id: usize) -> bool {
        self.waiting.retain(|(i, _)| *i != id);
        let before = self.woken.len();
        self.woken.retain(|i| *i != id);
        before != self.woken.len()
    }
}

struct Core<T> {
    items: VecDeque<T>,
    cap: usize,
    open: bool,
    unfinished: usize,
    got: usize,
    getters: Row,
    putters: Row,
    joiners: Vec<(usize, Waker)>,
    joins: usize,
}

pub struct AsyncQueue<T>(Mutex<Core<T>>);

struct Get<'a, T> {
    queue: &'a AsyncQueue<T>,
    id: Option<usize>,
}
impl<T> Future for Get<'_, T> {
    type Output = Option<T>;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let this = self.deref_mut();
        let mut core = this.queue.0.lock().unwrap();
        if let Some(item) = core.items.pop_front() {
            core.got += 1;
            if let Some(id) = this.id.take() {
                core.getters.leave(id);
            }
            let putter = core.putters.next();
            // others may be behind a wake-up that this one took away
            let getter = if core.items.is_empty() { None } else { core.getters.next() };
            drop(core);
            putter.into_iter().chain(getter).for_each(Waker::wake);
            return Poll::Ready(Some(item));
        }
        if !core.open {
            return Poll::Ready(None);
        }
        core.getters.wait(&mut this.id, cx.waker());
        Poll::Pending
    }
}
impl<T> Drop for Get<'_, T> {
    fn drop(&mut self) {
        let Some(id) = self.id else { return };
        let mut core = self.queue.0.lock().unwrap();
        let waker = if core.getters.leave(id) && !core.items.is_empty() { core.getters.next() } else { None };
        drop(core);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

struct Put<'a, T> {
    queue: &'a AsyncQueue<T>,
    item: Option<T>,
    id: Option<usize>,
}
impl<T> Unpin for Put<'_, T> {}
impl<T> Future for Put<'_, T> {
    type Output = Result<(), Closed<T>>;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.deref_mut();
        let mut core = this.queue.0.lock().unwrap();
        let item = this.item.take().expect("polled after the end");
        if !core.open {
            return Poll::Ready(Err(Closed(item)));
        }
        if core.items.len() < core.cap {
            core.items.push_back(item);
            core.unfinished += 1;
            if let Some(id) = this.id.take() {
                core.putters.leave(id);
            }
            let getter = core.getters.next();
            let putter = if core.items.len() < core.cap { core.putters.next() } else { None };
            drop(core);
            getter.into_iter().chain(putter).for_each(Waker::wake);
            return Poll::Ready(Ok(()));
        }
        this.item = Some(item);
        core.putters.wait(&mut this.id, cx.waker());
        Poll::Pending
    }
}
impl<T> Drop for Put<'_, T> {
    fn drop(&mut self) {
        let Some(id) = self.id else { return };
        let mut core = self.queue.0.lock().unwrap();
        let waker = if core.putters.leave(id) && core.items.len() < core.cap { core.putters.next() } else { None };
        drop(core);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

struct Join<'a, T> {
    queue: &'a AsyncQueue<T>,
    id: usize,
}
impl<T> Future for Join<'_, T> {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut core = self.queue.0.lock().unwrap();
        if core.unfinished == 0 {
            return Poll::Ready(());
        }
        if self.id == 0 {
            core.joins += 1;
            self.id = core.joins;
        }
        let id = self.id;
        match core.joiners.binary_search_by_key(&id, |(i, _)| *i) {
            Ok(at) => core.joiners[at].1.clone_from(cx.waker()),
            Err(at) => core.joiners.insert(at, (id, cx.waker().clone())),
        }
        Poll::Pending
    }
}
impl<T> Drop for Join<'_, T> {
    fn drop(&mut self) {
        if self.id != 0 {
            let id = self.id;
            self.queue.0.lock().unwrap().joiners.retain(|(i, _)| *i != id);
        }
    }
}

impl<T> AsyncQueue<T> {
    pub fn bounded(capacity: NonZeroUsize) -> Self {
        Self(Mutex::new(Core {
            items: VecDeque::new(),
            cap: capacity.get(),
            open: true,
            unfinished: 0,
            got: 0,
            getters: Row::default(),
            putters: Row::default(),
            joiners: vec![],
            joins: 0,
        }))
    }
    pub async fn put(&self, item: T) -> Result<(), Closed<T>> {
        Put { queue: self, item: Some(item), id: None }.await
    }
    pub async fn get(&self) -> Option<T> {
        Get { queue: self, id: None }.await
    }
    pub fn try_put(&self, item: T) -> Result<(), T> {
        let mut put = Put { queue: self, item: Some(item), id: None };
        let mut core = self.0.lock().unwrap();
        if !core.open || core.items.len() >= core.cap {
            drop(core);
            return Err(put.item.take().unwrap());
        }
        let item = put.item.take().unwrap();
        core.items.push_back(item);
        core.unfinished += 1;
        let w = core.getters.next();
        drop(core);
        if let Some(w) = w {
            w.wake();
        }
        Ok(())
    }
    pub fn try_get(&self) -> Option<T> {
        let mut core = self.0.lock().unwrap();
        let item = core.items.pop_front()?;
        core.got += 1;
        let w = core.putters.next();
        drop(core);
        if let Some(w) = w {
            w.wake();
        }
        Some(item)
    }
    pub fn task_done(&self) {
        let mut core = self.0.lock().unwrap();
        let Some(got) = core.got.checked_sub(1) else {
            drop(core);
            panic!("task_done() called too many times")
        };
        core.got = got;
        core.unfinished -= 1;
        if core.unfinished == 0 {
            let all = std::mem::take(&mut core.joiners);
            drop(core);
            for (_, w) in all {
                w.wake_by_ref();
            }
        }
    }
    pub async fn join(&self) {
        Join { queue: self, id: 0 }.await
    }
    pub fn close(&self) {
        let mut core = self.0.lock().unwrap();
        core.open = false;
        let mut all = core.getters.all();
        all.append(&mut core.putters.all());
        drop(core);
        all.drain(..).for_each(|w| w.wake());
    }
    pub fn len(&self) -> usize {
        self.0.lock().unwrap().items.len()
    }
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    pub fn capacity(&self) -> usize {
        self.0.lock().unwrap().cap
    }
}
