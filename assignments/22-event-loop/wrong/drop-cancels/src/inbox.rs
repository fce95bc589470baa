//! Notes from anywhere to the loop.

use std::sync::{Arc, Condvar, Mutex};
use std::task::{Wake, Waker};

/// Who is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    Main,
    Task { index: usize, generation: u64 },
}

#[derive(Default)]
pub struct Inbox {
    notes: Mutex<Vec<Key>>,
    arrived: Condvar,
}

impl Inbox {
    /// Adds a note and rouses the loop.
    pub fn note(&self, key: Key) {
        let mut notes = self.notes.lock().unwrap();
        if !notes.contains(&key) {
            notes.push(key);
        }
        drop(notes);
        self.arrived.notify_one();
    }

    /// All notes; sleeps until there is one.
    pub fn take_all(&self) -> Vec<Key> {
        let notes = self.notes.lock().unwrap();
        let mut notes = self.arrived.wait_while(notes, |notes| notes.is_empty()).unwrap();
        std::mem::take(&mut notes)
    }

    /// A waker that writes a note about `key`.
    pub fn waker(self: &Arc<Self>, key: Key) -> Waker {
        struct Writer(Arc<Inbox>, Key);
        impl Wake for Writer {
            fn wake(self: Arc<Self>) {
                self.0.note(self.1);
            }
        }
        Waker::from(Arc::new(Writer(self.clone(), key)))
    }
}
