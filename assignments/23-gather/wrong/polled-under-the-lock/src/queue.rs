use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::task::{Wake, Waker};

/// The numbers of the woken futures, and who is to be told.
pub struct Queue(Mutex<State>);

pub struct State {
    woken: VecDeque<usize>,
    queued: Vec<bool>,
    parent: Waker,
}

impl Queue {
    /// All of `n` futures are to be polled.
    pub fn all(n: usize) -> Self {
        let parent = Waker::noop().clone();
        Queue(Mutex::new(State { woken: (0..n).collect(), queued: vec![true; n], parent }))
    }

    pub fn set_parent(&self, parent: &Waker) {
        self.0.lock().unwrap().parent.clone_from(parent);
    }

    pub fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    pub fn is_empty(&self) -> bool {
        self.0.lock().unwrap().woken.is_empty()
    }

    pub fn waker(self: &Arc<Self>, index: usize) -> Waker {
        Waker::from(Arc::new(Child { index, queue: self.clone() }))
    }
}

impl State {
    pub fn pop(&mut self) -> Option<usize> {
        let index = self.woken.pop_front()?;
        self.queued[index] = false;
        Some(index)
    }
}

struct Child {
    index: usize,
    queue: Arc<Queue>,
}

impl Wake for Child {
    fn wake(self: Arc<Self>) {
        let mut state = self.queue.0.lock().unwrap();
        if !std::mem::replace(&mut state.queued[self.index], true) {
            state.woken.push_back(self.index);
            let parent = state.parent.clone();
            drop(state);
            parent.wake();
        }
    }
}
