//! Bug: the owner counts its depth rightly, but a flag for those who wait is cleared by every release.

use std::sync::{Condvar, Mutex};
use std::thread::{self, ThreadId};

#[derive(Default)]
struct State {
    taken: bool,
    depths: Vec<(ThreadId, usize)>,
}

#[derive(Default)]
pub struct ReentrantLock {
    state: Mutex<State>,
    freed: Condvar,
}

impl State {
    fn mine(&mut self) -> &mut usize {
        let me = thread::current().id();
        let at = self.depths.iter().position(|d| d.0 == me).unwrap_or_else(|| {
            self.depths.push((me, 0));
            self.depths.len() - 1
        });
        &mut self.depths[at].1
    }
}

impl ReentrantLock {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn acquire(&self) {
        let mut state = self.state.lock().unwrap();
        while *state.mine() == 0 && state.taken {
            state = self.freed.wait(state).unwrap();
        }
        state.taken = true;
        *state.mine() += 1;
    }

    pub fn try_acquire(&self) -> bool {
        let mut state = self.state.lock().unwrap();
        if *state.mine() == 0 && state.taken {
            return false;
        }
        state.taken = true;
        *state.mine() += 1;
        true
    }

    pub fn release(&self) {
        let mut state = self.state.lock().unwrap();
        if *state.mine() == 0 {
            drop(state);
            panic!("not the holder");
        }
        *state.mine() -= 1;
        state.taken = false;
        self.freed.notify_one();
    }

    pub fn depth(&self) -> usize {
        *self.state.lock().unwrap().mine()
    }
}
