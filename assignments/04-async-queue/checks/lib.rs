//! Checks of assignment 04: a bounded asynchronous queue.
//!
//! Which of several waiters is served is not graded, nor whether a waiter is woken once too often: a check polls whoever was
//! woken and asks that in the end somebody got the item.

use gradekit::*;
use std::future::Future;
use std::num::NonZeroUsize;
use std::pin::Pin;
use std::task::Poll;
use student::{AsyncQueue, Closed};

const _: fn() = || assert_send_sync::<AsyncQueue<u64>>();
const _: fn() = || assert_send_sync::<Closed<u64>>();

fn queue<T>(capacity: usize) -> AsyncQueue<T> {
    AsyncQueue::bounded(NonZeroUsize::new(capacity).expect("room for one item"))
}

/// Runs a `put` to its end. `Err`: closed, with the item.
fn put<T>(queue: &AsyncQueue<T>, item: T) -> Result<(), T> {
    block_on(queue.put(item)).map_err(|Closed(item)| item)
}

/// Runs a `get` to its end.
fn get<T>(queue: &AsyncQueue<T>) -> Option<T> {
    block_on(queue.get())
}

/// A call that has begun, with a waker of its own.
struct Call<'a, T> {
    future: Pin<Box<dyn Future<Output = T> + 'a>>,
    flag: WakeFlag,
    /// Wake-ups before the last poll.
    seen: usize,
}

impl<'a, T> Call<'a, T> {
    /// Polls it for the first time; it must have to wait.
    fn waits(what: &str, future: impl Future<Output = T> + 'a) -> Self {
        let mut call = Call { future: Box::pin(future), flag: WakeFlag::new(), seen: 0 };
        assert!(call.poll().is_pending(), "{what} must wait here, but it did not");
        assert!(!call.woken(), "{what} woke itself while it was polled: that is a busy loop");
        call
    }

    fn poll(&mut self) -> Poll<T> {
        self.seen = self.flag.wakes();
        self.flag.poll(self.future.as_mut())
    }

    /// Was it woken since it was polled?
    fn woken(&self) -> bool {
        self.flag.wakes() > self.seen
    }

    /// It was woken and is done.
    fn is_done(mut self, what: &str) -> T {
        assert!(self.woken(), "{what} can go on, but was not woken");
        match self.poll() {
            Poll::Ready(value) => value,
            Poll::Pending => panic!("{what} was woken and can go on, but it still waits"),
        }
    }
}

/// Polls whatever was woken, until nothing is. The calls that still wait stay in the list.
fn run_woken<T>(calls: &mut Vec<Call<'_, T>>) -> Vec<T> {
    let mut done = Vec::new();
    for _ in 0..100 {
        let woken: Vec<usize> = (0..calls.len()).filter(|&i| calls[i].woken()).collect();
        if woken.is_empty() {
            return done;
        }
        let next = woken[if woken.len() > 1 { choose(woken.len()) } else { 0 }];
        if let Poll::Ready(value) = calls[next].poll() {
            calls.remove(next);
            done.push(value);
        }
    }
    panic!("{} calls that have nothing to do wake each other again and again: that is a busy loop", calls.len())
}

/// Drops a call that was woken before it is polled: the others must not depend on it.
fn drop_one_woken<T>(calls: &mut Vec<Call<'_, T>>, none: &str) {
    let woken = calls.iter().position(Call::woken).expect(none);
    drop(calls.remove(woken));
}

/// So many that eight bits cannot count them, and no small table holds them.
const CROWD: usize = 300;

/// Polls one that was woken after another, until all are done.
fn run_crowd<T>(mut calls: Vec<Call<'_, T>>, what: &str) -> Vec<T> {
    let mut done = Vec::new();
    for _ in 0..4 * CROWD {
        let Some(next) = calls.iter().position(Call::woken) else { break };
        if let Poll::Ready(value) = calls[next].poll() {
            calls.remove(next);
            done.push(value);
        }
    }
    assert!(calls.is_empty(), "{} of {CROWD} waiting {what} were not woken, although all can go on", calls.len());
    done
}

/// Nobody waits for anybody.
pub fn first_in_first_out() {
    if choose(2) == 1 {
        return a_large_queue();
    }
    // What happens to one queue is nothing to another.
    let other = queue(1);
    assert_eq!(other.try_put(0), Ok(()), "try_put(0) into an empty queue");
    other.close();
    let queue: AsyncQueue<Box<u32>> = queue(3);
    assert_eq!(queue.capacity(), 3, "capacity()");
    assert!(queue.is_empty() && queue.len() == 0, "a new queue must be empty");
    assert!(queue.try_get().is_none(), "try_get() of an empty queue");
    assert!(put(&queue, Box::new(1)).is_ok(), "put(1) into an empty queue");
    assert!(queue.try_put(Box::new(2)).is_ok(), "try_put(2) with room for it");
    assert!(!queue.is_empty() && queue.len() == 2, "two items were put, but len() is {}", queue.len());
    assert!(put(&queue, Box::new(3)).is_ok(), "put(3) with room for it");
    assert_eq!(queue.len(), 3, "len() after three puts");
    assert_eq!(queue.try_put(Box::new(4)), Err(Box::new(4)), "try_put(4) into a full queue");
    assert_eq!(queue.len(), 3, "len() after a refused try_put");
    assert_eq!(get(&queue), Some(Box::new(1)), "the first get");
    assert_eq!(queue.try_get(), Some(Box::new(2)), "the second get");
    assert!(queue.try_put(Box::new(5)).is_ok(), "try_put(5) after two gets");
    assert_eq!(get(&queue), Some(Box::new(3)), "the third get");
    assert_eq!(get(&queue), Some(Box::new(5)), "the fourth get");
    assert!(queue.try_get().is_none() && queue.is_empty(), "all items were taken");
    assert_eq!((other.len(), other.try_get()), (1, Some(0)), "len() and try_get() of another queue");
}

