//! Bug: the wake-up comes before the lock is free; a timeout of an hour hides the deadlock.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, TryLockError};
use std::thread::{self, Thread};
use std::time::Duration;
type Holder = Option<(Thread, Vec<()>)>;
pub struct ReentrantLock {
    shared: Arc<(Mutex<Holder>, Condvar)>,
}
impl ReentrantLock {
    pub fn new() -> Self {
        Self { shared: Arc::new((Mutex::new(None), Condvar::new())) }
    }
    fn holder(&self) -> MutexGuard<'_, Holder> {
        self.shared.0.lock().unwrap()
    }
    fn enter(h: &mut Holder) -> bool {
        match h {
            None => {
                *h = Some((thread::current(), vec![()]));
                true
            }
            Some((t, times)) if t.id() == thread::current().id() => {
                times.push(());
                true
            }
            _ => false,
        }
    }
    pub fn acquire(&self) {
        let mut h = self.holder();
        while !Self::enter(&mut h) {
            h = self.shared.1.wait_timeout(h, Duration::from_secs(3600)).unwrap().0;
        }
    }
    pub fn try_acquire(&self) -> bool {
        loop {
            match self.shared.0.try_lock() {
                Ok(mut h) => return Self::enter(&mut h),
                Err(TryLockError::WouldBlock) => thread::yield_now(),
                Err(TryLockError::Poisoned(_)) => unreachable!(),
            }
        }
    }
    pub fn release(&self) {
        let mut h = self.holder();
        let last = match &mut *h {
            Some((t, times)) if t.id() == thread::current().id() => {
                times.pop();
                times.is_empty()
            }
            _ => {
                drop(h);
                panic!("not the holder");
            }
        };
        if last {
            drop(h);
            self.shared.1.notify_one();
            *self.holder() = None;
        }
    }
    pub fn depth(&self) -> usize {
        match &*self.holder() {
            Some((t, times)) if t.id() == thread::current().id() => times.len(),
            _ => 0,
        }
    }
}
