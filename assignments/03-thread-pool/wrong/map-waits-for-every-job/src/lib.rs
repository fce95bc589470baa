use std::any::Any;
use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::*};
use std::sync::{Arc, Condvar, Mutex, mpsc};
use std::thread::{self, JoinHandle};
type Job = Box<dyn FnOnce() + Send>;
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobPanicked {
    pub message: String,
}
fn text(p: Box<dyn Any + Send>) -> String {
    match p.downcast::<String>() {
        Ok(s) => *s,
        Err(p) => match p.downcast::<&'static str>() {
            Ok(s) => s.to_string(),
            Err(_) => "Box<dyn Any>".into(),
        },
    }
}
struct Slot<T> {
    v: Mutex<Option<Result<T, JobPanicked>>>,
    cv: Condvar,
}
pub struct JobHandle<T>(Arc<Slot<T>>);
impl<T> JobHandle<T> {
    pub fn join(self) -> Result<T, JobPanicked> {
        let mut g = self.0.v.lock().unwrap();
        loop {
            if let Some(r) = g.take() {
                return r;
            }
            g = self.0.cv.wait(g).unwrap();
        }
    }
}
struct State {
    q: VecDeque<Job>,
    closed: bool,
    pending: usize,
}
struct Shared {
    idle: Condvar,
    s: Mutex<State>,
    cv: Condvar,
}
pub struct ThreadPool {
    sh: Arc<Shared>,
    t: Vec<JoinHandle<()>>,
}
fn work(sh: &Shared) {
    loop {
        let mut g = sh.s.lock().unwrap();
        let job = loop {
            if let Some(j) = g.q.pop_front() {
                break j;
            }
            if g.closed {
                return;
            }
            g = sh.cv.wait(g).unwrap();
        };
        drop(g);
        let _ = catch_unwind(AssertUnwindSafe(job));
        sh.s.lock().unwrap().pending -= 1;
        sh.idle.notify_all();
    }
}
impl ThreadPool {
    pub fn new(workers: NonZeroUsize) -> Self {
        let sh = Arc::new(Shared {
            idle: Condvar::new(),
            s: Mutex::new(State { q: VecDeque::new(), closed: false, pending: 0 }),
            cv: Condvar::new(),
        });
        let t = (0..workers.get())
            .map(|_| {
                let sh = sh.clone();
                thread::spawn(move || work(&sh))
            })
            .collect();
        ThreadPool { sh, t }
    }
    pub fn workers(&self) -> usize {
        self.t.len()
    }
    fn push(&self, j: Job) {
        {
            let mut g = self.sh.s.lock().unwrap();
            g.q.push_back(j);
            g.pending += 1;
        }
        self.sh.cv.notify_one();
    }
    pub fn execute<F>(&self, job: F)
    where
        F: FnOnce() + Send + 'static,
    {
        self.push(Box::new(job))
    }
    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let s = Arc::new(Slot { v: Mutex::new(None), cv: Condvar::new() });
        let s2 = s.clone();
        self.push(Box::new(move || {
            let r = catch_unwind(AssertUnwindSafe(job)).map_err(|p| JobPanicked { message: text(p) });
            *s2.v.lock().unwrap() = Some(r);
            s2.cv.notify_all();
        }));
        JobHandle(s)
    }
    pub fn map<I, T, R, F>(&self, items: I, f: F) -> Vec<R>
    where
        I: IntoIterator<Item = T>,
        T: Send + 'static,
        R: Send + 'static,
        F: Fn(T) -> R + Send + Sync + 'static,
    {
        let f = Arc::new(f);
        let hs: Vec<_> = items
            .into_iter()
            .map(|x| {
                let f = f.clone();
                self.submit(move || f(x))
            })
            .collect();
        drop(self.sh.idle.wait_while(self.sh.s.lock().unwrap(), |s| s.pending > 0).unwrap());
        let rs: Vec<_> = hs.into_iter().map(|h| h.join()).collect();
        rs.into_iter().map(|r| r.unwrap_or_else(|e| panic!("{}", e.message))).collect()
    }
}
impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.sh.s.lock().unwrap().closed = true;
        self.sh.cv.notify_all();
        for t in self.t.drain(..) {
            t.join().unwrap();
        }
    }
}
