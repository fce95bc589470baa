//@ outcome-deadlock
use std::thread;

fn main() {
    loop {
        thread::park();
    }
}
