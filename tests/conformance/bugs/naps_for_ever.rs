//@ finds: livelock
//@ engines: bounded random
// A lock that is not reentrant: its holder takes it again, naps, and looks again.
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

static TAKEN: Mutex<bool> = Mutex::new(false);

fn acquire() {
    loop {
        let mut taken = TAKEN.lock().unwrap();
        if !*taken {
            *taken = true;
            return;
        }
        drop(taken);
        thread::sleep(Duration::from_millis(1));
    }
}

fn main() {
    acquire();
    acquire();
}
