//@ outcome: false true\n
use std::sync::RwLock;
use std::thread;

static R: RwLock<i32> = RwLock::new(0);
static W: RwLock<i32> = RwLock::new(0);

fn main() {
    let _ = thread::spawn(|| {
        let _g = R.read().unwrap();
        panic!("reader");
    })
    .join();
    let _ = thread::spawn(|| {
        let _g = W.write().unwrap();
        panic!("writer");
    })
    .join();
    println!("{} {}", R.is_poisoned(), W.is_poisoned());
}
