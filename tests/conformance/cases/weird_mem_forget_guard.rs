//@ outcome: busy\n
// A forgotten guard never unlocks; no one waits for it here.
use std::sync::Mutex;

fn main() {
    let m = Mutex::new(0);
    std::mem::forget(m.lock().unwrap());
    println!("{}", if m.try_lock().is_err() { "busy" } else { "free" });
}
