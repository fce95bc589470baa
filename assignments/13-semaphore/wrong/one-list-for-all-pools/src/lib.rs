//! Wrong: the list of names is a static: every pool lists the guests of all.

use std::collections::LinkedList;
use std::sync::Mutex;
use std::sync::mpsc::{SyncSender, sync_channel};

enum Book {
    Free(usize),
    Waiting(LinkedList<SyncSender<()>>),
}
pub struct Semaphore(Mutex<Book>);
pub struct Permit<'a>(&'a Semaphore);
impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Semaphore(Mutex::new(Book::Free(permits)))
    }
    pub fn acquire(&self) -> Permit<'_> {
        let call = {
            let mut book = self.0.lock().unwrap();
            match &mut *book {
                Book::Free(n @ 1..) => {
                    *n -= 1;
                    None
                }
                Book::Free(_) => {
                    let (tx, rx) = sync_channel(1);
                    *book = Book::Waiting(LinkedList::from([tx]));
                    Some(rx)
                }
                Book::Waiting(list) => {
                    let (tx, rx) = sync_channel(1);
                    list.push_back(tx);
                    Some(rx)
                }
            }
        };
        if let Some(rx) = call {
            rx.recv().expect("the sender is in the book until it calls");
        }
        Permit(self)
    }
    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        match &mut *self.0.lock().unwrap() {
            Book::Free(n) if *n > 0 => *n -= 1,
            _ => return None,
        }
        Some(Permit(self))
    }
    pub fn available(&self) -> usize {
        match *self.0.lock().unwrap() {
            Book::Free(n) => n,
            Book::Waiting(_) => 0,
        }
    }
}
impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut book = self.0.0.lock().unwrap();
        match &mut *book {
            Book::Free(n) => *n += 1,
            Book::Waiting(list) => match list.pop_front() {
                Some(tx) => tx.send(()).unwrap(),
                None => *book = Book::Free(1),
            },
        }
    }
}
pub struct ActivePool {
    sem: Semaphore,
}
static NAMES: Mutex<Vec<(std::sync::Weak<()>, String)>> = Mutex::new(vec![]);
impl ActivePool {
    pub fn new(limit: usize) -> Self {
        ActivePool { sem: Semaphore::new(limit) }
    }
    pub fn run<R>(&self, name: &str, f: impl FnOnce() -> R) -> R {
        let _permit = self.sem.acquire();
        let alive = std::sync::Arc::new(());
        {
            let mut names = NAMES.lock().unwrap();
            names.retain(|(w, _)| w.strong_count() > 0);
            names.push((std::sync::Arc::downgrade(&alive), name.into()));
        }
        // `_alive` goes before `_permit`: the name is out first.
        let _alive = alive;
        f()
    }
    pub fn active(&self) -> Vec<String> {
        let names = NAMES.lock().unwrap();
        names.iter().filter(|(w, _)| w.strong_count() > 0).map(|(_, n)| n.clone()).collect()
    }
}
