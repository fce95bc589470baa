//! Wrong: two permits that come back are both kept for the only thread that waits.

use std::sync::{Condvar, LockResult, Mutex};

struct Count {
    free: usize,
    sleeping: usize,
    calls: usize,
}

pub struct Semaphore {
    count: Mutex<Count>,
    bell: Condvar,
}

pub struct Permit<'a>(Option<&'a Semaphore>);

fn ok<T>(r: LockResult<T>) -> T {
    match r {
        Ok(t) => t,
        Err(e) => e.into_inner(),
    }
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self { count: Mutex::new(Count { free: permits, sleeping: 0, calls: 0 }), bell: Condvar::new() }
    }
    pub fn acquire(&self) -> Permit<'_> {
        let mut c = ok(self.count.lock());
        if c.free == 0 {
            c.sleeping += 1;
            // a call is a place that belongs to those who sleep
            while c.calls == 0 {
                c = ok(self.bell.wait(c));
            }
            c.calls -= 1;
            c.sleeping -= 1;
        } else {
            c.free -= 1;
        }
        Permit(Some(self))
    }
    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut c = ok(self.count.lock());
        if c.free == 0 {
            return None;
        }
        c.free -= 1;
        Some(Permit(Some(self)))
    }
    pub fn available(&self) -> usize {
        ok(self.count.lock()).free
    }
    fn give_back(&self) {
        let mut c = ok(self.count.lock());
        if c.sleeping > 0 {
            c.calls += 1;
            self.bell.notify_one();
        } else {
            c.free += 1;
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if let Some(s) = self.0.take() {
            s.give_back();
        }
    }
}

pub struct ActivePool {
    gate: Semaphore,
    slots: Mutex<(u64, Vec<Option<(u64, String)>>)>,
}

impl ActivePool {
    pub fn new(limit: usize) -> Self {
        Self { gate: Semaphore::new(limit), slots: Mutex::new((0, Vec::new())) }
    }
    pub fn run<R>(&self, name: &str, f: impl FnOnce() -> R) -> R {
        let seat = Seat::take(self, name);
        let r = f();
        drop(seat);
        r
    }
    pub fn active(&self) -> Vec<String> {
        let mut all: Vec<(u64, String)> = ok(self.slots.lock()).1.iter().flatten().cloned().collect();
        all.sort_by_key(|x| x.0);
        all.into_iter().map(|x| x.1).collect()
    }
}

struct Seat<'a> {
    pool: &'a ActivePool,
    index: usize,
    // dropped after the body of drop()
    _permit: Permit<'a>,
}

impl<'a> Seat<'a> {
    fn take(pool: &'a ActivePool, name: &str) -> Self {
        let permit = pool.gate.acquire();
        let mut slots = ok(pool.slots.lock());
        slots.0 += 1;
        let entry = Some((slots.0, name.to_owned()));
        let index = match slots.1.iter().position(Option::is_none) {
            Some(i) => {
                slots.1[i] = entry;
                i
            }
            None => {
                slots.1.push(entry);
                slots.1.len() - 1
            }
        };
        Seat { pool, index, _permit: permit }
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        ok(self.pool.slots.lock()).1[self.index] = None;
    }
}
