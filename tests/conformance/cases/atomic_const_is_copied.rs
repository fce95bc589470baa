//@ outcome: 0\n
// A `const` atomic is a new one at each use: a beginner's surprise.
use std::sync::atomic::{AtomicU32, Ordering};

#[allow(clippy::declare_interior_mutable_const)]
const ZERO: AtomicU32 = AtomicU32::new(0);

#[allow(clippy::borrow_interior_mutable_const, const_item_interior_mutations)]
fn main() {
    ZERO.fetch_add(1, Ordering::SeqCst);
    println!("{}", ZERO.load(Ordering::SeqCst));
}
