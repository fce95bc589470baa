//@ outcome: 4\n
use std::sync::{Arc as Rc, Mutex as Lock};
use std::thread::{self as fibers, JoinHandle as Handle};

type Shared<T> = Rc<Lock<T>>;

fn start(x: &Shared<i32>) -> Handle<()> {
    let x = Rc::clone(x);
    fibers::spawn(move || *x.lock().unwrap() *= 2)
}

fn main() {
    let x: Shared<i32> = Rc::new(Lock::new(1));
    let handles = [start(&x), start(&x)];
    for h in handles {
        h.join().unwrap();
    }
    println!("{}", x.lock().unwrap());
}
