//! Bug: the caller works on a single group itself.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::thread;

pub fn groups(items: usize, groups: NonZeroUsize) -> Vec<Range<usize>> {
    let count = items.min(groups.get());
    if count == 0 {
        return Vec::new();
    }
    let (size, rest) = (items / count, items % count);
    let mut start = 0;
    (0..count)
        .map(|k| {
            let end = start + size + usize::from(k < rest);
            std::mem::replace(&mut start, end)..end
        })
        .collect()
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
    if groups.get() == 1 || items == 1 {
        return (0..items).map(f).collect();
    }
    let f = &f;
    thread::scope(|scope| {
        let threads: Vec<_> = self::groups(items, groups)
            .into_iter()
            .map(|range| scope.spawn(move || range.map(f).collect::<Vec<R>>()))
            .collect();
        let results: Vec<_> = threads.into_iter().map(|thread| thread.join()).collect();
        results.into_iter().flat_map(|group| group.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}
