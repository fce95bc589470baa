//! `with_fallback` measures with the clock of std.

use std::future::Future;
use std::time::Duration;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Elapsed;

pub async fn wait_for<F: Future>(f: F, timeout: Duration) -> Result<F::Output, Elapsed> {
    tokio::pin!(f);
    tokio::select! {
        biased;
        value = &mut f => Ok(value),
        () = tokio::time::sleep(timeout) => Err(Elapsed),
    }
}

pub async fn with_fallback<F: Future>(f: F, timeout: Duration, fallback: F::Output) -> F::Output {
    let start = std::time::Instant::now();
    match wait_for(f, timeout).await {
        Ok(value) if timeout.is_zero() || start.elapsed() < timeout => value,
        _ => fallback,
    }
}
