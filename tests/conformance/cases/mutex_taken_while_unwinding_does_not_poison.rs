//@ outcome: false 1\n
// A guard made while the thread already panics does not poison.
use std::sync::Mutex;
use std::thread;

static LOG: Mutex<u32> = Mutex::new(0);

struct OnDrop;
impl Drop for OnDrop {
    fn drop(&mut self) {
        *LOG.lock().unwrap() += 1;
    }
}

fn main() {
    let _ = thread::spawn(|| {
        let _d = OnDrop;
        panic!("unwind");
    })
    .join();
    println!("{} {}", LOG.is_poisoned(), LOG.lock().unwrap());
}
