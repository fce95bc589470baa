//@ outcome: Some("plain") Some("with 3") Some(77)\n
use std::panic::panic_any;
use std::thread;

fn main() {
    let a = thread::spawn(|| panic!("plain")).join().unwrap_err();
    let n = 3;
    let b = thread::spawn(move || panic!("with {n}")).join().unwrap_err();
    let c = thread::spawn(|| panic_any(77_u32)).join().unwrap_err();
    println!(
        "{:?} {:?} {:?}",
        a.downcast_ref::<&str>(),
        b.downcast_ref::<String>(),
        c.downcast_ref::<u32>()
    );
}
