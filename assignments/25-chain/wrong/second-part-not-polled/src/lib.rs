//! A chain is a small state machine, written by hand.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

enum Stage<F1, F2, B> {
    First(Pin<Box<F1>>),
    Second(Pin<Box<F2>>),
    Done(B),
}

struct Chain<F1, F2, B> {
    input: u32,
    stage: Stage<F1, F2, B>,
}

impl<A, B, F1: Future<Output = A>, F2: Future<Output = B>> Chain<F1, F2, B> {
    /// True: it is done.
    fn step(&mut self, cx: &mut Context<'_>, part2: &impl Fn(u32, A) -> F2) -> bool {
        if let Stage::First(future) = &mut self.stage {
            let Poll::Ready(a) = future.as_mut().poll(cx) else { return false };
            self.stage = Stage::Second(Box::pin(part2(self.input, a)));
            return false;
        }
        if let Stage::Second(future) = &mut self.stage {
            let Poll::Ready(b) = future.as_mut().poll(cx) else { return false };
            self.stage = Stage::Done(b);
        }
        true
    }
}

struct Chains<F1, F2, B, P2> {
    chains: Vec<Chain<F1, F2, B>>,
    part2: P2,
}

// Every future is pinned in a box of its own.
impl<F1, F2, B, P2> Unpin for Chains<F1, F2, B, P2> {}

impl<A, B, P2, F1, F2> Future for Chains<F1, F2, B, P2>
where
    P2: Fn(u32, A) -> F2,
    F1: Future<Output = A>,
    F2: Future<Output = B>,
{
    type Output = Vec<B>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Vec<B>> {
        let this = &mut *self;
        let done = this.chains.iter_mut().filter_map(|chain| chain.step(cx, &this.part2).then_some(())).count();
        if done < this.chains.len() {
            return Poll::Pending;
        }
        let result = |chain: Chain<F1, F2, B>| match chain.stage {
            Stage::Done(b) => Some(b),
            _ => None,
        };
        Poll::Ready(std::mem::take(&mut this.chains).into_iter().filter_map(result).collect())
    }
}

pub async fn run_chains<A, B, P1, P2, F1, F2>(inputs: Vec<u32>, part1: P1, part2: P2) -> Vec<B>
where
    P1: Fn(u32) -> F1,
    P2: Fn(u32, A) -> F2,
    F1: Future<Output = A>,
    F2: Future<Output = B>,
{
    let first = |input| Chain { input, stage: Stage::First(Box::pin(part1(input))) };
    let chains = inputs.into_iter().map(first).collect();
    Chains { chains, part2 }.await
}
