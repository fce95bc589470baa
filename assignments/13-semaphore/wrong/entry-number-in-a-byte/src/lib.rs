//! Wrong: entries are numbered with a byte: the 257th takes out the first, too.

use std::sync::{Condvar, Mutex};

pub struct Semaphore {
    free: Mutex<usize>,
    freed: Condvar,
}
pub struct Permit<'a>(&'a Semaphore);

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Semaphore { free: Mutex::new(permits), freed: Condvar::new() }
    }
    pub fn acquire(&self) -> Permit<'_> {
        let mut free = self.freed.wait_while(self.free.lock().unwrap(), |n| *n == 0).unwrap();
        *free -= 1;
        Permit(self)
    }
    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut free = self.free.lock().unwrap();
        *free = free.checked_sub(1)?;
        Some(Permit(self))
    }
    pub fn available(&self) -> usize {
        *self.free.lock().unwrap()
    }
}
impl Drop for Permit<'_> {
    fn drop(&mut self) {
        *self.0.free.lock().unwrap() += 1;
        self.0.freed.notify_one();
    }
}

struct Inside {
    next: u8,
    names: Vec<(u8, String)>,
}
pub struct ActivePool {
    places: Semaphore,
    inside: Mutex<Inside>,
}
struct Entry<'a> {
    pool: &'a ActivePool,
    id: u8,
    _place: Permit<'a>, // after the name is out (Drop runs before the fields go)
}
impl Drop for Entry<'_> {
    fn drop(&mut self) {
        self.pool.inside.lock().unwrap().names.retain(|(id, _)| *id != self.id);
    }
}
impl ActivePool {
    pub fn new(limit: usize) -> Self {
        ActivePool { places: Semaphore::new(limit), inside: Mutex::new(Inside { next: 0, names: vec![] }) }
    }
    pub fn run<R>(&self, name: &str, f: impl FnOnce() -> R) -> R {
        let _place = self.places.acquire();
        let id = {
            let mut inside = self.inside.lock().unwrap();
            let id = inside.next;
            inside.next = inside.next.wrapping_add(1);
            inside.names.push((id, name.to_string()));
            id
        };
        let _entry = Entry { pool: self, id, _place };
        f()
    }
    pub fn active(&self) -> Vec<String> {
        self.inside.lock().unwrap().names.iter().map(|(_, n)| n.clone()).collect()
    }
}
