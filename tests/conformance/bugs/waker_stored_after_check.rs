//@ finds: lost-wakeup
//@ engines: bounded random
// The future looks first and leaves its waker later.
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

struct Unpark(Thread);
impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

static DONE: AtomicBool = AtomicBool::new(false);
static WAKER: Mutex<Option<Waker>> = Mutex::new(None);

fn main() {
    let t = thread::spawn(|| {
        DONE.store(true, SeqCst);
        if let Some(w) = WAKER.lock().unwrap().take() {
            w.wake();
        }
    });
    let mut f = pin!(poll_fn(|cx| {
        if DONE.load(SeqCst) {
            return Poll::Ready(());
        }
        *WAKER.lock().unwrap() = Some(cx.waker().clone());
        Poll::Pending
    }));
    let woken = Waker::from(Arc::new(Unpark(thread::current())));
    let mut cx = Context::from_waker(&woken);
    while f.as_mut().poll(&mut cx).is_pending() {
        thread::park();
    }
    t.join().unwrap();
}
