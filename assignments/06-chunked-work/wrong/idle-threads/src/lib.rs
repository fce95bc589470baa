//! Bug: as many threads as groups are asked for are started, also for groups without items.

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
    let ranges = self::groups(items, groups);
    thread::scope(|s| {
        let range = |k: usize| ranges.get(k).cloned().unwrap_or(0..0);
        let threads: Vec<_> = (0..groups.get())
            .map(range)
            .map(|range| s.spawn(move || range.map(f).collect::<Vec<R>>()))
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}
