//! A runtime whose clock stands still until everybody waits.

use gradekit::hooks::{self, Kind};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;
use tokio::runtime::Builder;
use tokio::task::LocalSet;
use tokio::time::Instant;

/// Later than anything that a check waits for. tokio's timers reach a little further than that.
const NEVER: Duration = Duration::from_secs(20 * 365 * 24 * 3600);

/// A future that is polled this often while the clock stands still is polled in a busy loop.
const BUSY: u64 = 20_000;

/// Runs `future` in a runtime of its own, in the calling thread. The clock is paused: it moves on only when everything waits, and
/// then exactly to the next timer. `spawn_local` works in it too.
///
/// It is a finding if everything waits and no timer is left, or if the future is polled again and again while no time passes.
///
/// ```
/// use gradekit_tokio::*;
/// use std::time::Duration;
/// run(async {
///     let clock = Clock::start();
///     tokio::time::sleep(Duration::from_secs(3600)).await;
///     assert_eq!(clock.ms(), 3_600_000);
/// });
/// ```
pub fn run<F: Future>(future: F) -> F::Output {
    let runtime =
        Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime can be made");
    let local = LocalSet::new();
    let result = runtime.block_on(local.run_until(async {
        let mut future = pin!(future);
        let mut end = pin!(tokio::time::sleep(NEVER));
        let mut polls = (Instant::now(), 0);
        std::future::poll_fn(|cx| {
            let now = Instant::now();
            polls = if polls.0 == now { (now, polls.1 + 1) } else { (now, 1) };
            if polls.1 > BUSY {
                hooks::fail(
                    Kind::BusyPoll,
                    &format!("it was polled {BUSY} times while no time passed: something wakes itself again and again instead of waiting"),
                );
            }
            if let Poll::Ready(value) = future.as_mut().poll(cx) {
                return Poll::Ready(value);
            }
            if end.as_mut().poll(cx).is_ready() {
                hooks::fail(Kind::LostWakeup, "everything waits, and nothing is left that could wake it");
            }
            Poll::Pending
        })
        .await
    }));
    // Tasks that are left over are dropped here, with the runtime still there for their destructors.
    runtime.block_on(async { drop(local) });
    result
}

/// How much of tokio's time has passed.
#[derive(Debug, Clone, Copy)]
pub struct Clock(Instant);

impl Clock {
    /// It is 0 now.
    pub fn start() -> Self {
        Clock(Instant::now())
    }

    /// Milliseconds since the start; exact in [`run`].
    pub fn ms(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// The time since the start; exact in [`run`].
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fails(f: impl FnOnce()) -> bool {
        gradekit::catch(f).is_err()
    }

    #[test]
    fn time_is_exact() {
        run(async {
            let clock = Clock::start();
            let (a, b) = (Duration::from_millis(250), Duration::from_secs(86_400 * 200));
            tokio::join!(tokio::time::sleep(a), tokio::time::sleep(b));
            assert_eq!(clock.elapsed(), b);
            tokio::time::sleep(Duration::ZERO).await;
            assert_eq!(clock.elapsed(), b);
        });
    }

    #[test]
    fn waiting_for_nothing_is_a_finding() {
        assert!(fails(|| run(std::future::pending())));
    }

    #[test]
    fn a_busy_loop_is_a_finding() {
        let busy = std::future::poll_fn(|cx| {
            cx.waker().wake_by_ref();
            Poll::<()>::Pending
        });
        assert!(fails(|| run(busy)));
    }
}
