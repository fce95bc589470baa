//! 10 reentrant-lock: a lock that its holder may take again.
//!
//! Fill in the bodies. You may change the fields and add private items.

/// A lock that the thread which holds it can take again. It is free when it was released as often as it was taken.
#[derive(Debug, Default)]
pub struct ReentrantLock {}

impl ReentrantLock {
    /// A free lock.
    pub fn new() -> Self {
        Self {}
    }

    /// Takes the lock, once more if the calling thread holds it; waits while another thread holds it.
    pub fn acquire(&self) {
        todo!("wait until nobody else holds it, and take it")
    }

    /// Like `acquire`, but false instead of waiting.
    pub fn try_acquire(&self) -> bool {
        todo!("take it if nobody else holds it, and say whether you did")
    }

    /// Gives back one `acquire`. Panics, and changes nothing, if the calling thread does not hold the lock.
    pub fn release(&self) {
        todo!("give back one acquire; the last one frees the lock")
    }

    /// How often the calling thread holds the lock; 0 if it does not.
    pub fn depth(&self) -> usize {
        todo!("how often does this thread hold it?")
    }
}
