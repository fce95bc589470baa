//@ outcome: ping\npong\nping\npong\n
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

fn play(table: &(Mutex<bool>, Condvar), me: bool, word: &str) {
    for _ in 0..2 {
        let mut turn = table.0.lock().unwrap();
        while *turn != me {
            turn = table.1.wait(turn).unwrap();
        }
        println!("{word}");
        *turn = !me;
        table.1.notify_one();
    }
}

fn main() {
    let table = Arc::new((Mutex::new(false), Condvar::new()));
    let t2 = Arc::clone(&table);
    let t = thread::spawn(move || play(&t2, true, "pong"));
    play(&table, false, "ping");
    t.join().unwrap();
}
