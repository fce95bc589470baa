//! Checks for 23 gather.

mod parts;

use gradekit::*;
use parts::{Number, Part, Parts};
use std::cell::{Cell, RefCell};
use std::future::{Future, Ready, poll_fn, ready};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;
use student::{AsCompleted, as_completed, gather};

/// The interface, word for word. A `Shut` can be moved to another thread but not shared.
const _: fn() = || {
    struct Shut(#[allow(dead_code)] Cell<u64>);
    impl Future for Shut {
        type Output = u64;
        fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<u64> {
            Poll::Pending
        }
    }
    assert_send_sync::<AsCompleted<Ready<u64>>>();
    let set: AsCompleted<Shut> = as_completed(Vec::new());
    let _ = assert_send(set);
    fn generic<F: Future>(futures: Vec<F>, others: Vec<F>) -> (impl Future<Output = Vec<F::Output>>, AsCompleted<F>) {
        (gather(futures), as_completed(others))
    }
    let _ = generic::<Ready<u64>>;
    fn next<F: Future>(set: &mut AsCompleted<F>) -> impl Future<Output = Option<F::Output>> {
        set.next()
    }
    let _ = next::<Ready<u64>>;
};

fn numbers(n: usize) -> Vec<Number> {
    (0..n).map(Number).collect()
}

/// One of the orders of three.
fn order_of_three() -> [usize; 3] {
    [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]][choose(6)]
}

pub fn gather_keeps_the_order() {
    let (parts, futures) = Parts::new(3);
    let mut whole = pin!(gather(futures));
    let order = order_of_three();
    for (done, i) in order.into_iter().enumerate() {
        assert_eq!(parts.settle(whole.as_mut()), None, "`gather` is ready, but only {done} of 3 futures are");
        parts.end(i);
    }
    assert_eq!(parts.settle(whole.as_mut()), Some(numbers(3)), "the futures were done in the order {order:?}");
}

pub fn gather_takes_any_future() {
    assert!(block_on(gather(Vec::<Ready<u64>>::new())).is_empty(), "no futures");
    assert_eq!(block_on(gather(vec![ready("one")])), ["one"]);
    // Neither the futures nor their results need to be `'static`, `Send` or `Unpin`; the results need no traits.
    struct Plain<'a>(&'a str, Rc<usize>);
    let words: Vec<String> = ["a", "b", "c"].map(String::from).into();
    let futures: Vec<_> = words
        .iter()
        .enumerate()
        .map(|(i, word)| async move {
            let local = Rc::new(i);
            yields(3 - i).await;
            Plain(word, local)
        })
        .collect();
    let results = block_on(gather(futures));
    let text: Vec<_> = results.iter().map(|plain| format!("{}{}", plain.0, plain.1)).collect();
    assert_eq!(text, ["a0", "b1", "c2"]);
    // Many at once.
    let n = if hooks::is_native() { 500 } else { 40 };
    let futures = (0..n).map(|i| async move { i });
    assert_eq!(block_on(gather(futures.collect())), (0..n).collect::<Vec<_>>());
}

pub fn gather_runs_them_together() {
    let (parts, futures) = Parts::new(3);
    let mut whole = pin!(gather(futures));
    assert!(parts.settle(whole.as_mut()).is_none());
    for i in 0..3 {
        assert!(parts.polls(i) > 0, "future {i} was not started while the others wait");
    }
    let (parts, futures) = Parts::new(4);
    let mut whole = pin!(gather(chain(&parts, futures, choose(2) == 1)));
    assert_eq!(parts.settle(whole.as_mut()), Some(vec![0, 1, 2, 3]), "each future waits for its neighbour");
    let n = many();
    assert_eq!(block_on(gather(meeting(n))), (0..n).collect::<Vec<_>>(), "{n} futures wait for each other");
    // Two inside of a third one.
    let ((parts, futures), (others, rest)) = (Parts::new(2), Parts::new(2));
    let mut whole = pin!(gather(vec![gather(futures), gather(rest)]));
    for (end, i) in [(&others, 1), (&parts, 0), (&others, 0), (&parts, 1)] {
        assert!(parts.settle(whole.as_mut()).is_none());
        end.end(i);
    }
    assert_eq!(parts.settle(whole.as_mut()), Some(vec![numbers(2), numbers(2)]), "`gather` inside of `gather`");
}

/// More than fit into a word, or into a batch. In a model it costs nothing, with real threads there is noise at each operation.
fn many() -> usize {
    if !hooks::is_native() {
        300
    } else if seed().is_multiple_of(3) {
        1500
    } else {
        70
    }
}

