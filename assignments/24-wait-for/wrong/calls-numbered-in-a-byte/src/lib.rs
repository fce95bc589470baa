//! A table of the deadlines of all calls; a call is numbered with one byte.

use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{LazyLock, Mutex};
use std::time::Duration;
use tokio::time::Instant;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Elapsed;

static NEXT: AtomicU8 = AtomicU8::new(0);
static DEADLINES: LazyLock<Mutex<HashMap<u8, Option<Instant>>>> = LazyLock::new(Default::default);

struct Entry(u8);

impl Entry {
    fn new(timeout: Duration) -> Self {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        DEADLINES.lock().unwrap().insert(number, Instant::now().checked_add(timeout));
        Entry(number)
    }
    fn deadline(&self) -> Option<Instant> {
        DEADLINES.lock().unwrap().get(&self.0).copied().flatten()
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        DEADLINES.lock().unwrap().remove(&self.0);
    }
}

async fn time_is_up(entry: &Entry) {
    tokio::task::yield_now().await;
    match entry.deadline() {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}

pub async fn wait_for<F: Future>(f: F, timeout: Duration) -> Result<F::Output, Elapsed> {
    if timeout.is_zero() {
        return tokio::time::timeout(timeout, f).await.map_err(|_| Elapsed);
    }
    let entry = Entry::new(timeout);
    tokio::select! {
        biased;
        value = f => Ok(value),
        () = time_is_up(&entry) => Err(Elapsed),
    }
}

pub async fn with_fallback<F: Future>(f: F, timeout: Duration, fallback: F::Output) -> F::Output {
    match wait_for(f, timeout).await {
        Ok(value) => value,
        Err(Elapsed) => fallback,
    }
}
