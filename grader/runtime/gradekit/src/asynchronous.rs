//! Futures, wakers and a small executor for checks.
//!
//! They poll a future only after it was woken, and count. A wake-up may come from any thread: the flags behind the wakers
//! that somebody sleeps on are modelled, so the engines try every moment for it.

use crate::hooks::{self, Kind};
use shadow_std::sync::{Condvar, Mutex, MutexGuard};
use shadow_std::thread::{self, ThreadId};
use std::panic::Location;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll, Wake, Waker};

/// A future that wakes itself this often in a row, with nobody else's help, is polled in a busy loop.
const BUSY: usize = 100;

/// A waker that counts. Counting adds no interleavings.
///
/// ```
/// use gradekit::*;
/// use std::task::Poll;
/// let flag = WakeFlag::new();
/// let mut future = Box::pin(std::future::ready(7));
/// assert_eq!(flag.poll(future.as_mut()), Poll::Ready(7));
/// assert_eq!(flag.wakes(), 0);
/// ```
#[derive(Debug, Clone, Default)]
pub struct WakeFlag(Arc<Wakes>);

#[derive(Debug, Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    #[track_caller]
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    #[track_caller]
    fn wake_by_ref(self: &Arc<Self>) {
        hooks::note("wake", "a task", "", Location::caller());
        self.0.fetch_add(1, SeqCst);
    }
}

impl WakeFlag {
    /// Not woken yet.
    pub fn new() -> Self {
        WakeFlag::default()
    }

    /// A waker that counts here.
    pub fn waker(&self) -> Waker {
        Waker::from(self.0.clone())
    }

    /// How often it was woken.
    pub fn wakes(&self) -> usize {
        self.0.0.load(SeqCst)
    }

    /// Polls `future` once with this waker.
    pub fn poll<F: Future + ?Sized>(&self, future: Pin<&mut F>) -> Poll<F::Output> {
        future.poll(&mut Context::from_waker(&self.waker()))
    }
}

/// Polls once, with a fresh [`WakeFlag`]. `None`: it is not ready.
///
/// ```
/// use gradekit::*;
/// use std::pin::pin;
/// assert_eq!(poll_once(pin!(async { 7 })), Some(7));
/// assert_eq!(poll_once(pin!(std::future::pending::<u64>())), None);
/// ```
pub fn poll_once<F: Future + ?Sized>(future: Pin<&mut F>) -> Option<F::Output> {
    match WakeFlag::new().poll(future) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

/// Runs a future to its end in the calling thread, which sleeps until the future is woken. A future that nobody ever wakes is a lost
/// wake-up; one that only ever wakes itself is a busy loop. Both are findings.
///
/// ```
/// assert_eq!(gradekit::block_on(async { 3 + 4 }), 7);
/// ```
#[track_caller]
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let ready = Arc::new(Ready::new(1));
    let waker = ready.waker(0);
    loop {
        ready.next();
        if let Poll::Ready(value) = ready.poll(0, &waker, future.as_mut()) {
            return value;
        }
    }
}

/// Which tasks were woken since they were last polled.
struct Ready {
    queue: Mutex<Queue>,
    changed: Condvar,
}

struct Queue {
    /// The tasks to poll. All of them at first.
    woken: Vec<usize>,
    /// The task that is polled now, and by which thread.
    polling: Option<(usize, ThreadId)>,
    /// For each task: how often in a row it woke itself.
    alone: Vec<usize>,
}

struct TaskWaker {
    ready: Arc<Ready>,
    task: usize,
}

impl Wake for TaskWaker {
    #[track_caller]
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    #[track_caller]
    fn wake_by_ref(self: &Arc<Self>) {
        hooks::note("wake", &format!("task {}", self.task), "", Location::caller());
        self.ready.wake(self.task);
    }
}

impl Ready {
    fn new(tasks: usize) -> Self {
        let queue = Queue { woken: (0..tasks).collect(), polling: None, alone: vec![0; tasks] };
        Ready { queue: Mutex::new(queue), changed: Condvar::new() }
    }

    fn waker(self: &Arc<Self>, task: usize) -> Waker {
        Waker::from(Arc::new(TaskWaker { ready: self.clone(), task }))
    }

