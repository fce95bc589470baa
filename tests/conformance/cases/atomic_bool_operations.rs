//@ outcome: true false true true false true\n
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

fn main() {
    let b = AtomicBool::new(true);
    let r1 = b.fetch_and(false, SeqCst); // was true, now false
    let r2 = b.fetch_or(true, SeqCst); // was false, now true
    let r3 = b.fetch_xor(false, SeqCst); // was true, now true
    let r4 = b.fetch_nand(true, SeqCst); // was true, now false
    let r5 = b.fetch_not(SeqCst); // was false, now true
    println!("{r1} {r2} {r3} {r4} {r5} {}", b.load(SeqCst));
}
