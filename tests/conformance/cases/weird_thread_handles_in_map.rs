//@ outcome: 3\n
use std::collections::HashMap;
use std::thread::{self, ThreadId};

fn main() {
    let mut running = HashMap::<ThreadId, thread::JoinHandle<u32>>::new();
    for n in 1..=2 {
        let h = thread::spawn(move || n);
        running.insert(h.thread().id(), h);
    }
    let total: u32 = running.into_values().map(|h| h.join().unwrap()).sum();
    println!("{total}");
}