fn a_large_queue() {
    // More than sixteen or eight bits can count.
    let capacity = if hooks::is_native() { 1 << 16 } else { 1 << 8 };
    assert_eq!(queue::<u32>(70_000).capacity(), 70_000, "capacity()");
    let queue = queue(capacity);
    for item in 0..capacity {
        assert_eq!(queue.try_put(item), Ok(()), "try_put() of item {item} into a queue of capacity {capacity}");
    }
    assert_eq!(queue.try_put(capacity), Err(capacity), "try_put() into a full queue of capacity {capacity}");
    assert_eq!(queue.len(), capacity, "len() of a full queue");
    for item in 0..capacity {
        assert_eq!(queue.try_get(), Some(item), "what a queue of capacity {capacity} gives");
    }
    // Each of them can be marked done.
    for _ in 0..capacity {
        queue.task_done();
    }
}

/// A get waits for a put, of either kind.
pub fn get_waits_for_an_item() {
    let (queue, other) = (queue(2), queue(2));
    let beside = Call::waits("get() of an empty queue", other.get());
    for item in [1, 2] {
        let call = Call::waits("get() of an empty queue", queue.get());
        if item == 1 {
            assert_eq!(put(&queue, item), Ok(()), "put() beside a waiting get()");
        } else {
            assert_eq!(queue.try_put(item), Ok(()), "try_put() beside a waiting get()");
        }
        assert_eq!(call.is_done("get()"), Some(item), "what the waiting get() returns");
    }
    assert_eq!(queue.len(), 0, "len() after two puts and two gets");

    // Somebody else is faster: the woken get finds nothing and waits again. (A queue may also keep the item for it.)
    let mut call = Call::waits("get() of an empty queue", queue.get());
    assert_eq!(queue.try_put(3), Ok(()), "try_put() beside a waiting get()");
    match queue.try_get() {
        None => assert_eq!(call.is_done("get()"), Some(3), "what the waiting get() returns"),
        Some(3) => {
            assert!(call.poll().is_pending(), "get() returned although try_get() took the only item");
            assert_eq!(queue.try_put(4), Ok(()), "try_put() beside a waiting get()");
            assert_eq!(call.is_done("get()"), Some(4), "what the waiting get() returns");
        }
        other => panic!("try_get() returned {other:?}, but only 3 was put"),
    }
    assert_eq!(other.try_put(9), Ok(()), "try_put() beside a waiting get()");
    assert_eq!(beside.is_done("get() of another queue"), Some(9), "what get() of another queue returns");
}

/// A put waits for room, made by a get of either kind.
pub fn put_waits_for_room() {
    let (queue, other) = (queue(1), queue(1));
    assert_eq!(other.try_put(0), Ok(()), "try_put(0) into an empty queue");
    let beside = Call::waits("put() into a full queue", other.put(1));
    assert_eq!(queue.try_put(0), Ok(()), "try_put(0) into an empty queue");
    for item in [1, 2] {
        let call = Call::waits("put() into a full queue", queue.put(item));
        let got = if item == 1 { get(&queue) } else { queue.try_get() };
        assert_eq!(got, Some(item - 1), "the oldest item");
        assert!(call.is_done("put()").is_ok(), "a waiting put() after a get must succeed");
    }

    // Somebody else is faster: the woken put finds no room and waits again. (A queue may also keep the room for it.)
    let mut call = Call::waits("put() into a full queue", queue.put(3));
    assert_eq!(queue.try_get(), Some(2), "the oldest item");
    let faster = queue.try_put(9).is_ok();
    if faster {
        assert!(call.poll().is_pending(), "put() returned although try_put() took the only place");
        assert_eq!(queue.try_get(), Some(9), "the oldest item");
    }
    assert!(call.is_done("put()").is_ok(), "a waiting put() after a get must succeed");
    assert_eq!(queue.try_get(), Some(3), "the last item");
    assert_eq!(queue.try_get(), None, "the queue is empty");
    assert_eq!(other.try_get(), Some(0), "the only item of another queue");
    assert!(beside.is_done("put() into another queue").is_ok(), "a waiting put() after a get must succeed");
}

/// Two threads, every interleaving.
pub fn no_wakeup_is_lost() {
    let queue = queue(1);
    let (for_room, tries) = (choose(2) == 1, choose(2) == 1);
    if for_room {
        assert_eq!(queue.try_put(1), Ok(()), "try_put(1) into an empty queue");
        let (done, got) = concurrently2(|| put(&queue, 2), || if tries { queue.try_get() } else { get(&queue) });
        let what = if tries { "try_get()" } else { "get()" };
        assert_eq!((done, got), (Ok(()), Some(1)), "put(2) into a full queue beside {what}");
        assert_eq!(queue.try_get(), Some(2), "the item that was put");
    } else {
        let (got, done) = concurrently2(|| get(&queue), || if tries { queue.try_put(7) } else { put(&queue, 7) });
        let what = if tries { "try_put(7)" } else { "put(7)" };
        assert_eq!((got, done), (Some(7), Ok(())), "get() beside {what}");
    }
}

