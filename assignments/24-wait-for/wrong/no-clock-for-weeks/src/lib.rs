//! An interval is the clock, for timeouts of less than twenty days; longer ones never end.
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;
use tokio::time::{Instant, interval_at};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Elapsed;

pub async fn wait_for<F: Future>(f: F, timeout: Duration) -> Result<F::Output, Elapsed> {
    let mut f = pin!(Some(f));
    let start = Instant::now();
    // tokio's clock ends somewhere, and nobody waits for so long
    let mut clock = start
        .checked_add(timeout)
        .filter(|_| timeout < Duration::from_secs(86_400 * 20))
        .map(|at| interval_at(at, Duration::from_secs(1)));
    let out = poll_fn(|cx| {
        if let Poll::Ready(v) = f.as_mut().as_pin_mut().expect("it is there").poll(cx) {
            return Poll::Ready(Ok(v));
        }
        match &mut clock {
            // zero needs no clock at all
            _ if timeout.is_zero() => Poll::Ready(Err(Elapsed)),
            Some(clock) => clock.poll_tick(cx).map(|_| Err(Elapsed)),
            None => Poll::Pending,
        }
    })
    .await;
    f.set(None);
    out
}
pub async fn with_fallback<F: Future>(f: F, timeout: Duration, fallback: F::Output) -> F::Output {
    match wait_for(f, timeout).await {
        Ok(v) => v,
        Err(Elapsed) => fallback,
    }
}
