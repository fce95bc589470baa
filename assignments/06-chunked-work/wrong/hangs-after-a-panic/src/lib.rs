//! Bug: it waits for as many results as there are items, also after a panic.

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

use std::sync::mpsc;
pub fn for_each<F>(items: usize, n: NonZeroUsize, f: F)
where
    F: Fn(usize) + Sync,
{
    let _: Vec<()> = map(items, n, f);
}

pub fn map<R, F>(items: usize, n: NonZeroUsize, f: F) -> Vec<R>
where
    R: Send,
    F: Fn(usize) -> R + Sync,
{
    let (tx, rx) = mpsc::channel();
    let mut out: Vec<(usize, R)> = thread::scope(|s| {
        for range in groups(items, n) {
            let (tx, f) = (tx.clone(), &f);
            s.spawn(move || {
                for i in range {
                    tx.send((i, f(i))).unwrap();
                }
            });
        }
        (0..items).map(|_| rx.recv().unwrap()).collect()
    });
    drop(tx);
    out.sort_by_key(|r| r.0);
    out.into_iter().map(|r| r.1).collect()
}
