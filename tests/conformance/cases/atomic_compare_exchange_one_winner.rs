//@ outcome: winner 1\n
//@ outcome: winner 2\n
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

fn main() {
    let slot = Arc::new(AtomicU32::new(0));
    let mut handles = Vec::new();
    for id in 1..=2 {
        let slot = slot.clone();
        handles.push(thread::spawn(move || {
            slot.compare_exchange(0, id, Ordering::AcqRel, Ordering::Acquire).is_ok()
        }));
    }
    let wins: Vec<bool> = handles.into_iter().map(|h| h.join().unwrap()).collect();
    assert_eq!(wins.iter().filter(|w| **w).count(), 1);
    println!("winner {}", slot.load(Ordering::Relaxed));
}
