//@ right
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread;

fn main() {
    let (tx, rx) = mpsc::channel::<Box<dyn FnOnce() + Send>>();
    let (done, results) = mpsc::channel();
    let worker = thread::spawn(move || {
        for job in rx {
            let ok = catch_unwind(AssertUnwindSafe(job)).is_ok();
            done.send(ok).unwrap();
        }
    });
    tx.send(Box::new(|| panic!("bad job"))).unwrap();
    tx.send(Box::new(|| ())).unwrap();
    drop(tx);
    assert_eq!(results.iter().collect::<Vec<_>>(), [false, true]);
    worker.join().unwrap();
}
