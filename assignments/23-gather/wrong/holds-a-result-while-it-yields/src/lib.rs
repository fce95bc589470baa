//! `next` has a result and yields before it gives it: dropped there, the result is lost.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex, Weak};
use std::task::{Context, Poll, Wake, Waker};

#[derive(Default)]
struct Inbox {
    state: Mutex<(Vec<usize>, Option<Waker>)>,
}
struct Ticket {
    inbox: Weak<Inbox>,
    index: usize,
}
impl Wake for Ticket {
    fn wake(self: Arc<Self>) {
        let Some(inbox) = self.inbox.upgrade() else { return };
        let waker = {
            let mut state = inbox.state.lock().unwrap();
            if !state.0.contains(&self.index) {
                state.0.push(self.index);
            }
            state.1.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

struct Seat<F> {
    future: Option<Pin<Box<F>>>,
    waker: Waker,
}
pub struct AsCompleted<F: Future> {
    inbox: Arc<Inbox>,
    seats: Vec<Seat<F>>,
    left: usize,
    done: VecDeque<(usize, F::Output)>,
}
pub fn as_completed<F: Future>(futures: Vec<F>) -> AsCompleted<F> {
    let inbox = Arc::new(Inbox::default());
    inbox.state.lock().unwrap().0.extend(0..futures.len());
    let seats: Vec<_> = futures
        .into_iter()
        .enumerate()
        .map(|(index, f)| Seat {
            future: Some(Box::pin(f)),
            waker: Arc::new(Ticket { inbox: Arc::downgrade(&inbox), index }).into(),
        })
        .collect();
    AsCompleted { left: seats.len(), inbox, seats, done: VecDeque::new() }
}
impl<F: Future> AsCompleted<F> {
    fn turn(&mut self, cx: &mut Context<'_>) {
        let woken = {
            let mut state = self.inbox.state.lock().unwrap();
            if state.1.as_ref().is_none_or(|w| !w.will_wake(cx.waker())) {
                state.1 = Some(cx.waker().clone());
            }
            std::mem::take(&mut state.0)
        };
        for i in woken {
            let seat = &mut self.seats[i];
            if let Some(f) = &mut seat.future
                && let Poll::Ready(v) = f.as_mut().poll(&mut Context::from_waker(&seat.waker))
            {
                seat.future = None;
                self.left -= 1;
                self.done.push_back((i, v));
            }
        }
    }
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<(usize, F::Output)>> {
        if let Some(one) = self.done.pop_front() {
            return Poll::Ready(Some(one));
        }
        self.turn(cx);
        match self.done.pop_front() {
            None if self.left > 0 => Poll::Pending,
            one => Poll::Ready(one),
        }
    }
    pub async fn next(&mut self) -> Option<F::Output> {
        let got = poll_fn(|cx| self.poll_next(cx)).await;
        let mut once = false;
        poll_fn(|cx| {
            if once {
                return Poll::Ready(());
            }
            once = true;
            cx.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
        got.map(|(_, v)| v)
    }
}
pub async fn gather<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let results = RefCell::new(futures.iter().map(|_| None).collect::<Vec<_>>());
    let mut all = as_completed(futures);
    let results_of = &results;
    let step = poll_fn(move |cx| {
        loop {
            match all.poll_next(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(()),
                Poll::Ready(Some((i, v))) => results_of.borrow_mut()[i] = Some(v),
            }
        }
    });
    step.await;
    results.into_inner().into_iter().map(|v| v.unwrap()).collect()
}