/// Several gets wait, or several puts.
pub fn several_can_wait() {
    let case = choose(4);
    if case == 3 {
        return a_crowd_can_wait();
    }
    let waiters = 2 + choose(2);
    if case == 0 {
        let queue = queue(3);
        let mut calls: Vec<_> = (0..waiters).map(|_| Call::waits("get() of an empty queue", queue.get())).collect();
        // All items come before anybody is polled again.
        for item in 0..waiters {
            assert_eq!(queue.try_put(item), Ok(()), "try_put({item}) into a queue of capacity 3");
        }
        let mut got = run_woken(&mut calls);
        assert!(calls.is_empty(), "{} of {waiters} waiting gets were not woken for {waiters} items", calls.len());
        got.sort();
        assert_eq!(got, (0..waiters).map(Some).collect::<Vec<_>>(), "what {waiters} waiting gets returned");
    } else if case == 1 {
        // Two places become free before anybody is polled again.
        let queue = queue(2);
        assert_eq!(queue.try_put(0), Ok(()), "try_put(0) into an empty queue");
        assert_eq!(queue.try_put(1), Ok(()), "try_put(1) with room for it");
        let mut calls: Vec<_> =
            (2..2 + waiters).map(|item| Call::waits("put() into a full queue", queue.put(item))).collect();
        assert_eq!(queue.try_get(), Some(0), "the oldest item");
        assert_eq!(queue.try_get(), Some(1), "the next item");
        let done = run_woken(&mut calls);
        assert_eq!(done, [Ok(()), Ok(())], "what {waiters} waiting puts returned after two places became free");
        assert_eq!(queue.len(), 2, "len() after two puts that had to wait");
    } else {
        let queue = queue(1);
        assert_eq!(queue.try_put(0), Ok(()), "try_put(0) into an empty queue");
        let mut calls: Vec<_> =
            (1..=waiters).map(|item| Call::waits("put() into a full queue", queue.put(item))).collect();
        let mut got = Vec::new();
        while let Some(item) = queue.try_get() {
            got.push(item);
            for result in run_woken(&mut calls) {
                assert!(result.is_ok(), "a waiting put() was refused although the queue is open");
            }
        }
        assert!(calls.is_empty(), "{} of {waiters} waiting puts were not woken although there is room", calls.len());
        assert_eq!(got.first(), Some(&0), "the first item out");
        got.sort();
        assert_eq!(got, (0..=waiters).collect::<Vec<_>>(), "the items of {waiters} puts that had to wait");
    }
}

fn a_crowd_can_wait() {
    let queue = queue(CROWD);
    match choose(3) {
        0 => {
            let calls = (0..CROWD).map(|_| Call::waits("get() of an empty queue", queue.get())).collect();
            for item in 0..CROWD {
                assert_eq!(queue.try_put(item), Ok(()), "try_put() with room for it");
            }
            let mut got = run_crowd(calls, "gets");
            got.sort();
            assert!(got.into_iter().eq((0..CROWD).map(Some)), "{CROWD} waiting gets did not return the {CROWD} items");
        }
        what => {
            for item in 0..CROWD {
                assert_eq!(queue.try_put(item), Ok(()), "try_put() with room for it");
            }
            let puts = if what == 1 { CROWD } else { 0 };
            let calls: Vec<_> = (0..puts).map(|item| Call::waits("put() into a full queue", queue.put(item))).collect();
            let joins: Vec<_> =
                (puts..CROWD).map(|_| Call::waits("join() with items in the queue", queue.join())).collect();
            for item in 0..CROWD {
                assert_eq!(queue.try_get(), Some(item), "the oldest item");
                queue.task_done();
            }
            if what == 1 {
                let done = run_crowd(calls, "puts");
                assert!(done.iter().all(Result::is_ok), "a waiting put() was refused although the queue is open");
                assert_eq!(queue.len(), CROWD, "len() after {CROWD} puts that had to wait");
            } else {
                run_crowd(joins, "joins");
            }
        }
    }
}

