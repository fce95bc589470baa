//@ finds: assertion
// Only if the check comes after both additions.
use std::sync::Mutex;
use std::thread;

static DATA: Mutex<u32> = Mutex::new(0);

fn main() {
    let a = thread::spawn(|| *DATA.lock().unwrap() += 1);
    let b = thread::spawn(|| *DATA.lock().unwrap() += 2);
    let c = thread::spawn(|| assert!(*DATA.lock().unwrap() < 3));
    for t in [a, b, c] {
        t.join().unwrap();
    }
}
