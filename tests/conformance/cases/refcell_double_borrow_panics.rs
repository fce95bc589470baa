//@ outcome-panic: already borrowed
use std::cell::RefCell;

fn main() {
    let c = RefCell::new(1);
    let _a = c.borrow();
    let mut b = c.borrow_mut();
    *b += 1;
}
