use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::task::{Wake, Waker};

/// Which chains were woken, and who polls them.
pub struct Ready(Mutex<(BTreeSet<usize>, Option<Waker>)>);

impl Ready {
    /// All `n` are to be polled.
    pub fn new(n: usize) -> Self {
        Ready(Mutex::new(((0..n).collect(), None)))
    }

    /// The woken ones. Whoever is woken from now on wakes `parent`.
    pub fn take(&self, parent: &Waker) -> BTreeSet<usize> {
        let mut inner = self.0.lock().unwrap();
        inner.1 = Some(parent.clone());
        std::mem::take(&mut inner.0)
    }

    pub fn waker(self: &Arc<Self>, index: usize) -> Waker {
        Waker::from(Arc::new(One(self.clone(), index)))
    }
}

struct One(Arc<Ready>, usize);

impl Wake for One {
    fn wake(self: Arc<Self>) {
        let parent = {
            let mut inner = self.0.0.lock().unwrap();
            inner.0.insert(self.1);
            inner.1.take()
        };
        if let Some(parent) = parent {
            parent.wake();
        }
    }
}
