//! `with_fallback` looks at the future and at the clock every millisecond.

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
    let start = tokio::time::Instant::now();
    let mut f = Box::pin(f);
    loop {
        let tick = timeout.saturating_sub(start.elapsed()).min(Duration::from_millis(1));
        match wait_for(&mut f, tick).await {
            Ok(value) => return value,
            Err(Elapsed) if start.elapsed() < timeout => {}
            Err(Elapsed) => return fallback,
        }
    }
}
