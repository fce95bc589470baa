//! Only one group polls at a time: a lock for all of them is held meanwhile.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

struct Shared {
    queue: Mutex<VecDeque<usize>>,
    parent: Mutex<Option<Waker>>,
}

static TURN: Mutex<()> = Mutex::new(());

struct Child {
    index: usize,
    queued: AtomicBool,
    shared: Arc<Shared>,
}

impl Wake for Child {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }
    fn wake_by_ref(self: &Arc<Self>) {
        if self.queued.swap(true, Ordering::SeqCst) {
            return;
        }
        self.shared.queue.lock().unwrap().push_back(self.index);
        let parent = self.shared.parent.lock().unwrap().take();
        if let Some(parent) = parent {
            parent.wake();
        }
    }
}

struct Slot<F: Future> {
    future: Option<Pin<Box<F>>>,
    child: Arc<Child>,
}

struct Group<F: Future> {
    slots: Vec<Slot<F>>,
    found: VecDeque<(usize, F::Output)>,
    left: usize,
    shared: Arc<Shared>,
}

impl<F: Future> Unpin for Group<F> {}

impl<F: Future> Group<F> {
    fn new(futures: Vec<F>) -> Self {
        let left = futures.len();
        let shared = Arc::new(Shared { queue: Mutex::new((0..left).collect()), parent: Mutex::new(None) });
        let slot = |(index, f)| Slot {
            future: Some(Box::pin(f)),
            child: Arc::new(Child { index, queued: AtomicBool::new(true), shared: shared.clone() }),
        };
        let slots = futures.into_iter().enumerate().map(slot).collect();
        Group { slots, found: VecDeque::new(), left, shared }
    }

    fn poll_group(&mut self, cx: &mut Context<'_>) -> Poll<Option<(usize, F::Output)>> {
        if self.found.is_empty() {
            *self.shared.parent.lock().unwrap() = Some(cx.waker().clone());
            let woken = std::mem::take(&mut *self.shared.queue.lock().unwrap());
            let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
            for index in woken {
                let slot = &mut self.slots[index];
                slot.child.queued.store(false, Ordering::SeqCst);
                let Some(future) = &mut slot.future else { continue };
                let waker = Waker::from(slot.child.clone());
                if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                    slot.future = None;
                    self.left -= 1;
                    self.found.push_back((index, value));
                }
            }
        }
        match self.found.pop_front() {
            Some(found) => Poll::Ready(Some(found)),
            None if self.left == 0 => Poll::Ready(None),
            None => Poll::Pending,
        }
    }
}

pub async fn gather<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut results: Vec<Option<F::Output>> = futures.iter().map(|_| None).collect();
    let mut group = Group::new(futures);
    while let Some((index, value)) = poll_fn(|cx| group.poll_group(cx)).await {
        results[index] = Some(value);
    }
    results.into_iter().flatten().collect()
}

pub fn as_completed<F: Future>(futures: Vec<F>) -> AsCompleted<F> {
    AsCompleted { group: Group::new(futures) }
}

pub struct AsCompleted<F: Future> {
    group: Group<F>,
}

impl<F: Future> AsCompleted<F> {
    pub async fn next(&mut self) -> Option<F::Output> {
        poll_fn(|cx| self.group.poll_group(cx)).await.map(|(_, value)| value)
    }
}