/// Cancelled gets lose nothing.
pub fn a_cancelled_get_loses_nothing() {
    let queue = queue(2);
    let wait = || Call::waits("get() of an empty queue", queue.get());
    match choose(11) {
        0 => {
            // The one that was woken is dropped before it was polled again.
            let mut calls = vec![wait(), wait()];
            assert_eq!(queue.try_put(7), Ok(()), "try_put(7) beside two waiting gets");
            let woken = calls.iter().position(Call::woken).expect("none of two waiting gets was woken for an item");
            drop(calls.remove(woken));
            let other = calls.remove(0);
            let got = other.is_done("the second get(), after the first was woken and then dropped,");
            assert_eq!(got, Some(7), "what the second get() returns");
        }
        1 => {
            // One is dropped before there is an item: either the older or the younger.
            let mut calls = vec![wait(), wait()];
            drop(calls.remove(choose(2)));
            assert_eq!(queue.try_put(7), Ok(()), "try_put(7) beside a waiting get");
            let other = calls.remove(0);
            let got = other.is_done("a get() that waits beside one that was dropped");
            assert_eq!(got, Some(7), "what the other get() returns");
        }
        2 => {
            // Nobody else waits: the items stay, in their order.
            let call = wait();
            assert_eq!(queue.try_put(7), Ok(()), "try_put(7) beside a waiting get");
            assert_eq!(queue.try_put(8), Ok(()), "try_put(8) after try_put(7), capacity 2");
            drop(call);
            assert_eq!(get(&queue), Some(7), "the first item, after the waiting get() was dropped");
            assert_eq!(get(&queue), Some(8), "the second item, after the waiting get() was dropped");
        }
        3 => {
            // It was polled several times, without need, before it is dropped.
            let mut calls = vec![wait(), wait()];
            let first = choose(2);
            for _ in 0..3 {
                assert!(calls[first].poll().is_pending(), "get() of an empty queue, polled again");
            }
            drop(calls.remove(first));
            assert_eq!(queue.try_put(7), Ok(()), "try_put(7) beside a waiting get");
            let other = calls.remove(0);
            let got = other.is_done("a get() beside one that was polled often and then dropped");
            assert_eq!(got, Some(7), "what the other get() returns");
        }
        4 => {
            // Two calls of one task: both have the same waker.
            let task = WakeFlag::new();
            let mut calls = vec![Box::pin(queue.get()), Box::pin(queue.get())];
            for call in &mut calls {
                let polled = task.poll(call.as_mut());
                assert!(polled.is_pending(), "get() of an empty queue must wait");
            }
            drop(calls.remove(choose(2)));
            assert_eq!(queue.try_put(7), Ok(()), "try_put(7) beside a waiting get");
            assert!(task.wakes() > 0, "a task waits in two gets and drops one: it must be woken for the other");
            assert_eq!(task.poll(calls[0].as_mut()), Poll::Ready(Some(7)), "what the other get() returns");
        }
        5 => {
            // One goes, a new one comes, and the new one is dropped.
            let mut calls = vec![wait(), wait()];
            assert_eq!(queue.try_put(7), Ok(()), "try_put(7) beside two waiting gets");
            assert_eq!(run_woken(&mut calls), [Some(7)], "the only item");
            drop(wait());
            assert_eq!(queue.try_put(8), Ok(()), "try_put(8) beside a waiting get");
            let other = calls.remove(0);
            let got = other.is_done("a get() that waits beside one that came later and went");
            assert_eq!(got, Some(8), "what the other get() returns");
        }
        6 => {
            // One that was not woken is polled, and may take the item of the one that was.
            let mut calls = vec![wait(), wait(), wait()];
            assert_eq!(queue.try_put(7), Ok(()), "try_put(7) beside waiting gets");
            let mut got = Vec::new();
            let mut others: Vec<usize> = (0..3).filter(|&i| !calls[i].woken()).collect();
            if others.len() == 2 {
                others.swap_remove(choose(2));
            }
            if let Some(&other) = others.first()
                && let Poll::Ready(item) = calls[other].poll()
            {
                drop(calls.remove(other));
                got.push(item);
            }
            got.extend(run_woken(&mut calls));
            assert_eq!(queue.try_put(8), Ok(()), "try_put(8) beside waiting gets");
            if choose(2) == 0 {
                got.extend(run_woken(&mut calls));
            }
            assert_eq!(queue.try_put(9), Ok(()), "try_put(9) beside waiting gets");
            got.extend(run_woken(&mut calls));
            assert!(
                calls.is_empty(),
                "{} of 3 waiting gets were not woken for 3 items; one of them was polled before it was woken",
                calls.len()
            );
            got.sort();
            assert_eq!(got, [Some(7), Some(8), Some(9)], "what three waiting gets returned");
        }
        7 => {
            // Two items for three, and one of those that were woken is dropped.
            let mut calls = vec![wait(), wait(), wait()];
            assert_eq!(queue.try_put(7), Ok(()), "try_put(7) beside waiting gets");
            assert_eq!(queue.try_put(8), Ok(()), "try_put(8) beside waiting gets");
            drop_one_woken(&mut calls, "none of three waiting gets was woken for two items");
            let mut got = run_woken(&mut calls);
            got.sort();
            assert_eq!(got, [Some(7), Some(8)], "what the gets return after one of three that waited was dropped");
        }
        8 => {
            // The task of the one that was woken panics.
            let mut calls = vec![wait(), wait()];
            assert_eq!(queue.try_put(7), Ok(()), "try_put(7) beside two waiting gets");
            let woken = calls.iter().position(Call::woken).expect("none of two waiting gets was woken for an item");
            drop_by_panic(calls.remove(woken));
            let other = calls.remove(0);
            let got = other.is_done("the second get(), after the first was woken and then dropped by a panic,");
            assert_eq!(got, Some(7), "what the second get() returns");
        }
        9 => {
            // While one waits, many come and go.
            let call = wait();
            let task = WakeFlag::new();
            for _ in 0..CROWD {
                let mut short = Box::pin(queue.get());
                assert!(task.poll(short.as_mut()).is_pending(), "get() of an empty queue must wait");
            }
            assert_eq!(queue.try_put(7), Ok(()), "try_put(7) beside a waiting get");
            let got = call.is_done("a get() that waits while others come and go");
            assert_eq!(got, Some(7), "what the get() that stayed returns");
        }
        _ => {
            // A future that was never polled does nothing.
            assert_eq!(queue.try_put(7), Ok(()), "try_put(7) into an empty queue");
            drop(queue.get());
            assert_eq!(queue.try_get(), Some(7), "the item, after a get() that was never polled was dropped");
        }
    }
}

/// Drops a call while its thread unwinds.
fn drop_by_panic<T>(call: Call<'_, T>) {
    let unwound = catch(move || {
        let _call = call;
        boom("a task fails");
    });
    assert!(unwound.is_err());
}

/// Cancelled puts deliver nothing and hold up nobody.
pub fn a_cancelled_put_delivers_nothing() {
    let case = choose(10);
    if case == 7 {
        // Two places for three, and one of those that were woken is dropped.
        let queue = queue(3);
        for _ in 0..3 {
            assert_eq!(queue.try_put(0), Ok(()), "try_put(0) with room for it");
        }
        let mut calls: Vec<_> = (1..4).map(|item| Call::waits("put() into a full queue", queue.put(item))).collect();
        assert_eq!((queue.try_get(), queue.try_get()), (Some(0), Some(0)), "two of three items");
        drop_one_woken(&mut calls, "none of three waiting puts was woken for two free places");
        let done = run_woken(&mut calls);
        assert_eq!(done, [Ok(()), Ok(())], "what the puts return after one of three that waited was dropped");
        return;
    }
    let queue = queue(1);
    if case == 0 {
        drop(queue.put(9));
        assert_eq!(queue.try_get(), None, "the item of a put() that was never polled");
        return;
    }
    assert_eq!(queue.try_put(0), Ok(()), "try_put(0) into an empty queue");
    let wait = |item| Call::waits("put() into a full queue", queue.put(item));
    if case == 1 {
        // Polled several times without need; the first and the last are dropped.
        let mut calls = vec![wait(1), wait(2), wait(3)];
        for _ in 0..3 {
            assert!(calls[0].poll().is_pending(), "put() into a full queue, polled again");
        }
        drop(calls.remove(0));
        drop(calls.remove(1));
        assert_eq!(queue.try_get(), Some(0), "the only item");
        let other = calls.remove(0);
        let result = other.is_done("a put() between two that were dropped");
        assert!(result.is_ok(), "the other put() must succeed");
        assert_eq!(queue.try_get(), Some(2), "the item of the put() that stayed");
        return;
    }
    if case == 2 {
        // One that was not woken is polled, and may take the place of the one that was.
        let mut calls = vec![wait(1), wait(2), wait(3)];
        let mut got = vec![queue.try_get()];
        let mut others: Vec<usize> = (0..3).filter(|&i| !calls[i].woken()).collect();
        if others.len() == 2 {
            others.swap_remove(choose(2));
        }
        if let Some(&other) = others.first()
            && calls[other].poll().is_ready()
        {
            drop(calls.remove(other));
        }
        for _ in 0..3 {
            run_woken(&mut calls);
            got.push(queue.try_get());
        }
        assert!(
            calls.is_empty(),
            "{} of 3 waiting puts were not woken for 3 places; one of them was polled before it was woken",
            calls.len()
        );
        got.sort();
        assert_eq!(got, [Some(0), Some(1), Some(2), Some(3)], "all items that came out");
        return;
    }
    if case == 8 {
        // While one waits, many come and go.
        let call = wait(1);
        let task = WakeFlag::new();
        for _ in 0..CROWD {
            let mut short = Box::pin(queue.put(9));
            assert!(task.poll(short.as_mut()).is_pending(), "put() into a full queue must wait");
        }
        assert_eq!(queue.try_get(), Some(0), "the only item");
        let done = call.is_done("a put() that waits while others come and go");
        assert!(done.is_ok(), "the put() that stayed must succeed");
        return;
    }
    let mut calls = vec![wait(1), wait(2)];
    let left = match choose(4) {
        3 => {
            // The task of the one that was woken panics.
            assert_eq!(queue.try_get(), Some(0), "the only item");
            let woken =
                calls.iter().position(Call::woken).expect("none of two waiting puts was woken for a free place");
            drop_by_panic(calls.remove(woken));
            2 - woken
        }
        0 => {
            // The one that was woken is dropped before it was polled again.
            assert_eq!(queue.try_get(), Some(0), "the only item");
            let woken =
                calls.iter().position(Call::woken).expect("none of two waiting puts was woken for a free place");
            drop(calls.remove(woken));
            2 - woken
        }
        1 => {
            // One is dropped while the queue is full.
            let first = choose(2);
            drop(calls.remove(first));
            assert_eq!(queue.try_get(), Some(0), "the only item");
            2 - first
        }
        _ => {
            // All are dropped.
            calls.remove(1);
            let call = calls.remove(0);
            assert_eq!(queue.try_get(), Some(0), "the only item");
            drop(call);
            assert_eq!(queue.try_get(), None, "what is in the queue after the waiting puts were dropped");
            assert_eq!(queue.try_put(5), Ok(()), "try_put(5) after the waiting puts were dropped");
            return;
        }
    };
    let other = calls.remove(0);
    assert!(other.is_done("a put() that waits beside one that was dropped").is_ok(), "the other put() must succeed");
    assert_eq!(queue.try_get(), Some(left), "the item of the put() that was not dropped");
    assert_eq!(queue.try_get(), None, "the item of the put() that was dropped");
}

