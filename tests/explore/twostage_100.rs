//@ finds: assertion
//@ published: twostage_100 56
// 99 writers in two stages, each under its own lock; the reader may come between the stages.
use std::sync::Mutex;
use std::thread;

static ONE: Mutex<u32> = Mutex::new(0);
static TWO: Mutex<u32> = Mutex::new(0);

fn writer() {
    *ONE.lock().unwrap() = 1;
    let next = *ONE.lock().unwrap() + 1;
    *TWO.lock().unwrap() = next;
}

fn reader() {
    let one = *ONE.lock().unwrap();
    if one == 0 {
        return;
    }
    let two = *TWO.lock().unwrap();
    assert_eq!(two, one + 1);
}

fn main() {
    let mut threads: Vec<_> = (0..99).map(|_| thread::spawn(writer)).collect();
    threads.push(thread::spawn(reader));
    for t in threads {
        t.join().unwrap();
    }
}
