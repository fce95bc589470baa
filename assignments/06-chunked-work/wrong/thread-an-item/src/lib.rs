//! Bug: a thread for each item, whatever the number of groups.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::thread;

pub fn groups(items: usize, groups: NonZeroUsize) -> Vec<Range<usize>> {
    let count = items.min(groups.get());
    let mut ranges = Vec::new();
    let mut start = 0;
    for open in (1..=count).rev() {
        let end = start + (items - start) / open;
        ranges.push(start..end);
        start = end;
    }
    ranges
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
    let f = &f;
    thread::scope(|s| {
        let ranges = self::groups(items, groups);
        let threads: Vec<_> = ranges.into_iter().flatten().map(|i| s.spawn(move || f(i))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}
