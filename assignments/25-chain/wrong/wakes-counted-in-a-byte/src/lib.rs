//! A chain was woken if its count of wakes, in a byte, is another one than last time.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

struct Shared {
    queue: Mutex<VecDeque<usize>>,
    parent: Mutex<Option<Waker>>,
}

struct Child {
    index: usize,
    wakes: AtomicU8,
    seen: AtomicU8,
    shared: Arc<Shared>,
}

impl Wake for Child {
    fn wake(self: Arc<Self>) {
        self.wakes.fetch_add(1, Ordering::SeqCst);
        let parent = self.shared.parent.lock().unwrap().take();
        if let Some(parent) = parent {
            parent.wake();
        }
    }
}

pub async fn run_chains<A, B, P1, P2, F1, F2>(inputs: Vec<u32>, part1: P1, part2: P2) -> Vec<B>
where
    P1: Fn(u32) -> F1,
    P2: Fn(u32, A) -> F2,
    F1: Future<Output = A>,
    F2: Future<Output = B>,
{
    let chain = async |input| part2(input, part1(input).await).await;
    let n = inputs.len();
    let shared = Arc::new(Shared { queue: Mutex::new((0..n).collect()), parent: Mutex::new(None) });
    let mut chains: Vec<_> = inputs
        .into_iter()
        .enumerate()
        .map(|(index, input)| {
            let child =
                Arc::new(Child { index, wakes: AtomicU8::new(1), seen: AtomicU8::new(0), shared: shared.clone() });
            (Some(Box::pin(chain(input))), child)
        })
        .collect();
    let mut results: Vec<Option<B>> = chains.iter().map(|_| None).collect();
    let mut left = n;
    poll_fn(|cx| {
        *shared.parent.lock().unwrap() = Some(cx.waker().clone());
        for index in 0..n {
            let (chain, child) = &mut chains[index];
            let wakes = child.wakes.load(Ordering::SeqCst);
            if child.seen.swap(wakes, Ordering::SeqCst) == wakes {
                continue;
            }
            let Some(running) = chain else { continue };
            let waker = Waker::from(child.clone());
            if let Poll::Ready(b) = running.as_mut().poll(&mut Context::from_waker(&waker)) {
                results[index] = Some(b);
                *chain = None;
                left -= 1;
            }
        }
        if left == 0 { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    results.into_iter().flatten().collect()
}
