//! Bug: the items that are left over after the division belong to no group.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::thread;

pub fn groups(items: usize, groups: NonZeroUsize) -> Vec<Range<usize>> {
    let count = items.min(groups.get());
    let size = items.checked_div(count).unwrap_or(0);
    (0..count).map(|k| k * size..(k + 1) * size).collect()
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
