//! Bug: try_acquire looks at those who wait first: the holder is refused while another thread waits.

use std::sync::{Condvar, Mutex};
use std::thread::{self, ThreadId};
#[derive(Default)]
struct St {
    owner: Option<ThreadId>,
    depth: usize,
    next: u64,
    serving: u64,
}
#[derive(Default)]
pub struct ReentrantLock {
    st: Mutex<St>,
    turn: Condvar,
}
impl ReentrantLock {
    pub fn new() -> Self {
        Self::default()
    }
    pub fn acquire(&self) {
        let me = thread::current().id();
        let mut s = self.st.lock().unwrap();
        if s.owner == Some(me) {
            s.depth += 1;
            return;
        }
        let mine = s.next;
        s.next += 1;
        while s.serving != mine {
            s = self.turn.wait(s).unwrap();
        }
        s.owner = Some(me);
        s.depth = 1;
    }
    pub fn try_acquire(&self) -> bool {
        let me = thread::current().id();
        let mut s = self.st.lock().unwrap();
        if s.next > s.serving + 1 {
            return false;
        }
        if s.owner == Some(me) {
            s.depth += 1;
            return true;
        }
        if s.next != s.serving {
            return false;
        }
        s.next += 1;
        s.owner = Some(me);
        s.depth = 1;
        true
    }
    pub fn release(&self) {
        let mut s = self.st.lock().unwrap();
        if s.owner != Some(thread::current().id()) {
            drop(s);
            panic!("not yours");
        }
        s.depth -= 1;
        if s.depth == 0 {
            s.owner = None;
            s.serving += 1;
            self.turn.notify_all();
        }
    }
    pub fn depth(&self) -> usize {
        let s = self.st.lock().unwrap();
        if s.owner == Some(thread::current().id()) { s.depth } else { 0 }
    }
}
