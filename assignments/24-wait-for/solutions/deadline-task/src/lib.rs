//! A small task sleeps and then rings a bell; it is stopped when the future was faster.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Elapsed;

/// Rings after a while, unless it is dropped before.
struct Alarm {
    bell: oneshot::Receiver<()>,
    task: JoinHandle<()>,
}

impl Alarm {
    fn after(time: Duration) -> Self {
        let (ring, bell) = oneshot::channel();
        // The time runs from here, not from the first poll of the task.
        let sleep = tokio::time::sleep(time);
        let task = tokio::spawn(async move {
            sleep.await;
            let _ = ring.send(());
        });
        Alarm { bell, task }
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub async fn wait_for<F: Future>(f: F, timeout: Duration) -> Result<F::Output, Elapsed> {
    let mut f = pin!(f);
    let mut alarm = Alarm::after(timeout);
    poll_fn(|cx| match f.as_mut().poll(cx) {
        Poll::Ready(value) => Poll::Ready(Ok(value)),
        Poll::Pending => Pin::new(&mut alarm.bell).poll(cx).map(|_| Err(Elapsed)),
    })
    .await
}

pub async fn with_fallback<F: Future>(f: F, timeout: Duration, fallback: F::Output) -> F::Output {
    wait_for(f, timeout).await.unwrap_or(fallback)
}
