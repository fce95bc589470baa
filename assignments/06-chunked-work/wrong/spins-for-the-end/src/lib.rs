//! Bug: the caller spins until a count is down.

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

use std::sync::atomic::*;
pub fn for_each<F>(items: usize, n: NonZeroUsize, f: F)
where
    F: Fn(usize) + Sync,
{
    let all = groups(items, n);
    let left = AtomicUsize::new(all.len());
    struct Less<'a>(&'a AtomicUsize);
    impl Drop for Less<'_> {
        fn drop(&mut self) {
            self.0.fetch_sub(1, Ordering::Release);
        }
    }
    thread::scope(|s| {
        for r in all {
            let (f, left) = (&f, &left);
            s.spawn(move || {
                let _l = Less(left);
                r.for_each(f)
            });
        }
        while left.load(Ordering::Acquire) > 0 {
            thread::yield_now();
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
        let r = f(i);
        t.lock().unwrap().push((i, r));
    });
    let mut t = t.into_inner().unwrap();
    t.sort_by_key(|r| r.0);
    t.into_iter().map(|r| r.1).collect()
}
