//@ right
// block_on with a flag and park; the flag is cleared before the poll.
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering::*};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

struct Signal {
    woken: AtomicBool,
    thread: Thread,
}
impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        self.woken.store(true, Release);
        self.thread.unpark();
    }
}

static SHARED: Mutex<(bool, Option<Waker>)> = Mutex::new((false, None));

fn main() {
    let t = thread::spawn(|| {
        let waker = {
            let mut s = SHARED.lock().unwrap();
            s.0 = true;
            s.1.take()
        };
        if let Some(w) = waker {
            w.wake();
        }
    });
    let signal = Arc::new(Signal { woken: AtomicBool::new(true), thread: thread::current() });
    let waker = Waker::from(signal.clone());
    let mut f = pin!(poll_fn(|cx| {
        let mut s = SHARED.lock().unwrap();
        if s.0 {
            return Poll::Ready(());
        }
        s.1 = Some(cx.waker().clone());
        Poll::Pending
    }));
    loop {
        while !signal.woken.swap(false, Acquire) {
            thread::park();
        }
        if f.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
            break;
        }
    }
    t.join().unwrap();
}
