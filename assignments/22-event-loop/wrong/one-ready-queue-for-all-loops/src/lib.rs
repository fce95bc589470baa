//! Bug: the queue of those who are ready is a static: another loop takes out what is not its own.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Wake, Waker};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancelled;

#[derive(Default)]
struct Queue {
    ids: Mutex<VecDeque<u64>>,
    bell: Condvar,
}
impl Queue {
    fn push(&self, id: u64) {
        self.ids.lock().unwrap().push_back(id);
        self.bell.notify_one();
    }
    fn pop(&self) -> u64 {
        let mut ids = self.ids.lock().unwrap();
        loop {
            if let Some(id) = ids.pop_front() {
                return id;
            }
            ids = self.bell.wait(ids).unwrap();
        }
    }
}

struct Flag {
    id: u64,
    queued: AtomicBool,
    queue: Arc<Queue>,
}
impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }
    fn wake_by_ref(self: &Arc<Self>) {
        if !self.queued.swap(true, Ordering::AcqRel) {
            self.queue.push(self.id);
        }
    }
}

enum Phase<T> {
    Running,
    Asked,
    Done(Option<T>),
    Gone,
}
struct Join<T> {
    inner: Mutex<(Phase<T>, Option<Waker>)>,
}
impl<T> Join<T> {
    fn finish(&self, value: T) {
        let mut unused = Some(value);
        let waker = {
            let mut g = self.inner.lock().unwrap();
            if let Phase::Running = g.0 {
                g.0 = Phase::Done(unused.take());
                g.1.take()
            } else {
                None
            }
        };
        drop(unused);
        if let Some(w) = waker {
            w.wake();
        }
    }
}
trait AnyJoin {
    fn asked(&self) -> bool;
    fn gone(&self);
}
impl<T> AnyJoin for Join<T> {
    fn asked(&self) -> bool {
        matches!(self.inner.lock().unwrap().0, Phase::Asked)
    }
    fn gone(&self) {
        let waker = {
            let mut g = self.inner.lock().unwrap();
            g.0 = Phase::Gone;
            g.1.take()
        };
        if let Some(w) = waker {
            w.wake();
        }
    }
}

struct Entry {
    future: Pin<Box<dyn Future<Output = ()>>>,
    flag: Arc<Flag>,
    join: Arc<dyn AnyJoin>,
}

fn shared() -> Arc<Queue> {
    static Q: std::sync::OnceLock<Arc<Queue>> = std::sync::OnceLock::new();
    Q.get_or_init(Arc::default).clone()
}
pub struct EventLoop {
    queue: Arc<Queue>,
    tasks: RefCell<HashMap<u64, Entry>>,
    next: Cell<u64>,
}
pub struct Task<T> {
    join: Arc<Join<T>>,
    flag: Arc<Flag>,
}

impl EventLoop {
    pub fn new() -> Self {
        EventLoop { queue: shared(), tasks: RefCell::default(), next: Cell::new(0) }
    }
    fn flag(&self) -> Arc<Flag> {
        let id = self.next.get();
        self.next.set(id + 1);
        let flag = Arc::new(Flag { id, queued: AtomicBool::new(false), queue: self.queue.clone() });
        flag.wake_by_ref();
        flag
    }
    pub fn create_task<F>(&self, f: F) -> Task<F::Output>
    where
        F: Future + 'static,
    {
        let join = Arc::new(Join { inner: Mutex::new((Phase::Running, None)) });
        let flag = self.flag();
        let j = join.clone();
        let future = Box::pin(async move {
            let value = f.await;
            j.finish(value);
        });
        let any: Arc<dyn AnyJoin> = Arc::new(Fwd(join.clone()));
        self.tasks.borrow_mut().insert(flag.id, Entry { future, flag: flag.clone(), join: any });
        Task { join, flag }
    }
    pub fn run_until_complete<F: Future>(&self, f: F) -> F::Output {
        let mut f = pin!(f);
        let main = self.flag();
        let main_waker = Waker::from(main.clone());
        loop {
            let id = self.queue.pop();
            if id == main.id {
                main.queued.swap(false, Ordering::AcqRel);
                if let Poll::Ready(v) = f.as_mut().poll(&mut Context::from_waker(&main_waker)) {
                    return v;
                }
                continue;
            }
            let entry = self.tasks.borrow_mut().remove(&id);
            let Some(mut entry) = entry else { continue };
            entry.flag.queued.swap(false, Ordering::AcqRel);
            let done = if entry.join.asked() {
                false
            } else {
                let waker = Waker::from(entry.flag.clone());
                entry.future.as_mut().poll(&mut Context::from_waker(&waker)).is_ready()
            };
            if entry.join.asked() {
                let Entry { future, join, .. } = entry;
                drop(future);
                join.gone();
            } else if !done {
                self.tasks.borrow_mut().insert(id, entry);
            }
        }
    }
}
struct Fwd<T>(Arc<Join<T>>);
impl<T> AnyJoin for Fwd<T> {
    fn asked(&self) -> bool {
        self.0.asked()
    }
    fn gone(&self) {
        self.0.gone()
    }
}

impl<T> Task<T> {
    pub fn cancel(&self) {
        {
            let mut g = self.join.inner.lock().unwrap();
            match g.0 {
                Phase::Running => g.0 = Phase::Asked,
                _ => return,
            }
        }
        self.flag.wake_by_ref();
    }
    pub fn is_finished(&self) -> bool {
        !matches!(self.join.inner.lock().unwrap().0, Phase::Running)
    }
}
impl<T> Future for Task<T> {
    type Output = Result<T, Cancelled>;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let old;
        {
            let mut g = self.join.inner.lock().unwrap();
            match &mut g.0 {
                Phase::Done(v) => return Poll::Ready(Ok(v.take().expect("polled after it was done"))),
                Phase::Gone => return Poll::Ready(Err(Cancelled)),
                _ => old = g.1.replace(cx.waker().clone()),
            }
        }
        drop(old);
        Poll::Pending
    }
}
