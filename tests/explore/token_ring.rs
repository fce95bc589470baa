//@ finds: assertion
//@ published: token_ring 7
// Each of three threads copies its neighbour; the last one wants all equal.
use std::sync::Mutex;
use std::thread;

#[derive(Clone, Copy)]
struct Ring {
    x: [u32; 3],
    done: [bool; 3],
}

static RING: Mutex<Ring> = Mutex::new(Ring { x: [1, 2, 1], done: [false; 3] });

fn main() {
    let t1 = thread::spawn(|| {
        let mut r = RING.lock().unwrap();
        r.x[0] = (r.x[2] + 1) % 4;
        r.done[0] = true;
    });
    let t2 = thread::spawn(|| {
        let mut r = RING.lock().unwrap();
        r.x[1] = r.x[0];
        r.done[1] = true;
    });
    let t3 = thread::spawn(|| {
        let mut r = RING.lock().unwrap();
        r.x[2] = r.x[1];
        r.done[2] = true;
    });
    let check = thread::spawn(|| {
        let r = *RING.lock().unwrap();
        if r.done == [true; 3] {
            assert!(r.x[0] == r.x[1] && r.x[1] == r.x[2], "{:?}", r.x);
        }
    });
    for t in [t1, t2, t3, check] {
        t.join().unwrap();
    }
}
