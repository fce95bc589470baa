//@ finds: assertion
//@ engines: bounded loom random
// Two flags set one after the other are read one after the other: a mixed pair.
use std::sync::Mutex;
use std::thread;

static A: Mutex<i32> = Mutex::new(1);
static B: Mutex<i32> = Mutex::new(1);

fn main() {
    let t = thread::spawn(|| {
        *A.lock().unwrap() -= 1;
        *B.lock().unwrap() += 1;
    });
    let total = { let a = *A.lock().unwrap(); a + *B.lock().unwrap() };
    t.join().unwrap();
    assert_eq!(total, 2);
}
