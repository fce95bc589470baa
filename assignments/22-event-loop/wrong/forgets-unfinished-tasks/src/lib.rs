//! A channel is the queue of woken tasks: `recv` is where the loop sleeps. The main future is one more entry.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancelled;

struct Bell {
    id: usize,
    /// Already in the channel.
    queued: AtomicBool,
    sender: Mutex<Sender<usize>>,
}

impl Bell {
    fn ring(&self) {
        if !self.queued.swap(true, SeqCst) {
            // Nobody listens after the loop is gone; then there is nobody to wake either.
            let _ = self.sender.lock().unwrap().send(self.id);
        }
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.ring();
    }
    fn wake_by_ref(self: &Arc<Self>) {
        self.ring();
    }
}

struct Inner<T> {
    result: Mutex<Outcome<T>>,
    cancelled: AtomicBool,
    done: AtomicBool,
    bell: Arc<Bell>,
}

enum Outcome<T> {
    Nothing,
    Waker(Waker),
    Value(Result<T, Cancelled>),
}

impl<T> Inner<T> {
    fn publish(&self, value: Result<T, Cancelled>) {
        let before = std::mem::replace(&mut *self.result.lock().unwrap(), Outcome::Value(value));
        if let Outcome::Waker(waker) = before {
            waker.wake();
        }
    }

    /// Claims the end of the task: true for the one who may decide how it ended.
    fn claim(&self) -> bool {
        !self.done.swap(true, SeqCst)
    }
}

type BoxedTask = Pin<Box<dyn Future<Output = ()>>>;

struct Entry {
    task: BoxedTask,
    bell: Arc<Bell>,
}

pub struct EventLoop {
    sender: Sender<usize>,
    receiver: Receiver<usize>,
    entries: RefCell<BTreeMap<usize, Entry>>,
    ids: Cell<usize>,
}

impl Default for EventLoop {
    fn default() -> Self {
        Self::new()
    }
}

impl EventLoop {
    pub fn new() -> Self {
        let (sender, receiver) = channel();
        EventLoop { sender, receiver, entries: RefCell::default(), ids: Cell::new(0) }
    }

    fn bell(&self) -> Arc<Bell> {
        let id = self.ids.get();
        self.ids.set(id + 1);
        Arc::new(Bell { id, queued: AtomicBool::new(false), sender: Mutex::new(self.sender.clone()) })
    }

    pub fn create_task<F>(&self, f: F) -> Task<F::Output>
    where
        F: Future + 'static,
    {
        let bell = self.bell();
        let inner = Arc::new(Inner {
            result: Mutex::new(Outcome::Nothing),
            cancelled: AtomicBool::new(false),
            done: AtomicBool::new(false),
            bell: bell.clone(),
        });
        let task = Box::pin(Driver { future: Some(Box::pin(f)), inner: inner.clone() });
        bell.ring();
        self.entries.borrow_mut().insert(bell.id, Entry { task, bell });
        Task { inner }
    }

    pub fn run_until_complete<F: Future>(&self, f: F) -> F::Output {
        let mut main = Box::pin(f);
        let main_bell = self.bell();
        while self.receiver.try_recv().is_ok() {}
        for entry in self.entries.borrow().values() {
            entry.bell.queued.store(false, SeqCst);
            if Arc::strong_count(&entry.bell) == 2 {
                entry.bell.ring();
            }
        }
        main_bell.ring();
        loop {
            let id = self.receiver.recv().expect("the loop keeps a sender");
            if id == main_bell.id {
                main_bell.queued.store(false, SeqCst);
                let waker = Waker::from(main_bell.clone());
                if let Poll::Ready(value) = main.as_mut().poll(&mut Context::from_waker(&waker)) {
                    return value;
                }
                continue;
            }
            // An unknown number: a task that has ended, or the main future of an earlier run.
            let Some(mut entry) = self.entries.borrow_mut().remove(&id) else { continue };
            entry.bell.queued.store(false, SeqCst);
            let waker = Waker::from(entry.bell.clone());
            if entry.task.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
                self.entries.borrow_mut().insert(id, entry);
            }
        }
    }
}

/// A task's future together with the place for its result.
struct Driver<F: Future> {
    future: Option<Pin<Box<F>>>,
    inner: Arc<Inner<F::Output>>,
}

impl<F: Future> Unpin for Driver<F> {}

impl<F: Future> Future for Driver<F> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        if !this.inner.cancelled.load(SeqCst)
            && let Some(future) = &mut this.future
            && let Poll::Ready(value) = future.as_mut().poll(cx)
            && this.inner.claim()
        {
            this.future = None;
            this.inner.publish(Ok(value));
            return Poll::Ready(());
        }
        if this.inner.cancelled.load(SeqCst) {
            this.future = None;
            this.inner.publish(Err(Cancelled));
            return Poll::Ready(());
        }
        Poll::Pending
    }
}

pub struct Task<T> {
    inner: Arc<Inner<T>>,
}

impl<T> Task<T> {
    pub fn cancel(&self) {
        if self.inner.claim() {
            self.inner.cancelled.store(true, SeqCst);
            self.inner.bell.ring();
        }
    }

    pub fn is_finished(&self) -> bool {
        self.inner.done.load(SeqCst)
    }
}

impl<T> Future for Task<T> {
    type Output = Result<T, Cancelled>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut result = self.inner.result.lock().unwrap();
        match std::mem::replace(&mut *result, Outcome::Nothing) {
            Outcome::Value(value) => Poll::Ready(value),
            _ => {
                *result = Outcome::Waker(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}
