//! Wrong: the drop closes the channel, and the thread then waits for the whole delay once more.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};
pub struct Timer {
    decided: Arc<AtomicBool>,
    cancelled: AtomicBool,
    done: Arc<AtomicBool>,
    stop: Mutex<Sender<()>>,
    handle: thread::JoinHandle<()>,
}
impl Timer {
    pub fn start<F>(delay: Duration, f: F) -> Self
    where
        F: FnOnce() + Send + 'static,
    {
        let (tx, rx) = channel::<()>();
        let decided = Arc::new(AtomicBool::new(false));
        let done = Arc::new(AtomicBool::new(false));
        let (dec, don) = (decided.clone(), done.clone());
        let begin = Instant::now();
        let handle = thread::spawn(move || {
            match rx.recv_timeout(delay) {
                Ok(()) => return,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    let _ = begin;
                    thread::sleep(delay)
                }
            }
            if dec.swap(true, SeqCst) {
                return;
            }
            let r = std::panic::catch_unwind(std::panic::AssertUnwindSafe(f));
            don.store(true, SeqCst);
            drop(r);
        });
        Timer { decided, cancelled: AtomicBool::new(false), done, stop: Mutex::new(tx), handle }
    }
    pub fn cancel(&self) -> bool {
        if self.decided.swap(true, SeqCst) {
            return false;
        }
        self.cancelled.store(true, SeqCst);
        let _ = self.stop.lock().unwrap().send(());
        true
    }
    pub fn is_finished(&self) -> bool {
        self.cancelled.load(SeqCst) || self.done.load(SeqCst)
    }
    pub fn join(self) -> bool {
        let _ = self.handle.join();
        !self.cancelled.into_inner()
    }
}
