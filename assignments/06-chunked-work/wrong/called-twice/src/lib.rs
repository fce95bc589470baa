//! Bug: map calls f once to make room and once for the result.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::thread;

pub fn groups(items: usize, groups: NonZeroUsize) -> Vec<Range<usize>> {
    let count = items.min(groups.get());
    let mut out = Vec::with_capacity(count);
    let mut start = 0;
    for left in (1..=count).rev() {
        let size = (items - start).div_ceil(left);
        out.push(start..start + size);
        start += size;
    }
    out
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
    let t: std::sync::Mutex<Vec<_>> = Default::default();
    for_each(items, n, |i| {
        t.lock().unwrap().push((i, None));
        let r = f(i);
        t.lock().unwrap().iter_mut().find(|x| x.0 == i).unwrap().1 = Some(r);
        if i == 0 {
            f(i);
        }
    });
    let mut t = t.into_inner().unwrap();
    t.sort_by_key(|r| r.0);
    t.into_iter().map(|r| r.1.unwrap()).collect()
}
