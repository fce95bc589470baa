//@ finds: lost-wakeup
//@ engines: bounded random
// The woken flag is cleared after the poll: a wake-up during the poll is lost.
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

struct Signal(Mutex<bool>, Condvar);
impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        *self.0.lock().unwrap() = true;
        self.1.notify_one();
    }
}

static DONE: AtomicBool = AtomicBool::new(false);
static WAKER: Mutex<Option<Waker>> = Mutex::new(None);

fn main() {
    let signal = Arc::new(Signal(Mutex::new(true), Condvar::new()));
    let t = thread::spawn(|| {
        DONE.store(true, SeqCst);
        if let Some(w) = WAKER.lock().unwrap().take() {
            w.wake();
        }
    });
    let mut f = pin!(poll_fn(|cx| {
        *WAKER.lock().unwrap() = Some(cx.waker().clone());
        if DONE.load(SeqCst) { Poll::Ready(()) } else { Poll::Pending }
    }));
    let waker = Waker::from(signal.clone());
    let mut cx = Context::from_waker(&waker);
    while f.as_mut().poll(&mut cx).is_pending() {
        *signal.0.lock().unwrap() = false; // too late
        drop(signal.1.wait_while(signal.0.lock().unwrap(), |woken| !*woken).unwrap());
    }
    t.join().unwrap();
}
