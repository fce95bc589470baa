//! One bit of a word for each future says whether it was woken.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

struct Woken {
    bits: AtomicU64,
    parent: Mutex<Option<Waker>>,
}

struct Bit {
    bit: u64,
    woken: Arc<Woken>,
}

impl Wake for Bit {
    fn wake(self: Arc<Self>) {
        self.woken.bits.fetch_or(self.bit, Ordering::SeqCst);
        let parent = self.woken.parent.lock().unwrap().clone();
        if let Some(parent) = parent {
            parent.wake();
        }
    }
}

fn bit(index: usize) -> u64 {
    1u64.wrapping_shl(index as u32)
}

pub async fn gather<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut results: Vec<_> = futures.iter().map(|_| None).collect();
    let mut set = as_completed(futures);
    while let Some((index, value)) = poll_fn(|cx| set.poll_one(cx)).await {
        results[index] = Some(value);
    }
    results.into_iter().flatten().collect()
}

pub fn as_completed<F: Future>(futures: Vec<F>) -> AsCompleted<F> {
    let woken = Woken { bits: AtomicU64::new(u64::MAX), parent: Mutex::new(None) };
    AsCompleted { futures: futures.into_iter().map(|f| Some(Box::pin(f))).collect(), woken: Arc::new(woken) }
}

pub struct AsCompleted<F> {
    futures: Vec<Option<Pin<Box<F>>>>,
    woken: Arc<Woken>,
}

impl<F: Future> AsCompleted<F> {
    fn poll_one(&mut self, cx: &mut Context<'_>) -> Poll<Option<(usize, F::Output)>> {
        *self.woken.parent.lock().unwrap() = Some(cx.waker().clone());
        let mut left = false;
        for (index, place) in self.futures.iter_mut().enumerate() {
            let Some(future) = place else { continue };
            left = true;
            let bit = bit(index);
            if self.woken.bits.fetch_and(!bit, Ordering::SeqCst) & bit == 0 {
                continue;
            }
            let waker = Waker::from(Arc::new(Bit { bit, woken: self.woken.clone() }));
            if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                *place = None;
                return Poll::Ready(Some((index, value)));
            }
        }
        if left { Poll::Pending } else { Poll::Ready(None) }
    }

    pub async fn next(&mut self) -> Option<F::Output> {
        poll_fn(|cx| self.poll_one(cx)).await.map(|(_, value)| value)
    }
}
