//@ outcome: true true true\n
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

fn main() {
    let mut a = 1;
    let mut b = 2;
    let pa: *mut i32 = &mut a;
    let pb: *mut i32 = &mut b;
    let p = AtomicPtr::new(ptr::null_mut());
    let was_null = p.swap(pa, Ordering::AcqRel).is_null();
    let refused = p.compare_exchange(pb, pa, Ordering::AcqRel, Ordering::Acquire) == Err(pa);
    p.store(pb, Ordering::Release);
    println!("{was_null} {refused} {}", p.load(Ordering::Acquire) == pb);
}
