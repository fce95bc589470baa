//! A chain that is woken once more after its end is polled again.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

struct Shared {
    queue: Mutex<VecDeque<usize>>,
    parent: Mutex<Option<Waker>>,
}

struct Child {
    index: usize,
    queued: AtomicBool,
    shared: Arc<Shared>,
}

impl Wake for Child {
    fn wake(self: Arc<Self>) {
        if self.queued.swap(true, Ordering::SeqCst) {
            return;
        }
        self.shared.queue.lock().unwrap().push_back(self.index);
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
            let child = Arc::new(Child { index, queued: AtomicBool::new(true), shared: shared.clone() });
            (Some(Box::pin(chain(input))), child)
        })
        .collect();
    let mut results: Vec<Option<B>> = chains.iter().map(|_| None).collect();
    let mut left = n;
    poll_fn(|cx| {
        *shared.parent.lock().unwrap() = Some(cx.waker().clone());
        let woken = std::mem::take(&mut *shared.queue.lock().unwrap());
        for index in woken {
            let (chain, child) = &mut chains[index];
            child.queued.store(false, Ordering::SeqCst);
            let running = chain.as_mut().expect("it was woken");
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
