//@ outcome: 1\n
// The guard is made in the thread and moved into a closure that drops it.
use std::sync::Mutex;
use std::thread;

static M: Mutex<i32> = Mutex::new(0);

fn main() {
    let t = thread::spawn(|| {
        let g = M.lock().unwrap();
        let finish = move || drop(g);
        finish();
        *M.lock().unwrap() += 1;
    });
    t.join().unwrap();
    println!("{}", M.lock().unwrap());
}
