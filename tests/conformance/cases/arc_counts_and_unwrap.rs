//@ outcome: 2 1 Err 1 Ok("v")\n
use std::sync::Arc;

fn main() {
    let a = Arc::new("v");
    let b = a.clone();
    let w = Arc::downgrade(&a);
    print!("{} {} ", Arc::strong_count(&a), Arc::weak_count(&a));
    let a = Arc::try_unwrap(a).unwrap_err();
    drop(b);
    print!("Err {} ", Arc::strong_count(&a));
    println!("{:?}", Arc::try_unwrap(a));
    assert!(w.upgrade().is_none());
}
