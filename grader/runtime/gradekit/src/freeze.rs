//! What others can do while one thread is stopped half-way.

use crate::hooks::Freeze;
use shadow_std::thread;

/// Runs `call` in a thread (named `stopped`) that is frozen for ever at one of its operations, and then `others` in the calling
/// thread. When `others` has returned, the frozen thread goes on. Returns both results.
///
/// In a model every operation of `call` is tried as the place where it stops, "not at all" too. If `others` has to wait for
/// something that the frozen thread holds, that is a deadlock.
///
/// Use it for what must not depend on another thread's progress: the granularity of locks, "never waits".
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
/// let hits = AtomicU64::new(0);
/// let hit = || hits.fetch_add(1, Ordering::Relaxed);
/// gradekit::stopped_somewhere(hit, hit);
/// assert_eq!(hits.into_inner(), 2);
/// ```
#[track_caller]
pub fn stopped_somewhere<A: Send, B>(call: impl FnOnce() -> A + Send, others: impl FnOnce() -> B) -> (A, B) {
    /// Also when `others` panics the frozen thread must go on, or the scope would wait for it for ever.
    struct Thaw<'a>(&'a Freeze);
    impl Drop for Thaw<'_> {
        fn drop(&mut self) {
            self.0.thaw();
        }
    }
    let freeze = &Freeze::new();
    let (a, b) = thread::scope(|s| {
        let handle = thread::Builder::new()
            .name("stopped".into())
            .spawn_scoped(s, move || freeze.run(call))
            .expect("the system starts a thread");
        let thaw = Thaw(freeze);
        freeze.wait();
        let b = others();
        drop(thaw);
        (handle.join(), b)
    });
    (a.unwrap_or_else(|payload| std::panic::resume_unwind(payload)), b)
}

#[cfg(test)]
mod tests {
    #[test]
    fn both_results_come_back() {
        assert_eq!(super::stopped_somewhere(|| 1, || 2), (1, 2));
    }

    #[test]
    fn a_panic_of_others_lets_the_frozen_call_end() {
        let text = crate::catch(|| super::stopped_somewhere(|| 1, || crate::boom("others")));
        assert_eq!(text.unwrap_err(), "others");
    }
}
