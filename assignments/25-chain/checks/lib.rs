//! Checks for 25 chain. The clock is tokio's and paused, so every moment is exact.

use gradekit::{Counter, Log, Rng, assert_send, seed};
use gradekit_tokio::{Clock, Watch, run};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::future::{Future, poll_fn, ready};
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;
use student::run_chains;
use tokio::sync::oneshot;
use tokio::time::sleep;

/// The interface, word for word: no bounds but these.
const _: fn() = || {
    async fn generic<A, B, P1, P2, F1, F2>(inputs: Vec<u32>, part1: P1, part2: P2) -> Vec<B>
    where
        P1: Fn(u32) -> F1,
        P2: Fn(u32, A) -> F2,
        F1: Future<Output = A>,
        F2: Future<Output = B>,
    {
        run_chains(inputs, part1, part2).await
    }
    let _ = generic(vec![], |n| ready(Rc::new(n)), |n, a| ready(Rc::new(*a + n)));
    // The parts' futures are `Send`, though they are not `Sync`, nor is what they give.
    let future = run_chains(
        vec![],
        |n| async move {
            let local = Cell::new(n);
            tokio::task::yield_now().await;
            local
        },
        |_, a: Cell<u32>| async move {
            let local = Cell::new(a.get());
            tokio::task::yield_now().await;
            local
        },
    );
    let _ = assert_send(future);
};

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// So many inputs, all different, none of them a place in the list.
fn inputs(rng: &mut Rng, n: usize) -> Vec<u32> {
    let mut all: Vec<u32> = (0..n as u32).map(|i| 1000 + 7 * i).collect();
    rng.shuffle(&mut all);
    all
}

pub fn results_in_input_order() {
    run(async {
        let mut rng = Rng::new(seed());
        let n = 6;
        let inputs = inputs(&mut rng, n);
        let times: HashMap<u32, (u64, u64)> =
            inputs.iter().map(|&input| (input, (rng.below(20) as u64, rng.below(20) as u64))).collect();
        let part1 = async |input: u32| {
            sleep(ms(times[&input].0)).await;
            format!("{input}")
        };
        let part2 = async |input: u32, text: String| {
            sleep(ms(times[&input].1)).await;
            (input, text + "!")
        };
        let clock = Clock::start();
        let results = run_chains(inputs.clone(), part1, part2).await;
        let expected: Vec<_> = inputs.iter().map(|&input| (input, format!("{input}!"))).collect();
        assert_eq!(results, expected, "the results are in the order of the inputs");
        let longest = times.values().map(|(a, b)| a + b).max();
        assert_eq!(Some(clock.ms()), longest, "it takes as long as the longest chain");
        let nothing = run_chains(vec![], |n| ready(n), |_, n| ready(n)).await;
        assert!(nothing.is_empty(), "no inputs");
    });
}

pub fn part2_follows_its_own_part1() {
    run(async {
        let mut rng = Rng::new(seed());
        let n = 8;
        let inputs = inputs(&mut rng, n);
        let times: HashMap<u32, u64> = inputs.iter().map(|&input| (input, 10 + rng.below(50) as u64)).collect();
        let clock = Clock::start();
        let (called, polled) = (Log::new(), Log::new());
        let part1 = |input: u32| {
            let time = times[&input];
            async move { sleep(ms(time)).await }
        };
        let part2 = |input: u32, ()| {
            called.push((input, clock.ms()));
            let polled = &polled;
            async move {
                polled.push((input, clock.ms()));
                sleep(ms(1000)).await
            }
        };
        run_chains(inputs.clone(), part1, part2).await;
        for (what, log) in [("started", called), ("polled for the first time", polled)] {
            let log: HashMap<u32, u64> = log.take().into_iter().collect();
            for input in &inputs {
                let at = log.get(input).copied();
                assert_eq!(
                    at,
                    Some(times[input]),
                    "when part2 of {input} was {what}; its part1 was done after {} ms",
                    times[input]
                );
            }
        }
    });
}

