//@ finds: panic
//@ engines: bounded random
// One worker fails with the lock held and is handled; the other one unwraps the poison.
use std::sync::Mutex;
use std::thread;

static M: Mutex<u32> = Mutex::new(0);

fn main() {
    let bad = thread::spawn(|| {
        let _g = M.lock().unwrap_or_else(|e| e.into_inner());
        panic!("job failed");
    });
    let good = thread::spawn(|| *M.lock().unwrap() += 1);
    let _handled = bad.join();
    good.join().unwrap();
}