/// A call is dropped while another thread serves it.
pub fn cancelling_at_any_moment() {
    let queue = queue(1);
    if choose(2) == 0 {
        let (got, done, ()) = concurrently3(
            || get(&queue),
            || put(&queue, 7),
            || {
                // One poll, then it is dropped. If it has got the item, it gives it back.
                let mut call = Box::pin(queue.get());
                let polled = WakeFlag::new().poll(call.as_mut());
                drop(call);
                if let Poll::Ready(item) = polled {
                    assert_eq!(item, Some(7), "what get() returns");
                    assert_eq!(put(&queue, 7), Ok(()), "put() into an open queue");
                }
            },
        );
        assert_eq!((got, done), (Some(7), Ok(())), "get() beside put(7) and a get() that is dropped");
        assert_eq!(queue.len(), 0, "len() at the end");
    } else {
        assert_eq!(queue.try_put(1), Ok(()), "try_put(1) into an empty queue");
        let (done, got, stayed) = concurrently3(
            || put(&queue, 2),
            || get(&queue),
            || {
                let mut call = Box::pin(queue.put(3));
                let polled = WakeFlag::new().poll(call.as_mut());
                drop(call);
                // If it has stored its item, it makes room again.
                match polled {
                    Poll::Ready(result) => {
                        assert!(result.is_ok(), "a put() was refused although the queue is open");
                        get(&queue)
                    }
                    Poll::Pending => None,
                }
            },
        );
        assert_eq!(done, Ok(()), "put(2) beside get() and a put(3) that is dropped");
        let mut all: Vec<i32> = [got, stayed, queue.try_get()].into_iter().flatten().collect();
        all.sort();
        let want: &[i32] = if stayed.is_some() { &[1, 2, 3] } else { &[1, 2] };
        assert_eq!(all, want, "all items that came out");
    }
}

/// The newest waker counts.
pub fn the_last_waker_is_woken() {
    let queue = queue(1);
    let last = match choose(3) {
        0 => {
            let mut call = Call::waits("get() of an empty queue", queue.get());
            call.flag = WakeFlag::new();
            assert!(call.poll().is_pending(), "get() of an empty queue, polled again");
            assert_eq!(queue.try_put(1), Ok(()), "try_put(1) into an empty queue");
            call.woken()
        }
        1 => {
            assert_eq!(queue.try_put(1), Ok(()), "try_put(1) into an empty queue");
            let mut call = Call::waits("put() into a full queue", queue.put(2));
            call.flag = WakeFlag::new();
            assert!(call.poll().is_pending(), "put() into a full queue, polled again");
            assert_eq!(queue.try_get(), Some(1), "the only item");
            call.woken()
        }
        _ => {
            assert_eq!(queue.try_put(1), Ok(()), "try_put(1) into an empty queue");
            let mut call = Call::waits("join() with an item in the queue", queue.join());
            call.flag = WakeFlag::new();
            assert!(call.poll().is_pending(), "join() with an item in the queue, polled again");
            assert_eq!(queue.try_get(), Some(1), "the only item");
            queue.task_done();
            call.woken()
        }
    };
    assert!(last, "a waiting call was polled with a second waker, but that waker was not woken");
}

