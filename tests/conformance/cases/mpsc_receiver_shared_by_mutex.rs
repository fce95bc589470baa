//@ outcome: 3\n
use std::sync::{Arc, Mutex, mpsc};
use std::thread;

fn main() {
    let (tx, rx) = mpsc::channel::<u32>();
    let rx = Arc::new(Mutex::new(rx));
    let workers: Vec<_> = (0..2)
        .map(|_| {
            let rx = Arc::clone(&rx);
            thread::spawn(move || {
                let mut sum = 0;
                loop {
                    let job = rx.lock().unwrap().recv();
                    match job {
                        Ok(n) => sum += n,
                        Err(_) => break sum,
                    }
                }
            })
        })
        .collect();
    tx.send(1).unwrap();
    tx.send(2).unwrap();
    drop(tx);
    let total: u32 = workers.into_iter().map(|w| w.join().unwrap()).sum();
    println!("{total}");
}
