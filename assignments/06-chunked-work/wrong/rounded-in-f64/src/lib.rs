//! Bug: the bounds are computed in f64, which cannot tell large numbers apart.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::thread;

pub fn groups(items: usize, groups: NonZeroUsize) -> Vec<Range<usize>> {
    let count = items.min(groups.get());
    let bound = |k: usize| {
        if k == count {
            items
        } else {
            (items as f64 / count as f64 * k as f64).floor() as usize
        }
    };
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
