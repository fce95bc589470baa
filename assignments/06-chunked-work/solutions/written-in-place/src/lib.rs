//! Each thread gets its own piece of the result and writes into it; the scope waits.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::thread;

pub fn groups(items: usize, groups: NonZeroUsize) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut left = 0..items;
    let mut open = items.min(groups.get());
    while open > 0 {
        // What is left, shared among the groups that are still open, rounded up.
        let size = left.len().div_ceil(open);
        ranges.push(left.start..left.start + size);
        left.start += size;
        open -= 1;
    }
    ranges
}

pub fn for_each<F>(items: usize, groups: NonZeroUsize, f: F)
where
    F: Fn(usize) + Sync,
{
    let f = &f;
    thread::scope(|s| {
        for range in self::groups(items, groups) {
            s.spawn(move || {
                for i in range {
                    f(i);
                }
            });
        }
    });
}

pub fn map<R, F>(items: usize, groups: NonZeroUsize, f: F) -> Vec<R>
where
    R: Send,
    F: Fn(usize) -> R + Sync,
{
    let mut results: Vec<Option<R>> = Vec::new();
    results.resize_with(items, || None);
    let f = &f;
    thread::scope(|s| {
        let mut rest = results.as_mut_slice();
        for range in self::groups(items, groups) {
            let (mine, others) = rest.split_at_mut(range.len());
            rest = others;
            s.spawn(move || {
                for (slot, i) in mine.iter_mut().zip(range) {
                    *slot = Some(f(i));
                }
            });
        }
    });
    results
        .into_iter()
        .map(|r| r.expect("a thread that did not finish its group ended the scope with a panic"))
        .collect()
}