/// Everybody hears of the end.
pub fn close_wakes_everyone() {
    match choose(5) {
        0 => {
            let queue: AsyncQueue<u32> = queue(1);
            let calls: Vec<_> = (0..CROWD).map(|_| Call::waits("get() of an empty queue", queue.get())).collect();
            queue.close();
            for call in calls {
                assert_eq!(call.is_done("get() of a queue that was closed"), None, "get() of a closed, empty queue");
            }
        }
        1 => {
            let queue = queue(1);
            assert_eq!(queue.try_put(0), Ok(()), "try_put(0) into an empty queue");
            let calls: Vec<_> =
                (1..4).map(|item| (item, Call::waits("put() into a full queue", queue.put(item)))).collect();
            queue.close();
            for (item, call) in calls {
                match call.is_done("put() into a queue that was closed") {
                    Ok(()) => {
                        panic!("a waiting put() succeeded although the queue was closed and full")
                    }
                    Err(Closed(back)) => {
                        assert_eq!(back, item, "the item that a refused put() gives back")
                    }
                }
            }
            assert_eq!(queue.try_get(), Some(0), "the item that was there before close()");
            assert_eq!(queue.try_get(), None, "nothing may be stored after close()");
        }
        2 => {
            let queue: AsyncQueue<u32> = queue(1);
            let mut calls: Vec<_> = (0..3).map(|_| Call::waits("get() of an empty queue", queue.get())).collect();
            queue.close();
            drop_one_woken(&mut calls, "close() woke none of three waiting gets");
            let done = run_woken(&mut calls);
            assert_eq!(done, [None, None], "the other two gets, after close() and after one of three was dropped");
        }
        3 => {
            let queue = queue(1);
            assert_eq!(queue.try_put(0), Ok(()), "try_put(0) into an empty queue");
            let mut calls: Vec<_> =
                (1..4).map(|item| Call::waits("put() into a full queue", queue.put(item))).collect();
            queue.close();
            drop_one_woken(&mut calls, "close() woke none of three waiting puts");
            let refused = run_woken(&mut calls).iter().filter(|done| done.is_err()).count();
            assert_eq!(refused, 2, "puts refused after close(), of three that waited, when one of them was dropped");
        }
        _ => {
            let queue: AsyncQueue<u32> = queue(1);
            let (a, b, ()) = concurrently3(|| get(&queue), || get(&queue), || queue.close());
            assert_eq!((a, b), (None, None), "two gets beside close()");
        }
    }
}

/// Nothing gets in, everything gets out.
pub fn a_closed_queue_is_drained() {
    let queue = queue(2);
    let case = choose(6);
    if case == 0 {
        assert_eq!(put(&queue, 1), Ok(()), "put(1) into an empty queue");
        assert_eq!(queue.try_put(2), Ok(()), "try_put(2) with room for it");
        assert_eq!(queue.try_get(), Some(1), "the oldest item");
        queue.close();
        assert_eq!(put(&queue, 3), Err(3), "put(3) into a closed queue with room for it");
        assert_eq!(queue.try_put(4), Err(4), "try_put(4) into a closed queue with room for it");
        queue.close();
        assert_eq!(get(&queue), Some(2), "what was there before close()");
        assert_eq!(get(&queue), None, "get() of a closed, drained queue");
        assert_eq!(get(&queue), None, "get() of a closed, drained queue, again");
        assert_eq!(queue.try_get(), None, "try_get() of a closed, drained queue");
        assert!(queue.is_empty(), "is_empty() of a closed, drained queue");
    } else if case == 1 {
        // There is room again for a put that waits, but then the queue is closed.
        assert_eq!(queue.try_put(1), Ok(()), "try_put(1) into an empty queue");
        assert_eq!(queue.try_put(2), Ok(()), "try_put(2) with room for it");
        let call = Call::waits("put() into a full queue", queue.put(3));
        assert_eq!(queue.try_get(), Some(1), "the oldest item");
        queue.close();
        assert_eq!(
            call.is_done("put() into a queue that was closed"),
            Err(Closed(3)),
            "a waiting put() that is polled after close()"
        );
        assert_eq!(get(&queue), Some(2), "what was there before close()");
        assert_eq!(get(&queue), None, "get() of a closed, drained queue");
    } else if case == 2 {
        // Gets wait, an item comes, and the queue is closed before they are polled again.
        let wait = || Call::waits("get() of an empty queue", queue.get());
        let mut calls = vec![wait(), wait()];
        assert_eq!(queue.try_put(7), Ok(()), "try_put(7) beside waiting gets");
        queue.close();
        let mut got = run_woken(&mut calls);
        got.sort();
        assert_eq!(got, [None, Some(7)], "what two waiting gets return after put(7) and close()");
    } else if case == 3 {
        let (got, done) = concurrently2(
            || get(&queue),
            || {
                let done = queue.try_put(7);
                queue.close();
                done
            },
        );
        assert_eq!(
            (got, done),
            (Some(7), Ok(())),
            "get() beside try_put(7) and then close(): the item was there before the end"
        );
    } else if case == 4 {
        let (done, got) = concurrently2(
            || queue.try_put(7).or_else(|item| put(&queue, item)),
            || {
                queue.close();
                get(&queue)
            },
        );
        let want = if done.is_ok() { Some(7) } else { None };
        assert_eq!(
            got, want,
            "get() after close(), beside put(7) that returned {done:?}: nothing may be stored after close()"
        );
        assert_eq!(queue.len(), 0, "len() of a closed, drained queue");
    } else {
        let (done, ()) = concurrently2(|| put(&queue, 7), || queue.close());
        let want = if done.is_ok() { Some(7) } else { None };
        if let Err(item) = done {
            assert_eq!(item, 7, "the item that a refused put() gives back");
        }
        assert_eq!(get(&queue), want, "get() after put(7) beside close(); put() returned {done:?}");
        assert_eq!(get(&queue), None, "get() of a closed, drained queue");
    }
}

