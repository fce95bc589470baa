//! Bits of 64 chains in one atomic word; the waker is stored as long as no chain has ended.
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

struct Board {
    words: Vec<AtomicU64>,
    parent: Mutex<Waker>,
}
struct Bell(Arc<Board>, usize);
impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }
    fn wake_by_ref(self: &Arc<Self>) {
        let bit = 1 << (self.1 % 64);
        if self.0.words[self.1 / 64].fetch_or(bit, SeqCst) & bit == 0 {
            let parent = self.0.parent.lock().unwrap().clone();
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
    let n = inputs.len();
    let board = Arc::new(Board {
        words: (0..n.div_ceil(64))
            .map(|w| AtomicU64::new(if n - w * 64 >= 64 { !0 } else { (1 << (n % 64)) - 1 }))
            .collect(),
        parent: Mutex::new(Waker::noop().clone()),
    });
    let (part1, part2) = (&part1, &part2);
    let mut chains: Vec<_> = inputs
        .into_iter()
        .enumerate()
        .map(|(i, input)| {
            let waker = Waker::from(Arc::new(Bell(board.clone(), i)));
            (waker, Some(Box::pin(async move { part2(input, part1(input).await).await })))
        })
        .collect();
    let mut results: Vec<Option<B>> = (0..n).map(|_| None).collect();
    let mut left = n;
    poll_fn(|cx| {
        if left == n {
            board.parent.lock().unwrap().clone_from(cx.waker());
        }
        for (w, word) in board.words.iter().enumerate() {
            let mut bits = word.swap(0, SeqCst);
            while bits != 0 {
                let i = w * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                let (waker, slot) = &mut chains[i];
                if let Some(chain) = slot {
                    let chain: Pin<&mut _> = chain.as_mut();
                    if let Poll::Ready(b) = chain.poll(&mut Context::from_waker(waker)) {
                        results[i] = Some(b);
                        *slot = None;
                        left -= 1;
                    }
                }
            }
        }
        if left == 0 { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    results.into_iter().map(Option::unwrap).collect()
}
