//! The loop sleeps at a channel with one place: a bell.
use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancelled;

struct Flag {
    up: AtomicBool,
    bell: SyncSender<()>,
}
impl Flag {
    fn new(bell: &SyncSender<()>) -> Arc<Flag> {
        Arc::new(Flag { up: AtomicBool::new(true), bell: bell.clone() })
    }
}
impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.up.store(true, SeqCst);
        let _ = self.bell.try_send(());
    }
}
type Poller = Box<dyn FnMut(&mut Context<'_>) -> bool>;
struct Record {
    flag: Arc<Flag>,
    poller: Poller,
    dead: bool,
}
pub struct EventLoop {
    records: RefCell<Vec<Rc<RefCell<Record>>>>,
    bell: SyncSender<()>,
    ear: Receiver<()>,
}

struct Mail<T> {
    result: Option<Result<T, Cancelled>>,
    done: bool,
    stop: bool,
    waker: Option<Waker>,
}
pub struct Task<T> {
    mail: Arc<Mutex<Mail<T>>>,
    flag: Arc<Flag>,
}

impl EventLoop {
    pub fn new() -> Self {
        let (bell, ear) = sync_channel(1);
        EventLoop { records: RefCell::new(vec![]), bell, ear }
    }
    pub fn create_task<F>(&self, f: F) -> Task<F::Output>
    where
        F: Future + 'static,
    {
        let flag = Flag::new(&self.bell);
        let mail = Arc::new(Mutex::new(Mail { result: None, done: false, stop: false, waker: None }));
        let mut f = Some(Box::pin(f));
        let m = Arc::clone(&mail);
        let poller: Poller = Box::new(move |cx| {
            let Some(fut) = f.as_mut() else { return true };
            let mut res = None;
            if !m.lock().unwrap().stop {
                if let Poll::Ready(v) = fut.as_mut().poll(cx) {
                    res = Some(v)
                }
            }
            if res.is_none() && !m.lock().unwrap().stop {
                return false;
            }
            f = None;
            let mut g = m.lock().unwrap();
            let r = match res {
                Some(v) if !g.stop => Ok(v),
                _ => Err(Cancelled),
            };
            g.result = Some(r);
            g.done = true;
            let w = g.waker.take();
            drop(g);
            if let Some(w) = w {
                w.wake()
            }
            true
        });
        self.records.borrow_mut().push(Rc::new(RefCell::new(Record { flag: flag.clone(), poller, dead: false })));
        Task { mail, flag }
    }
    pub fn run_until_complete<F: Future>(&self, f: F) -> F::Output {
        let mut f = std::pin::pin!(f);
        let flag = Flag::new(&self.bell);
        let w = Waker::from(flag.clone());
        loop {
            if flag.up.swap(false, SeqCst) {
                if let Poll::Ready(v) = f.as_mut().poll(&mut Context::from_waker(&w)) {
                    let _ = self.bell.try_send(());
                    return v;
                }
            }
            let round: Vec<_> = self.records.borrow().clone();
            for r in &round {
                let mut r = r.borrow_mut();
                if r.flag.up.swap(false, SeqCst) {
                    let w = Waker::from(r.flag.clone());
                    if (r.poller)(&mut Context::from_waker(&w)) {
                        r.dead = true;
                    }
                }
            }
            drop(round);
            let mut dead = vec![];
            self.records.borrow_mut().retain(|r| {
                if r.borrow().dead {
                    dead.push(r.clone());
                    false
                } else {
                    true
                }
            });
            drop(dead);
            self.ear.recv().unwrap();
        }
    }
}
impl<T> Task<T> {
    pub fn cancel(&self) {
        let mut g = self.mail.lock().unwrap();
        if g.done {
            return;
        }
        g.done = true;
        g.stop = true;
        drop(g);
        self.flag.clone().wake();
    }
    pub fn is_finished(&self) -> bool {
        self.mail.lock().unwrap().done
    }
}
impl<T> Future for Task<T> {
    type Output = Result<T, Cancelled>;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut g = self.mail.lock().unwrap();
        match g.result.take() {
            Some(r) => Poll::Ready(r),
            None => {
                g.waker = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}
