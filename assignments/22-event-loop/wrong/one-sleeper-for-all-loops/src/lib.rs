//! Bug: the thread to unpark is a static: the loop that began last is woken instead.

use std::cell::RefCell;
use std::future::Future;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering::*};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancelled;

static SLEEPER: Mutex<Option<Thread>> = Mutex::new(None);
struct Hub {
    dirty: AtomicBool,
}
struct Alarm {
    woken: AtomicBool,
    hub: Arc<Hub>,
}
impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref()
    }
    fn wake_by_ref(self: &Arc<Self>) {
        self.woken.swap(true, AcqRel);
        if !self.hub.dirty.swap(true, AcqRel) {
            let t = SLEEPER.lock().unwrap().clone();
            if let Some(t) = t {
                t.unpark();
            }
        }
    }
}

const RUNNING: u8 = 0;
const DONE: u8 = 1;
const ASKED: u8 = 2;
const GONE: u8 = 3;

struct Shared<T> {
    state: AtomicU8,
    value: Mutex<Option<T>>,
    waiter: Mutex<Option<Waker>>,
    alarm: Arc<Alarm>,
}
impl<T> Shared<T> {
    fn call(&self) {
        let w = self.waiter.lock().unwrap().take();
        if let Some(w) = w {
            w.wake();
        }
    }
}

/// What the loop keeps of a task.
trait Job {
    /// true: it is over
    fn step(&self) -> bool;
    fn alarm(&self) -> &Arc<Alarm>;
}
struct JobOf<F: Future> {
    future: RefCell<Option<Pin<Box<F>>>>,
    shared: Arc<Shared<F::Output>>,
}
impl<F: Future> JobOf<F> {
    fn bury(&self) {
        let f = self.future.borrow_mut().take();
        drop(f);
        self.shared.state.store(GONE, Release);
        self.shared.call();
    }
}
impl<F: Future> Job for JobOf<F> {
    fn alarm(&self) -> &Arc<Alarm> {
        &self.shared.alarm
    }
    fn step(&self) -> bool {
        if self.shared.state.load(Acquire) == ASKED {
            self.bury();
            return true;
        }
        let mut f = self.future.borrow_mut().take().unwrap();
        let waker = Waker::from(self.shared.alarm.clone());
        match f.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(v) => {
                drop(f);
                *self.shared.value.lock().unwrap() = Some(v);
                if self.shared.state.compare_exchange(RUNNING, DONE, AcqRel, Acquire).is_err() {
                    let v = self.shared.value.lock().unwrap().take();
                    drop(v);
                    self.bury();
                } else {
                    self.shared.call();
                }
                true
            }
            Poll::Pending => {
                *self.future.borrow_mut() = Some(f);
                if self.shared.state.load(Acquire) == ASKED {
                    self.bury();
                    return true;
                }
                false
            }
        }
    }
}

pub struct EventLoop {
    hub: Arc<Hub>,
    jobs: RefCell<Vec<Rc<dyn Job>>>,
}
impl EventLoop {
    pub fn new() -> Self {
        Self { hub: Arc::new(Hub { dirty: AtomicBool::new(false) }), jobs: RefCell::new(vec![]) }
    }
    fn alarm(&self) -> Arc<Alarm> {
        self.hub.dirty.swap(true, AcqRel);
        Arc::new(Alarm { woken: AtomicBool::new(true), hub: self.hub.clone() })
    }
    pub fn create_task<F>(&self, f: F) -> Task<F::Output>
    where
        F: Future + 'static,
    {
        let shared = Arc::new(Shared {
            state: AtomicU8::new(RUNNING),
            value: Mutex::new(None),
            waiter: Mutex::new(None),
            alarm: self.alarm(),
        });
        self.jobs.borrow_mut().push(Rc::new(JobOf { future: RefCell::new(Some(Box::pin(f))), shared: shared.clone() }));
        Task { shared }
    }
    pub fn run_until_complete<F: Future>(&self, f: F) -> F::Output {
        let mut f = pin!(f);
        let main = self.alarm();
        let waker = Waker::from(main.clone());
        *SLEEPER.lock().unwrap() = Some(thread::current());
        loop {
            while !self.hub.dirty.swap(false, AcqRel) {
                thread::park();
            }
            if main.woken.swap(false, AcqRel) {
                if let Poll::Ready(v) = f.as_mut().poll(&mut Context::from_waker(&waker)) {
                    self.hub.dirty.swap(true, AcqRel);
                    return v;
                }
            }
            let now: Vec<Rc<dyn Job>> = self.jobs.borrow().clone();
            for job in now {
                if job.alarm().woken.swap(false, AcqRel) && job.step() {
                    self.jobs.borrow_mut().retain(|j| !Rc::ptr_eq(j, &job));
                }
            }
        }
    }
}

pub struct Task<T> {
    shared: Arc<Shared<T>>,
}
impl<T> Task<T> {
    pub fn cancel(&self) {
        if self.shared.state.compare_exchange(RUNNING, ASKED, AcqRel, Acquire).is_ok() {
            self.shared.alarm.wake_by_ref();
        }
    }
    pub fn is_finished(&self) -> bool {
        self.shared.state.load(Acquire) != RUNNING
    }
    fn look(&self) -> Option<Result<T, Cancelled>> {
        match self.shared.state.load(Acquire) {
            DONE => {
                let v = self.shared.value.lock().unwrap().take();
                Some(Ok(v.expect("a task gives its value once")))
            }
            GONE => Some(Err(Cancelled)),
            _ => None,
        }
    }
}
impl<T> Future for Task<T> {
    type Output = Result<T, Cancelled>;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let Some(r) = self.look() {
            return Poll::Ready(r);
        }
        let old = self.shared.waiter.lock().unwrap().replace(cx.waker().clone());
        drop(old);
        match self.look() {
            Some(r) => Poll::Ready(r),
            None => Poll::Pending,
        }
    }
}
