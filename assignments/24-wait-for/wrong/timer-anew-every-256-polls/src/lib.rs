//! The timer is made at poll number 0, and polls are counted in a byte that wraps around.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Elapsed;

struct Timed<F> {
    future: Option<Pin<Box<F>>>,
    timer: Option<Pin<Box<tokio::time::Sleep>>>,
    polls: u8,
    timeout: Duration,
}

impl<F: Future> Future for Timed<F> {
    type Output = Result<F::Output, Elapsed>;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if self.polls == 0 {
            self.timer = Some(Box::pin(tokio::time::sleep(self.timeout)));
        }
        self.polls = self.polls.wrapping_add(1);
        if let Poll::Ready(value) = self.future.as_mut().unwrap().as_mut().poll(cx) {
            return Poll::Ready(Ok(value));
        }
        if self.timer.as_mut().unwrap().as_mut().poll(cx).is_ready() {
            self.future = None;
            return Poll::Ready(Err(Elapsed));
        }
        Poll::Pending
    }
}

pub async fn wait_for<F: Future>(f: F, timeout: Duration) -> Result<F::Output, Elapsed> {
    Timed { future: Some(Box::pin(f)), timer: None, polls: 0, timeout }.await
}

pub async fn with_fallback<F: Future>(f: F, timeout: Duration, fallback: F::Output) -> F::Output {
    match wait_for(f, timeout).await {
        Ok(value) => value,
        Err(Elapsed) => fallback,
    }
}
