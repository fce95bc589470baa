//@ outcome: hits 2 misses 1\n
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

#[derive(Default, Debug)]
struct Stats {
    hits: AtomicUsize,
    misses: AtomicUsize,
}

impl Stats {
    fn record(&self, hit: bool) {
        if hit { &self.hits } else { &self.misses }.fetch_add(1, Ordering::Relaxed);
    }
}

fn main() {
    let stats = Arc::new(Stats::default());
    let threads = [true, false].map(|hit| {
        let stats = Arc::clone(&stats);
        thread::spawn(move || stats.record(hit))
    });
    stats.record(true);
    threads.into_iter().for_each(|t| t.join().unwrap());
    let Stats { hits, misses } = Arc::into_inner(stats).unwrap();
    println!("hits {} misses {}", hits.into_inner(), misses.into_inner());
}
