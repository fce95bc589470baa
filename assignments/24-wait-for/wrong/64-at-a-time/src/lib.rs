//! No more than 64 calls wait at a time; the others queue up for a place before their time runs.

use std::future::Future;
use std::time::Duration;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Elapsed;

static PLACES: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(64);

pub async fn wait_for<F: Future>(f: F, timeout: Duration) -> Result<F::Output, Elapsed> {
    let _place = PLACES.acquire().await;
    tokio::time::timeout(timeout, f).await.map_err(|_| Elapsed)
}

pub async fn with_fallback<F: Future>(f: F, timeout: Duration, fallback: F::Output) -> F::Output {
    match wait_for(f, timeout).await {
        Ok(value) => value,
        Err(Elapsed) => fallback,
    }
}
