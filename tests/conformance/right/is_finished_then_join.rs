//@ right
use std::thread;

fn main() {
    let t = thread::spawn(|| 1);
    let mut polls = 0;
    while !t.is_finished() && polls < 3 {
        polls += 1;
        thread::yield_now();
    }
    assert_eq!(t.join().unwrap(), 1);
}
