//@ outcome: 1 6 6\n
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

static RUNS: AtomicU32 = AtomicU32::new(0);
static SUM: LazyLock<u32> = LazyLock::new(|| {
    RUNS.fetch_add(1, Relaxed);
    [1, 2, 3].iter().sum()
});

fn main() {
    let t = thread::spawn(|| *SUM);
    let mine = *SUM;
    let theirs = t.join().unwrap();
    println!("{} {mine} {theirs}", RUNS.load(Relaxed));
}
