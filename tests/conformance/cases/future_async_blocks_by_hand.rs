//@ outcome: a1 b1 a2 b2\n
// A tiny round-robin loop over two async blocks.
use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

struct YieldOnce(bool);
impl Future for YieldOnce {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

async fn steps(name: &str, log: &RefCell<Vec<String>>) {
    for i in 1..=2 {
        log.borrow_mut().push(format!("{name}{i}"));
        YieldOnce(false).await;
    }
}

fn main() {
    let log = RefCell::new(Vec::new());
    let mut tasks: Vec<Pin<Box<dyn Future<Output = ()> + '_>>> =
        vec![Box::pin(steps("a", &log)), Box::pin(steps("b", &log))];
    let mut cx = Context::from_waker(Waker::noop());
    while !tasks.is_empty() {
        tasks.retain_mut(|t| t.as_mut().poll(&mut cx).is_pending());
    }
    drop(tasks);
    println!("{}", log.into_inner().join(" "));
}
