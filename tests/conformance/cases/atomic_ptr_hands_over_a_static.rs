//@ outcome: nothing yet\n
//@ outcome: a message\n
// No unsafe: the pointer is only compared; what it stands for is looked up.
use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};
use std::thread;

static CELL: AtomicU32 = AtomicU32::new(0);

fn main() {
    let mut place = 0u8;
    let address: *mut u8 = &mut place;
    let sent = AtomicPtr::new(std::ptr::null_mut());
    let sent = &sent;
    let address = AtomicPtr::new(address);
    let address = &address;
    thread::scope(|s| {
        s.spawn(move || {
            CELL.store(1, Ordering::Relaxed);
            sent.store(address.load(Ordering::Relaxed), Ordering::Release);
        });
        let p = sent.load(Ordering::Acquire);
        if p.is_null() {
            println!("nothing yet");
        } else {
            assert_eq!(CELL.load(Ordering::Relaxed), 1);
            println!("a message");
        }
    });
}
