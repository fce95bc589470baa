//@ outcome: [2, 3, 4] 6\n
use std::thread;

fn main() {
    let mut v = vec![1, 2, 3];
    let sum: i32 = v.iter().sum();
    thread::scope(|s| {
        for x in v.iter_mut() {
            s.spawn(move || *x += 1);
        }
    });
    println!("{v:?} {sum}");
}
