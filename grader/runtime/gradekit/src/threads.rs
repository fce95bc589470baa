//! Threads of a check: run calls beside each other, and see that none is left.

use crate::hooks::{self, Kind};
use shadow_std::thread::{self, Scope, ScopedJoinHandle};
use std::any::Any;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

/// Natively, threads that are started one after the other often never meet, because a call is shorter than the start
/// of a thread. So they wait here for each other, at most a few milliseconds. In a model this does nothing.
struct StartLine {
    missing: AtomicUsize,
}

impl StartLine {
    fn new(threads: usize) -> Self {
        StartLine { missing: AtomicUsize::new(threads) }
    }

    fn wait(&self) {
        if !hooks::is_native() {
            return;
        }
        self.missing.fetch_sub(1, SeqCst);
        let until = std::time::Instant::now() + std::time::Duration::from_millis(5);
        while self.missing.load(SeqCst) > 0 && std::time::Instant::now() < until {
            std::thread::yield_now();
        }
    }
}

#[track_caller]
fn spawn<'s, R: Send + 's>(
    scope: &'s Scope<'s, '_>,
    name: String,
    f: impl FnOnce() -> R + Send + 's,
) -> ScopedJoinHandle<'s, R> {
    thread::Builder::new().name(name).spawn_scoped(scope, f).expect("the system starts a thread")
}

/// The results, or the first panic once all threads have ended.
fn all<R>(results: Vec<Result<R, Box<dyn Any + Send>>>) -> Vec<R> {
    results.into_iter().map(|r| r.unwrap_or_else(|payload| std::panic::resume_unwind(payload))).collect()
}

/// Runs `n` calls of `f` beside each other, each in a thread of its own named `t0`, `t1`, ..., and joins them. The results
/// are in the order of the threads. A panic in one of them goes on in the caller after all have ended.
///
/// ```
/// let squares = gradekit::concurrently(3, |i| i * i);
/// assert_eq!(squares, [0, 1, 4]);
/// ```
#[track_caller]
pub fn concurrently<R: Send>(n: usize, f: impl Fn(usize) -> R + Sync) -> Vec<R> {
    let line = StartLine::new(n);
    let (line, f) = (&line, &f);
    all(thread::scope(|s| {
        let mut handles = Vec::new();
        for i in 0..n {
            handles.push(spawn(s, format!("t{i}"), move || {
                line.wait();
                f(i)
            }));
        }
        let mut results = Vec::new();
        for handle in handles {
            results.push(handle.join());
        }
        results
    }))
}

/// Runs two calls beside each other, in threads named `t0` and `t1`, and returns both results.
///
/// ```
/// let (a, b) = gradekit::concurrently2(|| 1, || "two");
/// assert_eq!((a, b), (1, "two"));
/// ```
#[track_caller]
pub fn concurrently2<A: Send, B: Send>(a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B + Send) -> (A, B) {
    let line = &StartLine::new(2);
    let (a, b) = thread::scope(|s| {
        let a = spawn(s, "t0".into(), move || {
            line.wait();
            a()
        });
        let b = spawn(s, "t1".into(), move || {
            line.wait();
            b()
        });
        (a.join(), b.join())
    });
    (unwrap(a), unwrap(b))
}

/// Runs three calls beside each other, in threads named `t0`, `t1` and `t2`, and returns the results.
///
/// ```
/// let sum = std::sync::atomic::AtomicU64::new(0);
/// let add = |n| sum.fetch_add(n, std::sync::atomic::Ordering::Relaxed);
/// gradekit::concurrently3(|| add(1), || add(2), || add(3));
/// assert_eq!(sum.into_inner(), 6);
/// ```
#[track_caller]
pub fn concurrently3<A: Send, B: Send, C: Send>(
    a: impl FnOnce() -> A + Send,
    b: impl FnOnce() -> B + Send,
    c: impl FnOnce() -> C + Send,
) -> (A, B, C) {
    let line = &StartLine::new(3);
    let (a, b, c) = thread::scope(|s| {
        let a = spawn(s, "t0".into(), move || {
            line.wait();
            a()
        });
        let b = spawn(s, "t1".into(), move || {
            line.wait();
            b()
        });
        let c = spawn(s, "t2".into(), move || {
            line.wait();
            c()
        });
        (a.join(), b.join(), c.join())
    });
    (unwrap(a), unwrap(b), unwrap(c))
}

