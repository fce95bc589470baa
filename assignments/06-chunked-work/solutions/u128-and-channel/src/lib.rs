//! Products in u128; one channel of (index, result); a panic is kept and handed on.

use std::any::Any;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc;
use std::thread;

pub fn groups(items: usize, groups: NonZeroUsize) -> Vec<Range<usize>> {
    let n = items.min(groups.get());
    let cut = |i: usize| (i as u128 * items as u128 / n as u128) as usize;
    (0..n).map(|i| cut(i)..cut(i + 1)).collect()
}

pub fn for_each<F>(items: usize, groups: NonZeroUsize, f: F)
where
    F: Fn(usize) + Sync,
{
    map(items, groups, f);
}

pub fn map<R, F>(items: usize, n: NonZeroUsize, f: F) -> Vec<R>
where
    R: Send,
    F: Fn(usize) -> R + Sync,
{
    enum Message<R> {
        One(usize, R),
        Panic(Box<dyn Any + Send>),
    }
    let (tx, rx) = mpsc::channel();
    let mut out: Vec<Option<R>> = (0..items).map(|_| None).collect();
    let mut panic = None;
    thread::scope(|s| {
        for range in groups(items, n) {
            let (tx, f) = (tx.clone(), &f);
            s.spawn(move || {
                for i in range {
                    match catch_unwind(AssertUnwindSafe(|| f(i))) {
                        Ok(r) => tx.send(Message::One(i, r)).unwrap(),
                        Err(p) => {
                            let _ = tx.send(Message::Panic(p));
                        }
                    }
                }
            });
        }
        drop(tx);
        while let Ok(m) = rx.recv() {
            match m {
                Message::One(i, r) => out[i] = Some(r),
                Message::Panic(p) => panic = Some(p),
            }
        }
    });
    if let Some(p) = panic {
        resume_unwind(p);
    }
    out.into_iter().map(Option::unwrap).collect()
}
