//! Bug: the wake-ups of a task are counted in a byte: 256 of them look like none.

use std::any::Any;
use std::cell::RefCell;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU8, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Wake};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancelled;

mod bell {
    use super::*;
    #[derive(Default)]
    pub struct Bell {
        epoch: Mutex<u64>,
        rung: Condvar,
    }
    impl Bell {
        pub fn ring(&self) {
            let mut e = self.epoch.lock().unwrap();
            *e = e.wrapping_add(1);
            drop(e);
            self.rung.notify_all();
        }
        pub fn now(&self) -> u64 {
            *self.epoch.lock().unwrap()
        }
        pub fn wait_past(&self, seen: u64) {
            let g = self.epoch.lock().unwrap();
            drop(self.rung.wait_while(g, |e| *e == seen).unwrap());
        }
    }
}
use bell::Bell;

struct Counter {
    wakes: AtomicU8,
    bell: Arc<Bell>,
}
impl Wake for Counter {
    fn wake(self: Arc<Self>) {
        self.wakes.fetch_add(1, SeqCst);
        self.bell.ring();
    }
}

/// The state that a Task shares with its loop. The value is a Box<dyn Any>-free generic.
enum St<T> {
    Live,
    Stop,
    Value(T),
    Void,
    Taken,
}
struct Link<T> {
    st: Mutex<(St<T>, Option<std::task::Waker>)>,
}

trait Unit: Any {
    fn go(&mut self, cx: &mut Context<'_>) -> bool;
    fn stop_asked(&self) -> bool;
    fn stop(&mut self);
}
struct UnitOf<F: Future> {
    f: Option<Pin<Box<F>>>,
    link: Arc<Link<F::Output>>,
}
impl<F: Future + 'static> Unit for UnitOf<F> {
    fn go(&mut self, cx: &mut Context<'_>) -> bool {
        let Poll::Ready(v) = self.f.as_mut().unwrap().as_mut().poll(cx) else { return false };
        self.f = None;
        let mut g = self.link.st.lock().unwrap();
        if matches!(g.0, St::Live) {
            g.0 = St::Value(v);
            let w = g.1.take();
            drop(g);
            if let Some(w) = w {
                w.wake()
            }
            true
        } else {
            drop(g);
            drop(v);
            false
        }
    }
    fn stop_asked(&self) -> bool {
        matches!(self.link.st.lock().unwrap().0, St::Stop)
    }
    fn stop(&mut self) {
        self.f = None;
        let mut g = self.link.st.lock().unwrap();
        g.0 = St::Void;
        let w = g.1.take();
        drop(g);
        if let Some(w) = w {
            w.wake()
        }
    }
}

struct Row {
    unit: Option<Box<dyn Unit>>,
    counter: Arc<Counter>,
    seen: u8,
}
pub struct EventLoop {
    bell: Arc<Bell>,
    rows: RefCell<Vec<Row>>,
}
pub struct Task<T> {
    link: Arc<Link<T>>,
    counter: Arc<Counter>,
}

impl EventLoop {
    pub fn new() -> Self {
        Self { bell: Default::default(), rows: Default::default() }
    }
    fn counter(&self) -> Arc<Counter> {
        let c = Arc::new(Counter { wakes: AtomicU8::new(0), bell: self.bell.clone() });
        c.clone().wake();
        c
    }
    pub fn create_task<F>(&self, f: F) -> Task<F::Output>
    where
        F: Future + 'static,
    {
        let link = Arc::new(Link { st: Mutex::new((St::Live, None)) });
        let counter = self.counter();
        let unit: Box<dyn Unit> = Box::new(UnitOf { f: Some(Box::pin(f)), link: link.clone() });
        self.rows.borrow_mut().push(Row { unit: Some(unit), counter: counter.clone(), seen: 0 });
        Task { link, counter }
    }
    pub fn run_until_complete<F: Future>(&self, f: F) -> F::Output {
        let mut f = pin!(f);
        let main = self.counter();
        let waker = main.clone().into();
        let mut seen = 0u8;
        loop {
            let epoch = self.bell.now();
            let wakes = main.wakes.load(SeqCst);
            if wakes != seen {
                seen = wakes;
                if let Poll::Ready(v) = f.as_mut().poll(&mut Context::from_waker(&waker)) {
                    return v;
                }
            }
            let count = self.rows.borrow().len();
            for i in 0..count {
                let (mut unit, counter) = {
                    let mut rows = self.rows.borrow_mut();
                    let row = &mut rows[i];
                    let wakes = row.counter.wakes.load(SeqCst);
                    if wakes == row.seen {
                        continue;
                    }
                    row.seen = wakes;
                    match row.unit.take() {
                        Some(u) => (u, row.counter.clone()),
                        None => continue,
                    }
                };
                let over = !unit.stop_asked() && unit.go(&mut Context::from_waker(&counter.into()));
                if over {
                    continue;
                }
                if unit.stop_asked() {
                    unit.stop();
                    continue;
                }
                self.rows.borrow_mut()[i].unit = Some(unit);
            }
            self.rows.borrow_mut().retain(|r| r.unit.is_some());
            self.bell.wait_past(epoch);
        }
    }
}
impl<T> Task<T> {
    pub fn cancel(&self) {
        let mut g = self.link.st.lock().unwrap();
        if let St::Live = g.0 {
            g.0 = St::Stop;
            drop(g);
            self.counter.clone().wake();
        }
    }
    pub fn is_finished(&self) -> bool {
        !matches!(self.link.st.lock().unwrap().0, St::Live)
    }
}
impl<T> Future for Task<T> {
    type Output = Result<T, Cancelled>;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut g = self.link.st.lock().unwrap();
        match std::mem::replace(&mut g.0, St::Taken) {
            St::Value(v) => Poll::Ready(Ok(v)),
            St::Void => {
                g.0 = St::Void;
                Poll::Ready(Err(Cancelled))
            }
            St::Taken => panic!("polled again"),
            live => {
                g.0 = live;
                let old = g.1.replace(cx.waker().clone());
                drop(g);
                drop(old);
                Poll::Pending
            }
        }
    }
}
