//! Bug: the results are sorted by the index as a u16.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread;

pub fn groups(items: usize, groups: NonZeroUsize) -> Vec<Range<usize>> {
    let count = groups.get().min(items) as u128;
    // In u128 the products cannot overflow.
    let bound = |k: u128| (k * items as u128 / count) as usize;
    (0..count).map(|k| bound(k)..bound(k + 1)).collect()
}

pub fn for_each<F>(items: usize, groups: NonZeroUsize, f: F)
where
    F: Fn(usize) + Sync,
{
    map(items, groups, f);
}

pub fn map<R, F>(items: usize, groups: NonZeroUsize, f: F) -> Vec<R>
where
    R: Send,
    F: Fn(usize) -> R + Sync,
{
    let (send, receive) = mpsc::channel();
    let mut results = Vec::new();
    let mut panicked = None;
    thread::scope(|scope| {
        for range in self::groups(items, groups) {
            let send = send.clone();
            let f = &f;
            thread::Builder::new()
                .name(format!("group {range:?}"))
                .spawn_scoped(scope, move || {
                    let work = || range.for_each(|i| send.send(Ok((i as u16, f(i)))).unwrap());
                    if let Err(panic) = catch_unwind(AssertUnwindSafe(work)) {
                        send.send(Err(panic)).unwrap();
                    }
                })
                .expect("the system starts a thread");
        }
        drop(send);
        for message in receive {
            match message {
                Ok(result) => results.push(result),
                Err(panic) => panicked = Some(panic),
            }
        }
    });
    if let Some(panic) = panicked {
        std::panic::resume_unwind(panic);
    }
    results.sort_by_key(|(i, _)| *i);
    results.into_iter().map(|(_, result)| result).collect()
}
