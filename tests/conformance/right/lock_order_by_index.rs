//@ right
use std::sync::Mutex;
use std::thread;

static ACCOUNTS: [Mutex<i32>; 2] = [const { Mutex::new(10) }; 2];

fn transfer(from: usize, to: usize, n: i32) {
    let (low, high) = (from.min(to), from.max(to));
    let mut a = ACCOUNTS[low].lock().unwrap();
    let mut b = ACCOUNTS[high].lock().unwrap();
    let (x, y) = if from == low { (&mut a, &mut b) } else { (&mut b, &mut a) };
    **x -= n;
    **y += n;
}

fn main() {
    let t = thread::spawn(|| transfer(0, 1, 3));
    transfer(1, 0, 4);
    t.join().unwrap();
    let v: Vec<i32> = ACCOUNTS.iter().map(|a| *a.lock().unwrap()).collect();
    assert_eq!(v, [11, 9]);
}
