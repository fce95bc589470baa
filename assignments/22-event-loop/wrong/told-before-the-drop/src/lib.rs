//! Numbers of woken tasks come through a channel.
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancelled;

struct Signal {
    id: usize,
    queued: AtomicBool,
    tx: Mutex<Sender<usize>>,
}
impl Signal {
    fn fire(&self) {
        if !self.queued.swap(true, Ordering::SeqCst) {
            let _ = self.tx.lock().unwrap().send(self.id);
        }
    }
}
impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        self.fire()
    }
    fn wake_by_ref(self: &Arc<Self>) {
        self.fire()
    }
}

enum Outcome<T> {
    Pending(Option<Waker>),
    Done(Result<T, Cancelled>),
    Taken,
}
struct Shared<T> {
    outcome: Mutex<Outcome<T>>,
    cancelled: AtomicBool,
    signal: Arc<Signal>,
}
impl<T> Shared<T> {
    fn publish(&self, r: Result<T, Cancelled>) {
        let old = std::mem::replace(&mut *self.outcome.lock().unwrap(), Outcome::Done(r));
        if let Outcome::Pending(Some(w)) = old {
            w.wake();
        }
    }
}

struct Entry {
    fut: Pin<Box<dyn Future<Output = ()>>>,
    sig: Arc<Signal>,
}

struct Body<F: Future> {
    inner: Option<Pin<Box<F>>>,
    shared: Arc<Shared<F::Output>>,
}
impl<F: Future> Future for Body<F> {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let me = &mut *self;
        if me.shared.cancelled.load(Ordering::SeqCst) {
            me.shared.publish(Err(Cancelled));
            me.inner = None;
            return Poll::Ready(());
        }
        match me.inner.as_mut().unwrap().as_mut().poll(cx) {
            Poll::Ready(v) => {
                me.inner = None;
                // decided in one step with cancel(): the swap
                if me.shared.cancelled.swap(true, Ordering::SeqCst) {
                    me.shared.publish(Err(Cancelled));
                } else {
                    me.shared.publish(Ok(v));
                }
                Poll::Ready(())
            }
            Poll::Pending => Poll::Pending,
        }
    }
}

pub struct EventLoop {
    tx: Sender<usize>,
    rx: Receiver<usize>,
    tasks: RefCell<HashMap<usize, Entry>>,
    next: Cell<usize>,
}
impl EventLoop {
    pub fn new() -> Self {
        let (tx, rx) = channel();
        EventLoop { tx, rx, tasks: RefCell::new(HashMap::new()), next: Cell::new(1) }
    }
    fn signal(&self) -> Arc<Signal> {
        let id = self.next.get();
        self.next.set(id + 1);
        Arc::new(Signal { id, queued: AtomicBool::new(false), tx: Mutex::new(self.tx.clone()) })
    }
    pub fn create_task<F>(&self, f: F) -> Task<F::Output>
    where
        F: Future + 'static,
    {
        let sig = self.signal();
        let shared = Arc::new(Shared {
            outcome: Mutex::new(Outcome::Pending(None)),
            cancelled: AtomicBool::new(false),
            signal: sig.clone(),
        });
        let body = Body { inner: Some(Box::pin(f)), shared: shared.clone() };
        self.tasks.borrow_mut().insert(sig.id, Entry { fut: Box::pin(body), sig: sig.clone() });
        sig.fire();
        Task { shared }
    }
    pub fn run_until_complete<F: Future>(&self, f: F) -> F::Output {
        let mut f = std::pin::pin!(f);
        let main = self.signal();
        main.fire();
        let waker = Waker::from(main.clone());
        loop {
            let id = self.rx.recv().unwrap();
            if id == main.id {
                main.queued.store(false, Ordering::SeqCst);
                if let Poll::Ready(v) = f.as_mut().poll(&mut Context::from_waker(&waker)) {
                    return v;
                }
            } else {
                let taken = self.tasks.borrow_mut().remove(&id);
                if let Some(mut e) = taken {
                    e.sig.queued.store(false, Ordering::SeqCst);
                    let w = Waker::from(e.sig.clone());
                    if e.fut.as_mut().poll(&mut Context::from_waker(&w)).is_pending() {
                        self.tasks.borrow_mut().insert(id, e);
                    }
                }
            }
        }
    }
}
impl Default for EventLoop {
    fn default() -> Self {
        Self::new()
    }
}

pub struct Task<T> {
    shared: Arc<Shared<T>>,
}
impl<T> Task<T> {
    pub fn cancel(&self) {
        if !self.shared.cancelled.swap(true, Ordering::SeqCst) {
            self.shared.signal.fire();
        }
    }
    pub fn is_finished(&self) -> bool {
        self.shared.cancelled.load(Ordering::SeqCst)
    }
}
impl<T> Future for Task<T> {
    type Output = Result<T, Cancelled>;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut g = self.shared.outcome.lock().unwrap();
        match &mut *g {
            Outcome::Pending(w) => {
                *w = Some(cx.waker().clone());
                return Poll::Pending;
            }
            Outcome::Done(_) => {}
            Outcome::Taken => panic!("polled after completion"),
        }
        match std::mem::replace(&mut *g, Outcome::Taken) {
            Outcome::Done(r) => Poll::Ready(r),
            _ => unreachable!(),
        }
    }
}
