//! The chains tell a collector of theirs by a channel with room for 1024.
use std::future::{Future, poll_fn};
use std::task::Poll;
use tokio::sync::mpsc;

pub async fn run_chains<A, B, P1, P2, F1, F2>(inputs: Vec<u32>, part1: P1, part2: P2) -> Vec<B>
where
    P1: Fn(u32) -> F1,
    P2: Fn(u32, A) -> F2,
    F1: Future<Output = A>,
    F2: Future<Output = B>,
{
    let (tell, mut told) = mpsc::channel(1024);
    let n = inputs.len();
    let all = async {
        let (part1, part2) = (&part1, &part2);
        let mut live: std::collections::LinkedList<_> = inputs
            .iter()
            .enumerate()
            .map(|(i, &input)| {
                let tell = tell.clone();
                Box::pin(async move {
                    let a = part1(input).await;
                    let b = part2(input, a).await;
                    let _ = tell.try_send((i, b));
                })
            })
            .collect();
        drop(tell);
        poll_fn(|cx| {
            let mut still = std::collections::LinkedList::new();
            while let Some(mut f) = live.pop_front() {
                if f.as_mut().poll(cx).is_pending() {
                    still.push_back(f);
                }
            }
            live = still;
            if live.is_empty() { Poll::Ready(()) } else { Poll::Pending }
        })
        .await
    };
    let collect = async {
        let mut got = Vec::with_capacity(n);
        while let Some(x) = told.recv().await {
            got.push(x);
        }
        got.sort_by_key(|(i, _)| *i);
        got.into_iter().map(|(_, b)| b).collect::<Vec<B>>()
    };
    tokio::join!(all, collect).1
}
