//@ outcome: false\n
// One thread unwinds, slowly; the others do not "panic" because of it.
use std::sync::Mutex;
use std::thread;

static M: Mutex<i32> = Mutex::new(0);

struct Slow;
impl Drop for Slow {
    fn drop(&mut self) {
        *M.lock().unwrap() += 1;
        thread::yield_now();
        *M.lock().unwrap() += 1;
    }
}

fn main() {
    let t = thread::spawn(|| {
        let _s = Slow;
        panic!("one");
    });
    let mine = {
        let _g = M.lock().unwrap();
        thread::yield_now();
        thread::panicking()
    };
    assert!(t.join().is_err());
    assert!(!M.is_poisoned());
    println!("{mine}");
}
