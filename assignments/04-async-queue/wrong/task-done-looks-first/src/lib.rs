//! Register first, look again: wakers and items live behind different locks; wakes everybody; atomics for counts; panics poison nothing.
use std::collections::{HashMap, LinkedList, hash_map::Entry};
use std::future::poll_fn;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicIsize, AtomicUsize, Ordering::*};
use std::sync::{Mutex, OnceLock, RwLock};
use std::task::{Context, Poll, Wake, Waker};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed<T>(pub T);

#[derive(Default)]
struct Parked(Mutex<HashMap<usize, Waker>>, AtomicUsize);

impl Parked {
    fn ticket(&self) -> Ticket<'_> {
        Ticket { row: self, id: OnceLock::new() }
    }
    fn wake_all(&self) {
        let all = std::mem::replace(&mut *self.0.lock().unwrap(), HashMap::new());
        all.into_values().for_each(|w| w.wake());
    }
}

struct Ticket<'a> {
    row: &'a Parked,
    id: OnceLock<usize>,
}
impl Ticket<'_> {
    fn park(&self, cx: &mut Context<'_>) {
        let id = *self.id.get_or_init(|| self.row.1.fetch_add(1, Relaxed));
        match self.row.0.lock().unwrap().entry(id) {
            Entry::Occupied(mut e) => e.get_mut().clone_from(cx.waker()),
            Entry::Vacant(e) => {
                e.insert(cx.waker().clone());
            }
        }
    }
}
impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        if let Some(id) = self.id.get() {
            self.row.0.lock().unwrap().remove(id);
        }
    }
}

pub struct AsyncQueue<T> {
    capacity: usize,
    items: RwLock<LinkedList<T>>,
    closed: AtomicBool,
    undone: AtomicIsize,
    unfinished: AtomicUsize,
    readers: Parked,
    writers: Parked,
    joiners: Parked,
}

impl<T> AsyncQueue<T> {
    pub fn bounded(capacity: NonZeroUsize) -> Self {
        AsyncQueue {
            capacity: capacity.get(),
            items: RwLock::new(LinkedList::new()),
            closed: AtomicBool::new(false),
            undone: AtomicIsize::new(0),
            unfinished: AtomicUsize::new(0),
            readers: Parked::default(),
            writers: Parked::default(),
            joiners: Parked::default(),
        }
    }
    pub async fn put(&self, item: T) -> Result<(), Closed<T>> {
        let ticket = self.writers.ticket();
        let mut item = Some(item);
        poll_fn(|cx| {
            for last in [false, true] {
                item = match self.try_put(item.take().unwrap()) {
                    Ok(()) => return Poll::Ready(Ok(())),
                    Err(back) if self.closed.load(SeqCst) => return Poll::Ready(Err(Closed(back))),
                    Err(back) => Some(back),
                };
                if !last {
                    ticket.park(cx);
                }
            }
            Poll::Pending
        })
        .await
    }
    pub async fn get(&self) -> Option<T> {
        let ticket = self.readers.ticket();
        let mut parked = false;
        poll_fn(|cx| {
            loop {
                let closed = self.closed.load(SeqCst);
                match self.try_get() {
                    Some(item) => break Poll::Ready(Some(item)),
                    None if closed => break Poll::Ready(None),
                    None if std::mem::take(&mut parked) => break Poll::Pending,
                    None => {
                        ticket.park(cx);
                        parked = true;
                    }
                }
            }
        })
        .await
    }
    pub fn try_put(&self, item: T) -> Result<(), T> {
        let mut items = self.items.write().unwrap();
        if self.closed.load(SeqCst) || items.len() == self.capacity {
            return Err(item);
        }
        self.unfinished.fetch_add(1, SeqCst);
        items.push_back(item);
        drop(items);
        self.readers.wake_all();
        Ok(())
    }
    pub fn try_get(&self) -> Option<T> {
        let item = { self.items.write().unwrap().pop_front() }?;
        self.undone.fetch_add(1, SeqCst);
        self.writers.wake_all();
        Some(item)
    }
    pub fn task_done(&self) {
        if self.undone.load(SeqCst) > 0 {
            self.undone.fetch_sub(1, SeqCst);
        } else {
            panic!("task_done() called {} times too often", 1);
        }
        if self.unfinished.fetch_sub(1, SeqCst) == 1 {
            self.joiners.wake_all();
        }
    }
    pub async fn join(&self) {
        let ticket = self.joiners.ticket();
        poll_fn(|cx| {
            if self.unfinished.load(SeqCst) == 0 {
                return Poll::Ready(());
            }
            ticket.park(cx);
            if self.unfinished.load(SeqCst) == 0 { Poll::Ready(()) } else { Poll::Pending }
        })
        .await
    }
    pub fn close(&self) {
        let items = self.items.write().unwrap();
        self.closed.store(true, SeqCst);
        drop(items);
        self.readers.wake_all();
        self.writers.wake_all();
        self.joiners.wake_all();
    }
    pub fn len(&self) -> usize {
        self.items.read().unwrap().len()
    }
    pub fn is_empty(&self) -> bool {
        self.items.read().unwrap().is_empty()
    }
    pub fn capacity(&self) -> usize {
        self.capacity
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    struct Nothing;
    impl Wake for Nothing {
        fn wake(self: Arc<Self>) {}
    }
    #[test]
    fn waits() {
        let q: AsyncQueue<u8> = AsyncQueue::bounded(NonZeroUsize::MIN);
        let w = Waker::from(Arc::new(Nothing));
        let mut f = std::pin::pin!(q.get());
        assert!(f.as_mut().poll(&mut Context::from_waker(&w)).is_pending());
        q.try_put(1).unwrap();
        assert_eq!(f.as_mut().poll(&mut Context::from_waker(&w)), Poll::Ready(Some(1)));
    }
}
