//@ outcome: 250 4 254 4 6 1 254\n
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

fn main() {
    let n = AtomicU8::new(250);
    let a = n.fetch_add(10, Relaxed); // wraps to 4
    let b = n.fetch_sub(6, Relaxed); // wraps to 254
    let c = n.fetch_and(0b0000_0101, Relaxed); // 4
    let d = n.fetch_or(0b0000_0010, Relaxed); // 6
    let e = n.fetch_xor(0b0000_0111, Relaxed); // 1
    let f = n.fetch_nand(1, Relaxed); // !1
    println!("{a} {b} {c} {d} {e} {f} {}", n.load(Relaxed));
}
