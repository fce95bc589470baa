//@ right
use std::sync::Mutex;
use std::thread;

fn main() {
    let forks = [const { Mutex::new(0) }; 3];
    thread::scope(|s| {
        for i in 0..3 {
            let (a, b) = (i.min((i + 1) % 3), i.max((i + 1) % 3));
            let forks = &forks;
            s.spawn(move || {
                let mut first = forks[a].lock().unwrap();
                let mut second = forks[b].lock().unwrap();
                *first += 1;
                *second += 1;
            });
        }
    });
    assert_eq!(forks.map(|f| f.into_inner().unwrap()), [2, 2, 2]);
}
