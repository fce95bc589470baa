//! A client of the check: it sends what it likes, as it likes, and reads lines.

use gradekit_tokio::{Server, soon};
use std::io::{self, ErrorKind};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

pub struct Client {
    pub input: BufReader<OwnedReadHalf>,
    pub output: OwnedWriteHalf,
}

/// How a connection was closed by the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Close {
    End,
    Reset,
}

/// Errors that say: the other side has closed.
pub fn is_gone(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionReset | ErrorKind::BrokenPipe | ErrorKind::ConnectionAborted | ErrorKind::NotConnected
    )
}

impl Client {
    pub async fn new(server: &Server) -> Self {
        let (input, output) = server.connect().await.into_split();
        Client { input: BufReader::new(input), output }
    }

    /// Sends bytes; the server takes them sooner or later.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        soon("the server to read what was sent", self.output.write_all(bytes.as_ref()))
            .await
            .expect("the connection is open");
    }

    /// Sends bytes to a server that may close meanwhile.
    pub async fn try_send(&mut self, bytes: impl AsRef<[u8]>) {
        match soon("the server to read or to close", self.output.write_all(bytes.as_ref())).await {
            Err(error) if !is_gone(&error) => panic!("sending failed: {error}"),
            _ => {}
        }
    }

    /// Says that nothing more will be sent. The other direction stays open.
    pub async fn finish(&mut self) {
        if let Err(error) = self.output.shutdown().await {
            assert!(is_gone(&error), "closing one direction failed: {error}");
        }
    }

    /// The next line, without its end. `None`: the connection was closed.
    pub async fn line(&mut self) -> Option<String> {
        let mut line = Vec::new();
        match soon("a line of the server's", self.input.read_until(b'\n', &mut line)).await {
            Ok(0) => None,
            Ok(_) => {
                let text = String::from_utf8(line).expect("the server's lines are UTF-8");
                Some(text.trim_end_matches(['\n', '\r']).to_owned())
            }
            Err(error) if is_gone(&error) => None,
            Err(error) => panic!("reading failed: {error}"),
        }
    }

    /// Sends a line and gives the answer.
    #[track_caller]
    pub fn ask(&mut self, line: &str) -> impl Future<Output = String> {
        let place = std::panic::Location::caller();
        async move {
            self.send(format!("{line}\n")).await;
            match self.line().await {
                Some(answer) => answer,
                None => panic!("the connection was closed instead of an answer to `{}` ({place})", shortened(line)),
            }
        }
    }

    /// Reads until the server closes.
    pub async fn rest(&mut self) -> (Vec<u8>, Close) {
        let mut rest = Vec::new();
        match soon("the server to close the connection", self.input.read_to_end(&mut rest)).await {
            Ok(_) => (rest, Close::End),
            Err(error) if is_gone(&error) => (rest, Close::Reset),
            Err(error) => panic!("reading failed: {error}"),
        }
    }

    /// Vanishes: the server sees a reset.
    pub fn vanish(self) {
        let stream: TcpStream = self.input.into_inner().reunite(self.output).expect("the halves of one stream");
        // With no time to linger, closing sends a reset.
        #[allow(deprecated)]
        stream.set_linger(Some(Duration::ZERO)).expect("a socket has this option");
    }
}

/// A line that fits into a message.
pub fn shortened(line: &str) -> String {
    if line.chars().count() <= 40 {
        return line.to_owned();
    }
    format!("{}... ({} bytes)", line.chars().take(20).collect::<String>(), line.len())
}
