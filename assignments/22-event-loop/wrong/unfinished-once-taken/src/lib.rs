//! A set of woken tasks and a condition variable.
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker, ready};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancelled;

#[derive(Default)]
struct Inbox {
    set: Mutex<(BTreeSet<u64>, bool)>,
    cv: Condvar,
}
fn lock<T>(m: &Mutex<T>) -> MutexGuard<'_, T> {
    m.lock().unwrap_or_else(PoisonError::into_inner)
}

struct W {
    id: Option<u64>,
    inbox: Arc<Inbox>,
}
impl Wake for W {
    fn wake(self: Arc<Self>) {
        let mut g = lock(&self.inbox.set);
        match self.id {
            Some(id) => {
                g.0.insert(id);
            }
            None => g.1 = true,
        }
        self.inbox.cv.notify_all();
    }
}

type Job = Pin<Box<dyn Future<Output = ()>>>;
#[derive(Default)]
struct Inner {
    jobs: RefCell<BTreeMap<u64, Rc<RefCell<Option<Job>>>>>,
    inbox: Arc<Inbox>,
    ids: RefCell<u64>,
}
#[derive(Default, Clone)]
pub struct EventLoop {
    inner: Rc<Inner>,
}

struct State<T> {
    value: Option<Result<T, Cancelled>>,
    finished: bool,
    cancelled: bool,
    waker: Option<Waker>,
}
pub struct Task<T> {
    id: u64,
    inbox: Arc<Inbox>,
    st: Arc<Mutex<State<T>>>,
}

impl EventLoop {
    pub fn new() -> Self {
        Self::default()
    }
    pub fn create_task<F>(&self, f: F) -> Task<F::Output>
    where
        F: Future + 'static,
    {
        let id = {
            let mut i = self.inner.ids.borrow_mut();
            *i += 1;
            *i
        };
        let st = Arc::new(Mutex::new(State { value: None, finished: false, cancelled: false, waker: None }));
        let s2 = st.clone();
        let job: Job = Box::pin(async move {
            let r = {
                let mut f = Box::pin(f);
                std::future::poll_fn(|cx| {
                    if lock(&s2).cancelled {
                        return Poll::Ready(Err(Cancelled));
                    }
                    let v = ready!(f.as_mut().poll(cx));
                    Poll::Ready(Ok(v))
                })
                .await
                // f dropped here
            };
            let w = {
                let mut g = lock(&s2);
                g.value = Some(if g.cancelled { Err(Cancelled) } else { r });
                g.finished = true;
                g.waker.take()
            };
            w.into_iter().for_each(Waker::wake);
        });
        self.inner.jobs.borrow_mut().insert(id, Rc::new(RefCell::new(Some(job))));
        lock(&self.inner.inbox.set).0.insert(id);
        Task { id, inbox: self.inner.inbox.clone(), st }
    }
    pub fn run_until_complete<F: Future>(&self, f: F) -> F::Output {
        let inbox = self.inner.inbox.clone();
        let main = Waker::from(Arc::new(W { id: None, inbox: inbox.clone() }));
        let mut f = Box::pin(f);
        loop {
            if let Poll::Ready(v) = f.as_mut().poll(&mut Context::from_waker(&main)) {
                return v;
            }
            let batch = {
                let mut g = inbox.cv.wait_while(lock(&inbox.set), |g| g.0.is_empty() && !g.1).unwrap();
                g.1 = false;
                std::mem::take(&mut g.0)
            };
            for id in batch {
                let Some(cell) = self.inner.jobs.borrow().get(&id).cloned() else { continue };
                let job = cell.borrow_mut().take();
                let Some(mut job) = job else { continue };
                let w = Waker::from(Arc::new(W { id: Some(id), inbox: inbox.clone() }));
                match job.as_mut().poll(&mut Context::from_waker(&w)) {
                    Poll::Ready(()) => {
                        self.inner.jobs.borrow_mut().remove(&id);
                    }
                    Poll::Pending => *cell.borrow_mut() = Some(job),
                }
            }
        }
    }
}
impl<T> Task<T> {
    pub fn cancel(&self) {
        let mut g = lock(&self.st);
        if g.finished {
            return;
        }
        g.finished = true;
        g.cancelled = true;
        drop(g);
        let mut q = lock(&self.inbox.set);
        q.0.insert(self.id);
        drop(q);
        self.inbox.cv.notify_one();
    }
    pub fn is_finished(&self) -> bool {
        let g = lock(&self.st);
        g.cancelled || g.value.is_some()
    }
}
impl<T> Future for Task<T> {
    type Output = Result<T, Cancelled>;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut g = lock(&self.st);
        if let Some(v) = g.value.take() {
            return Poll::Ready(v);
        }
        if !g.waker.as_ref().is_some_and(|w| w.will_wake(cx.waker())) {
            g.waker = Some(cx.waker().clone());
        }
        Poll::Pending
    }
}