/// join() waits for the last task_done.
pub fn join_waits_until_all_is_done() {
    match choose(9) {
        0 => {
            let (queue, other) = (queue(2), queue(1));
            assert_eq!(other.try_put(9), Ok(()), "try_put(9) into an empty queue");
            assert_eq!(poll_once(std::pin::pin!(queue.join())), Some(()), "join() of a new queue must not wait");
            for round in 0..2 {
                assert_eq!(put(&queue, 1), Ok(()), "put(1) into an empty queue");
                assert_eq!(queue.try_put(2), Ok(()), "try_put(2) with room for it");
                let mut first = Call::waits("join() with two items in the queue", queue.join());
                let second = Call::waits("join() with two items in the queue", queue.join());
                assert_eq!(get(&queue), Some(1), "the oldest item");
                assert!(first.poll().is_pending(), "join() with an item in the queue and one in work");
                queue.task_done();
                assert!(first.poll().is_pending(), "join() with an item in the queue");
                assert_eq!(queue.try_get(), Some(2), "the last item");
                assert!(first.poll().is_pending(), "join() with an item in work: it was got, but not marked done");
                queue.task_done();
                first.is_done(if round == 0 { "join()" } else { "join() the second time" });
                second.is_done("the second of two joins");
            }
        }
        1 => {
            // A new item comes while it waits.
            let queue = queue(2);
            assert_eq!(queue.try_put(1), Ok(()), "try_put(1) into an empty queue");
            let mut call = Call::waits("join() with an item in the queue", queue.join());
            drop(Call::waits("join() with an item in the queue", queue.join()));
            assert_eq!(put(&queue, 2), Ok(()), "put(2) with room for it");
            assert_eq!(queue.try_get(), Some(1), "the oldest item");
            queue.task_done();
            assert!(call.poll().is_pending(), "join() with an item in the queue that came while join() waited");
            assert_eq!(queue.try_get(), Some(2), "the last item");
            queue.task_done();
            call.is_done("join()");
        }
        2 => {
            // What was never stored does not count.
            let queue = queue(1);
            assert_eq!(queue.try_put(1), Ok(()), "try_put(1) into an empty queue");
            drop(Call::waits("put() into a full queue", queue.put(2)));
            assert_eq!(queue.try_put(3), Err(3), "try_put(3) into a full queue");
            assert_eq!(queue.try_get(), Some(1), "the only item");
            queue.close();
            assert_eq!(put(&queue, 4), Err(4), "put(4) into a closed queue");
            assert_eq!(queue.try_put(5), Err(5), "try_put(5) into a closed queue");
            let call = Call::waits("join() with an item in work", queue.join());
            queue.task_done();
            call.is_done("join() after the only item that was stored was marked done");
        }
        3 => {
            // The end is not the end of the work.
            let queue = queue(1);
            assert_eq!(queue.try_put(1), Ok(()), "try_put(1) into an empty queue");
            let mut call = Call::waits("join() with an item in the queue", queue.join());
            let asleep = Call::waits("join() with an item in the queue", queue.join());
            queue.close();
            assert!(call.poll().is_pending(), "join() of a closed queue with an item in it");
            assert_eq!(queue.try_get(), Some(1), "the only item");
            assert!(call.poll().is_pending(), "join() of a closed queue with an item in work");
            queue.task_done();
            call.is_done("join() of a closed queue");
            asleep.is_done("join() that waited when the queue was closed");
        }
        4 => {
            let queue = queue(1);
            let (done, ()) = concurrently2(
                || put(&queue, 1),
                || {
                    assert_eq!(get(&queue), Some(1), "the only item");
                    let early = poll_once(std::pin::pin!(queue.join()));
                    assert_eq!(early, None, "join() with an item in work must wait");
                    queue.task_done();
                    block_on(queue.join());
                },
            );
            assert_eq!(done, Ok(()), "put(1) beside get()");
            assert_eq!(
                poll_once(std::pin::pin!(queue.join())),
                Some(()),
                "join() after the only item was marked done must not wait"
            );
        }
        5 => {
            let (queue, notes) = (queue(2), [RaceCell::new(0), RaceCell::new(0)]);
            assert_eq!(queue.try_put(0), Ok(()), "try_put(0) into an empty queue");
            assert_eq!(queue.try_put(1), Ok(()), "try_put(1) with room for it");
            let work = || {
                let item = queue.try_get().expect("two items for two gets");
                notes[item].set(1);
                queue.task_done();
            };
            let ((), (), seen) = concurrently3(work, work, || {
                block_on(queue.join());
                [notes[0].get(), notes[1].get()]
            });
            assert_eq!(seen, [1, 1], "what was done before each task_done() must be visible after join()");
        }
        6 => {
            let (queue, note) = (queue(1), RaceCell::new(0));
            assert_eq!(queue.try_put(1), Ok(()), "try_put(1) into an empty queue");
            let ((), seen) = concurrently2(
                || {
                    assert_eq!(get(&queue), Some(1), "the only item");
                    note.set(1);
                    queue.task_done();
                },
                || {
                    block_on(queue.join());
                    note.get()
                },
            );
            assert_eq!(seen, 1, "what was done before task_done() must be visible after join()");
        }
        7 => {
            // As many items as a small count takes for none.
            let items = 256;
            let queue = queue(items);
            for item in 0..items {
                assert_eq!(queue.try_put(item), Ok(()), "try_put() with room for it");
            }
            drop(Call::waits("join() with many items in the queue", queue.join()));
            for item in 0..items {
                assert_eq!(queue.try_get(), Some(item), "the oldest item");
            }
            let call = Call::waits("join() with many items in work", queue.join());
            for _ in 0..items {
                queue.task_done();
            }
            call.is_done("join() after all of many items were marked done");
        }
        _ => {
            let queue = queue(1);
            assert_eq!(queue.try_put(1), Ok(()), "try_put(1) into an empty queue");
            let mut calls: Vec<_> =
                (0..3).map(|_| Call::waits("join() with an item in the queue", queue.join())).collect();
            assert_eq!(queue.try_get(), Some(1), "the only item");
            queue.task_done();
            drop_one_woken(&mut calls, "none of three joins was woken when all was done");
            let done = run_woken(&mut calls).len();
            assert_eq!(done, 2, "joins that ended after all was done, of three, when one of them was dropped");
        }
    }
}

