//@ finds: assertion
// A driver is stopped while a request has looked at the flag but is not counted yet.
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering::SeqCst};
use std::sync::{Condvar, Mutex};
use std::thread;

static STOPPING: AtomicBool = AtomicBool::new(false);
static STOPPED: AtomicBool = AtomicBool::new(false);
static PENDING: AtomicI32 = AtomicI32::new(1);
static IDLE: Mutex<bool> = Mutex::new(false);
static BECAME_IDLE: Condvar = Condvar::new();

fn begin() -> bool {
    if STOPPING.load(SeqCst) {
        return false;
    }
    PENDING.fetch_add(1, SeqCst);
    true
}

fn end() {
    if PENDING.fetch_sub(1, SeqCst) == 1 {
        *IDLE.lock().unwrap() = true;
        BECAME_IDLE.notify_all();
    }
}

fn request() {
    if begin() {
        assert!(!STOPPED.load(SeqCst), "a request on a stopped driver");
        end();
    }
}

fn stop() {
    STOPPING.store(true, SeqCst);
    end();
    drop(BECAME_IDLE.wait_while(IDLE.lock().unwrap(), |idle| !*idle).unwrap());
    STOPPED.store(true, SeqCst);
}

fn main() {
    let t = thread::spawn(stop);
    request();
    t.join().unwrap();
}
