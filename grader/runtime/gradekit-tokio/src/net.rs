//! Real sockets on loopback, in real time. Time is only a net here: long enough for the slowest machine, and what it catches is a hang.

use shadow_std::thread::{Builder as ThreadBuilder, JoinHandle};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;
use tokio::task::LocalSet;

/// The net of a single step.
const STEP: Duration = Duration::from_secs(15);

/// The same once a step of an earlier run has been in vain: the verdict stands, the further runs only say how often it happens.
const STEP_AGAIN: Duration = Duration::from_secs(2);

static IN_VAIN: AtomicBool = AtomicBool::new(false);

/// The net of a whole check.
const WHOLE: Duration = Duration::from_secs(60);

/// The server's send buffer. Small, so that a slow reader is felt soon and a write is often a partial one.
const SEND_BUFFER: u32 = 16 * 1024;

/// What the main thread of a program has, as a rule.
const STACK: usize = 8 << 20;

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime can be made")
}

/// Runs `future` in a runtime with sockets, in the calling thread.
///
/// ```
/// let answer = gradekit_tokio::sockets(async { 42 });
/// assert_eq!(answer, 42);
/// ```
#[track_caller]
pub fn sockets<F: Future>(future: F) -> F::Output {
    let result = runtime().block_on(LocalSet::new().run_until(async { tokio::time::timeout(WHOLE, future).await }));
    match result {
        Ok(value) => value,
        Err(_) => panic!("it did not come to its end within {} seconds", WHOLE.as_secs()),
    }
}

/// Awaits `future`. If it takes far longer than any machine needs, the check fails: it waited for `what`, in vain.
///
/// ```
/// use gradekit_tokio::*;
/// assert_eq!(sockets(soon("an answer", async { 42 })), 42);
/// ```
pub async fn soon<F: Future>(what: &str, future: F) -> F::Output {
    let net = if IN_VAIN.load(SeqCst) { STEP_AGAIN } else { STEP };
    match tokio::time::timeout(net, future).await {
        Ok(value) => value,
        Err(_) => {
            IN_VAIN.store(true, SeqCst);
            panic!("waited {} seconds for {what}, in vain", net.as_secs())
        }
    }
}

/// The `stop` of a server. Neither `Send` nor `Unpin` nor `Sync`, since the assignments ask for nothing of that.
pub type Stop = Pin<Box<dyn Future<Output = ()>>>;

/// A server of the submission, in a thread and a runtime of its own: whatever it does there, the check's clients go on. The runtime goes
/// on after the server's function has returned, until this is dropped: what it left running there keeps running.
///
/// ```
/// use gradekit_tokio::*;
/// let mut server = Server::start(|listener, stop| async move {
///     let _listener = listener;
///     stop.await;
///     Ok(())
/// });
/// sockets(async {
///     server.connect().await;
///     server.stop().await.unwrap();
/// });
/// ```
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    ended: oneshot::Receiver<std::io::Result<()>>,
    /// Dropped when the runtime may end.
    _leave: oneshot::Sender<()>,
    thread: Option<JoinHandle<()>>,
}

async fn stop_asked(asked: oneshot::Receiver<()>) {
    // A check that has failed lets go of its side; the server may end then.
    let _ = asked.await;
}

fn listen() -> std::io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.set_send_buffer_size(SEND_BUFFER)?;
    socket.bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
    socket.listen(256)
}

impl Server {
    /// Starts `serve(listener, stop)` on a free port.
    pub fn start<F, S>(serve: S) -> Self
    where
        S: FnOnce(TcpListener, Stop) -> F + Send + 'static,
        F: Future<Output = std::io::Result<()>>,
    {
        let (stop, asked) = oneshot::channel();
        let (say_ended, ended) = oneshot::channel();
        let (leave, may_leave) = oneshot::channel::<()>();
        let (say_address, address) = std::sync::mpsc::channel();
        let body = move || {
            runtime().block_on(LocalSet::new().run_until(async move {
                let listener = listen().expect("loopback has a free port");
                let _ = say_address.send(listener.local_addr().expect("it is bound"));
                let result = serve(listener, Box::pin(stop_asked(asked))).await;
                let _ = say_ended.send(result);
                let _ = may_leave.await;
            }));
        };
        let thread =
            ThreadBuilder::new().name("server".into()).stack_size(STACK).spawn(body).expect("a thread can be started");
        let address = address.recv().expect("the server's thread says where it listens");
        Server { address, stop: Some(stop), ended, _leave: leave, thread: Some(thread) }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A new client, connected.
    pub async fn connect(&self) -> TcpStream {
        let stream = soon("a connection", TcpStream::connect(self.address)).await.expect("the server accepts clients");
        stream.set_nodelay(true).expect("a socket has this option");
        stream
    }

    /// Fails the check if the server's function has returned although nobody asked it to stop, or if it panicked.
    #[track_caller]
    pub fn still_serves(&mut self) {
        match self.ended.try_recv() {
            Err(oneshot::error::TryRecvError::Empty) => {}
            Err(oneshot::error::TryRecvError::Closed) => self.panicked(),
            Ok(result) => panic!("the server returned {result:?}, though nobody asked it to stop"),
        }
    }

    /// Makes the `stop` future ready, and waits until the server's function has returned.
    pub async fn stop(&mut self) -> std::io::Result<()> {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        match soon("the server to return after `stop`", &mut self.ended).await {
            Ok(result) => result,
            Err(_) => self.panicked(),
        }
    }

    /// The server's panic goes on here.
    fn panicked(&mut self) -> ! {
        match self.thread.take().map(JoinHandle::join) {
            Some(Err(payload)) => std::panic::resume_unwind(payload),
            _ => panic!("the server's thread has ended"),
        }
    }
}
