//! A vector of slots, a line of woken ones, and park.
use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering::*};
use std::sync::{Arc, Mutex, RwLock};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancelled;

type Key = (usize, u64);
struct Hub {
    line: Mutex<VecDeque<Key>>,
    sleeper: RwLock<Option<Thread>>,
}
impl Hub {
    fn push(&self, k: Key) {
        self.line.lock().expect("line").push_back(k);
        if let Some(t) = self.sleeper.read().expect("sleeper").as_ref() {
            t.unpark();
        }
    }
}
struct Ring {
    key: Key,
    hub: Arc<Hub>,
    armed: AtomicBool,
}
impl Wake for Ring {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref()
    }
    fn wake_by_ref(self: &Arc<Self>) {
        if !self.armed.swap(true, AcqRel) {
            self.hub.push(self.key)
        }
    }
}
trait Job {
    fn step(self: Pin<&mut Self>, cx: &mut Context<'_>) -> bool;
}

const RUN: u8 = 0;
const STOP: u8 = 1;
const END: u8 = 2;
struct Core<T> {
    phase: AtomicU8,
    out: Mutex<Option<Result<T, Cancelled>>>,
    joiner: Mutex<Option<Waker>>,
    ring: Arc<Ring>,
}
impl<T> Core<T> {
    fn give(&self, r: Result<T, Cancelled>) {
        *self.out.lock().unwrap() = Some(r);
        let w = self.joiner.lock().unwrap().take();
        if let Some(w) = w {
            w.wake()
        }
    }
}
struct Pair<F: Future> {
    f: Option<Pin<Box<F>>>,
    core: Arc<Core<F::Output>>,
}
impl<F: Future> Unpin for Pair<F> {}
impl<F: Future> Job for Pair<F> {
    fn step(self: Pin<&mut Self>, cx: &mut Context<'_>) -> bool {
        let me = Pin::into_inner(self);
        let core = me.core.clone();
        if core.phase.load(Acquire) == RUN {
            let Some(f) = me.f.as_mut() else { return true };
            match f.as_mut().poll(cx) {
                Poll::Pending if core.phase.load(Acquire) == RUN => return false,
                Poll::Pending => {}
                Poll::Ready(v) => {
                    me.f = None;
                    if core.phase.compare_exchange(RUN, END, AcqRel, Acquire).is_ok() {
                        core.give(Ok(v));
                        return true;
                    }
                }
            }
        }
        me.f = None;
        core.give(Err(Cancelled));
        true
    }
}
struct Slot {
    gen_: u64,
    job: Option<(Pin<Box<dyn Job>>, Arc<Ring>)>,
    busy: bool,
}
pub struct EventLoop {
    slots: RefCell<Vec<Slot>>,
    hub: Arc<Hub>,
}
impl EventLoop {
    pub fn new() -> Self {
        EventLoop {
            slots: RefCell::default(),
            hub: Arc::new(Hub { line: Mutex::default(), sleeper: RwLock::new(None) }),
        }
    }
    pub fn create_task<F>(&self, f: F) -> Task<F::Output>
    where
        F: Future + 'static,
    {
        let mut slots = self.slots.borrow_mut();
        let i = match slots.iter().position(|s| s.job.is_none() && !s.busy) {
            Some(i) => i,
            None => {
                slots.push(Slot { gen_: 0, job: None, busy: false });
                slots.len() - 1
            }
        };
        slots[i].gen_ += 1;
        let ring = Arc::new(Ring { key: (i, slots[i].gen_), hub: self.hub.clone(), armed: AtomicBool::new(true) });
        let core = Arc::new(Core {
            phase: AtomicU8::new(RUN),
            out: Mutex::new(None),
            joiner: Mutex::new(None),
            ring: ring.clone(),
        });
        slots[i].job = Some((Box::pin(Pair { f: Some(Box::pin(f)), core: core.clone() }), ring.clone()));
        drop(slots);
        self.hub.push(ring.key);
        Task { core }
    }
    pub fn run_until_complete<F: Future>(&self, f: F) -> F::Output {
        *self.hub.sleeper.write().unwrap() = Some(thread::current());
        let mut f = std::pin::pin!(f);
        let ring = Arc::new(Ring { key: (usize::MAX, 0), hub: self.hub.clone(), armed: AtomicBool::new(true) });
        self.hub.push(ring.key);
        let w = Waker::from(ring.clone());
        loop {
            let next = self.hub.line.lock().unwrap().pop_front();
            let Some(key) = next else {
                thread::park();
                continue;
            };
            if key.0 == usize::MAX {
                ring.armed.swap(false, AcqRel);
                if let Poll::Ready(v) = f.as_mut().poll(&mut Context::from_waker(&w)) {
                    return v;
                }
                continue;
            }
            let taken = {
                let mut slots = self.slots.borrow_mut();
                let s = &mut slots[key.0];

                let t = s.job.take();
                s.busy = t.is_some();
                t
            };
            let Some((mut job, ring)) = taken else { continue };
            ring.armed.swap(false, AcqRel);
            let wk = Waker::from(ring.clone());
            let over = job.as_mut().step(&mut Context::from_waker(&wk));
            let mut slots = self.slots.borrow_mut();
            slots[key.0].busy = false;
            if !over {
                slots[key.0].job = Some((job, ring));
            }
        }
    }
}
pub struct Task<T> {
    core: Arc<Core<T>>,
}
impl<T> Task<T> {
    pub fn cancel(&self) {
        if self.core.phase.compare_exchange(RUN, STOP, AcqRel, Acquire).is_ok() {
            self.core.ring.wake_by_ref()
        }
    }
    pub fn is_finished(&self) -> bool {
        self.core.phase.load(Acquire) != RUN
    }
}
impl<T> Future for Task<T> {
    type Output = Result<T, Cancelled>;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        *self.core.joiner.lock().unwrap() = Some(cx.waker().clone());
        match self.core.out.lock().unwrap().take() {
            Some(r) => Poll::Ready(r),
            None => Poll::Pending,
        }
    }
}
