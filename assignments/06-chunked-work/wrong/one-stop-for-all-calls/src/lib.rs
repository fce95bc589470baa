//! Bug: the flag that tells of a panic is a static: the panic of one call stops another one.

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

use std::sync::atomic::{AtomicBool, Ordering};

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
    let mut out: Vec<Option<R>> = Vec::new();
    out.resize_with(items, || None);
    static STOP: AtomicBool = AtomicBool::new(false);
    STOP.store(false, Ordering::Relaxed);
    let failed = thread::scope(|s| {
        let mut rest = &mut out[..];
        let mut handles = Vec::new();
        for range in groups(items, n) {
            let (mine, others) = rest.split_at_mut(range.len());
            rest = others;
            let (f, stop) = (&f, &STOP);
            handles.push(s.spawn(move || {
                struct Stop<'a>(&'a AtomicBool);
                impl Drop for Stop<'_> {
                    fn drop(&mut self) {
                        if thread::panicking() {
                            self.0.store(true, Ordering::Relaxed);
                        }
                    }
                }
                let _stop = Stop(stop);
                for (slot, i) in mine.iter_mut().zip(range) {
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                    *slot = Some(f(i));
                }
            }));
        }
        let mut failed = None;
        for h in handles {
            if let Err(p) = h.join() {
                failed.get_or_insert(p);
            }
        }
        failed
    });
    if let Some(p) = failed {
        std::panic::resume_unwind(p);
    }
    out.into_iter().map(|r| r.unwrap()).collect()
}
