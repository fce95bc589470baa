//! Bug: a waker of a main future that is done makes the next run panic.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancelled;

type Key = (usize, u64);
const MAIN: usize = 0;

#[derive(Default)]
struct Ready {
    set: Mutex<BTreeSet<Key>>,
    some: Condvar,
}
impl Ready {
    fn set(&self) -> MutexGuard<'_, BTreeSet<Key>> {
        self.set.lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn add(&self, key: Key) {
        if self.set().insert(key) {
            self.some.notify_all();
        }
    }
    fn take(&self) -> BTreeSet<Key> {
        let set = self.some.wait_while(self.set(), |s| s.is_empty()).unwrap_or_else(PoisonError::into_inner);
        let mut set = set;
        std::mem::take(&mut *set)
    }
}
struct KeyWaker(Key, Arc<Ready>);
impl Wake for KeyWaker {
    fn wake(self: Arc<Self>) {
        self.1.add(self.0);
    }
}
struct Outcome<T> {
    cancelled: bool,
    ended: bool,
    result: Option<Result<T, Cancelled>>,
    waker: Option<Waker>,
}
pub struct Task<T> {
    key: Key,
    ready: Arc<Ready>,
    outcome: Arc<Mutex<Outcome<T>>>,
}
impl<T> Task<T> {
    pub fn cancel(&self) {
        let mut o = self.outcome.lock().unwrap();
        if !o.ended && !o.cancelled {
            o.cancelled = true;
            self.ready.add(self.key);
        }
    }
    pub fn is_finished(&self) -> bool {
        let o = self.outcome.lock().unwrap();
        o.ended || o.cancelled
    }
}
impl<T> Future for Task<T> {
    type Output = Result<T, Cancelled>;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut o = self.outcome.lock().unwrap();
        if let Some(r) = o.result.take() {
            return Poll::Ready(r);
        }
        let new = cx.waker().clone();
        let old = o.waker.replace(new);
        drop(o);
        drop(old);
        Poll::Pending
    }
}
/// Polls; true when it is over.
type Step = Box<dyn FnMut(&mut Context<'_>) -> bool>;
struct Place {
    generation: u64,
    step: Option<Step>,
    waker: Waker,
}
pub struct EventLoop {
    ready: Arc<Ready>,
    places: RefCell<Vec<Option<Place>>>,
    generation: std::cell::Cell<u64>,
}
impl EventLoop {
    pub fn new() -> Self {
        EventLoop { ready: Arc::default(), places: RefCell::new(vec![None]), generation: Default::default() }
    }
    fn next(&self) -> u64 {
        self.generation.set(self.generation.get() + 1);
        self.generation.get()
    }
    pub fn create_task<F>(&self, f: F) -> Task<F::Output>
    where
        F: Future + 'static,
    {
        let outcome = Arc::new(Mutex::new(Outcome { cancelled: false, ended: false, result: None, waker: None }));
        let out = outcome.clone();
        let mut future = Some(Box::pin(f));
        let step: Step = Box::new(move |cx| {
            let cancelled = || out.lock().unwrap().cancelled;
            let mut value = None;
            if !cancelled() {
                match future.as_mut().unwrap().as_mut().poll(cx) {
                    Poll::Ready(v) => value = Some(v),
                    Poll::Pending if cancelled() => {}
                    Poll::Pending => return false,
                }
            }
            future = None;
            let (waker, unused) = {
                let mut o = out.lock().unwrap();
                o.ended = true;
                let unused = if o.cancelled {
                    o.result = Some(Err(Cancelled));
                    value
                } else {
                    o.result = value.map(Ok);
                    None
                };
                (o.waker.take(), unused)
            };
            drop(unused);
            waker.into_iter().for_each(Waker::wake);
            true
        });
        let generation = self.next();
        let mut places = self.places.borrow_mut();
        let at = match places.iter().skip(1).position(Option::is_none) {
            Some(i) => i + 1,
            None => {
                places.push(None);
                places.len() - 1
            }
        };
        let key = (at, generation);
        let waker = Waker::from(Arc::new(KeyWaker(key, self.ready.clone())));
        places[at] = Some(Place { generation, step: Some(step), waker });
        drop(places);
        self.ready.add(key);
        Task { key, ready: self.ready.clone(), outcome }
    }
    pub fn run_until_complete<F: Future>(&self, f: F) -> F::Output {
        let mut f = pin!(f);
        let me = (MAIN, self.next());
        let waker = Waker::from(Arc::new(KeyWaker(me, self.ready.clone())));
        self.ready.add(me);
        loop {
            let mut now = self.ready.take();
            while let Some(key) = now.pop_first() {
                if key == me {
                    if let Poll::Ready(v) = f.as_mut().poll(&mut Context::from_waker(&waker)) {
                        now.into_iter().for_each(|k| self.ready.add(k));
                        return v;
                    }
                } else {
                    assert!(key.0 != MAIN, "the main future is done");
                    self.turn(key);
                }
            }
        }
    }
    fn turn(&self, (at, generation): Key) {
        let (mut step, waker) = {
            let mut places = self.places.borrow_mut();
            let Some(place) = places[at].as_mut().filter(|p| p.generation == generation) else { return };
            (place.step.take().unwrap(), place.waker.clone())
        };
        let over = step(&mut Context::from_waker(&waker));
        if over {
            drop(step);
            let _old = self.places.borrow_mut()[at].take();
        } else if let Some(place) = &mut self.places.borrow_mut()[at] {
            place.step = Some(step);
        }
    }
}
