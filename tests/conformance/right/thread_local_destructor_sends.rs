//@ right
// The result leaves the thread in the destructor of a thread-local.
use std::cell::RefCell;
use std::sync::Mutex;
use std::thread;

static TOTAL: Mutex<Vec<u32>> = Mutex::new(Vec::new());

struct Local(Vec<u32>);
impl Drop for Local {
    fn drop(&mut self) {
        TOTAL.lock().unwrap().append(&mut self.0);
    }
}
thread_local!(static MINE: RefCell<Local> = const { RefCell::new(Local(Vec::new())) });

fn main() {
    let ts = [1, 2].map(|n| thread::spawn(move || MINE.with_borrow_mut(|l| l.0.push(n))));
    for t in ts {
        t.join().unwrap();
    }
    let mut all = TOTAL.lock().unwrap().clone();
    all.sort();
    assert_eq!(all, [1, 2]);
}
