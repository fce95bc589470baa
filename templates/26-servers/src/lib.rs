//! Two servers and a client. See the statement of assignment 26.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Gives every client its bytes back, until `stop`.
pub async fn serve_echo<S: Future<Output = ()>>(listener: TcpListener, stop: S) -> io::Result<()> {
    // TODO: this serves one client, once.
    let (mut stream, _) = listener.accept().await?;
    let mut buffer = [0; 1024];
    let n = stream.read(&mut buffer).await?;
    stream.write_all(&buffer[..n]).await?;
    stop.await;
    Ok(())
}

/// Answers arithmetic, a line at a time, until `stop`.
pub async fn serve_calc<S: Future<Output = ()>>(listener: TcpListener, stop: S) -> io::Result<()> {
    // TODO: this cannot calculate.
    let (mut stream, _) = listener.accept().await?;
    stream.write_all(b"error: not written yet\n").await?;
    stop.await;
    Ok(())
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
