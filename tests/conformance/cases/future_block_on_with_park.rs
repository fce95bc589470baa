//@ outcome: 5\n
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

struct Unpark(Thread);
impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

fn block_on<F: Future>(f: F) -> F::Output {
    let mut f = pin!(f);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut cx = Context::from_waker(&waker);
    loop {
        match f.as_mut().poll(&mut cx) {
            Poll::Ready(v) => return v,
            Poll::Pending => thread::park(),
        }
    }
}

#[derive(Default)]
struct State {
    value: Option<i32>,
    waker: Option<Waker>,
}
struct Later(Arc<Mutex<State>>);
impl Future for Later {
    type Output = i32;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<i32> {
        let mut s = self.0.lock().unwrap();
        match s.value {
            Some(v) => Poll::Ready(v),
            None => {
                s.waker = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

fn main() {
    let state = Arc::new(Mutex::new(State::default()));
    let s2 = Arc::clone(&state);
    let t = thread::spawn(move || {
        let mut s = s2.lock().unwrap();
        s.value = Some(4);
        if let Some(w) = s.waker.take() {
            w.wake();
        }
    });
    println!("{}", block_on(async { Later(state).await + 1 }));
    t.join().unwrap();
}
