//! Checks of assignment 12.

use gradekit::*;
use std::cell::Cell;
use std::num::NonZeroUsize;
use student::BoundedBuffer;

const _: () = assert_send_sync::<BoundedBuffer<String>>();
const _: () = assert_send_sync::<BoundedBuffer<Cell<u8>>>();

fn buffer(capacity: usize) -> BoundedBuffer<u64> {
    BoundedBuffer::new(NonZeroUsize::new(capacity).unwrap())
}

/// Everything that is left in a closed buffer.
fn rest(buffer: &BoundedBuffer<u64>) -> Vec<u64> {
    std::iter::from_fn(|| buffer.take()).collect()
}

pub fn first_in_first_out() {
    if !exhaustive() && choose(16) == 0 {
        return many_come_and_go();
    }
    let b = buffer(3);
    for i in 1..=3 {
        assert_eq!(b.put(i), Ok(()));
    }
    assert_eq!(b.take(), Some(1), "put 1, 2, 3: the first `take` is wrong");
    assert_eq!(b.try_put(4), Ok(()));
    assert_eq!(b.try_take(), Some(2), "put 1, 2, 3: after 1 comes 2");
    assert_eq!(b.take(), Some(3), "put 1, 2, 3: after 2 comes 3");
    assert_eq!(b.take(), Some(4));

    let b = buffer(1 + choose(2));
    let items = scale(2, 6) as u64;
    let (_, got) = concurrently2(
        || {
            for i in 0..items {
                assert_eq!(b.put(i), Ok(()), "`put` on an open buffer gave the item back");
            }
        },
        || (0..items).map(|_| b.take()).collect::<Vec<_>>(),
    );
    assert_eq!(got, (0..items).map(Some).collect::<Vec<_>>(), "one thread puts 0, 1, ..., another one takes");
}

/// One thread. The buffer grows while items are taken; then as many come as go.
fn many_come_and_go() {
    let capacity = 100;
    let b = buffer(capacity);
    let (mut put, mut taken) = (0, 0);
    while taken < 400 {
        for _ in 0..3 {
            let full = put - taken == capacity as u64;
            assert_eq!(b.try_put(put).is_ok(), !full, "`try_put` with {} items in {capacity} places", put - taken);
            put += u64::from(!full);
        }
        assert_eq!(b.take(), Some(taken), "0, 1, ... were put, and {taken} of them were taken");
        taken += 1;
    }
    for i in taken..put {
        assert_eq!(b.try_take(), Some(i), "0, 1, ... were put, and {i} of them were taken");
    }
    assert_eq!(b.len(), 0, "everything was taken");
}

pub fn take_waits_for_an_item() {
    let b = buffer(2);
    let done = Counter::new();
    concurrently3(
        || {
            assert!(b.take().is_some(), "`take` gave `None`, but the buffer is not closed");
            done.add(1);
        },
        || {
            assert!(b.take().is_some(), "`take` gave `None`, but the buffer is not closed");
            done.add(1);
        },
        || {
            settle();
            assert_eq!(done.get(), 0, "`take` returned from an empty buffer");
            assert_eq!(b.put(1), Ok(()));
            settle();
            assert_eq!(done.get(), 1, "one item was put: one `take` returns");
            assert_eq!(b.put(2), Ok(()));
        },
    );
}

pub fn never_more_than_the_capacity() {
    let capacity = 1 + choose(2);
    let b = buffer(capacity);
    for i in 1..capacity {
        assert_eq!(b.put(i as u64), Ok(()));
    }
    // One place is left, and two want it.
    let done = Counter::new();
    let put = |item| {
        assert_eq!(b.put(item), Ok(()), "`put` on an open buffer gave the item back");
        done.add(1);
    };
    concurrently3(
        || put(10),
        || put(20),
        || {
            settle();
            assert_eq!(done.get(), 1, "one place was free: one `put` returns");
            assert_eq!(b.len(), capacity, "the length of a full buffer");
            assert!(b.take().is_some());
            settle();
            assert_eq!(done.get(), 2, "there is a place again: the other `put` returns");
            assert_eq!(b.len(), capacity, "the length of a full buffer");
        },
    );
    // Items without a size count, too.
    let b = BoundedBuffer::new(NonZeroUsize::MIN);
    assert_eq!((b.put(()), b.try_put(())), (Ok(()), Err(())), "one place, and two `()` are put");
    // The same for those who do not wait.
    let b = buffer(1);
    let (x, y) = concurrently2(|| b.try_put(1), || b.try_put(2));
    assert!(x.is_ok() != y.is_ok(), "two calls of `try_put`, one place: {x:?} and {y:?}");
}

pub fn everybody_gets_on() {
    let b = buffer(1 + choose(2));
    let each = scale(1, 3) as u64;
    let taken = Log::new();
    let put = |from: u64| {
        for i in 0..each {
            assert_eq!(b.put(from + i), Ok(()), "`put` on an open buffer gave the item back");
        }
    };
    let take = || {
        for _ in 0..each {
            taken.push(b.take().expect("`take` gave `None`, but the buffer is not closed"));
        }
    };
    concurrently(4, |i| match i {
        0 => take(),
        1 => put(0),
        2 => take(),
        _ => put(each),
    });
    let mut taken = taken.take();
    taken.sort();
    assert_eq!(taken, (0..2 * each).collect::<Vec<_>>(), "each item is taken once");
    assert_eq!(b.len(), 0, "everything was taken");
}

