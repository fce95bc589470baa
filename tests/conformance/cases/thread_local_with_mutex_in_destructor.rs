//@ outcome: 2\n
// Each thread gives its count to the total when it ends.
use std::cell::Cell;
use std::sync::Mutex;
use std::thread;

static TOTAL: Mutex<u32> = Mutex::new(0);

struct Count(Cell<u32>);
impl Drop for Count {
    fn drop(&mut self) {
        *TOTAL.lock().unwrap() += self.0.get();
    }
}
thread_local!(static MINE: Count = const { Count(Cell::new(0)) });

fn work() {
    MINE.with(|c| c.0.set(c.0.get() + 1));
}

fn main() {
    let ts = [thread::spawn(work), thread::spawn(work)];
    for t in ts {
        t.join().unwrap();
    }
    println!("{}", TOTAL.lock().unwrap());
}