/// One task_done for each item that was got.
pub fn task_done_once_an_item() {
    let (queue, other) = (queue(2), queue(1));
    // The refused call is always the last one: what a queue can do after that panic is not graded.
    let what = match choose(7) {
        0 => "nothing was put",
        1 => {
            assert_eq!(queue.try_put(1), Ok(()), "try_put(1) into an empty queue");
            "an item was put, but none was got"
        }
        2 => {
            assert_eq!(queue.try_put(1), Ok(()), "try_put(1) into an empty queue");
            assert_eq!(queue.try_put(2), Ok(()), "try_put(2) with room for it");
            assert_eq!(get(&queue), Some(1), "the oldest item");
            queue.task_done();
            "two items were put, but only one was got, and that is marked already"
        }
        3 => {
            // Two threads mark one item.
            assert_eq!(queue.try_put(1), Ok(()), "try_put(1) into an empty queue");
            assert_eq!(queue.try_put(2), Ok(()), "try_put(2) with room for it");
            assert_eq!(queue.try_get(), Some(1), "the oldest item");
            let mark = || catch(|| queue.task_done()).is_ok();
            let marked = concurrently2(mark, mark);
            assert_ne!(
                marked,
                (true, true),
                "two threads marked one item at the same time, and neither call of task_done() panicked"
            );
            return;
        }
        4 => {
            queue.close();
            assert_eq!(get(&queue), None, "get() of a closed, empty queue");
            assert_eq!(queue.try_get(), None, "try_get() of a closed, empty queue");
            "get() and try_get() have only returned None"
        }
        5 => {
            assert_eq!(other.try_put(1), Ok(()), "try_put(1) into an empty queue");
            assert_eq!(other.try_get(), Some(1), "the only item");
            "an item was got, but from another queue"
        }
        _ => {
            assert_eq!(queue.try_put(1), Ok(()), "try_put(1) into an empty queue");
            assert_eq!(queue.try_get(), Some(1), "the oldest item");
            queue.task_done();
            "one item was got, and it is marked already"
        }
    };
    assert!(catch(|| queue.task_done()).is_err(), "task_done() must panic: {what}");
}

/// The capacity holds while several put at once.
pub fn never_more_than_capacity() {
    let queue = queue(1);
    if choose(2) == 0 {
        let (a, b) = concurrently2(|| queue.try_put(1), || queue.try_put(2));
        assert!(a.is_ok() != b.is_ok(), "two try_puts into a queue of capacity 1 returned {a:?} and {b:?}");
        assert_eq!(queue.len(), 1, "len() after one of two try_puts succeeded");
    } else {
        let once = |item| {
            let mut call = Box::pin(queue.put(item));
            WakeFlag::new().poll(call.as_mut()).is_ready()
        };
        let (a, b) = concurrently2(|| once(1), || once(2));
        assert!(
            a != b,
            "of two puts into a queue of capacity 1, polled once each, {} were done",
            if a { 2 } else { 0 }
        );
        assert_eq!(queue.len(), 1, "len() after one of two puts");
    }
}

/// Tasks and threads, cancelled calls, join and close.
pub fn a_busy_queue_delivers_everything() {
    let (producers, consumers, items) = (scale(1, 2), scale(1, 2), scale(2, 4));
    let queue = queue(scale(1, 2));
    let (finished, most) = (Counter::new(), queue.capacity());
    let seed = seed();
    // A queue that keeps an item for a waiting get puts it back when that is dropped; another consumer may then see it late. So
    // the order is looked at only where no get is dropped.
    let drops_gets = !exhaustive() && seed.is_multiple_of(2);
    let got = concurrently(producers + consumers, |t| {
        let mut rng = Rng::new(seed.wrapping_mul(31).wrapping_add(t as u64));
        let mut got = Vec::new();
        if t < producers {
            for item in 0..items {
                if !exhaustive() && rng.below(4) == 0 {
                    // A put that is cancelled; if it was done at once, so much the better.
                    let mut call = Box::pin(queue.put((t, item)));
                    if WakeFlag::new().poll(call.as_mut()).is_ready() {
                        continue;
                    }
                }
                assert_eq!(put(&queue, (t, item)), Ok(()), "put() into an open queue");
            }
            if finished.add(1) + 1 == producers as u64 {
                block_on(queue.join());
                queue.close();
            }
        } else {
            loop {
                let len = queue.len();
                assert!(len <= most, "len() is {len}, but the capacity is {most}");
                let item = if drops_gets && rng.below(3) == 0 {
                    let mut call = Box::pin(queue.get());
                    match WakeFlag::new().poll(call.as_mut()) {
                        Poll::Ready(item) => item,
                        Poll::Pending => continue_after(call, &queue),
                    }
                } else {
                    get(&queue)
                };
                let Some(item) = item else { break };
                got.push(item);
                queue.task_done();
            }
        }
        got
    });
    for (who, got) in got.iter().enumerate() {
        for producer in 0..producers {
            let mine: Vec<usize> = got.iter().filter(|(p, _)| *p == producer).map(|(_, item)| *item).collect();
            assert!(
                drops_gets || mine.is_sorted(),
                "thread t{who} got the items of one producer in the order {mine:?}"
            );
        }
    }
    let mut all: Vec<(usize, usize)> = got.into_iter().flatten().collect();
    all.sort();
    let want: Vec<_> = (0..producers).flat_map(|p| (0..items).map(move |item| (p, item))).collect();
    assert_eq!(all, want, "(producer, item) of everything that came out");
}

/// Drops a get that waits, then waits with a new one.
fn continue_after<T>(call: Pin<Box<impl Future<Output = Option<T>>>>, queue: &AsyncQueue<T>) -> Option<T> {
    drop(call);
    get(queue)
}

/// Nobody spins.
pub fn waiting_is_sleeping() {
    let queue = queue(1);
    concurrently2(
        || assert_eq!(get(&queue), Some(1), "get() beside put(1)"),
        || {
            settle();
            assert_eq!(put(&queue, 1), Ok(()), "put(1) into an empty queue");
        },
    );
    let tasks = Executor::new()
        .spawn(async {
            queue.get().await;
            queue.task_done();
        })
        .spawn(async { queue.join().await });
    queue.task_done();
    assert_eq!(queue.try_put(2), Ok(()), "try_put(2) into an empty queue");
    let polls = tasks.run();
    assert!(polls.iter().all(|&n| n <= 4), "two tasks that get one item and wait for it were polled {polls:?} times");
}
