//! A list of first parts and a list of second parts. What leaves the first list enters the second one, in the same poll.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

type Running<T, F> = Vec<(T, Pin<Box<F>>)>;

/// Polls all, and takes out what is done.
fn sweep<T: Copy, F: Future>(list: &mut Running<T, F>, cx: &mut Context<'_>, mut done: impl FnMut(T, F::Output)) {
    list.retain_mut(|(tag, future)| match future.as_mut().poll(cx) {
        Poll::Ready(value) => {
            done(*tag, value);
            false
        }
        Poll::Pending => true,
    });
}

pub async fn run_chains<A, B, P1, P2, F1, F2>(inputs: Vec<u32>, part1: P1, part2: P2) -> Vec<B>
where
    P1: Fn(u32) -> F1,
    P2: Fn(u32, A) -> F2,
    F1: Future<Output = A>,
    F2: Future<Output = B>,
{
    let mut results: Vec<Option<B>> = inputs.iter().map(|_| None).collect();
    let start = |(place, input)| ((place, input), Box::pin(part1(input)));
    let mut first: Running<(usize, u32), F1> = inputs.into_iter().enumerate().map(start).collect();
    let mut second: Running<usize, F2> = Vec::new();
    poll_fn(|cx| {
        sweep(&mut first, cx, |(place, input), a| second.push((place, Box::pin(part2(input, a)))));
        sweep(&mut second, cx, |_place, b| results.push(Some(b)));
        if first.is_empty() && second.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    results.into_iter().flatten().collect()
}
