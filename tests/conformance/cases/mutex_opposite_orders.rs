//@ outcome: 2\n
//@ outcome-deadlock
use std::sync::{Arc, Mutex};
use std::thread;

fn main() {
    let left = Arc::new(Mutex::new(0));
    let right = Arc::new(Mutex::new(0));
    let t = {
        let (left, right) = (left.clone(), right.clone());
        thread::spawn(move || {
            let mut l = left.lock().unwrap();
            let mut r = right.lock().unwrap();
            *l += 1;
            *r += 1;
        })
    };
    {
        let mut r = right.lock().unwrap();
        let mut l = left.lock().unwrap();
        *l += 1;
        *r += 1;
    }
    t.join().unwrap();
    println!("{}", left.lock().unwrap());
}