    #[track_caller]
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(|e| e.into_inner())
    }

    #[track_caller]
    fn wake(&self, task: usize) {
        let mut queue = self.lock();
        if queue.polling != Some((task, thread::current().id())) {
            queue.alone[task] = 0;
        }
        if !queue.woken.contains(&task) {
            queue.woken.push(task);
            self.changed.notify_one();
        }
    }

    /// Waits until a task was woken, and takes one.
    #[track_caller]
    fn next(&self) -> usize {
        let mut queue = self.lock();
        if queue.woken.is_empty() {
            let _label = hooks::waiting_for(Kind::LostWakeup, "every task waits for a wake-up that does not come");
            while queue.woken.is_empty() {
                queue = self.changed.wait(queue).unwrap_or_else(|e| e.into_inner());
            }
        }
        let n = queue.woken.len();
        drop(queue);
        // Only this thread takes tasks out, so there are still at least `n`.
        let chosen = if n > 1 { hooks::choose(n) } else { 0 };
        self.lock().woken.remove(chosen)
    }

    #[track_caller]
    fn poll<F: Future + ?Sized>(&self, task: usize, waker: &Waker, future: Pin<&mut F>) -> Poll<F::Output> {
        hooks::note("poll", &format!("task {task}"), "", Location::caller());
        let before = {
            let mut queue = self.lock();
            queue.polling = Some((task, thread::current().id()));
            queue.alone[task] += 1;
            queue.alone[task]
        };
        let result = future.poll(&mut Context::from_waker(waker));
        let (alone, only) = {
            let mut queue = self.lock();
            queue.polling = None;
            if !queue.woken.contains(&task) {
                queue.alone[task] = 0;
            }
            (queue.alone[task], queue.woken == [task])
        };
        if result.is_pending() && alone == before && alone > 0 {
            if alone > BUSY {
                hooks::fail(
                    Kind::BusyPoll,
                    &format!("a future woke itself {BUSY} times in a row instead of waiting for somebody else"),
                );
            }
            if only {
                // Give other threads the chance that it seems to hope for.
                thread::yield_now();
            }
        }
        result
    }
}

/// Runs several futures in the calling thread. A task is polled only after it was woken (and once at the start); which of several
/// woken tasks comes first is tried in every order. Returns when all of them are done.
///
/// ```
/// use gradekit::*;
/// let log = Log::new();
/// Executor::new()
///     .spawn(async { log.push(1) })
///     .spawn(async { log.push(2) })
///     .run();
/// assert_eq!(log.len(), 2);
/// ```
#[derive(Default)]
pub struct Executor<'a> {
    tasks: Vec<Pin<Box<dyn Future<Output = ()> + 'a>>>,
}

impl<'a> Executor<'a> {
    /// Without tasks.
    pub fn new() -> Self {
        Executor { tasks: Vec::new() }
    }

    /// Adds a task.
    #[must_use]
    pub fn spawn(mut self, future: impl Future<Output = ()> + 'a) -> Self {
        self.tasks.push(Box::pin(future));
        self
    }

    /// Runs all tasks to their end. Returns how often each was polled.
    #[track_caller]
    pub fn run(self) -> Vec<usize> {
        let ready = Arc::new(Ready::new(self.tasks.len()));
        let mut tasks: Vec<_> = self.tasks.into_iter().map(Some).collect();
        let wakers: Vec<_> = (0..tasks.len()).map(|task| ready.waker(task)).collect();
        let mut polls = vec![0; tasks.len()];
        let mut left = tasks.len();
        while left > 0 {
            let task = ready.next();
            // A task that is done may be woken once more; nobody polls it then.
            let Some(future) = &mut tasks[task] else {
                continue;
            };
            polls[task] += 1;
            if ready.poll(task, &wakers[task], future.as_mut()).is_ready() {
                tasks[task] = None;
                left -= 1;
            }
        }
        polls
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;

    /// Pending `times` times, waking itself each time.
    fn yields(times: usize) -> impl Future<Output = ()> {
        let mut left = times;
        poll_fn(move |cx| {
            if left == 0 {
                return Poll::Ready(());
            }
            left -= 1;
            cx.waker().wake_by_ref();
            Poll::Pending
        })
    }

    #[test]
    fn polls_only_what_was_woken() {
        assert_eq!(Executor::new().spawn(yields(3)).spawn(async {}).run(), [4, 1]);
    }

    #[test]
    fn a_wake_from_another_thread_counts() {
        let mut started = false;
        let future = poll_fn(move |cx| {
            if started {
                return Poll::Ready(5);
            }
            started = true;
            let waker = cx.waker().clone();
            std::thread::spawn(move || waker.wake());
            Poll::Pending
        });
        assert_eq!(block_on(future), 5);
    }

    #[test]
    fn a_busy_loop_is_a_finding() {
        let text = crate::catch(|| block_on(yields(usize::MAX))).unwrap_err();
        assert!(text.contains("busy-poll"), "{text}");
        block_on(yields(BUSY));
    }
}
