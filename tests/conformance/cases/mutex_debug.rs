//@ outcome: Mutex { data: 7, poisoned: false, .. } Mutex { data: "<locked>", poisoned: false, .. } 7 7\n
use std::sync::Mutex;

fn main() {
    let m = Mutex::new(7);
    let free = format!("{m:?}");
    let g = m.lock().unwrap();
    println!("{free} {m:?} {g:?} {g}");
}
