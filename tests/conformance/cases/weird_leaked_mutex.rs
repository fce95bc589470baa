//@ outcome: 2\n
use std::sync::Mutex;
use std::thread;

fn main() {
    let m: &'static Mutex<i32> = Box::leak(Box::new(Mutex::new(0)));
    let ts = [(); 2].map(|_| thread::spawn(|| *m.lock().unwrap() += 1));
    for t in ts {
        t.join().unwrap();
    }
    println!("{}", *m.lock().unwrap());
}