/// Futures that are done when all of them have been polled.
fn meeting(n: usize) -> Vec<impl Future<Output = usize>> {
    let wakers = Rc::new(RefCell::new(vec![None::<Waker>; n]));
    let here = Rc::new(Cell::new(0));
    let one = |i: usize| {
        let (wakers, here) = (wakers.clone(), here.clone());
        poll_fn(move |cx| {
            if wakers.borrow_mut()[i].replace(cx.waker().clone()).is_none() {
                here.set(here.get() + 1);
                if here.get() == n {
                    let all = wakers.borrow().clone();
                    all.iter().flatten().for_each(Waker::wake_by_ref);
                }
            }
            if here.get() == n { Poll::Ready(i) } else { Poll::Pending }
        })
    };
    (0..n).map(one).collect()
}

/// Each future waits for the one behind it, or for the one before it.
fn chain(parts: &Parts, futures: Vec<Part>, forwards: bool) -> Vec<impl Future<Output = usize>> {
    let last = futures.len() - 1;
    let link = move |(i, part): (usize, Part)| async move {
        let place = if forwards { i } else { last - i };
        if place > 0 {
            part.await;
        }
        if place < last {
            parts.end(if forwards { i + 1 } else { i - 1 });
        }
        i
    };
    futures.into_iter().enumerate().map(link).collect()
}

pub fn gather_polls_nothing_that_is_done() {
    let (parts, futures) = Parts::new(3);
    let mut whole = pin!(gather(futures));
    for i in order_of_three() {
        // A part that is done panics when it is polled.
        assert!(parts.settle(whole.as_mut()).is_none());
        assert!(parts.settle(whole.as_mut()).is_none());
        parts.end(i);
    }
    assert_eq!(parts.settle(whole.as_mut()), Some(numbers(3)));
    woken_often(false);
    woken_often(true);
}

/// Calls it when it is dropped.
struct Finally<F: Fn()>(F);

impl<F: Fn()> Drop for Finally<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// A future may be woken many times before it is polled, and once more after its end, or after the end of all.
fn woken_often(one_by_one: bool) {
    const N: usize = 3;
    let open = Rc::new(Cell::new(0));
    let wakers = Rc::new(RefCell::new(vec![None::<Waker>; N]));
    let one = |i: usize| {
        let (open, wakers, mut done) = (open.clone(), wakers.clone(), false);
        poll_fn(move |cx| {
            assert!(!done, "future {i} was polled after it was done");
            wakers.borrow_mut()[i] = Some(cx.waker().clone());
            done = i < open.get();
            if done { Poll::Ready(i) } else { Poll::Pending }
        })
    };
    let futures = (0..N).map(one).collect();
    let mut whole = Box::pin(async {
        if !one_by_one {
            return gather(futures).await;
        }
        let mut set = as_completed(futures);
        let mut found = Vec::new();
        while let Some(i) = set.next().await {
            found.push(i);
        }
        found
    });
    let wake_all = || {
        let all = wakers.borrow().clone();
        all.iter().flatten().for_each(|waker| (0..256).for_each(|_| waker.wake_by_ref()));
    };
    let (parts, _) = Parts::new(0);
    for i in 0..N {
        assert_eq!(parts.settle(whole.as_mut()), None, "{i} of {N} futures are done");
        open.set(i + 1);
        if i == N - 1 {
            // By somebody who gives up.
            let given_up = catch(|| {
                let _finally = Finally(&wake_all);
                boom("no luck")
            });
            assert_eq!(given_up, Err::<(), _>("no luck".to_owned()));
        } else {
            wake_all();
        }
    }
    assert_eq!(parts.settle(whole.as_mut()), Some(vec![0, 1, 2]), "every future was woken many times");
    drop(whole);
    wake_all();
}

pub fn gather_wakes_the_last_waker() {
    let (parts, futures) = Parts::new(2);
    let mut whole = pin!(gather(futures));
    let (first, second, third) = (WakeFlag::new(), WakeFlag::new(), WakeFlag::new());
    assert!(parts.settle_with(&first, whole.as_mut()).is_none());
    assert!(parts.settle_with(&second, whole.as_mut()).is_none());
    wakes_this(&second, || parts.end(choose(2)));
    assert!(parts.settle_with(&third, whole.as_mut()).is_none());
    wakes_this(&third, || {
        parts.end(0);
        parts.end(1);
    });
    assert_eq!(parts.settle_with(&third, whole.as_mut()), Some(numbers(2)));
}

fn wakes_this(flag: &WakeFlag, end: impl FnOnce()) {
    let before = flag.wakes();
    end();
    assert!(flag.wakes() > before, "a future was woken, but the waker of the last poll was not");
}

pub fn gather_woken_by_threads() {
    let n = scale(2, 3);
    let (parts, futures) = Parts::new(n);
    let threads: Vec<_> = (0..n).map(|i| thread::spawn(parts.ender(i))).collect();
    assert_eq!(block_on(gather(futures)), numbers(n));
    for thread in threads {
        thread.join().unwrap();
    }
}