/// The second part of one chain lets the first part of another one go on.
pub fn chains_may_wait_for_each_other() {
    run(async {
        let n = 5;
        let forwards = seed() % 2 == 0;
        let (ends, starts): (Vec<_>, Vec<_>) =
            (0..n).map(|_| oneshot::channel::<u32>()).map(|(a, b)| (Some(a), Some(b))).unzip();
        let (ends, starts) = (RefCell::new(ends), RefCell::new(starts));
        let place = |input: u32| if forwards { input as usize } else { n - 1 - input as usize };
        let part1 = |input| {
            let start = starts.borrow_mut()[place(input)].take().expect("part1 is called once for each input");
            let first = place(input) == 0;
            async move { if first { 0 } else { start.await.expect("the other chain sends") } }
        };
        let part2 = |input, before: u32| {
            let next = ends.borrow_mut().get_mut(place(input) + 1).and_then(Option::take);
            async move {
                sleep(ms(10)).await;
                if let Some(next) = next {
                    let _ = next.send(before + 1);
                }
                before
            }
        };
        let clock = Clock::start();
        let mut results = run_chains((0..n as u32).collect(), part1, part2).await;
        if !forwards {
            results.reverse();
        }
        assert_eq!(results, [0, 1, 2, 3, 4]);
        assert_eq!(clock.ms(), 50, "five second parts, one after the other, 10 ms each");
        one_inside_of_another().await;
    });
}

/// The inputs of the inner calls are those of the outer one.
async fn one_inside_of_another() {
    let inner = |outer: u32| {
        let part1 = async |n: u32| sleep(ms(u64::from(10 * n))).await;
        let part2 = move |n: u32, ()| async move {
            sleep(ms(u64::from(outer))).await;
            outer * n
        };
        run_chains(vec![1, 2, 3], part1, part2)
    };
    let clock = Clock::start();
    let results = run_chains(vec![3, 1, 2], async |_| sleep(ms(5)).await, async |n, ()| (n, inner(n).await));
    assert_eq!(results.await, [(3, vec![3, 6, 9]), (1, vec![1, 2, 3]), (2, vec![2, 4, 6])], "calls inside of a call");
    assert_eq!(clock.ms(), 38, "part1 takes 5 ms, part2 of 3 takes 33 ms");
}

/// Every chain takes 30 ms, but for one, which takes 40.
async fn that_many_at_once(n: u32, slow: u32) {
    let (clock, started) = (Clock::start(), Log::new());
    let part1 = |input: u32| {
        let started = &started;
        async move {
            started.push(clock.ms());
            sleep(ms(10 + u64::from(input % 3))).await;
        }
    };
    let part2 = |input: u32, ()| async move {
        sleep(ms(20 - u64::from(input % 3) + if input == slow { 10 } else { 0 })).await;
        input
    };
    let inputs: Vec<u32> = (0..n).collect();
    assert_eq!(run_chains(inputs.clone(), part1, part2).await, inputs, "the results of {n} chains");
    let started = started.take();
    assert_eq!(started.len(), n as usize, "chains that were started, of {n}");
    assert_eq!(started.iter().max(), Some(&0), "every one of {n} chains starts at once");
    assert_eq!(clock.ms(), 40, "every one of {n} chains takes 30 ms, but for one, which takes 40");
}

pub fn all_inputs_at_once() {
    run(async {
        let mut rng = Rng::new(seed());
        // Where a word, a byte or a block is full, too.
        for n in [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 256, 1000, 1024, 4500] {
            that_many_at_once(n, rng.below(n as usize) as u32).await;
        }
        // More than two bytes can number.
        let many: Vec<u32> = (0..70_000).collect();
        let results = run_chains(many.clone(), |n| ready(n), |_, n| ready(n)).await;
        assert!(results == many, "the results of 70,000 chains that are ready at once");
    });
}

