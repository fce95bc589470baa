//! Bug: every group has the rounded-up size until the items run out: the last one is small, or there are too few.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::thread;

pub fn groups(items: usize, groups: NonZeroUsize) -> Vec<Range<usize>> {
    let size = items.div_ceil(groups.get());
    let mut ranges = Vec::new();
    let mut start = 0;
    while start < items {
        let end = start.saturating_add(size).min(items);
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
        let threads: Vec<_> = ranges
            .into_iter()
            .map(|range| s.spawn(move || range.map(f).collect::<Vec<R>>()))
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}
