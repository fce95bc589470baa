//! Wrong: is_alive takes a lock that is busy for a sign of life.

use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;
#[derive(Default)]
struct S {
    stop: bool,
    ended: bool,
}
type Shared = Arc<(Mutex<S>, Condvar)>;
pub struct Service {
    name: String,
    sh: Shared,
    h: Option<JoinHandle<()>>,
}
pub struct StopToken {
    sh: Shared,
}
struct End(Shared);
impl Drop for End {
    fn drop(&mut self) {
        self.0.0.lock().unwrap().ended = true;
        self.0.1.notify_all();
    }
}
impl Service {
    pub fn spawn<F>(name: &str, body: F) -> Self
    where
        F: FnOnce(&StopToken) + Send + 'static,
    {
        let sh: Shared = Arc::default();
        let t = StopToken { sh: sh.clone() };
        let e = End(sh.clone());
        let h = thread::Builder::new()
            .name(name.into())
            .spawn(move || {
                let _e = e;
                body(&t)
            })
            .unwrap();
        Service { name: name.into(), sh, h: Some(h) }
    }
    pub fn name(&self) -> &str {
        &self.name
    }
    pub fn is_alive(&self) -> bool {
        self.sh.0.try_lock().map_or(true, |s| !s.ended)
    }
    pub fn request_stop(&self) {
        self.sh.0.lock().unwrap().stop = true;
        self.sh.1.notify_all();
    }
    pub fn join_timeout(&self, timeout: Duration) -> bool {
        let g = self.sh.0.lock().unwrap();
        self.sh.1.wait_timeout_while(g, timeout, |s| !s.ended).unwrap().0.ended
    }
}
impl StopToken {
    pub fn is_stopped(&self) -> bool {
        self.sh.0.lock().unwrap().stop
    }
    pub fn wait(&self, timeout: Duration) -> bool {
        let g = self.sh.0.lock().unwrap();
        let (g, _) = self.sh.1.wait_timeout_while(g, timeout, |s| !s.stop).unwrap();
        g.stop
    }
}
impl Drop for Service {
    fn drop(&mut self) {
        self.request_stop();
        let _ = self.h.take().unwrap().join();
    }
}
