//! Items are promised to the waiting get that came first; they stay in the list until it takes them. Built on trait objects and Box::pin.
use std::cell::Cell;
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::fmt;
use std::future::Future;
use std::num::NonZeroUsize;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed<T>(pub T);

type Id = u64;

struct Inside<T> {
    items: VecDeque<T>,
    open: bool,
    /// gets that wait, in order; each of the first `items.len()` may take one
    getters: BTreeSet<Id>,
    putters: BTreeSet<Id>,
    wakers: HashMap<Id, Waker>,
    joiners: Vec<(usize, Arc<Bell>)>,
    counter: Id,
    got: usize,
    done: usize,
    put: usize,
}

#[derive(Default)]
struct Bell {
    state: Mutex<(bool, Option<Waker>)>,
}
impl Bell {
    fn ring(&self) {
        let mut s = self.state.lock().unwrap();
        s.0 = true;
        let w = s.1.take();
        drop(s);
        if let Some(w) = w {
            w.wake();
        }
    }
}
struct Rung(Arc<Bell>);
impl Future for Rung {
    type Output = ();
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut s = self.0.state.lock().unwrap();
        if s.0 {
            Poll::Ready(())
        } else {
            s.1 = Some(cx.waker().to_owned());
            Poll::Pending
        }
    }
}

impl<T> Inside<T> {
    fn id(&mut self) -> Id {
        self.counter += 1;
        self.counter
    }
    /// Wakers of all who may go on now.
    fn served(&mut self, capacity: usize) -> Vec<Waker> {
        let items = self.items.len();
        let (g, p) = if self.open { (items, capacity - items) } else { (usize::MAX, usize::MAX) };
        let ids: Vec<Id> = self.getters.iter().take(g).chain(self.putters.iter().take(p)).copied().collect();
        ids.iter().filter_map(|id| self.wakers.remove(id)).collect()
    }
}

pub struct AsyncQueue<T> {
    capacity: usize,
    inside: Mutex<Inside<T>>,
}

impl<T> fmt::Debug for AsyncQueue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncQueue").field("len", &self.len()).finish_non_exhaustive()
    }
}

struct Leave<'a, T> {
    queue: &'a AsyncQueue<T>,
    id: Cell<Option<Id>>,
}
impl<T> Drop for Leave<'_, T> {
    fn drop(&mut self) {
        if let Some(id) = self.id.get() {
            let mut inside = self.queue.lock();
            inside.getters.remove(&id);
            inside.putters.remove(&id);
            inside.wakers.remove(&id);
            self.queue.let_go(inside);
        }
    }
}

impl<T> AsyncQueue<T> {
    pub fn bounded(capacity: NonZeroUsize) -> Self {
        let inside = Inside {
            items: VecDeque::new(),
            open: true,
            getters: BTreeSet::new(),
            putters: BTreeSet::new(),
            wakers: HashMap::new(),
            joiners: Vec::new(),
            counter: 0,
            got: 0,
            done: 0,
            put: 0,
        };
        AsyncQueue { capacity: usize::from(capacity), inside: inside.into() }
    }
    fn lock(&self) -> MutexGuard<'_, Inside<T>> {
        self.inside.lock().expect("nobody panics here")
    }
    fn let_go(&self, mut inside: MutexGuard<'_, Inside<T>>) {
        let wakers = inside.served(self.capacity);
        drop(inside);
        for waker in wakers {
            waker.wake();
        }
    }
    pub async fn put(&self, item: T) -> Result<(), Closed<T>> {
        let leave = Leave { queue: self, id: Cell::new(None) };
        let mut slot = Some(item);
        // every poll by hand
        std::future::poll_fn(move |cx| {
            let mut inside = self.lock();
            let room = self.capacity.saturating_sub(inside.items.len());
            let item = slot.take().expect("not polled after the end");
            if !inside.open {
                return Poll::Ready(Err(Closed(item)));
            }
            let rank = match leave.id.get() {
                Some(id) => inside.putters.range(..id).count(),
                None => inside.putters.len(),
            };
            if rank < room {
                if let Some(id) = leave.id.take() {
                    inside.putters.remove(&id);
                    inside.wakers.remove(&id);
                }
                inside.items.push_back(item);
                inside.put += 1;
                self.let_go(inside);
                return Poll::Ready(Ok(()));
            }
            slot = Some(item);
            let id = leave.id.get().unwrap_or_else(|| inside.id());
            leave.id.set(Some(id));
            inside.putters.insert(id);
            inside.wakers.insert(id, cx.waker().clone());
            Poll::Pending
        })
        .await
    }
    pub async fn get(&self) -> Option<T> {
        let leave = Leave { queue: self, id: Cell::new(None) };
        let step = move |cx: &mut Context<'_>| {
            let mut inside = self.lock();
            let rank = match leave.id.get() {
                Some(id) => inside.getters.range(..id).count(),
                None => inside.getters.len(),
            };
            if rank < inside.items.len() || !inside.open {
                if let Some(id) = leave.id.take() {
                    inside.getters.remove(&id);
                    inside.wakers.remove(&id);
                }
                let item = inside.items.pop_front();
                if item.is_some() {
                    inside.got += 1;
                }
                self.let_go(inside);
                return Poll::Ready(item);
            }
            let id = leave.id.get().unwrap_or_else(|| inside.id());
            leave.id.set(Some(id));
            inside.getters.insert(id);
            inside.wakers.insert(id, cx.waker().clone());
            Poll::Pending
        };
        std::future::poll_fn(step).await
    }
    pub fn try_put(&self, item: T) -> Result<(), T> {
        let mut inside = self.lock();
        if !inside.open || inside.items.len() + inside.putters.len() >= self.capacity {
            return Err(item);
        }
        inside.items.push_back(item);
        inside.put += 1;
        self.let_go(inside);
        Ok(())
    }
    pub fn try_get(&self) -> Option<T> {
        let mut inside = self.lock();
        if inside.open && inside.getters.len() >= inside.items.len() {
            return None;
        }
        let item = inside.items.pop_front()?;
        inside.got += 1;
        self.let_go(inside);
        Some(item)
    }
    pub fn task_done(&self) {
        let mut inside = self.lock();
        if inside.done == inside.got {
            drop(inside);
            std::panic::panic_any("task_done() called too often".to_string());
        }
        inside.done += 1;
        let done = inside.done;
        let (bells, stay): (Vec<_>, Vec<_>) = inside.joiners.drain(..).partition(|(n, _)| *n <= done);
        inside.joiners = stay;
        drop(inside);
        bells.iter().for_each(|b| b.1.ring());
    }
    /// Done as soon as everything was done at any moment while it waited.
    pub async fn join(&self) {
        let upto = self.lock().put;
        let rung: Pin<Box<dyn Future<Output = ()> + Send>> = {
            let mut inside = self.lock();
            if inside.done >= upto {
                Box::pin(std::future::ready(()))
            } else {
                let bell = Arc::new(Bell::default());
                inside.joiners.push((upto, bell.clone()));
                Box::pin(Rung(bell))
            }
        };
        rung.await
    }
    pub fn close(&self) {
        let mut inside = self.lock();
        inside.open = false;
        self.let_go(inside);
    }
    pub fn len(&self) -> usize {
        self.lock().items.len()
    }
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    pub fn capacity(&self) -> usize {
        self.capacity
    }
}
