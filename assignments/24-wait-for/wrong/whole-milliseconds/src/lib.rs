//! A part of a millisecond is cut off: the timeout is up too early.

use std::future::Future;
use std::time::Duration;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Elapsed;

pub async fn wait_for<F: Future>(f: F, timeout: Duration) -> Result<F::Output, Elapsed> {
    tokio::pin!(f);
    let whole = u64::try_from(timeout.as_millis()).map_or(Duration::MAX, Duration::from_millis);
    tokio::select! {
        biased;
        value = &mut f => Ok(value),
        () = tokio::time::sleep(whole) => Err(Elapsed),
    }
}

pub async fn with_fallback<F: Future>(f: F, timeout: Duration, fallback: F::Output) -> F::Output {
    match wait_for(f, timeout).await {
        Ok(value) => value,
        Err(Elapsed) => fallback,
    }
}
