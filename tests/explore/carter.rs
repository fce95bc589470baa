//@ finds: deadlock
//@ published: carter 2
// Two groups share a lock; the first of a group takes it while it holds the counters.
use std::sync::Mutex;
use std::thread;

static COUNTS: Mutex<[u32; 2]> = Mutex::new([0, 0]);
static SHARED: Mutex<()> = Mutex::new(());

fn member(group: usize) {
    let mut held = None;
    {
        let mut counts = COUNTS.lock().unwrap();
        counts[group] += 1;
        if counts[group] == 1 {
            held = Some(SHARED.lock().unwrap());
        }
    }
    let mut counts = COUNTS.lock().unwrap();
    counts[group] -= 1;
    if counts[group] == 0 {
        drop(held);
    }
}

fn main() {
    let a = thread::spawn(|| member(0));
    let b = thread::spawn(|| member(1));
    a.join().unwrap();
    b.join().unwrap();
}
