//@ finds: assertion
//@ published: circular_buffer 2
// Sender and receiver take turns, but a turn that was missed still counts.
use std::sync::Mutex;
use std::thread;

const N: usize = 7;
const SIZE: usize = 8;

struct Ring {
    cells: [usize; SIZE],
    first: usize,
    next: usize,
    may_send: bool,
    may_receive: bool,
}

static RING: Mutex<Ring> =
    Mutex::new(Ring { cells: [0; SIZE], first: 0, next: 0, may_send: true, may_receive: false });

fn main() {
    let sender = thread::spawn(|| {
        for i in 0..N {
            let mut r = RING.lock().unwrap();
            if r.may_send {
                let at = r.next;
                r.cells[at] = i;
                r.next = (at + 1) % SIZE;
                r.may_send = false;
                r.may_receive = true;
            }
        }
    });
    let receiver = thread::spawn(|| {
        for i in 0..N {
            let mut r = RING.lock().unwrap();
            if r.may_receive {
                let got = r.cells[r.first];
                r.first = (r.first + 1) % SIZE;
                assert_eq!(got, i);
                r.may_receive = false;
                r.may_send = true;
            }
        }
    });
    sender.join().unwrap();
    receiver.join().unwrap();
}
