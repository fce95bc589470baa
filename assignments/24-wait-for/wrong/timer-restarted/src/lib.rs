//! A future of its own type: it polls the other one, then the clock.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep_until};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Elapsed;

struct WaitFor<F> {
    /// `None` once it is over, one way or the other.
    future: Option<Pin<Box<F>>>,
    /// `None`: the deadline is so far away that the clock cannot show it.
    deadline: Option<Pin<Box<Sleep>>>,
    timeout: Duration,
}

impl<F> WaitFor<F> {
    fn new(future: F, timeout: Duration) -> Self {
        let deadline = Instant::now().checked_add(timeout).map(|at| Box::pin(sleep_until(at)));
        WaitFor { future: Some(Box::pin(future)), deadline, timeout }
    }
}

impl<F: Future> Future for WaitFor<F> {
    type Output = Result<F::Output, Elapsed>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let future = self.future.as_mut().expect("polled after its end");
        if let Poll::Ready(value) = future.as_mut().poll(cx) {
            self.future = None;
            return Poll::Ready(Ok(value));
        }
        if let Some(deadline) = &mut self.deadline
            && deadline.as_mut().poll(cx).is_ready()
        {
            self.future = None;
            return Poll::Ready(Err(Elapsed));
        }
        // Somebody woke us: give the future the full time again.
        if let Some(at) = Instant::now().checked_add(self.timeout)
            && let Some(deadline) = &mut self.deadline
        {
            deadline.as_mut().reset(at);
            let _ = deadline.as_mut().poll(cx);
        }
        Poll::Pending
    }
}

pub async fn wait_for<F: Future>(f: F, timeout: Duration) -> Result<F::Output, Elapsed> {
    WaitFor::new(f, timeout).await
}

pub async fn with_fallback<F: Future>(f: F, timeout: Duration, fallback: F::Output) -> F::Output {
    WaitFor::new(f, timeout).await.unwrap_or(fallback)
}
