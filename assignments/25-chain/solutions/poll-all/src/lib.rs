//! A chain is an async block. Every poll goes through all chains that are not done.

use std::future::{Future, poll_fn};
use std::task::Poll;

/// For each input: `part1`, then `part2` with its result. The results are in the order of the inputs.
pub async fn run_chains<A, B, P1, P2, F1, F2>(inputs: Vec<u32>, part1: P1, part2: P2) -> Vec<B>
where
    P1: Fn(u32) -> F1,
    P2: Fn(u32, A) -> F2,
    F1: Future<Output = A>,
    F2: Future<Output = B>,
{
    let (part1, part2) = (&part1, &part2);
    let chain = |input| {
        Box::pin(async move {
            let a = part1(input).await;
            part2(input, a).await
        })
    };
    let mut chains: Vec<_> = inputs.into_iter().map(|input| (Some(chain(input)), None)).collect();
    poll_fn(|cx| {
        let mut left = false;
        for (chain, result) in &mut chains {
            if let Some(running) = chain {
                match running.as_mut().poll(cx) {
                    Poll::Ready(b) => {
                        *result = Some(b);
                        *chain = None;
                    }
                    Poll::Pending => left = true,
                }
            }
        }
        if left { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
    chains.into_iter().filter_map(|(_, result)| result).collect()
}
