//@ right
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

fn main() {
    let m = Arc::new(Mutex::new(0));
    let bad = {
        let m = m.clone();
        thread::spawn(move || {
            let mut g = m.lock().unwrap_or_else(PoisonError::into_inner);
            *g += 1;
            panic!("job failed");
        })
    };
    let good = {
        let m = m.clone();
        thread::spawn(move || *m.lock().unwrap_or_else(PoisonError::into_inner) += 1)
    };
    assert!(bad.join().is_err());
    good.join().unwrap();
    assert_eq!(*m.lock().unwrap_or_else(|e| e.into_inner()), 2);
    assert!(m.is_poisoned());
}
