//@ outcome: 20 1\n
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

static BALANCE: AtomicU64 = AtomicU64::new(50);

fn withdraw(n: u64) -> bool {
    BALANCE
        .fetch_update(Ordering::AcqRel, Ordering::Acquire, |b| b.checked_sub(n))
        .is_ok()
}

fn main() {
    let t = thread::spawn(|| withdraw(30));
    let mine = withdraw(30);
    let theirs = t.join().unwrap();
    println!("{} {}", BALANCE.load(Ordering::Relaxed), mine as u8 + theirs as u8);
}
