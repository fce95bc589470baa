//@ finds: lost-wakeup
//@ engines: bounded random
// The job panics between take and give back.
use std::panic::catch_unwind;
use std::sync::{Condvar, Mutex};
use std::thread;

static PERMITS: Mutex<u32> = Mutex::new(1);
static C: Condvar = Condvar::new();

fn with_permit(job: fn()) {
    *C.wait_while(PERMITS.lock().unwrap(), |p| *p == 0).unwrap() -= 1;
    job();
    *PERMITS.lock().unwrap() += 1;
    C.notify_one();
}

fn main() {
    let t = thread::spawn(|| {
        let _ = catch_unwind(|| with_permit(|| panic!("job")));
    });
    with_permit(|| {});
    t.join().unwrap();
}
