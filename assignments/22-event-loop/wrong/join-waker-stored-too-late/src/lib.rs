//! Tasks live in numbered slots that are used again. What happened from outside (woken, cancelled) is noted in an inbox;
//! the loop empties the whole inbox, then gives each noted slot one turn, the main future included.

mod inbox;

use inbox::{Inbox, Key};
use std::cell::RefCell;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancelled;

const RUNNING: u8 = 0;
const FINISHED: u8 = 1;
const CANCELLED: u8 = 2;

/// What the handle and the loop share.
struct Shared<T> {
    phase: AtomicU8,
    exit: Mutex<Exit<T>>,
    inbox: Arc<Inbox>,
    key: Key,
}

struct Exit<T> {
    result: Option<Result<T, Cancelled>>,
    waker: Option<Waker>,
}

impl<T> Shared<T> {
    fn leave(&self, result: Result<T, Cancelled>) {
        let mut exit = self.exit.lock().unwrap();
        exit.result = Some(result);
        let waker = exit.waker.take();
        drop(exit);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// A task without its type.
trait Stored {
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()>;
    /// Drops the future and tells whoever waits.
    fn stop(self: Pin<Box<Self>>);
    fn stopped(&self) -> bool;
}

struct Typed<F: Future> {
    future: Pin<Box<F>>,
    shared: Arc<Shared<F::Output>>,
}

impl<F: Future> Stored for Typed<F> {
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Poll::Ready(value) = self.future.as_mut().poll(cx) else { return Poll::Pending };
        let phase = &self.shared.phase;
        match phase.compare_exchange(RUNNING, FINISHED, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => {
                self.shared.leave(Ok(value));
                Poll::Ready(())
            }
            // Cancelled while it ran. The value is lost, and the note in the inbox does the rest.
            Err(_) => Poll::Pending,
        }
    }

    fn stop(self: Pin<Box<Self>>) {
        let Typed { future, shared } = *Pin::into_inner(self);
        drop(future);
        shared.leave(Err(Cancelled));
    }

    fn stopped(&self) -> bool {
        self.shared.phase.load(Ordering::Acquire) == CANCELLED
    }
}

struct Slot {
    generation: u64,
    task: Option<Pin<Box<dyn Stored>>>,
}

#[derive(Default)]
pub struct EventLoop {
    inbox: Arc<Inbox>,
    slots: RefCell<Vec<Slot>>,
}

impl EventLoop {
    pub fn new() -> Self {
        EventLoop::default()
    }

    pub fn create_task<F>(&self, f: F) -> Task<F::Output>
    where
        F: Future + 'static,
    {
        let mut slots = self.slots.borrow_mut();
        let index = slots.iter().position(|slot| slot.task.is_none()).unwrap_or(slots.len());
        if index == slots.len() {
            slots.push(Slot { generation: 0, task: None });
        }
        let slot = &mut slots[index];
        slot.generation += 1;
        let key = Key::Task { index, generation: slot.generation };
        let shared = Arc::new(Shared {
            phase: AtomicU8::new(RUNNING),
            exit: Mutex::new(Exit { result: None, waker: None }),
            inbox: self.inbox.clone(),
            key,
        });
        slot.task = Some(Box::pin(Typed { future: Box::pin(f), shared: shared.clone() }));
        self.inbox.note(key);
        Task(shared)
    }

    fn turn(&self, index: usize, generation: u64) {
        let mut task = {
            let mut slots = self.slots.borrow_mut();
            let slot = &mut slots[index];
            if slot.generation != generation {
                return;
            }
            let Some(task) = slot.task.take() else { return };
            // While the task runs, its slot must not look free.
            slot.task = Some(Box::pin(Away));
            task
        };
        let waker = self.inbox.waker(Key::Task { index, generation });
        let over = if task.stopped() {
            task.stop();
            true
        } else if task.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
            drop(task);
            true
        } else {
            self.slots.borrow_mut()[index].task = Some(task);
            false
        };
        if over {
            self.slots.borrow_mut()[index].task = None;
        }
    }

    pub fn run_until_complete<F: Future>(&self, f: F) -> F::Output {
        let mut main = pin!(f);
        let waker = self.inbox.waker(Key::Main);
        self.inbox.note(Key::Main);
        let mut left = Vec::new();
        loop {
            left.extend(self.inbox.take_all());
            while let Some(key) = left.pop() {
                match key {
                    Key::Task { index, generation } => self.turn(index, generation),
                    Key::Main => {
                        if let Poll::Ready(value) = main.as_mut().poll(&mut Context::from_waker(&waker)) {
                            // What had no turn yet gets it in the next run.
                            left.into_iter().for_each(|key| self.inbox.note(key));
                            return value;
                        }
                    }
                }
            }
        }
    }
}

/// Stands in for a task that is being polled.
struct Away;

impl Stored for Away {
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        Poll::Pending
    }
    fn stop(self: Pin<Box<Self>>) {}
    fn stopped(&self) -> bool {
        false
    }
}

pub struct Task<T>(Arc<Shared<T>>);

impl<T> Task<T> {
    pub fn cancel(&self) {
        let phase = &self.0.phase;
        if phase.compare_exchange(RUNNING, CANCELLED, Ordering::AcqRel, Ordering::Relaxed).is_ok() {
            self.0.inbox.note(self.0.key);
        }
    }

    pub fn is_finished(&self) -> bool {
        self.0.phase.load(Ordering::Acquire) != RUNNING
    }
}

impl<T> std::fmt::Debug for Task<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Task").field("finished", &self.is_finished()).finish()
    }
}

impl<T> Future for Task<T> {
    type Output = Result<T, Cancelled>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let result = self.0.exit.lock().unwrap().result.take();
        match result {
            Some(result) => Poll::Ready(result),
            None => {
                self.0.exit.lock().unwrap().waker = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

// A handle is of use in any thread, even if its value can only be moved.
const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<Task<std::cell::Cell<u8>>>();
};
