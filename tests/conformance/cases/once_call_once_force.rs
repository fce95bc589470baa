//@ outcome: true true false\n
use std::panic::catch_unwind;
use std::sync::Once;

static ONCE: Once = Once::new();

fn main() {
    let _ = catch_unwind(|| ONCE.call_once(|| panic!("bad init")));
    let mut was_poisoned = false;
    ONCE.call_once_force(|state| was_poisoned = state.is_poisoned());
    let mut again = false;
    ONCE.call_once_force(|_| again = true);
    println!("{was_poisoned} {} {again}", ONCE.is_completed());
}