pub fn try_calls_tell_the_truth() {
    let b = buffer(2);
    assert_eq!(b.try_take(), None, "`try_take` from an empty buffer");
    assert_eq!(b.try_put(1), Ok(()), "`try_put` into an empty buffer");
    // There is an item and there is a place: both succeed, whatever others do.
    let (taken, put) = concurrently2(|| b.try_take(), || b.try_put(2));
    assert_eq!(taken, Some(1), "there was an item, but `try_take` did not get it");
    assert_eq!(put, Ok(()), "there was a place, but `try_put` did not get it");
    let (_, put) = concurrently2(|| b.len(), || b.try_put(3));
    assert_eq!(put, Ok(()), "there was a place, but `try_put` did not get it");
    assert_eq!(b.try_put(4), Err(4), "`try_put` into a full buffer");
    // Also while another thread waits.
    concurrently2(
        || assert_eq!(b.put(5), Ok(())),
        || {
            settle();
            assert_eq!(b.try_put(6), Err(6), "`try_put` into a full buffer");
            assert_eq!(b.take(), Some(2));
        },
    );
    b.close();
    assert_eq!(b.try_put(7), Err(7), "`try_put` into a closed buffer");
    assert_eq!(b.try_take(), Some(3));
    assert_eq!(b.try_take(), Some(5));
    assert_eq!(b.try_take(), None, "`try_take` from an empty buffer");
    let b = buffer(1);
    concurrently2(
        || assert_eq!(b.take(), Some(8)),
        || {
            settle();
            assert_eq!(b.try_take(), None, "`try_take` from an empty buffer");
            assert_eq!(b.put(8), Ok(()));
        },
    );
}

pub fn try_calls_wake_those_who_wait() {
    let b = buffer(1);
    match choose(4) {
        0 => {
            assert_eq!(b.put(1), Ok(()));
            let (put, taken) = concurrently2(|| b.put(2), || b.try_take());
            assert_eq!(put, Ok(()), "`put` on an open buffer gave the item back");
            assert_eq!(taken, Some(1), "`try_take` from a full buffer");
            assert_eq!(b.take(), Some(2));
        }
        1 => {
            let (taken, put) = concurrently2(|| b.take(), || b.try_put(1));
            assert_eq!(put, Ok(()), "`try_put` into an empty buffer");
            assert_eq!(taken, Some(1), "`take` while one item was put");
        }
        // Two wait, and both are woken.
        2 => {
            let b = buffer(2);
            assert_eq!((b.put(1), b.put(2)), (Ok(()), Ok(())));
            let (_, _, taken) = concurrently3(
                || assert_eq!(b.put(3), Ok(()), "`put` on an open buffer gave the item back"),
                || assert_eq!(b.put(4), Ok(()), "`put` on an open buffer gave the item back"),
                || {
                    settle();
                    [b.try_take(), b.try_take()]
                },
            );
            assert_eq!(taken, [Some(1), Some(2)], "two `try_take` from a full buffer");
        }
        _ => {
            let b = buffer(2);
            let (x, y, put) = concurrently3(
                || b.take(),
                || b.take(),
                || {
                    settle();
                    [b.try_put(1), b.try_put(2)]
                },
            );
            assert_eq!(put, [Ok(()); 2], "two `try_put` into an empty buffer");
            assert!([(Some(1), Some(2)), (Some(2), Some(1))].contains(&(x, y)), "`take` of two: {x:?} and {y:?}");
        }
    }
}

pub fn close_wakes_everyone() {
    let b = buffer(1);
    let full = choose(2) == 1;
    if full {
        assert_eq!(b.put(1), Ok(()));
    }
    let wait = |item| {
        if full {
            assert_eq!(b.put(item), Err(item), "a `put` that waits while the buffer is closed");
        } else {
            assert_eq!(b.take(), None, "a `take` that waits while the buffer is closed");
        }
    };
    concurrently3(
        || wait(2),
        || wait(3),
        || {
            if !exhaustive() {
                settle();
            }
            b.close();
        },
    );
    assert_eq!(rest(&b), vec![1; usize::from(full)], "what is left in the closed buffer");
}

