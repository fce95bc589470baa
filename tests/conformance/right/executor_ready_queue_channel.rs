//@ right
// A spawner and an executor joined by a channel of tasks.
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

type BoxFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

struct Task {
    future: Mutex<Option<BoxFuture>>,
    queue: SyncSender<Arc<Task>>,
}
impl Wake for Task {
    fn wake(self: Arc<Self>) {
        self.queue.send(self.clone()).unwrap();
    }
}

struct YieldOnce(bool);
impl Future for YieldOnce {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.0 {
            return Poll::Ready(());
        }
        self.0 = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

static DONE: AtomicU32 = AtomicU32::new(0);

fn main() {
    let (queue, ready) = sync_channel::<Arc<Task>>(8);
    for _ in 0..2 {
        let f: BoxFuture = Box::pin(async {
            YieldOnce(false).await;
            DONE.fetch_add(1, Relaxed);
        });
        let task = Arc::new(Task { future: Mutex::new(Some(f)), queue: queue.clone() });
        queue.send(task).unwrap();
    }
    drop(queue);
    while let Ok(task) = ready.recv() {
        let mut slot = task.future.lock().unwrap();
        if let Some(mut f) = slot.take() {
            let waker = Waker::from(task.clone());
            if f.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
                *slot = Some(f);
            }
        }
    }
    assert_eq!(DONE.load(Relaxed), 2);
}
