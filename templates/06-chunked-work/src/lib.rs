//! 06 chunked-work: many items, few threads.
//!
//! This starter works in the calling thread, and its groups are not right either.

use std::num::NonZeroUsize;
use std::ops::Range;

/// Cuts `0..items` into at most `groups` contiguous groups of nearly the same size.
pub fn groups(items: usize, groups: NonZeroUsize) -> Vec<Range<usize>> {
    let size = items / groups;
    (0..groups.get()).map(|k| k * size..(k + 1) * size).collect()
}

/// Calls `f` for each of `0..items`, in one new thread a group.
pub fn for_each<F>(items: usize, groups: NonZeroUsize, f: F)
where
    F: Fn(usize) + Sync,
{
    for range in self::groups(items, groups) {
        range.for_each(&f);
    }
}

/// Like `for_each`; the results in the order of the items.
pub fn map<R, F>(items: usize, groups: NonZeroUsize, f: F) -> Vec<R>
where
    R: Send,
    F: Fn(usize) -> R + Sync,
{
    self::groups(items, groups).into_iter().flatten().map(f).collect()
}
