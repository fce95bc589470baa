//@ outcome: 11 1\n
use std::cell::Cell;
use std::thread;

thread_local! {
    static BASE: Cell<u32> = const { Cell::new(0) };
    static NEXT: u32 = BASE.get() + 1;
}

fn main() {
    let a = thread::spawn(|| {
        BASE.set(10);
        NEXT.with(|n| *n)
    });
    println!("{} {}", a.join().unwrap(), NEXT.with(|n| *n));
}
