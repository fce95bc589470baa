//! A task sleeps and wakes who polled first; whoever polls later is not known to it.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::task::Poll;
use std::time::Duration;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Elapsed;

struct Alarm(tokio::task::JoinHandle<()>);

impl Drop for Alarm {
    fn drop(&mut self) {
        self.0.abort();
    }
}

pub async fn wait_for<F: Future>(f: F, timeout: Duration) -> Result<F::Output, Elapsed> {
    let mut f = pin!(f);
    let up = Arc::new(AtomicBool::new(timeout.is_zero()));
    let mut alarm: Option<Alarm> = None;
    poll_fn(|cx| {
        if alarm.is_none() {
            let (up, waker, timer) = (up.clone(), cx.waker().clone(), tokio::time::sleep(timeout));
            alarm = Some(Alarm(tokio::spawn(async move {
                timer.await;
                up.store(true, SeqCst);
                waker.wake();
            })));
        }
        let is_up = up.load(SeqCst);
        match f.as_mut().poll(cx) {
            Poll::Ready(value) => Poll::Ready(Ok(value)),
            Poll::Pending if is_up => Poll::Ready(Err(Elapsed)),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

pub async fn with_fallback<F: Future>(f: F, timeout: Duration, fallback: F::Output) -> F::Output {
    match wait_for(f, timeout).await {
        Ok(value) => value,
        Err(Elapsed) => fallback,
    }
}
