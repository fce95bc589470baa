use std::collections::HashMap;
use std::future::Future;

pub async fn run_chains<A, B, P1, P2, F1, F2>(inputs: Vec<u32>, part1: P1, part2: P2) -> Vec<B>
where
    P1: Fn(u32) -> F1,
    P2: Fn(u32, A) -> F2,
    F1: Future<Output = A>,
    F2: Future<Output = B>,
{
    // Equal inputs share one first part.
    let mut places: HashMap<u32, Vec<usize>> = HashMap::new();
    for (place, input) in inputs.iter().enumerate() {
        places.entry(*input).or_default().push(place);
    }
    let (part1, part2) = (&part1, &part2);
    let chains = inputs.iter().enumerate().map(|(place, &input)| {
        let first = places[&input][0] == place;
        async move { if first { Some(part2(input, part1(input).await).await) } else { None } }
    });
    all(chains).await.into_iter().flatten().collect()
}

/// Awaits all futures together.
async fn all<F: Future>(futures: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    let mut places: Vec<_> = futures.into_iter().map(|f| (Some(Box::pin(f)), None)).collect();
    std::future::poll_fn(|cx| {
        let mut left = false;
        for (future, result) in &mut places {
            if let Some(running) = future {
                match running.as_mut().poll(cx) {
                    std::task::Poll::Ready(value) => {
                        *result = Some(value);
                        *future = None;
                    }
                    std::task::Poll::Pending => left = true,
                }
            }
        }
        if left { std::task::Poll::Pending } else { std::task::Poll::Ready(()) }
    })
    .await;
    places.into_iter().filter_map(|(_, result)| result).collect()
}
