//@ outcome: true false true\n
use std::cell::{Ref, RefCell, RefMut};

fn main() {
    let c = RefCell::new((1, 2));
    let r = Ref::map(c.borrow(), |p| &p.0);
    let a = c.try_borrow().is_ok();
    let b = c.try_borrow_mut().is_ok();
    drop(r);
    {
        let mut w = RefMut::map(c.borrow_mut(), |p| &mut p.1);
        *w = 5;
    }
    println!("{a} {b} {}", *c.borrow() == (1, 5));
}
