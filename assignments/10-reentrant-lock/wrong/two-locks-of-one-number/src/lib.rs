//! Bug: locks are told apart by a number that is read, then written: two made at the same time have the same one.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{LazyLock, Mutex};

static NEXT: LazyLock<AtomicU64> = LazyLock::new(|| AtomicU64::new(1));
thread_local! { static HELD: RefCell<HashMap<u64, usize>> = RefCell::default(); }

struct Line {
    taken: bool,
    waiting: VecDeque<Sender<()>>,
}
pub struct ReentrantLock {
    id: u64,
    line: Mutex<Line>,
}
impl ReentrantLock {
    pub fn new() -> Self {
        ReentrantLock {
            id: {
                let n = NEXT.load(Ordering::SeqCst);
                NEXT.store(n + 1, Ordering::SeqCst);
                n
            },
            line: Mutex::new(Line { taken: false, waiting: VecDeque::new() }),
        }
    }
    fn again(&self) -> bool {
        HELD.with_borrow_mut(|h| match h.get_mut(&self.id) {
            Some(n) => {
                *n += 1;
                true
            }
            None => false,
        })
    }
    fn first(&self) {
        HELD.with_borrow_mut(|h| h.insert(self.id, 1));
    }
    pub fn acquire(&self) {
        if self.again() {
            return;
        }
        let mut line = self.line.lock().expect("nobody panics in there");
        if line.taken {
            let (tx, rx) = channel();
            line.waiting.push_back(tx);
            drop(line);
            rx.recv().unwrap();
        } else {
            line.taken = true;
        }
        self.first();
    }
    pub fn try_acquire(&self) -> bool {
        if self.again() {
            return true;
        }
        let was = std::mem::replace(&mut self.line.lock().expect("nobody panics in there").taken, true);
        if !was {
            self.first();
        }
        !was
    }
    pub fn release(&self) {
        let left = HELD.with_borrow_mut(|h| {
            let left = h.get(&self.id)? - 1;
            if left == 0 {
                h.remove(&self.id)
            } else {
                h.insert(self.id, left)
            };
            Some(left)
        });
        match left {
            None => panic!("you do not hold this lock"),
            Some(0) => {
                let mut line = self.line.lock().expect("nobody panics in there");
                match line.waiting.pop_front() {
                    Some(tx) => tx.send(()).unwrap(),
                    None => line.taken = false,
                }
            }
            Some(_) => {}
        }
    }
    pub fn depth(&self) -> usize {
        HELD.with_borrow(|h| h.get(&self.id).copied().unwrap_or(0))
    }
}
impl Default for ReentrantLock {
    fn default() -> Self {
        Self::new()
    }
}
