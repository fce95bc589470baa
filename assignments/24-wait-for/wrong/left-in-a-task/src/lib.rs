use std::future::Future;
use std::time::Duration;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Elapsed;

pub async fn wait_for<F>(f: F, timeout: Duration) -> Result<F::Output, Elapsed>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    tokio::select! {
        biased;
        value = tokio::spawn(f) => Ok(value.expect("the future does not panic")),
        () = tokio::time::sleep(timeout) => Err(Elapsed),
    }
}

pub async fn with_fallback<F>(f: F, timeout: Duration, fallback: F::Output) -> F::Output
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    wait_for(f, timeout).await.unwrap_or(fallback)
}
