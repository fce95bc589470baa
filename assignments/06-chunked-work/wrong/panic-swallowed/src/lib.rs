//! Bug: the result of join is thrown away: nobody hears of a panic.

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
    let f = &f;
    thread::scope(|s| {
        let ranges = self::groups(items, groups);
        let threads: Vec<_> = ranges
            .into_iter()
            .map(|range| s.spawn(move || range.for_each(f)))
            .collect();
        for thread in threads {
            let _ = thread.join();
        }
    });
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
