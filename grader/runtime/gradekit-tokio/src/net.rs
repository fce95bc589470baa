//! Real sockets on loopback, in real time. Time is only a net here: long enough for the slowest machine, and what it catches is a hang.

use std::net::SocketAddr;
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;
use tokio::task::LocalSet;

/// The net.
const NET: Duration = Duration::from_secs(40);

fn runtime() -> Runtime {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime can be made")
}

/// Runs `future` in a runtime with sockets, in the calling thread. If it takes far longer than any machine needs, the check fails with
/// what `waits_for` says.
///
/// ```
/// let answer = gradekit_tokio::sockets("an answer", async { 42 });
/// assert_eq!(answer, 42);
/// ```
#[track_caller]
pub fn sockets<F: Future>(waits_for: &str, future: F) -> F::Output {
    let runtime = runtime();
    let result = runtime.block_on(LocalSet::new().run_until(async { tokio::time::timeout(NET, future).await }));
    match result {
        Ok(value) => value,
        Err(_) => panic!("waited {} seconds for {waits_for}, in vain", NET.as_secs()),
    }
}

/// A server of the submission, in a thread and a runtime of its own: whatever it does there, the check's clients go on.
///
/// ```
/// use gradekit_tokio::*;
/// let mut server = Server::start(|listener, stop| async move {
///     let _listener = listener;
///     stop.await;
///     Ok(())
/// });
/// assert!(server.address().ip().is_loopback());
/// server.ask_to_stop();
/// server.wait().unwrap();
/// ```
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    ended: oneshot::Receiver<()>,
    thread: JoinHandle<std::io::Result<()>>,
}

/// Ready when the server is to stop. Neither `Send` nor `Unpin`, since the assignments ask for neither.
async fn stop_asked(asked: oneshot::Receiver<()>) {
    let local = std::rc::Rc::new(());
    // A check that has failed lets go of its side; the server may end then.
    let _ = asked.await;
    drop(local);
}

impl Server {
    /// Starts `serve(listener, stop)` on a free port.
    pub fn start<F, S>(serve: S) -> Self
    where
        S: FnOnce(TcpListener, std::pin::Pin<Box<dyn Future<Output = ()>>>) -> F + Send + 'static,
        F: Future<Output = std::io::Result<()>>,
    {
        let (stop, asked) = oneshot::channel();
        let (say_ended, ended) = oneshot::channel();
        let (say_address, address) = std::sync::mpsc::channel();
        let body = move || {
            let runtime = runtime();
            let local = LocalSet::new();
            let result = runtime.block_on(local.run_until(async move {
                let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
                let _ = say_address.send(listener.local_addr()?);
                serve(listener, Box::pin(stop_asked(asked))).await
            }));
            let _ = say_ended.send(());
            result
        };
        let thread = std::thread::Builder::new()
            .name("server".into())
            .spawn(body)
            .expect("a thread can be started");
        let address = address.recv().expect("loopback has a free port");
        Server {
            address,
            stop: Some(stop),
            ended,
            thread,
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Has the server's function returned, or panicked?
    pub fn has_ended(&self) -> bool {
        self.thread.is_finished()
    }

    /// Makes the `stop` future ready.
    pub fn ask_to_stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }

    /// Waits until the server's function has returned; gives what it returned. Its panic goes on here.
    #[track_caller]
    pub fn wait(mut self) -> std::io::Result<()> {
        // An error says that the thread has ended without a word: it panicked.
        let _ = sockets("the server to return after `stop`", &mut self.ended);
        match self.thread.join() {
            Ok(result) => result,
            Err(payload) => std::panic::resume_unwind(payload),
        }
    }
}
