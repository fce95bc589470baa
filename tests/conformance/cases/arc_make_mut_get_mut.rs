//@ outcome: 2 1 true\n
use std::sync::Arc;

fn main() {
    let mut a = Arc::new(1);
    let b = Arc::clone(&a);
    *Arc::make_mut(&mut a) += 1;
    println!("{a} {b} {}", Arc::get_mut(&mut a).is_some());
}
