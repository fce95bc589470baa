//! One task rings for all calls; it lives in the runtime of whoever called first.

use std::future::Future;
use std::sync::Mutex;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Elapsed;

type Order = (tokio::time::Sleep, oneshot::Sender<()>);
static ALARMS: Mutex<Option<mpsc::UnboundedSender<Order>>> = Mutex::new(None);

fn alarm(timer: tokio::time::Sleep) -> oneshot::Receiver<()> {
    let (ring, bell) = oneshot::channel();
    let mut alarms = ALARMS.lock().unwrap();
    let order = match &*alarms {
        Some(sender) => match sender.send((timer, ring)) {
            Ok(()) => return bell,
            Err(back) => back.0,
        },
        None => (timer, ring),
    };
    let (sender, mut orders) = mpsc::unbounded_channel::<Order>();
    tokio::spawn(async move {
        while let Some((timer, ring)) = orders.recv().await {
            tokio::spawn(async move {
                timer.await;
                let _ = ring.send(());
            });
        }
    });
    let _ = sender.send(order);
    *alarms = Some(sender);
    bell
}

pub async fn wait_for<F: Future>(f: F, timeout: Duration) -> Result<F::Output, Elapsed> {
    if timeout.is_zero() {
        return tokio::time::timeout(timeout, f).await.map_err(|_| Elapsed);
    }
    let bell = alarm(tokio::time::sleep(timeout));
    tokio::select! {
        biased;
        value = f => Ok(value),
        _ = bell => Err(Elapsed),
    }
}

pub async fn with_fallback<F: Future>(f: F, timeout: Duration, fallback: F::Output) -> F::Output {
    match wait_for(f, timeout).await {
        Ok(value) => value,
        Err(Elapsed) => fallback,
    }
}
