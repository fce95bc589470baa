//! Each thread starts the one of the next group before it works on its own.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::Mutex;
use std::thread::{self, Scope};

pub fn groups(items: usize, groups: NonZeroUsize) -> Vec<Range<usize>> {
    let count = items.min(groups.get());
    let mut list = Vec::with_capacity(count);
    let mut end = items;
    for open in (1..=count).rev() {
        let start = end - end / open;
        list.push(start..end);
        end = start;
    }
    list.reverse();
    list
}

/// Starts the thread of the first range, which starts the next one before it works on its own.
fn start<'s, F>(scope: &'s Scope<'s, '_>, ranges: &'s [Range<usize>], f: &'s F)
where
    F: Fn(usize) + Sync,
{
    if let Some((mine, others)) = ranges.split_first() {
        scope.spawn(move || {
            start(scope, others, f);
            mine.clone().for_each(f);
        });
    }
}

pub fn for_each<F>(items: usize, groups: NonZeroUsize, f: F)
where
    F: Fn(usize) + Sync,
{
    let ranges = self::groups(items, groups);
    thread::scope(|scope| start(scope, &ranges, &f));
}

pub fn map<R, F>(items: usize, groups: NonZeroUsize, f: F) -> Vec<R>
where
    R: Send,
    F: Fn(usize) -> R + Sync,
{
    let slots: Vec<Mutex<Option<R>>> = (0..items).map(|_| Mutex::new(None)).collect();
    for_each(items, groups, |i| {
        let result = f(i);
        *slots[i].lock().unwrap() = Some(result);
    });
    slots
        .into_iter()
        .map(|slot| slot.into_inner().unwrap().unwrap())
        .collect()
}
