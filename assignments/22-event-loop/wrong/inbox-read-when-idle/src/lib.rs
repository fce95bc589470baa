//! Bug: wake-ups of other threads are read only when nothing else is ready: a task that always yields keeps them out.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::future::Future;
use std::mem;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, LazyLock, Mutex, OnceLock};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, ThreadId};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancelled;

static LOOPS: LazyLock<AtomicU64> = LazyLock::new(Default::default);
thread_local! { static LOCAL: RefCell<BTreeMap<u64, VecDeque<u64>>> = RefCell::default(); }

struct Address {
    events: u64,
    home: ThreadId,
    task: u64,
    inbox: Mutex<Sender<u64>>,
}
impl Wake for Address {
    fn wake(self: Arc<Self>) {
        if thread::current().id() == self.home {
            LOCAL.with_borrow_mut(|l| {
                let q = l.entry(self.events).or_default();
                if !q.contains(&self.task) {
                    q.push_back(self.task);
                }
            });
        } else {
            // The loop may be gone.
            let _ = self.inbox.lock().unwrap().send(self.task);
        }
    }
}
enum State<T> {
    Running(Option<Waker>),
    Stopped(Option<Waker>),
    Ended(Result<T, Cancelled>),
    Taken,
}
pub struct Task<T> {
    state: Arc<Mutex<State<T>>>,
    waker: Waker,
}
impl<T> Task<T> {
    pub fn cancel(&self) {
        let mut s = self.state.lock().unwrap();
        if let State::Running(w) = &mut *s {
            let w = w.take();
            *s = State::Stopped(w);
            drop(s);
            self.waker.wake_by_ref();
        }
    }
    pub fn is_finished(&self) -> bool {
        !matches!(*self.state.lock().unwrap(), State::Running(_))
    }
}
impl<T> Future for Task<T> {
    type Output = Result<T, Cancelled>;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut s = self.state.lock().unwrap();
        match &mut *s {
            State::Running(w) | State::Stopped(w) => {
                let old = w.replace(cx.waker().clone());
                drop(s);
                drop(old);
                Poll::Pending
            }
            State::Ended(_) => match mem::replace(&mut *s, State::Taken) {
                State::Ended(r) => Poll::Ready(r),
                _ => unreachable!(),
            },
            State::Taken => panic!("the value was taken"),
        }
    }
}
struct Slot {
    future: Pin<Box<dyn Future<Output = ()>>>,
    waker: Waker,
    stopped: Box<dyn Fn() -> bool>,
    told: Box<dyn FnOnce()>,
}
pub struct EventLoop {
    id: u64,
    tx: Sender<u64>,
    rx: Receiver<u64>,
    slots: RefCell<BTreeMap<u64, Slot>>,
    next: Cell<u64>,
}
impl EventLoop {
    pub fn new() -> Self {
        let (tx, rx) = channel();
        EventLoop { id: LOOPS.fetch_add(1, Ordering::Relaxed), tx, rx, slots: RefCell::default(), next: Cell::new(1) }
    }
    fn address(&self) -> (u64, Waker) {
        let task = self.next.replace(self.next.get() + 1);
        let a = Address { events: self.id, home: thread::current().id(), task, inbox: Mutex::new(self.tx.clone()) };
        (task, Arc::new(a).into())
    }
    pub fn create_task<F>(&self, f: F) -> Task<F::Output>
    where
        F: Future + 'static,
    {
        let (task, waker) = self.address();
        let state = Arc::new(Mutex::new(State::Running(None)));
        let value: Arc<OnceLock<()>> = Arc::new(OnceLock::new());
        let (s1, s2, s3, over) = (state.clone(), state.clone(), state.clone(), value.clone());
        let future = Box::pin(async move {
            let v = f.await;
            let _ = over.set(());
            finish(&s1, Some(v));
        });
        let slot = Slot {
            future,
            waker: waker.clone(),
            stopped: Box::new(move || matches!(*s2.lock().unwrap(), State::Stopped(_))),
            told: Box::new(move || finish(&s3, None)),
        };
        self.slots.borrow_mut().insert(task, slot);
        waker.wake_by_ref();
        Task { state, waker }
    }
    fn local(&self) -> VecDeque<u64> {
        LOCAL.with_borrow_mut(|l| l.remove(&self.id)).unwrap_or_default()
    }
    pub fn run_until_complete<F: Future>(&self, f: F) -> F::Output {
        let mut f = pin!(f);
        let (me, waker) = self.address();
        waker.wake_by_ref();
        loop {
            let mut now = self.local();
            if now.is_empty() {
                now.extend(self.rx.try_iter().collect::<Vec<_>>());
            }
            if now.is_empty() {
                now.push_back(self.rx.recv().unwrap());
            }
            let mut seen = std::collections::HashSet::new();
            while let Some(task) = now.pop_front() {
                if !seen.insert(task) {
                    continue;
                }
                if task != me {
                    self.turn(task);
                } else if let Poll::Ready(v) = f.as_mut().poll(&mut Context::from_waker(&waker)) {
                    LOCAL.with_borrow_mut(|l| {
                        let q = l.entry(self.id).or_default();
                        now.append(q);
                        *q = now;
                    });
                    return v;
                }
            }
        }
    }
    fn turn(&self, task: u64) {
        let Some(mut slot) = self.slots.borrow_mut().remove(&task) else { return };
        if !(slot.stopped)() {
            if slot.future.as_mut().poll(&mut Context::from_waker(&slot.waker)).is_ready() {
                return;
            }
            if !(slot.stopped)() {
                self.slots.borrow_mut().insert(task, slot);
                return;
            }
        }
        drop(slot.future);
        (slot.told)();
    }
}
fn finish<T>(state: &Mutex<State<T>>, v: Option<T>) {
    let mut s = state.lock().unwrap();
    let (new, w) = match (mem::replace(&mut *s, State::Taken), v) {
        (State::Running(w), Some(v)) => (State::Ended(Ok(v)), w),
        (State::Stopped(w), _) => (State::Ended(Err(Cancelled)), w),
        (other, _) => (other, None),
    };
    *s = new;
    drop(s);
    if let Some(w) = w {
        w.wake();
    }
}
