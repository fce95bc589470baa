//! The timeout is turned into milliseconds in a u64, and what does not fit is cut off.

use std::future::Future;
use std::time::Duration;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Elapsed;

/// A begun millisecond is a whole one.
pub async fn wait_for<F: Future>(f: F, timeout: Duration) -> Result<F::Output, Elapsed> {
    let millis = timeout.as_nanos().div_ceil(1_000_000) as u64;
    tokio::time::timeout(Duration::from_millis(millis), f).await.map_err(|_| Elapsed)
}

pub async fn with_fallback<F: Future>(f: F, timeout: Duration, fallback: F::Output) -> F::Output {
    wait_for(f, timeout).await.unwrap_or(fallback)
}
