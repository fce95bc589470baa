//@ outcome: aaa bbb\nccc ddd\n
//@ outcome: ccc ddd\naaa bbb\n
// One println! is never cut by another one.
use std::thread;

fn main() {
    thread::scope(|s| {
        s.spawn(|| println!("{} {}", "aaa", "bbb"));
        s.spawn(|| println!("{} {}", "ccc", "ddd"));
    });
}
