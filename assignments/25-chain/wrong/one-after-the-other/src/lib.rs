use std::future::Future;

pub async fn run_chains<A, B, P1, P2, F1, F2>(inputs: Vec<u32>, part1: P1, part2: P2) -> Vec<B>
where
    P1: Fn(u32) -> F1,
    P2: Fn(u32, A) -> F2,
    F1: Future<Output = A>,
    F2: Future<Output = B>,
{
    let mut results = Vec::new();
    for input in inputs {
        let a = part1(input).await;
        results.push(part2(input, a).await);
    }
    results
}
