//@ right
// Two locks in both orders; the second is tried, and on failure all is given back.
use std::sync::Mutex;
use std::thread;

static A: Mutex<i32> = Mutex::new(5);
static B: Mutex<i32> = Mutex::new(5);

fn move_one(from: &Mutex<i32>, to: &Mutex<i32>) {
    loop {
        let mut x = from.lock().unwrap();
        if let Ok(mut y) = to.try_lock() {
            *x -= 1;
            *y += 1;
            return;
        }
        drop(x);
        thread::yield_now();
    }
}

fn main() {
    let t = thread::spawn(|| move_one(&A, &B));
    move_one(&B, &A);
    t.join().unwrap();
    assert_eq!((*A.lock().unwrap(), *B.lock().unwrap()), (5, 5));
}
