//! A queue of woken tasks behind one mutex; the loop sleeps on a condition variable.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Wake, Waker};

/// What an awaited task gives after it was cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancelled;

/// The number of the main future in the queue.
const MAIN: u64 = 0;

/// The numbers of woken tasks, each at most once.
#[derive(Default)]
struct Ready {
    queue: Mutex<VecDeque<u64>>,
    changed: Condvar,
}

impl Ready {
    fn push(&self, id: u64) {
        let mut queue = self.queue.lock().unwrap();
        if !queue.contains(&id) {
            queue.push_back(id);
            self.changed.notify_one();
        }
    }

    fn pop(&self) -> u64 {
        let mut queue = self.queue.lock().unwrap();
        loop {
            match queue.pop_front() {
                Some(id) => return id,
                None => queue = self.changed.wait(queue).unwrap(),
            }
        }
    }
}

struct TaskWaker {
    id: u64,
    ready: Arc<Ready>,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.ready.push(self.id);
    }
}

/// What the loop does with a task, whatever its output.
trait Run {
    /// True: it is over, and the loop can forget it.
    fn run(&self, cx: &mut Context<'_>) -> bool;
}

struct Shared<T> {
    state: Mutex<State<T>>,
    id: u64,
    ready: Arc<Ready>,
}

struct State<T> {
    cancelled: bool,
    result: Option<Result<T, Cancelled>>,
    finished: bool,
    joiner: Option<Waker>,
}

impl<T> Shared<T> {
    fn finish(&self, result: Result<T, Cancelled>) {
        let joiner = {
            let mut state = self.state.lock().unwrap();
            state.finished = true;
            state.result = Some(result);
            state.joiner.take()
        };
        if let Some(waker) = joiner {
            waker.wake();
        }
    }
}

struct Job<F: Future> {
    future: RefCell<Option<Pin<Box<F>>>>,
    shared: Arc<Shared<F::Output>>,
}

impl<F: Future> Run for Job<F> {
    fn run(&self, cx: &mut Context<'_>) -> bool {
        let Some(mut future) = self.future.borrow_mut().take() else { return true };
        if !self.shared.state.lock().unwrap().cancelled
            && let Poll::Ready(value) = future.as_mut().poll(cx)
        {
            drop(future);
            self.shared.finish(Ok(value));
            return true;
        }
        if self.shared.state.lock().unwrap().cancelled {
            drop(future);
            self.shared.finish(Err(Cancelled));
            return true;
        }
        *self.future.borrow_mut() = Some(future);
        false
    }
}

struct Entry {
    job: Rc<dyn Run>,
    waker: Waker,
}

/// Runs futures in the thread that calls it.
pub struct EventLoop {
    ready: Arc<Ready>,
    tasks: RefCell<HashMap<u64, Entry>>,
    next: RefCell<u64>,
}

impl EventLoop {
    /// A loop without tasks.
    pub fn new() -> Self {
        EventLoop { ready: Arc::default(), tasks: RefCell::default(), next: RefCell::new(MAIN + 1) }
    }

    /// Adds a task; it runs in `run_until_complete`.
    pub fn create_task<F>(&self, f: F) -> Task<F::Output>
    where
        F: Future + 'static,
    {
        let id = self.next.replace_with(|n| *n + 1);
        let state = State { cancelled: false, result: None, finished: false, joiner: None };
        let shared = Arc::new(Shared { state: Mutex::new(state), id, ready: self.ready.clone() });
        let job = Rc::new(Job { future: RefCell::new(Some(Box::pin(f))), shared: shared.clone() });
        let waker = Waker::from(Arc::new(TaskWaker { id, ready: self.ready.clone() }));
        self.tasks.borrow_mut().insert(id, Entry { job, waker });
        self.ready.push(id);
        Task { shared }
    }

    /// Runs `f` to its end, and the tasks meanwhile.
    pub fn run_until_complete<F: Future>(&self, f: F) -> F::Output {
        let mut main = pin!(f);
        let waker = Waker::from(Arc::new(TaskWaker { id: MAIN, ready: self.ready.clone() }));
        self.ready.push(MAIN);
        loop {
            let id = self.ready.pop();
            if id == MAIN {
                if let Poll::Ready(value) = main.as_mut().poll(&mut Context::from_waker(&waker)) {
                    return value;
                }
                continue;
            }
            let found = self.tasks.borrow().get(&id).map(|e| (e.job.clone(), e.waker.clone()));
            let Some((job, waker)) = found else { continue };
            if job.run(&mut Context::from_waker(&waker)) {
                let gone = self.tasks.borrow_mut().remove(&id);
                drop(gone);
            }
        }
    }
}

impl Default for EventLoop {
    fn default() -> Self {
        EventLoop::new()
    }
}

/// A handle to a task. Dropping it does not stop the task.
pub struct Task<T> {
    shared: Arc<Shared<T>>,
}

impl<T> Task<T> {
    /// Stops the task, unless it has finished.
    pub fn cancel(&self) {
        {
            let mut state = self.shared.state.lock().unwrap();
            if state.finished {
                return;
            }
            state.cancelled = true;
            state.finished = true;
        }
        self.shared.ready.push(self.shared.id);
    }

    /// Has it ended, or was it cancelled?
    pub fn is_finished(&self) -> bool {
        self.shared.state.lock().unwrap().finished
    }
}

impl<T> Future for Task<T> {
    type Output = Result<T, Cancelled>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.shared.state.lock().unwrap();
        match state.result.take() {
            Some(result) => Poll::Ready(result),
            None => {
                state.joiner = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}
