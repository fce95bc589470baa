//! Two servers and a client. See the statement of assignment 26.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Gives every client its bytes back, until `stop`.
pub async fn serve_echo<S: Future<Output = ()>>(listener: TcpListener, stop: S) -> io::Result<()> {
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => return Ok(()),
            accepted = listener.accept() => {
                // TODO: this serves one client at a time, and each of them only once.
                let (mut stream, _) = accepted?;
                let mut buffer = [0; 1024];
                let n = stream.read(&mut buffer).await?;
                stream.write_all(&buffer[..n]).await?;
            }
        }
    }
}

/// Answers arithmetic, a line at a time, until `stop`.
pub async fn serve_calc<S: Future<Output = ()>>(listener: TcpListener, stop: S) -> io::Result<()> {
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => return Ok(()),
            accepted = listener.accept() => {
                // TODO: this cannot calculate, and closes at once.
                let (mut stream, _) = accepted?;
                stream.write_all(b"error: not written yet\n").await?;
            }
        }
    }
}

/// Sends `message` to an echo server and gives what comes back.
pub async fn echo_client(addr: SocketAddr, message: &str) -> io::Result<String> {
    // TODO: one read may give only a part.
    let mut stream = TcpStream::connect(addr).await?;
    stream.write_all(message.as_bytes()).await?;
    let mut buffer = vec![0; message.len()];
    let n = stream.read(&mut buffer).await?;
    buffer.truncate(n);
    String::from_utf8(buffer).map_err(io::Error::other)
}
