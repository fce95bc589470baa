//! tokio's own timeout does what is asked for.

use std::future::Future;
use std::time::Duration;
use tokio::time::timeout as within;

/// The time was up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Elapsed;

/// The output of `f`, if it comes within `timeout`.
pub async fn wait_for<F: Future>(f: F, timeout: Duration) -> Result<F::Output, Elapsed> {
    within(timeout, f).await.map_err(|_| Elapsed)
}

/// The output of `f`, if it comes within `timeout`; else `fallback`.
pub async fn with_fallback<F: Future>(f: F, timeout: Duration, fallback: F::Output) -> F::Output {
    within(timeout, f).await.unwrap_or(fallback)
}
