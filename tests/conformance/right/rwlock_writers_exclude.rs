//@ right
use std::sync::RwLock;
use std::thread;

fn main() {
    let l = RwLock::new((0, 0));
    thread::scope(|s| {
        let write = || {
            let mut g = l.write().unwrap();
            g.0 += 1;
            g.1 += 1;
        };
        s.spawn(write);
        s.spawn(write);
        let g = l.read().unwrap();
        assert_eq!(g.0, g.1);
    });
    assert_eq!(l.into_inner().unwrap(), (2, 2));
}
