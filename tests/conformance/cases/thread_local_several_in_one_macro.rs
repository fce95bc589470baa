//@ outcome: 1 two [3]\n
use std::cell::{Cell, RefCell};

thread_local! {
    pub static A: Cell<i32> = const { Cell::new(1) };
    static B: RefCell<String> = RefCell::new(String::from("two"));
    pub(crate) static C: RefCell<Vec<i32>> = RefCell::default();
}

fn main() {
    C.with(|c| c.borrow_mut().push(3));
    println!("{} {} {:?}", A.get(), B.with_borrow(|b| b.to_string()), C.take());
}
