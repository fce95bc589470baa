//! Each chain has a waker of its own; only woken chains are polled.

mod ready;

use ready::Ready;
use std::future::{Future, poll_fn};
use std::sync::Arc;
use std::task::{Context, Poll};

pub async fn run_chains<A, B, P1, P2, F1, F2>(inputs: Vec<u32>, part1: P1, part2: P2) -> Vec<B>
where
    P1: Fn(u32) -> F1,
    P2: Fn(u32, A) -> F2,
    F1: Future<Output = A>,
    F2: Future<Output = B>,
{
    let chain = async |input| part2(input, part1(input).await).await;
    let mut chains: Vec<_> = inputs.into_iter().map(|input| Some(Box::pin(chain(input)))).collect();
    let mut results: Vec<Option<B>> = chains.iter().map(|_| None).collect();
    let ready = Arc::new(Ready::new(chains.len()));
    let mut left = chains.len();
    poll_fn(|cx| {
        for index in ready.take(cx.waker()) {
            let Some(chain) = &mut chains[index] else { continue };
            let waker = ready.waker(index);
            if let Poll::Ready(b) = chain.as_mut().poll(&mut Context::from_waker(&waker)) {
                results[index] = Some(b);
                chains[index] = None;
                left -= 1;
            }
        }
        if left == 0 { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    results.into_iter().flatten().collect()
}
