//@ outcome: [1, 2] 3\n
use std::sync::{Mutex, MutexGuard};
use std::thread;

fn locked(m: &Mutex<i32>) -> MutexGuard<'_, i32> {
    m.lock().unwrap()
}

fn walk(cells: &[Mutex<i32>], add: i32) {
    let mut first = locked(&cells[0]);
    *first += add;
    let mut second = locked(&cells[1]);
    drop(first);
    *second += add;
}

fn main() {
    let cells = [Mutex::new(-2), Mutex::new(-1)];
    thread::scope(|s| {
        s.spawn(|| walk(&cells, 1));
        walk(&cells, 2);
    });
    let v: Vec<i32> = cells.iter().map(|c| *locked(c)).collect();
    println!("{v:?} {}", v.iter().sum::<i32>());
}
