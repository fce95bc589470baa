//! Wrong: when the Timer is gone, its channel wakes the thread again and again.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

type Job = Box<dyn FnOnce() + Send>;

pub struct Timer {
    job: Arc<Mutex<Option<Job>>>,
    ended: Arc<OnceLock<bool>>,
    hurry: Mutex<Option<Sender<()>>>,
    thread: JoinHandle<()>,
}

impl Timer {
    pub fn start<F>(delay: Duration, f: F) -> Self
    where
        F: FnOnce() + Send + 'static,
    {
        let begun = Instant::now();
        let job: Arc<Mutex<Option<Job>>> = Arc::new(Mutex::new(Some(Box::new(f))));
        let ended = Arc::new(OnceLock::new());
        let (hurry, rx) = mpsc::channel();
        let thread = {
            let job = job.clone();
            let ended = ended.clone();
            std::thread::spawn(move || {
                loop {
                    let left = delay.saturating_sub(begun.elapsed());
                    if left.is_zero() {
                        break;
                    }
                    match rx.recv_timeout(left) {
                        Ok(()) => return, // cancelled
                        Err(RecvTimeoutError::Timeout) => {}
                        // The Timer was dropped: nobody can cancel any more.
                        Err(RecvTimeoutError::Disconnected) => {}
                    }
                }
                let mine = job.lock().unwrap().take();
                let Some(f) = mine else { return };
                struct End(Arc<OnceLock<bool>>);
                impl Drop for End {
                    fn drop(&mut self) {
                        let _ = self.0.set(true);
                    }
                }
                let _end = End(ended);
                f();
            })
        };
        Timer { job, ended, hurry: Mutex::new(Some(hurry)), thread }
    }

    pub fn cancel(&self) -> bool {
        let f = self.job.lock().unwrap().take();
        match f {
            None => false,
            Some(f) => {
                let _ = self.ended.set(false);
                if let Some(h) = self.hurry.lock().unwrap().take() {
                    let _ = h.send(());
                }
                drop(f);
                true
            }
        }
    }

    pub fn is_finished(&self) -> bool {
        self.ended.get().is_some()
    }

    pub fn join(self) -> bool {
        let _ = self.thread.join();
        self.ended.get() == Some(&true)
    }
}
