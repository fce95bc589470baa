//@ outcome: 3\n
use std::sync::Mutex;

fn main() {
    let m = Mutex::new(2);
    let n = dbg!(*m.lock().unwrap() + 1);
    debug_assert!(n == 3, "n is {n}");
    assert_ne!(n, 4);
    assert!(matches!(m.try_lock(), Ok(g) if *g == 2));
    println!("{n}");
}
