//@ outcome: both done\n
//@ outcome-deadlock
//@ finds: deadlock
// Two locks, taken in opposite orders.
use std::sync::Mutex;
use std::thread;

static A: Mutex<()> = Mutex::new(());
static B: Mutex<()> = Mutex::new(());

fn main() {
    let one = thread::spawn(|| {
        let _a = A.lock().unwrap();
        let _b = B.lock().unwrap();
    });
    let two = thread::spawn(|| {
        let _b = B.lock().unwrap();
        let _a = A.lock().unwrap();
    });
    one.join().unwrap();
    two.join().unwrap();
    println!("both done");
}
