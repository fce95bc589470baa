//@ outcome: true 2 0\n
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::{Wake, Waker};

#[derive(Default)]
struct Count(AtomicUsize);
impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }
    fn wake_by_ref(self: &Arc<Self>) {
        self.0.fetch_add(1, SeqCst);
    }
}

fn main() {
    let count = Arc::new(Count::default());
    let waker = Waker::from(count.clone());
    let other = waker.clone();
    let same = waker.will_wake(&other);
    waker.wake_by_ref();
    other.wake();
    drop(waker);
    println!("{same} {} {}", count.0.load(SeqCst), Arc::strong_count(&count) - 1);
}