fn unwrap<R>(result: Result<R, Box<dyn Any + Send>>) -> R {
    result.unwrap_or_else(|payload| std::panic::resume_unwind(payload))
}

/// Waits until every other thread has ended or waits. In a model this is exact, and lets two seconds of virtual time pass;
/// natively it is a short sleep.
///
/// Use it for "this call must not return": let it settle, and see that the call is still inside.
///
/// ```
/// use gradekit::*;
/// let (gate, passed) = (Gate::new(), Counter::new());
/// concurrently2(
///     || { gate.pass(); passed.add(1) },
///     || { settle(); assert_eq!(passed.get(), 0); gate.open() },
/// );
/// assert_eq!(passed.get(), 1);
/// ```
#[track_caller]
pub fn settle() {
    if hooks::is_native() {
        std::thread::sleep(std::time::Duration::from_millis(20));
    } else {
        // In a model a sleep of more than a second ends only when nobody else can run.
        thread::sleep(std::time::Duration::from_secs(2));
    }
}

/// As [`settle`], and every other thread must have gone to sleep: one that asks again and again (with `yield_now` or
/// `spin_loop`, or in a bare loop) is a livelock. Natively it only settles.
///
/// ```
/// use gradekit::*;
/// let gate = Gate::new();
/// concurrently2(|| gate.pass(), || { all_asleep(); gate.open() });
/// ```
#[track_caller]
pub fn all_asleep() {
    hooks::watch_spinners(true);
    settle();
    hooks::watch_spinners(false);
}

/// How many threads are alive now, `main` included. Only the grader counts them: the example is not run.
///
/// ```no_run
/// assert!(gradekit::live_threads() >= 1);
/// ```
pub fn live_threads() -> usize {
    hooks::live_threads()
}

/// Runs `body` and fails (`thread-leak`) if a thread that was started in it is still alive afterwards. A thread is alive until the
/// destructors of its thread-locals have ended.
///
/// ```
/// let n = gradekit::no_thread_left(|| std::thread::spawn(|| 7).join().unwrap());
/// assert_eq!(n, 7);
/// ```
#[track_caller]
pub fn no_thread_left<R>(body: impl FnOnce() -> R) -> R {
    let before = hooks::live_threads();
    let result = body();
    if !hooks::threads_go_down_to(before) {
        let left = hooks::live_threads().saturating_sub(before);
        let threads = if left == 1 { "1 thread is" } else { &format!("{left} threads are") };
        hooks::fail(Kind::ThreadLeak, &format!("{threads} still running that should have ended"));
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_threads() {
        assert_eq!(concurrently(4, |i| i), [0, 1, 2, 3]);
        assert_eq!(concurrently3(|| 1, || 2, || 3), (1, 2, 3));
    }

    #[test]
    fn a_panic_goes_on_in_the_caller_after_all_have_ended() {
        let ended = crate::Counter::new();
        let text = crate::catch(|| {
            concurrently(3, |i| {
                if i == 0 {
                    crate::boom("first");
                }
                std::thread::sleep(std::time::Duration::from_millis(10));
                ended.add(1);
            });
        });
        assert_eq!(text.unwrap_err(), "first");
        assert_eq!(ended.get(), 2);
    }

    #[test]
    fn threads_bear_their_names() {
        let names = concurrently(2, |_| std::thread::current().name().map(str::to_owned));
        assert_eq!(names, [Some("t0".to_owned()), Some("t1".to_owned())]);
    }
}
