//@ outcome: State { count: 1, done: true }\n
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

#[derive(Debug, Default, Clone, PartialEq)]
struct State {
    count: u32,
    done: bool,
}

#[derive(Debug, Default)]
struct Shared(Mutex<State>);

impl Shared {
    fn get(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn main() {
    let shared = Shared::default();
    thread::scope(|s| {
        s.spawn(|| shared.get().count += 1);
        s.spawn(|| shared.get().done = true);
    });
    println!("{:?}", shared.get().clone());
}
