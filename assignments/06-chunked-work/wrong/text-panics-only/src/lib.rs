//! Bug: a panic without a text is swallowed.

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
    let f = &f;
    thread::scope(|scope| {
        let threads: Vec<_> = self::groups(items, groups)
            .into_iter()
            .map(|range| scope.spawn(move || range.map(f).collect::<Vec<R>>()))
            .collect();
        let results: Vec<_> = threads.into_iter().map(|thread| thread.join()).collect();
        let mut all = Vec::new();
        for group in results {
            match group {
                Ok(part) => all.extend(part),
                Err(e) => {
                    if let Some(text) = e.downcast_ref::<&str>() {
                        panic!("{text}");
                    }
                    if let Some(text) = e.downcast_ref::<String>() {
                        panic!("{text}");
                    }
                }
            }
        }
        all
    })
}