pub fn waits_without_polling() {
    // No spin inside of a poll, and no wake-up of its own while its futures wait.
    let (parts, futures) = Parts::new(3);
    let mut whole = pin!(gather(futures));
    assert!(parts.settle(whole.as_mut()).is_none());
    parts.end(1);
    assert!(parts.settle(whole.as_mut()).is_none());
    let (parts, futures) = Parts::new(3);
    let mut set = as_completed(futures);
    {
        let mut next = pin!(set.next());
        assert!(parts.settle(next.as_mut()).is_none());
        assert!(parts.settle(next.as_mut()).is_none());
    }
    parts.end(1);
    assert_eq!(parts.settle(pin!(set.next())), Some(Some(Number(1))));
    assert!(parts.settle(pin!(set.next())).is_none());
}

/// Futures that wake themselves while they are polled.
pub fn futures_that_yield() {
    let yielding = |n: usize| {
        (0..n).map(move |i| async move {
            yields(2 * (n - i)).await;
            i
        })
    };
    assert_eq!(block_on(gather(yielding(4).collect())), [0, 1, 2, 3]);
    let mut set = as_completed(yielding(4).collect());
    let mut found = block_on(async {
        let mut found = Vec::new();
        while let Some(i) = set.next().await {
            found.push(i);
        }
        found
    });
    found.sort();
    assert_eq!(found, [0, 1, 2, 3]);
}

pub fn as_completed_in_order_of_completion() {
    let (parts, futures) = Parts::new(3);
    let mut set = as_completed(futures);
    let order = order_of_three();
    for i in order {
        let mut next = pin!(set.next());
        assert_eq!(parts.settle(next.as_mut()), None, "`next` is ready, but no other future is");
        parts.end(i);
        assert_eq!(parts.settle(next.as_mut()), Some(Some(Number(i))), "the futures were done in the order {order:?}");
    }
    let mut none: AsCompleted<Part> = as_completed(Vec::new());
    for _ in 0..2 {
        assert_eq!(parts.settle(pin!(set.next())), Some(None), "after the last result");
        assert_eq!(parts.settle(pin!(none.next())), Some(None), "no futures");
    }
}

pub fn as_completed_runs_them_together() {
    let (parts, futures) = Parts::new(4);
    let forwards = choose(2) == 1;
    let mut set = as_completed(chain(&parts, futures, forwards));
    // Another set waits meanwhile.
    let (waiting, futures) = Parts::new(2);
    let mut other = as_completed(futures);
    assert_eq!(waiting.settle(pin!(other.next())), None);
    let mut found: Vec<_> = (0..4).filter_map(|_| parts.settle(pin!(set.next())).flatten()).collect();
    assert_eq!(parts.settle(pin!(set.next())), Some(None), "each future waits for its neighbour; all of them end");
    found.sort();
    assert_eq!(found, [0, 1, 2, 3], "every result comes once");
    for i in [1, 0] {
        waiting.end(i);
        assert_eq!(waiting.settle(pin!(other.next())), Some(Some(Number(i))), "two sets at once");
    }
    let n = many();
    let mut set = as_completed(meeting(n));
    let mut found = block_on(async {
        let mut found = Vec::new();
        while let Some(i) = set.next().await {
            found.push(i);
        }
        found
    });
    found.sort();
    assert_eq!(found, (0..n).collect::<Vec<_>>(), "{n} futures wait for each other");
}

/// Several are done at once, or while nobody asks.
pub fn as_completed_loses_none() {
    let n = 4;
    let (parts, futures) = Parts::new(n);
    let mut set = as_completed(futures);
    let started = choose(2) == 1;
    if started {
        assert_eq!(parts.settle(pin!(set.next())), None);
    }
    // Two are done together, then the third, then the last.
    parts.end(1);
    parts.end(2);
    let mut found = Vec::new();
    found.extend(parts.settle(pin!(set.next())).flatten());
    parts.end(0);
    for _ in 0..2 {
        found.extend(parts.settle(pin!(set.next())).flatten());
    }
    assert_eq!(found.len(), 3, "three futures are done, and `next` gave {} results", found.len());
    assert_eq!(parts.settle(pin!(set.next())), None, "the last one still waits");
    parts.end(3);
    found.extend(parts.settle(pin!(set.next())).flatten());
    assert_eq!(parts.settle(pin!(set.next())), Some(None), "after the last result");
    let ended: Vec<_> = found.iter().map(|number| parts.ended_in(number.0)).collect();
    assert!(ended.is_sorted(), "the results {found:?} came in another order than the futures were done");
    found.sort_by_key(|number| number.0);
    assert_eq!(found, numbers(n), "every result comes once");
}