/// Who awaits the chains may come with another waker at each poll; only the latest one counts (see `Future::poll` in std).
pub fn the_latest_waker_counts() {
    run(async {
        let part1 = async |input: u32| sleep(ms(u64::from(10 * input))).await;
        let part2 = async |input: u32, ()| {
            woken_while_polled().await;
            sleep(ms(5)).await;
            input
        };
        let clock = Clock::start();
        let mut chains = pin!(run_chains(vec![3, 1, 2, 1], part1, part2));
        let newest = Arc::new(AtomicUsize::new(0));
        let results = poll_fn(|cx| {
            let number = newest.fetch_add(1, SeqCst) + 1;
            let waker = Waker::from(Arc::new(Numbered { number, newest: newest.clone(), behind: cx.waker().clone() }));
            chains.as_mut().poll(&mut Context::from_waker(&waker))
        });
        assert_eq!(results.await, [3, 1, 2, 1]);
        assert_eq!(clock.ms(), 35, "the longest chain takes 35 ms");
    });
}

/// A waker that does nothing when there is a newer one.
struct Numbered {
    number: usize,
    newest: Arc<AtomicUsize>,
    behind: Waker,
}

impl Wake for Numbered {
    fn wake(self: Arc<Self>) {
        if self.newest.load(SeqCst) == self.number {
            self.behind.wake_by_ref();
        }
    }
}

pub fn inputs_may_repeat() {
    run(async {
        let calls = Counter::new();
        let part1 = |input: u32| {
            let call = calls.add(1);
            async move {
                // The later it was called, the sooner it is done.
                sleep(ms(50_u64.saturating_sub(10 * call))).await;
                (input, call)
            }
        };
        let part2 = |input: u32, (from, call): (u32, u64)| async move {
            sleep(ms(5)).await;
            (input, from, call)
        };
        let results = run_chains(vec![7, 8, 7, 7], part1, part2).await;
        assert_eq!(calls.get(), 4, "part1 is called once for each input");
        let inputs: Vec<_> = results.iter().map(|result| (result.0, result.1)).collect();
        assert_eq!(inputs, [(7, 7), (8, 8), (7, 7), (7, 7)], "each result belongs to its input");
        let mut calls: Vec<_> = results.iter().map(|result| result.2).collect();
        calls.sort();
        assert_eq!(calls, [0, 1, 2, 3], "equal inputs have chains of their own");
    });
}

pub fn each_part_runs_once() {
    run(async {
        let mut rng = Rng::new(seed());
        let inputs = inputs(&mut rng, 6);
        let watches: HashMap<u32, [Watch; 2]> =
            inputs.iter().map(|&input| (input, [Watch::new(), Watch::new()])).collect();
        let (first, second) = (Log::new(), Log::new());
        let part1 = |input: u32| {
            first.push(input);
            // A watched future fails the check when it is polled after its end.
            watches[&input][0].future(async move {
                for _ in 0..input % 4 {
                    sleep(ms(3)).await;
                }
                input + 1
            })
        };
        let part2 = |input: u32, a: u32| {
            second.push((input, a));
            watches[&input][1].future(async move {
                for _ in 0..input % 3 {
                    sleep(ms(4)).await;
                }
                a + 1
            })
        };
        let results = run_chains(inputs.clone(), part1, part2).await;
        let expected: Vec<_> = inputs.iter().map(|input| input + 2).collect();
        assert_eq!(results, expected);
        let mut sorted = inputs.clone();
        sorted.sort();
        let mut first = first.take();
        first.sort();
        assert_eq!(first, sorted, "part1 is called once for each input");
        let mut second = second.take();
        second.sort();
        let expected: Vec<_> = sorted.iter().map(|input| (*input, input + 1)).collect();
        assert_eq!(second, expected, "part2 is called once for each input, with what its part1 gave");
        assert!(watches.values().flatten().all(Watch::is_done));
        woken_often().await;
    });
}

