//! Bug: a task that wakes itself in its last poll stands in the line again, though it is done.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancelled;

const IDLE: u8 = 0;
const QUEUED: u8 = 1;
const RUNNING: u8 = 2;
const AGAIN: u8 = 3;
const DONE: u8 = 4;

#[derive(Default)]
struct Hub {
    queue: Mutex<VecDeque<Arc<Header>>>,
    runner: Mutex<Option<Thread>>,
}
impl Hub {
    fn push(&self, h: Arc<Header>) {
        self.queue.lock().unwrap().push_back(h);
        if let Some(t) = &*self.runner.lock().unwrap() {
            t.unpark();
        }
    }
}
struct Header {
    number: u64,
    state: AtomicU8,
    hub: Arc<Hub>,
}
impl Wake for Header {
    fn wake(self: Arc<Self>) {
        Wake::wake_by_ref(&self)
    }
    fn wake_by_ref(self: &Arc<Self>) {
        let before = self.state.fetch_update(Ordering::AcqRel, Ordering::Acquire, |s| match s {
            IDLE => Some(QUEUED),
            RUNNING => Some(AGAIN),
            // Also when nothing changes: what the waker did before is seen by the next poll.
            other => Some(other),
        });
        if before == Ok(IDLE) {
            self.hub.push(self.clone());
        }
    }
}
struct Join<T> {
    stop: AtomicBool,
    over: AtomicBool,
    cell: Mutex<(Option<Result<T, Cancelled>>, Option<Waker>)>,
}
pub struct Task<T> {
    join: Arc<Join<T>>,
    header: Arc<Header>,
}
impl<T> Task<T> {
    pub fn cancel(&self) {
        let cell = self.join.cell.lock().unwrap();
        if self.join.over.load(Ordering::SeqCst) {
            return;
        }
        self.join.stop.store(true, Ordering::SeqCst);
        drop(cell);
        self.header.wake_by_ref();
    }
    pub fn is_finished(&self) -> bool {
        self.join.stop.load(Ordering::SeqCst) || self.join.over.load(Ordering::SeqCst)
    }
}
impl<T> Future for Task<T> {
    type Output = Result<T, Cancelled>;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut cell = self.join.cell.lock().unwrap();
        match cell.0.take() {
            Some(r) => Poll::Ready(r),
            None => {
                match &mut cell.1 {
                    Some(w) if w.will_wake(cx.waker()) => {}
                    slot => *slot = Some(cx.waker().clone()),
                }
                Poll::Pending
            }
        }
    }
}
trait Body {
    fn poll(&mut self, cx: &mut Context<'_>) -> bool;
}
struct Running<F: Future> {
    future: Pin<Box<Option<F>>>,
    join: Arc<Join<F::Output>>,
}
impl<F: Future> Body for Running<F> {
    fn poll(&mut self, cx: &mut Context<'_>) -> bool {
        let stop = |j: &Join<F::Output>| j.stop.load(Ordering::SeqCst);
        let mut answer = Err(Cancelled);
        if !stop(&self.join) {
            match self.future.as_mut().as_pin_mut().expect("not over").poll(cx) {
                Poll::Ready(v) => answer = Ok(v),
                Poll::Pending if stop(&self.join) => {}
                Poll::Pending => return false,
            }
        }
        self.future.set(None);
        let mut cell = self.join.cell.lock().unwrap();
        if stop(&self.join) {
            answer = Err(Cancelled);
        }
        cell.0 = Some(answer);
        self.join.over.store(true, Ordering::SeqCst);
        let waker = cell.1.take();
        drop(cell);
        if let Some(w) = waker {
            w.wake()
        }
        true
    }
}
#[derive(Default)]
pub struct EventLoop {
    hub: Arc<Hub>,
    bodies: RefCell<HashMap<u64, Box<dyn Body>>>,
    count: RefCell<u64>,
}
impl EventLoop {
    pub fn new() -> Self {
        Self::default()
    }
    fn header(&self, state: u8) -> Arc<Header> {
        *self.count.borrow_mut() += 1;
        Arc::new(Header { number: *self.count.borrow(), state: AtomicU8::new(state), hub: Arc::clone(&self.hub) })
    }
    pub fn create_task<F>(&self, f: F) -> Task<F::Output>
    where
        F: Future + 'static,
    {
        let join = Arc::new(Join {
            stop: AtomicBool::new(false),
            over: AtomicBool::new(false),
            cell: Mutex::new((None, None)),
        });
        let header = self.header(QUEUED);
        let body = Running { future: Box::pin(Some(f)), join: join.clone() };
        self.bodies.borrow_mut().insert(header.number, Box::new(body));
        self.hub.push(header.clone());
        Task { join, header }
    }
    pub fn run_until_complete<F: Future>(&self, f: F) -> F::Output {
        let mut f = Box::pin(f);
        *self.hub.runner.lock().unwrap() = Some(thread::current());
        let main = self.header(QUEUED);
        self.hub.push(main.clone());
        loop {
            let next = self.hub.queue.lock().unwrap().pop_front();
            let Some(h) = next else {
                thread::park_timeout(Duration::from_secs(86_400));
                continue;
            };
            // A swap, so that what a waker did before is seen by this poll.
            h.state.swap(RUNNING, Ordering::AcqRel);
            let waker = Waker::from(h.clone());
            let mut cx = Context::from_waker(&waker);
            let done = if h.number == main.number {
                match f.as_mut().poll(&mut cx) {
                    Poll::Ready(v) => {
                        h.state.store(DONE, Ordering::Release);
                        return v;
                    }
                    Poll::Pending => false,
                }
            } else {
                let body = self.bodies.borrow_mut().remove(&h.number);
                match body {
                    None => unreachable!(),
                    Some(mut b) => {
                        let done = b.poll(&mut cx);
                        if !done {
                            self.bodies.borrow_mut().insert(h.number, b);
                        }
                        done
                    }
                }
            };
            if h.state.compare_exchange(RUNNING, IDLE, Ordering::AcqRel, Ordering::Acquire).is_err() {
                h.state.swap(QUEUED, Ordering::AcqRel);
                self.hub.queue.lock().unwrap().push_back(h);
            }
        }
    }
}
