//@ outcome: 1 false\n
// The panic starts and is caught while an outer guard lives: no poison.
use std::panic::catch_unwind;
use std::sync::Mutex;

static M: Mutex<i32> = Mutex::new(0);

fn main() {
    let mut g = M.lock().unwrap();
    let _ = catch_unwind(|| panic!("inner"));
    *g += 1;
    drop(g);
    println!("{} {}", M.lock().unwrap(), M.is_poisoned());
}
