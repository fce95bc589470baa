//! Bug: the numbers of tasks begin again after 64: a new task takes the place of one that still runs.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Wake, Waker};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancelled;

#[derive(Default)]
struct Ready {
    tasks: VecDeque<u64>,
    main: bool,
}
#[derive(Default)]
struct Bell {
    ready: Mutex<Ready>,
    rung: Condvar,
}
struct MainWaker(Arc<Bell>);
impl Wake for MainWaker {
    fn wake(self: Arc<Self>) {
        self.0.ready.lock().unwrap().main = true;
        self.0.rung.notify_one();
    }
}
struct TaskWaker {
    id: u64,
    queued: AtomicBool,
    bell: Arc<Bell>,
}
impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        if !self.queued.swap(true, SeqCst) {
            self.bell.ready.lock().unwrap().tasks.push_back(self.id);
            self.bell.rung.notify_one();
        }
    }
}
enum Phase<T> {
    Running,
    Asked,
    Done(Option<Result<T, Cancelled>>),
}
struct Joint<T> {
    phase: Phase<T>,
    waiter: Option<Waker>,
}
pub struct Task<T> {
    joint: Arc<Mutex<Joint<T>>>,
    waker: Arc<TaskWaker>,
}
impl<T> Task<T> {
    pub fn cancel(&self) {
        {
            let mut joint = self.joint.lock().unwrap();
            if !matches!(joint.phase, Phase::Running) {
                return;
            }
            joint.phase = Phase::Asked;
        }
        Waker::from(self.waker.clone()).wake();
    }
    pub fn is_finished(&self) -> bool {
        !matches!(self.joint.lock().unwrap().phase, Phase::Running)
    }
}
impl<T> Future for Task<T> {
    type Output = Result<T, Cancelled>;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut joint = self.joint.lock().unwrap();
        match &mut joint.phase {
            Phase::Done(result) => Poll::Ready(result.take().expect("polled after the end")),
            _ => {
                let old = joint.waiter.replace(cx.waker().clone());
                drop(joint);
                drop(old);
                Poll::Pending
            }
        }
    }
}
trait Job {
    /// true: it has ended
    fn step(&mut self, cx: &mut Context<'_>) -> bool;
}
struct Work<F: Future> {
    future: Option<Pin<Box<F>>>,
    joint: Arc<Mutex<Joint<F::Output>>>,
}
impl<F: Future> Work<F> {
    fn asked(&self) -> bool {
        matches!(self.joint.lock().unwrap().phase, Phase::Asked)
    }
    fn end(&mut self, result: Result<F::Output, Cancelled>) {
        self.future = None;
        let mut joint = self.joint.lock().unwrap();
        let result = if matches!(joint.phase, Phase::Asked) { Err(Cancelled) } else { result };
        joint.phase = Phase::Done(Some(result));
        let waiter = joint.waiter.take();
        drop(joint);
        if let Some(w) = waiter {
            w.wake();
        }
    }
}
impl<F: Future> Job for Work<F> {
    fn step(&mut self, cx: &mut Context<'_>) -> bool {
        if self.asked() {
            self.end(Err(Cancelled));
            return true;
        }
        let Some(f) = &mut self.future else { return true };
        match f.as_mut().poll(cx) {
            Poll::Ready(v) => {
                self.end(Ok(v));
                true
            }
            Poll::Pending => {
                if self.asked() {
                    self.end(Err(Cancelled));
                    return true;
                }
                false
            }
        }
    }
}
#[derive(Default)]
struct Table {
    next: u64,
    jobs: HashMap<u64, (Option<Box<dyn Job>>, Arc<TaskWaker>)>,
}
pub struct EventLoop {
    bell: Arc<Bell>,
    table: RefCell<Table>,
}
impl Default for EventLoop {
    fn default() -> Self {
        Self::new()
    }
}
impl EventLoop {
    pub fn new() -> Self {
        EventLoop { bell: Arc::default(), table: RefCell::default() }
    }
    pub fn create_task<F>(&self, f: F) -> Task<F::Output>
    where
        F: Future + 'static,
    {
        let joint = Arc::new(Mutex::new(Joint { phase: Phase::Running, waiter: None }));
        let mut table = self.table.borrow_mut();
        let id = table.next;
        table.next = (table.next + 1) % 64;
        let waker = Arc::new(TaskWaker { id, queued: AtomicBool::new(false), bell: self.bell.clone() });
        table
            .jobs
            .insert(id, (Some(Box::new(Work { future: Some(Box::pin(f)), joint: joint.clone() })), waker.clone()));
        drop(table);
        waker.clone().wake();
        Task { joint, waker }
    }
    pub fn run_until_complete<F: Future>(&self, f: F) -> F::Output {
        let mut f = pin!(f);
        let main = Waker::from(Arc::new(MainWaker(self.bell.clone())));
        self.bell.ready.lock().unwrap().main = true;
        loop {
            let mut ready = self.bell.ready.lock().unwrap();
            while !ready.main && ready.tasks.is_empty() {
                ready = self.bell.rung.wait(ready).unwrap();
            }
            let poll_main = std::mem::take(&mut ready.main);
            let turns = ready.tasks.len();
            drop(ready);
            if poll_main {
                if let Poll::Ready(v) = f.as_mut().poll(&mut Context::from_waker(&main)) {
                    return v;
                }
            }
            for _ in 0..turns {
                let next = self.bell.ready.lock().unwrap().tasks.pop_front();
                let Some(id) = next else { break };
                self.turn(id);
            }
        }
    }
    fn turn(&self, id: u64) {
        let (mut job, waker) = match self.table.borrow_mut().jobs.get_mut(&id) {
            Some((job, waker)) => (job.take().expect("not running"), waker.clone()),
            None => return,
        };
        waker.queued.store(false, SeqCst);
        let ended = job.step(&mut Context::from_waker(&Waker::from(waker)));
        if ended {
            let old = self.table.borrow_mut().jobs.remove(&id);
            drop(job);
            drop(old);
        } else {
            self.table.borrow_mut().jobs.get_mut(&id).unwrap().0 = Some(job);
        }
    }
}
