//! A flag for each task. The loop looks at all flags in turn and parks its thread when none is set.

use std::cell::RefCell;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancelled;

struct Flag {
    woken: AtomicBool,
    thread: Thread,
}

impl Flag {
    fn new() -> Arc<Self> {
        Arc::new(Flag { woken: AtomicBool::new(true), thread: thread::current() })
    }

    /// Was it woken? The flag is down afterwards, before the poll that may raise it again.
    fn take(&self) -> bool {
        self.woken.swap(false, Ordering::AcqRel)
    }
}

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }
    fn wake_by_ref(self: &Arc<Self>) {
        self.woken.store(true, Ordering::Release);
        self.thread.unpark();
    }
}

enum Stage<T> {
    Running,
    /// Cancelled, but the future still lives.
    Stopping,
    Done(Option<Result<T, Cancelled>>),
}

struct Cell<T> {
    stage: Mutex<(Stage<T>, Option<Waker>)>,
    flag: Arc<Flag>,
}

impl<T> Cell<T> {
    fn stopping(&self) -> bool {
        matches!(self.stage.lock().unwrap().0, Stage::Stopping)
    }

    fn settle(&self, result: Result<T, Cancelled>) {
        let waker = {
            let mut stage = self.stage.lock().unwrap();
            stage.0 = Stage::Done(Some(result));
            stage.1.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// Drives a task: polls it, and answers whether it is over.
type Step = Box<dyn FnMut(&mut Context<'_>) -> bool>;

struct Entry {
    flag: Arc<Flag>,
    step: Step,
}

pub struct EventLoop {
    tasks: RefCell<Vec<Entry>>,
    created: RefCell<Vec<Entry>>,
}

impl EventLoop {
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        EventLoop { tasks: RefCell::default(), created: RefCell::default() }
    }

    pub fn create_task<F>(&self, f: F) -> Task<F::Output>
    where
        F: Future + 'static,
    {
        let flag = Flag::new();
        let cell = Arc::new(Cell { stage: Mutex::new((Stage::Running, None)), flag: flag.clone() });
        let mine = cell.clone();
        let mut future = Some(Box::pin(f));
        let step = Box::new(move |cx: &mut Context<'_>| {
            let Some(running) = &mut future else { return true };
            if !mine.stopping()
                && let Poll::Ready(value) = running.as_mut().poll(cx)
            {
                future = None;
                mine.settle(Ok(value));
                return true;
            }
            if mine.stopping() {
                future = None;
                mine.settle(Err(Cancelled));
                return true;
            }
            false
        });
        self.created.borrow_mut().push(Entry { flag, step });
        Task { cell }
    }

    pub fn run_until_complete<F: Future>(&self, f: F) -> F::Output {
        let mut main = pin!(f);
        let main_flag = Flag::new();
        let main_waker = Waker::from(main_flag.clone());
        // The tasks are taken out while they run, so that they may create others.
        let mut tasks = self.tasks.take();
        let value = loop {
            tasks.append(&mut self.created.borrow_mut());
            let mut idle = true;
            if main_flag.take() {
                idle = false;
                if let Poll::Ready(value) = main.as_mut().poll(&mut Context::from_waker(&main_waker)) {
                    break value;
                }
            }
            tasks.retain_mut(|entry| {
                if !entry.flag.woken.load(Ordering::Acquire) {
                    return true;
                }
                idle = false;
                let waker = Waker::from(entry.flag.clone());
                let over = (entry.step)(&mut Context::from_waker(&waker));
                entry.flag.take();
                !over
            });
            if idle && self.created.borrow().is_empty() {
                thread::park();
            }
        };
        self.tasks.replace(tasks);
        value
    }
}

pub struct Task<T> {
    cell: Arc<Cell<T>>,
}

impl<T> Task<T> {
    pub fn cancel(&self) {
        let mut stage = self.cell.stage.lock().unwrap();
        if matches!(stage.0, Stage::Running) {
            stage.0 = Stage::Stopping;
            drop(stage);
            self.cell.flag.wake_by_ref();
        }
    }

    pub fn is_finished(&self) -> bool {
        !matches!(self.cell.stage.lock().unwrap().0, Stage::Running)
    }
}

impl<T> Future for Task<T> {
    type Output = Result<T, Cancelled>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut stage = self.cell.stage.lock().unwrap();
        if let Stage::Done(result) = &mut stage.0 {
            return Poll::Ready(result.take().expect("polled after its end"));
        }
        match &mut stage.1 {
            Some(waker) => waker.clone_from(cx.waker()),
            none => *none = Some(cx.waker().clone()),
        }
        Poll::Pending
    }
}
