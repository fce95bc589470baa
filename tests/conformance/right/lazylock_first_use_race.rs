//@ right
use std::sync::{LazyLock, Mutex};
use std::thread;

static LOG: LazyLock<Mutex<Vec<u32>>> = LazyLock::new(|| Mutex::new(vec![0]));

fn main() {
    let t = thread::spawn(|| LOG.lock().unwrap().push(1));
    LOG.lock().unwrap().push(2);
    t.join().unwrap();
    assert_eq!(LOG.lock().unwrap().len(), 3);
}
