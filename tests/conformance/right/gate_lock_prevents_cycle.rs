//@ right
// Opposite orders, but only under a common gate: no deadlock and no false alarm.
use std::sync::Mutex;
use std::thread;

static GATE: Mutex<()> = Mutex::new(());
static A: Mutex<u32> = Mutex::new(0);
static B: Mutex<u32> = Mutex::new(0);

fn main() {
    let t = thread::spawn(|| {
        let _gate = GATE.lock().unwrap();
        let mut a = A.lock().unwrap();
        *a += 1;
        *B.lock().unwrap() += 1;
    });
    {
        let _gate = GATE.lock().unwrap();
        let mut b = B.lock().unwrap();
        *b += 1;
        *A.lock().unwrap() += 1;
    }
    t.join().unwrap();
    assert_eq!(*A.lock().unwrap(), 2);
}
