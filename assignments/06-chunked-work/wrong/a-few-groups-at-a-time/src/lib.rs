use std::num::NonZeroUsize;
use std::ops::Range;
use std::thread;
pub fn groups(items: usize, groups: NonZeroUsize) -> Vec<Range<usize>> {
    let n = items.min(groups.get());
    if n == 0 {
        return vec![];
    }
    let (q, r) = (items / n, items % n);
    let mut a = 0;
    (0..n)
        .map(|i| {
            let b = a + q + (i < r) as usize;
            let x = a..b;
            a = b;
            x
        })
        .collect()
}
pub fn for_each<F>(items: usize, gs: NonZeroUsize, f: F)
where
    F: Fn(usize) + Sync,
{
    map(items, gs, f);
}
pub fn map<R, F>(items: usize, gs: NonZeroUsize, f: F) -> Vec<R>
where
    R: Send,
    F: Fn(usize) -> R + Sync,
{
    let cpus = thread::available_parallelism().map_or(4, |n| n.get()) * 4;
    let mut out = Vec::new();
    for part in groups(items, gs).chunks(cpus) {
        out.extend(thread::scope(|s| {
            let hs: Vec<_> = part
                .iter()
                .cloned()
                .map(|g| {
                    let f = &f;
                    s.spawn(move || g.map(f).collect::<Vec<_>>())
                })
                .collect();
            hs.into_iter().flat_map(|h| h.join().unwrap()).collect::<Vec<_>>()
        }));
    }
    out
}
