//! Bug: a run begins by clearing what the last one had taken, but not polled.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, Weak};
use std::task::{Context, Poll, Wake, Waker};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancelled;

const IDLE: u8 = 0;
const QUEUED: u8 = 1;
const POLLING: u8 = 2;
const POLLING_WOKEN: u8 = 3;
const DEAD: u8 = 4;

struct Hub {
    ready: Mutex<Vec<Arc<Header>>>,
    bell: SyncSender<()>,
}
struct Header {
    id: u64,
    state: AtomicU8,
    hub: Weak<Hub>,
}
impl Wake for Header {
    fn wake(self: Arc<Self>) {
        let r = self.state.fetch_update(Ordering::AcqRel, Ordering::Acquire, |s| match s {
            IDLE => Some(QUEUED),
            POLLING => Some(POLLING_WOKEN),
            same => Some(same),
        });
        if r == Ok(IDLE) {
            if let Some(hub) = self.hub.upgrade() {
                hub.ready.lock().unwrap().push(self);
                let _ = hub.bell.try_send(());
            }
        }
    }
}

struct Core<T> {
    result: Mutex<Slot<T>>,
    header: Arc<Header>,
}
struct Slot<T> {
    finished: bool,
    cancel: bool,
    out: Option<Result<T, Cancelled>>,
    waker: Option<Waker>,
}
impl<T> Core<T> {
    fn settle(&self, r: Option<T>) {
        let mut s = self.result.lock().unwrap();
        let unused;
        (s.out, unused) = match r {
            Some(v) if !s.cancel => (Some(Ok(v)), None),
            other => (Some(Err(Cancelled)), other),
        };
        s.finished = true;
        let w = s.waker.take();
        drop(s);
        drop(unused);
        w.map(Waker::wake);
    }
    fn cancelled(&self) -> bool {
        self.result.lock().unwrap().cancel
    }
}

type Poller = Rc<dyn Fn(&mut Context<'_>) -> bool>;

pub struct EventLoop {
    hub: Arc<Hub>,
    door: Receiver<()>,
    pollers: RefCell<HashMap<u64, Poller>>,
    ids: Cell<u64>,
    batch: RefCell<std::collections::VecDeque<Arc<Header>>>,
}
pub struct Task<T>(Arc<Core<T>>);

impl EventLoop {
    pub fn new() -> Self {
        let (bell, door) = sync_channel(1);
        EventLoop {
            hub: Arc::new(Hub { ready: Mutex::new(vec![]), bell }),
            door,
            pollers: RefCell::default(),
            ids: Cell::new(0),
            batch: RefCell::default(),
        }
    }
    fn header(&self) -> Arc<Header> {
        let id = self.ids.replace(self.ids.get() + 1);
        let h = Arc::new(Header { id, state: AtomicU8::new(IDLE), hub: Arc::downgrade(&self.hub) });
        h.clone().wake();
        h
    }
    pub fn create_task<F>(&self, f: F) -> Task<F::Output>
    where
        F: Future + 'static,
    {
        let core = Arc::new(Core {
            result: Mutex::new(Slot { finished: false, cancel: false, out: None, waker: None }),
            header: self.header(),
        });
        let fut = RefCell::new(Some(Box::pin(f)));
        let c = core.clone();
        let poller: Poller = Rc::new(move |cx| {
            let Some(mut f) = fut.borrow_mut().take() else { return true };
            if !c.cancelled() {
                match f.as_mut().poll(cx) {
                    Poll::Ready(v) => {
                        drop(f);
                        c.settle(Some(v));
                        return true;
                    }
                    Poll::Pending if !c.cancelled() => {
                        *fut.borrow_mut() = Some(f);
                        return false;
                    }
                    Poll::Pending => {}
                }
            }
            drop(f);
            c.settle(None);
            true
        });
        self.pollers.borrow_mut().insert(core.header.id, poller);
        Task(core)
    }
    fn poll_one(h: &Arc<Header>, hub: &Hub, poll: impl FnOnce(&mut Context<'_>) -> bool) -> bool {
        h.state.swap(POLLING, Ordering::AcqRel);
        let w = Waker::from(h.clone());
        if poll(&mut Context::from_waker(&w)) {
            h.state.store(DEAD, Ordering::Release);
            return true;
        }
        if h.state.compare_exchange(POLLING, IDLE, Ordering::AcqRel, Ordering::Acquire).is_err() {
            h.state.swap(QUEUED, Ordering::AcqRel);
            hub.ready.lock().unwrap().push(h.clone());
            let _ = hub.bell.try_send(());
        }
        false
    }
    pub fn run_until_complete<F: Future>(&self, f: F) -> F::Output {
        let mut f = Box::pin(f);
        let main = self.header();
        let mut out = None;
        self.batch.borrow_mut().clear();
        loop {
            let next = self.batch.borrow_mut().pop_front();
            let Some(h) = next else {
                let more = std::mem::take(&mut *self.hub.ready.lock().unwrap());
                if more.is_empty() {
                    let _ = self.door.recv();
                }
                self.batch.borrow_mut().extend(more);
                continue;
            };
            if h.id == main.id {
                Self::poll_one(&h, &self.hub, |cx| match f.as_mut().poll(cx) {
                    Poll::Ready(v) => {
                        out = Some(v);
                        true
                    }
                    Poll::Pending => false,
                });
                if let Some(v) = out {
                    return v;
                }
                continue;
            }
            let poller = self.pollers.borrow().get(&h.id).cloned();
            if let Some(p) = poller {
                if Self::poll_one(&h, &self.hub, |cx| p(cx)) {
                    let gone = self.pollers.borrow_mut().remove(&h.id);
                    drop(gone);
                }
            }
        }
    }
}
impl<T> Task<T> {
    pub fn cancel(&self) {
        {
            let mut s = self.0.result.lock().unwrap();
            if s.finished {
                return;
            }
            s.finished = true;
            s.cancel = true;
        }
        self.0.header.clone().wake();
    }
    pub fn is_finished(&self) -> bool {
        self.0.result.lock().unwrap().finished
    }
}
impl<T> Future for Task<T> {
    type Output = Result<T, Cancelled>;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut s = self.0.result.lock().unwrap();
        if let Some(r) = s.out.take() {
            return Poll::Ready(r);
        }
        let old = s.waker.replace(cx.waker().clone());
        drop(s);
        drop(old);
        Poll::Pending
    }
}
