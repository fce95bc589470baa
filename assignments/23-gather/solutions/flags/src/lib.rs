//! A flag for each future says whether it was woken; all of them share the place for the caller's waker.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

/// Where the children find their parent. Replaced at every poll of it.
type Parent = Arc<Mutex<Option<Waker>>>;

struct Child {
    woken: AtomicBool,
    parent: Parent,
}

impl Wake for Child {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.woken.store(true, SeqCst);
        let parent = self.parent.lock().unwrap().take();
        if let Some(parent) = parent {
            parent.wake();
        }
    }
}

struct Slot<F: Future> {
    future: Option<Pin<Box<F>>>,
    result: Option<F::Output>,
    child: Arc<Child>,
}

impl<F: Future> Slot<F> {
    fn visit(&mut self) {
        if let Some(future) = &mut self.future
            && self.child.woken.swap(false, SeqCst)
        {
            let waker = Waker::from(self.child.clone());
            if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                self.result = Some(value);
                self.future = None;
            }
        }
    }
}

struct Slots<F: Future> {
    parent: Parent,
    slots: Vec<Slot<F>>,
}

impl<F: Future> Slots<F> {
    fn new(futures: Vec<F>) -> Self {
        let parent = Parent::default();
        let slot = |future| {
            let child = Arc::new(Child { woken: AtomicBool::new(true), parent: parent.clone() });
            Slot { future: Some(Box::pin(future)), result: None, child }
        };
        let slots = futures.into_iter().map(slot).collect();
        Slots { parent, slots }
    }

    /// First the waker, then the flags: a wake-up between them is seen by one or the other.
    fn visit(&mut self, cx: &mut Context<'_>) {
        *self.parent.lock().unwrap() = Some(cx.waker().clone());
        self.slots.iter_mut().for_each(Slot::visit);
    }
}

struct Gather<F: Future>(Slots<F>);

// The futures are pinned in boxes of their own.
impl<F: Future> Unpin for Gather<F> {}

impl<F: Future> Future for Gather<F> {
    type Output = Vec<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.visit(cx);
        if self.0.slots.iter().any(|slot| slot.future.is_some()) {
            return Poll::Pending;
        }
        Poll::Ready(self.0.slots.iter_mut().filter_map(|slot| slot.result.take()).collect())
    }
}

pub async fn gather<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    Gather(Slots::new(futures)).await
}

pub fn as_completed<F: Future>(futures: Vec<F>) -> AsCompleted<F> {
    AsCompleted { slots: Slots::new(futures) }
}

pub struct AsCompleted<F: Future> {
    slots: Slots<F>,
}

struct Next<'a, F: Future>(&'a mut Slots<F>);

impl<F: Future> Future for Next<'_, F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let taken = |slots: &mut Slots<F>| {
            let index = slots.slots.iter().position(|slot| slot.result.is_some())?;
            slots.slots.swap_remove(index).result
        };
        if let Some(value) = taken(self.0) {
            return Poll::Ready(Some(value));
        }
        if self.0.slots.is_empty() {
            return Poll::Ready(None);
        }
        self.0.visit(cx);
        match taken(self.0) {
            Some(value) => Poll::Ready(Some(value)),
            None => Poll::Pending,
        }
    }
}

impl<F: Future> AsCompleted<F> {
    pub async fn next(&mut self) -> Option<F::Output> {
        pin!(Next(&mut self.slots)).await
    }
}
