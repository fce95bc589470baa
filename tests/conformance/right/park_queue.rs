//@ right
// A one-slot queue whose consumer parks.
use std::sync::Mutex;
use std::thread;

static SLOT: Mutex<Option<i32>> = Mutex::new(None);

fn main() {
    let consumer = thread::spawn(|| {
        loop {
            if let Some(n) = SLOT.lock().unwrap().take() {
                return n;
            }
            thread::park();
        }
    });
    *SLOT.lock().unwrap() = Some(6);
    consumer.thread().unpark();
    assert_eq!(consumer.join().unwrap(), 6);
}
