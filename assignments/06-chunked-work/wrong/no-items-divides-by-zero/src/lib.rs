//! Bug: no items, no groups: a division by zero.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::thread;

pub fn groups(items: usize, groups: NonZeroUsize) -> Vec<Range<usize>> {
    let count = items.min(groups.get());
    let (size, rest) = (items / count, items % count);
    let mut start = 0;
    (0..count)
        .map(|i| {
            let end = start + size + usize::from(i < rest);
            let r = start..end;
            start = end;
            r
        })
        .collect()
}
pub fn for_each<F>(items: usize, n: NonZeroUsize, f: F)
where
    F: Fn(usize) + Sync,
{
    thread::scope(|s| {
        for r in groups(items, n) {
            let f = &f;
            s.spawn(move || r.for_each(f));
        }
    });
}
pub fn map<R, F>(items: usize, n: NonZeroUsize, f: F) -> Vec<R>
where
    R: Send,
    F: Fn(usize) -> R + Sync,
{
    thread::scope(|s| {
        let hs: Vec<_> = groups(items, n)
            .into_iter()
            .map(|r| {
                let f = &f;
                s.spawn(move || r.map(f).collect::<Vec<_>>())
            })
            .collect();
        hs.into_iter().flat_map(|h| h.join().unwrap()).collect()
    })
}
