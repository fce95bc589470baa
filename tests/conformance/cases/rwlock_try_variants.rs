//@ outcome: true false false false true\n
use std::sync::RwLock;

fn main() {
    let l = RwLock::new(0);
    let (a, b) = {
        let _r = l.read().unwrap();
        (l.try_read().is_ok(), l.try_write().is_ok())
    };
    let (c, d) = {
        let _w = l.write().unwrap();
        (l.try_read().is_ok(), l.try_write().is_ok())
    };
    let e = l.try_write().is_ok();
    println!("{a} {b} {c} {d} {e}");
}