pub fn a_dropped_next_loses_nothing() {
    let n = 3;
    let (parts, futures) = Parts::new(n);
    let mut set = as_completed(futures);
    let mut found = Vec::new();
    // Two are done at once: one result is given, the other is kept.
    if choose(2) == 1 {
        parts.end(0);
        parts.end(1);
        found.extend(parts.settle(pin!(set.next())).flatten());
        drop(set.next());
        found.extend(parts.settle(pin!(set.next())).flatten());
        assert_eq!(found.len(), 2, "two futures were done at once");
    }
    // Polled and dropped, before or after the wake-up that was meant for it.
    for i in found.len()..n {
        let when = choose(3);
        {
            let mut next = Box::pin(set.next());
            assert_eq!(parts.settle(next.as_mut()), None);
            if when > 0 {
                parts.end(i);
            }
            // Polled once more; if that does not give the result, the next one has to.
            if when == 2
                && let Some(number) = poll_once(next.as_mut())
            {
                found.extend(number);
                continue;
            }
        }
        if when == 0 {
            parts.end(i);
        }
        match parts.settle(pin!(set.next())) {
            Some(number) => found.extend(number),
            None => panic!("future {i} is done, but `next` waits: its wake-up was lost with a dropped `next`"),
        }
    }
    assert_eq!(parts.settle(pin!(set.next())), Some(None), "after the last result");
    found.sort_by_key(|number| number.0);
    assert_eq!(found, numbers(n), "every result comes once");
}

pub fn next_wakes_the_last_waker() {
    let (parts, futures) = Parts::new(3);
    let mut set = as_completed(futures);
    let flags: Vec<_> = (0..4).map(|_| WakeFlag::new()).collect();
    {
        // One `next`, polled by two parties.
        let mut next = pin!(set.next());
        assert!(parts.settle_with(&flags[0], next.as_mut()).is_none());
        assert!(parts.settle_with(&flags[1], next.as_mut()).is_none());
        wakes_this(&flags[1], || parts.end(1));
        assert_eq!(parts.settle_with(&flags[1], next.as_mut()), Some(Some(Number(1))));
    }
    // A `next` that was dropped, then another one.
    assert!(parts.settle_with(&flags[2], pin!(set.next())).is_none());
    let mut next = pin!(set.next());
    assert!(parts.settle_with(&flags[3], next.as_mut()).is_none());
    wakes_this(&flags[3], || parts.end(0));
    assert_eq!(parts.settle_with(&flags[3], next.as_mut()), Some(Some(Number(0))));
}

pub fn as_completed_woken_by_threads() {
    let n = scale(2, 3);
    let (parts, futures) = Parts::new(n);
    let threads: Vec<_> = (0..n).map(|i| thread::spawn(parts.ender(i))).collect();
    let mut set = as_completed(futures);
    let mut found = block_on(async {
        let mut found = Vec::new();
        while let Some(number) = set.next().await {
            found.push(number);
        }
        found
    });
    found.sort_by_key(|number| number.0);
    assert_eq!(found, numbers(n), "every result comes once");
    for thread in threads {
        thread.join().unwrap();
    }
}

/// The set is handed to another thread in the middle, and its `next` is dropped there once.
pub fn as_completed_moves_between_threads() {
    struct Slow(Arc<Mutex<(bool, Option<Waker>)>>, usize);
    impl Future for Slow {
        type Output = usize;
        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<usize> {
            let mut state = self.0.lock().unwrap();
            if state.0 {
                return Poll::Ready(self.1);
            }
            state.1 = Some(cx.waker().clone());
            Poll::Pending
        }
    }
    let states: Vec<Arc<Mutex<(bool, Option<Waker>)>>> = (0..2).map(|_| Arc::default()).collect();
    let mut set = as_completed(states.iter().enumerate().map(|(i, state)| Slow(state.clone(), i)).collect());
    let ender = thread::spawn(move || {
        for state in states {
            let waker = {
                let mut state = state.lock().unwrap();
                state.0 = true;
                state.1.take()
            };
            if let Some(waker) = waker {
                waker.wake();
            }
        }
    });
    let first = poll_once(pin!(set.next())).flatten();
    let mut found = thread::spawn(move || {
        let mut found: Vec<_> = first.into_iter().collect();
        block_on(async {
            while let Some(i) = set.next().await {
                found.push(i);
            }
        });
        found
    })
    .join()
    .unwrap();
    ender.join().unwrap();
    found.sort();
    assert_eq!(found, [0, 1], "every result comes once");
}

/// Pending `times` times; it wakes itself each time.
fn yields(times: usize) -> impl Future<Output = ()> {
    let mut left = times;
    poll_fn(move |cx| {
        if left == 0 {
            return Poll::Ready(());
        }
        left -= 1;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
}
