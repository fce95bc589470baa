//@ outcome: Ok false\n
//@ outcome: Ok true\n
// One thread panics with the guard; the other may come before or after it.
use std::sync::Mutex;
use std::thread;

fn main() {
    let m = Mutex::new(0);
    thread::scope(|s| {
        let bad = s.spawn(|| {
            let _g = m.lock();
            panic!("boom");
        });
        let poisoned = m.lock().is_err();
        assert!(bad.join().is_err());
        println!("Ok {poisoned}");
    });
}
