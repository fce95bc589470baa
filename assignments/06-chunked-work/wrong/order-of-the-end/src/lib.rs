//! Bug: map gives the results in the order in which the groups end.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::Mutex;
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
    let results = Mutex::new(Vec::new());
    thread::scope(|s| {
        for range in self::groups(items, groups) {
            let (results, f) = (&results, &f);
            s.spawn(move || {
                let group: Vec<R> = range.map(f).collect();
                results.lock().unwrap().extend(group);
            });
        }
    });
    results.into_inner().unwrap()
}