pub fn close_keeps_the_items() {
    let b = buffer(3);
    for i in 1..=3 {
        assert_eq!(b.put(i), Ok(()));
    }
    b.close();
    b.close();
    assert_eq!(b.len(), 3, "the length after `close`");
    assert_eq!(b.take(), Some(1), "`take` from a closed buffer that has an item");
    assert_eq!(b.try_take(), Some(2), "`try_take` from a closed buffer that has an item");
    assert_eq!(b.take(), Some(3), "`take` from a closed buffer that has an item");
    assert_eq!(b.take(), None, "`take` from a closed, empty buffer");
    assert_eq!(b.try_take(), None, "`try_take` from a closed, empty buffer");

    // One item and two who want it, while a third thread closes.
    let b = buffer(1);
    assert_eq!(b.put(1), Ok(()));
    let (x, y, ()) = concurrently3(|| b.take(), || b.take(), || b.close());
    let mut got: Vec<u64> = x.into_iter().chain(y).collect();
    got.extend(rest(&b));
    assert_eq!(got, [1], "one item was in the buffer when it was closed");

    // A `take` waits, an item comes, and then the end.
    let b = buffer(1);
    concurrently2(
        || assert_eq!(b.take(), Some(1), "one item was put before `close`, and only one `take` wants it"),
        || {
            assert_eq!(b.put(1), Ok(()));
            b.close();
        },
    );
    assert_eq!(b.take(), None, "`take` from a closed, empty buffer");
}

pub fn nothing_is_stored_after_close() {
    // A call of `put` beside a `close`.
    let b = buffer(1);
    let patient = choose(2) == 1;
    let (put, left) = concurrently2(
        || if patient { b.put(1) } else { b.try_put(1) },
        || {
            b.close();
            rest(&b)
        },
    );
    match put {
        Ok(()) => assert_eq!(left, [1], "the item was accepted, but after `close` it is not there"),
        Err(item) => {
            assert_eq!(item, 1, "the item that was given back");
            assert!(left.is_empty(), "the item was given back and stored");
        }
    }
    assert_eq!(b.len(), 0, "something was stored after `close`");

    // Who has seen the end puts nothing in any more.
    let end = buffer(1);
    concurrently2(
        || end.close(),
        || {
            assert_eq!(end.take(), None, "`take` from an empty buffer that is being closed");
            let put = if patient { end.put(4) } else { end.try_put(4) };
            assert_eq!(put, Err(4), "`take` gave `None`, so the buffer is closed, and after that an item was stored");
        },
    );
    assert_eq!(b.put(2), Err(2), "`put` into a closed buffer");
    assert_eq!(b.try_put(3), Err(3), "`try_put` into a closed buffer");
    assert_eq!(b.take(), None, "something was stored after `close`");

    // A `put` that waits, a `close`, and then a place.
    let b = buffer(1);
    assert_eq!(b.put(1), Ok(()));
    concurrently2(
        || assert_eq!(b.put(2), Err(2), "a `put` that waits while the buffer is closed"),
        || {
            settle();
            b.close();
            assert_eq!(b.take(), Some(1));
            assert_eq!(b.take(), None, "something was stored after `close`");
        },
    );
    assert_eq!(b.take(), None, "something was stored after `close`");
}

pub fn len_is_true() {
    let b = buffer(4);
    assert_eq!(b.len(), 0, "the length of a new buffer");
    let ((), after) = concurrently2(
        || assert_eq!(b.put(1), Ok(())),
        || {
            assert_eq!(b.take(), Some(1));
            b.len()
        },
    );
    assert_eq!(after, 0, "the only item was taken");
    // Nobody takes: who has put sees at least the own item.
    let (x, y) = concurrently2(
        || {
            assert_eq!(b.put(1), Ok(()));
            b.len()
        },
        || {
            assert_eq!(b.try_put(2), Ok(()));
            b.len()
        },
    );
    for len in [x, y] {
        assert!((1..=2).contains(&len), "one or two items were put, but the length is {len}");
    }
    assert_eq!(b.len(), 2, "two items were put");
    // Somebody takes: never more than there were.
    let (taken, len) = concurrently2(|| b.try_take(), || b.len());
    assert!(taken.is_some());
    assert!((1..=2).contains(&len), "there were two items, one was taken, the length is {len}");
    assert_eq!(b.len(), 1, "one item is left");
    // A full buffer: the place for the new item is that of the one that was taken.
    let full = buffer(1);
    assert_eq!(full.put(1), Ok(()));
    let (taken, len) = concurrently2(
        || full.take(),
        || {
            assert_eq!(full.put(2), Ok(()));
            full.len()
        },
    );
    assert_eq!(taken, Some(1));
    assert_eq!(len, 1, "a buffer of capacity 1, and an item was put into it after one was taken out");
}

pub fn any_capacity_is_allowed() {
    for capacity in [usize::MAX, usize::MAX / 2, 1 << 50] {
        let b = buffer(capacity);
        assert_eq!(b.len(), 0);
        for i in 0..100 {
            assert_eq!(b.put(i), Ok(()), "`put` into a buffer of capacity {capacity}");
        }
        assert_eq!(b.try_put(100), Ok(()), "`try_put` into a buffer of capacity {capacity}");
        assert_eq!(b.len(), 101);
        assert_eq!(b.take(), Some(0));
    }
}

pub fn waiting_is_sleeping() {
    let b = buffer(1);
    concurrently2(
        || assert_eq!(b.take(), Some(1)),
        || {
            all_asleep();
            assert_eq!(b.put(1), Ok(()));
        },
    );
    assert_eq!(b.put(2), Ok(()));
    concurrently2(
        || assert_eq!(b.put(3), Ok(())),
        || {
            all_asleep();
            assert_eq!(b.take(), Some(2));
        },
    );
}
