//@ outcome: 0 1\n
//@ outcome: 1 0\n
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

static NEXT: AtomicUsize = AtomicUsize::new(0);
thread_local! {
    static ID: usize = NEXT.fetch_add(1, Ordering::Relaxed);
}

fn my_id() -> usize {
    ID.with(|id| *id)
}

fn main() {
    let t = thread::spawn(my_id);
    let mine = my_id();
    assert_eq!(mine, my_id());
    println!("{mine} {}", t.join().unwrap());
}
