//@ right
use std::sync::{Arc, Mutex, mpsc};
use std::thread;

fn main() {
    let (tx, rx) = mpsc::channel::<u32>();
    let rx = Arc::new(Mutex::new(rx));
    let workers = [(); 2].map(|_| {
        let rx = rx.clone();
        thread::spawn(move || {
            let mut n = 0;
            while let Ok(x) = { let r = rx.lock().unwrap().recv(); r } {
                n += x;
            }
            n
        })
    });
    tx.send(3).unwrap();
    drop(tx);
    let sum: u32 = workers.into_iter().map(|w| w.join().unwrap()).sum();
    assert_eq!(sum, 3);
}
