//@ outcome: 1 5\n
use std::cell::Cell;
use std::thread;

thread_local! {
    static N: Cell<i32> = Cell::new(0);
}

fn main() {
    N.with(|n| n.set(5));
    let other = thread::spawn(|| {
        N.with(|n| n.set(n.get() + 1));
        N.with(|n| n.get())
    })
    .join()
    .unwrap();
    println!("{other} {}", N.get());
}
