//@ outcome: first\n
use std::panic::{catch_unwind, resume_unwind};
use std::thread;

fn main() {
    let r = thread::spawn(|| {
        let e = catch_unwind(|| panic!("first")).unwrap_err();
        resume_unwind(e);
    })
    .join();
    println!("{}", r.unwrap_err().downcast::<&str>().unwrap());
}
