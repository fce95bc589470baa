//@ outcome: Pending Ready(2)\n
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

fn main() {
    let mut polls = 0;
    let mut f = pin!(poll_fn(move |_| {
        polls += 1;
        if polls < 2 { Poll::Pending } else { Poll::Ready(polls) }
    }));
    let mut cx = Context::from_waker(Waker::noop());
    let a = f.as_mut().poll(&mut cx);
    let b = f.as_mut().poll(&mut cx);
    match a {
        Poll::Pending => println!("Pending {b:?}"),
        Poll::Ready(_) => println!("?"),
    }
}
