//! A `select!` that looks at the future first and at the clock second.

use std::future::Future;
use std::time::Duration;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Elapsed;

pub async fn wait_for<F: Future>(f: F, timeout: Duration) -> Result<F::Output, Elapsed> {
    tokio::pin!(f);
    tokio::select! {
        biased;
        value = &mut f => Ok(value),
        () = tokio::time::sleep(timeout.min(Duration::from_secs(24 * 3600))) => Err(Elapsed),
    }
}

pub async fn with_fallback<F: Future>(f: F, timeout: Duration, fallback: F::Output) -> F::Output {
    match wait_for(f, timeout).await {
        Ok(value) => value,
        Err(Elapsed) => fallback,
    }
}
