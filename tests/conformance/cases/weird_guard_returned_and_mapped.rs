//@ outcome: 10\n
use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, MutexGuard};
use std::thread;

struct Table(Mutex<Vec<u32>>);
struct Row<'a>(MutexGuard<'a, Vec<u32>>, usize);

impl Deref for Row<'_> {
    type Target = u32;
    fn deref(&self) -> &u32 {
        &self.0[self.1]
    }
}
impl DerefMut for Row<'_> {
    fn deref_mut(&mut self) -> &mut u32 {
        &mut self.0[self.1]
    }
}
impl Table {
    fn row(&self, i: usize) -> Row<'_> {
        Row(self.0.lock().unwrap(), i)
    }
}

fn main() {
    let t = Table(Mutex::new(vec![0, 0]));
    thread::scope(|s| {
        s.spawn(|| *t.row(1) += 4);
        *t.row(1) += 6;
    });
    println!("{}", *t.row(1));
}
