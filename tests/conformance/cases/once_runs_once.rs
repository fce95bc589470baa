//@ outcome: 1 true\n
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

static INIT: Once = Once::new();
static RUNS: AtomicU32 = AtomicU32::new(0);

fn init() {
    INIT.call_once(|| {
        RUNS.fetch_add(1, Relaxed);
    });
}

fn main() {
    let t = thread::spawn(init);
    init();
    println!("{} {}", RUNS.load(Relaxed), INIT.is_completed());
    t.join().unwrap();
}
