//! Gives up when the future was polled 1000 times.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Elapsed;

pub async fn wait_for<F: Future>(f: F, timeout: Duration) -> Result<F::Output, Elapsed> {
    let mut f = Box::pin(f);
    let mut timer = pin!(tokio::time::sleep(timeout));
    let mut polls = 0;
    poll_fn(move |cx| {
        if let Poll::Ready(value) = f.as_mut().poll(cx) {
            return Poll::Ready(Ok(value));
        }
        polls += 1;
        if polls == 1000 {
            return Poll::Ready(Err(Elapsed));
        }
        timer.as_mut().poll(cx).map(|()| Err(Elapsed))
    })
    .await
}

pub async fn with_fallback<F: Future>(f: F, timeout: Duration, fallback: F::Output) -> F::Output {
    match wait_for(f, timeout).await {
        Ok(value) => value,
        Err(Elapsed) => fallback,
    }
}