/// A part may be woken many times before it is polled, and once more after its end, or after the end of all.
async fn woken_often() {
    let open = Cell::new(0);
    let wakers: [RefCell<Vec<Waker>>; 3] = Default::default();
    let watches = [Watch::new(), Watch::new(), Watch::new()];
    let part1 = |n: u32| {
        let (open, wakers) = (&open, &wakers[n as usize]);
        watches[n as usize].future(poll_fn(move |cx| {
            wakers.borrow_mut().push(cx.waker().clone());
            if n < open.get() { Poll::Ready(n) } else { Poll::Pending }
        }))
    };
    let wake_all = || {
        for list in &wakers {
            let last = list.borrow().last().cloned();
            last.iter().for_each(|waker| (0..256).for_each(|_| waker.wake_by_ref()));
        }
    };
    let waking = async {
        for n in 1..=3 {
            sleep(ms(10)).await;
            open.set(n);
            wake_all();
        }
    };
    let clock = Clock::start();
    let (results, ()) = tokio::join!(run_chains(vec![2, 0, 1], part1, async |_, n| n), waking);
    assert_eq!((results, clock.ms()), (vec![2, 0, 1], 30));
    wake_all();
}

/// Ready at its second poll; it wakes itself in the first.
async fn woken_while_polled() {
    let mut polled = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut polled, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Parts that need no time, in all combinations.
pub fn parts_that_are_ready_at_once() {
    run(async {
        let clock = Clock::start();
        let results = run_chains(vec![3, 1, 2], |n| ready(n * 10), |n, a| ready((n, a))).await;
        assert_eq!(results, [(3, 30), (1, 10), (2, 20)]);
        assert_eq!(clock.ms(), 0, "nothing had to be waited for");
        let many: Vec<u32> = (0..4500).collect();
        let results = run_chains(many.clone(), |n| ready(n), |_, n| ready(n)).await;
        assert_eq!(results, many, "the results of 4500 chains that are ready at once");
        for (a, b) in [(10, 0), (0, 10), (10, 10)] {
            let clock = Clock::start();
            let wait = async |time| {
                if time > 0 {
                    sleep(ms(time)).await;
                }
            };
            let results = run_chains(
                vec![3, 1],
                async |_| wait(a).await,
                async |n, ()| {
                    wait(b).await;
                    n
                },
            );
            assert_eq!(results.await, [3, 1]);
            assert_eq!(clock.ms(), a + b, "part1 needs {a} ms and part2 {b} ms");
        }
        // One that yields before it waits for nothing: tokio wakes it later, and one by hand is woken while it is polled.
        for by_hand in [false, true] {
            let yields = async |n: u32, ()| {
                for _ in 0..n {
                    if by_hand {
                        woken_while_polled().await;
                    } else {
                        tokio::task::yield_now().await;
                    }
                }
                n
            };
            assert_eq!(run_chains(vec![3, 0, 1], |_| ready(()), yields).await, [3, 0, 1]);
            assert_eq!(run_chains(vec![3, 0, 1], |n| yields(n, ()), |_, n| ready(n)).await, [3, 0, 1]);
        }
    });
}

pub fn any_future() {
    run(async {
        // Borrowed, not `Send`, not `Unpin`; what they give has no traits.
        struct Plain<'a>(&'a str, Rc<Cell<u32>>);
        let words = ["zero", "one", "two"].map(String::from);
        let part1 = async |n: u32| {
            let local = Rc::new(Cell::new(n));
            sleep(ms(5)).await;
            Plain(&words[n as usize], local)
        };
        let part2 = async |n: u32, plain: Plain<'_>| {
            let local = plain.1;
            sleep(ms(5)).await;
            local.set(local.get() + 10 * n);
            Plain(&words[n as usize], local)
        };
        let results = run_chains(vec![2, 0, 1], part1, part2).await;
        let text: Vec<_> = results.iter().map(|plain| (plain.0, plain.1.get())).collect();
        assert_eq!(text, [("two", 22), ("zero", 0), ("one", 11)]);
    });
}
