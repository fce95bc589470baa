//@ outcome: Once instance has previously been poisoned\n
use std::panic::catch_unwind;
use std::sync::Once;

static ONCE: Once = Once::new();

fn main() {
    let _ = catch_unwind(|| ONCE.call_once(|| panic!("bad init")));
    let again = catch_unwind(|| ONCE.call_once(|| println!("never")));
    match again {
        Ok(()) => println!("ok"),
        Err(e) => match e.downcast_ref::<&str>() {
            Some(s) => println!("{s}"),
            None => println!("{}", e.downcast_ref::<String>().unwrap()),
        },
    }
}
