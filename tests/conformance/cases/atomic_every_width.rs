//@ outcome: -1 65535 -1 4294967295 -1 18446744073709551615 -1 true\n
use std::sync::atomic::*;

fn main() {
    let o = Ordering::SeqCst;
    let a = AtomicI8::new(0);
    let b = AtomicU16::new(0);
    let c = AtomicI16::new(0);
    let d = AtomicU32::new(0);
    let e = AtomicI32::new(0);
    let f = AtomicU64::new(0);
    let g = AtomicIsize::new(0);
    a.fetch_sub(1, o);
    b.fetch_sub(1, o);
    c.fetch_sub(1, o);
    d.fetch_sub(1, o);
    e.fetch_sub(1, o);
    f.fetch_sub(1, o);
    g.fetch_sub(1, o);
    println!(
        "{} {} {} {} {} {} {} {}",
        a.load(o),
        b.load(o),
        c.load(o),
        d.load(o),
        e.load(o),
        f.load(o),
        g.load(o),
        AtomicUsize::new(usize::MAX).load(o) == usize::MAX
    );
}
