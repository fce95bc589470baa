//! A task for each client; the set of tasks is shut down at the end.

mod expression;
mod lines;

use lines::{Line, Lines};
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// Gives every client its bytes back, until `stop`.
pub async fn serve_echo<S: Future<Output = ()>>(listener: TcpListener, stop: S) -> io::Result<()> {
    serve(listener, stop, echo).await
}

/// Answers arithmetic, a line at a time, until `stop`.
pub async fn serve_calc<S: Future<Output = ()>>(listener: TcpListener, stop: S) -> io::Result<()> {
    serve(listener, stop, calc).await
}

async fn serve<S, F>(listener: TcpListener, stop: S, client: impl Fn(TcpStream) -> F) -> io::Result<()>
where
    S: Future<Output = ()>,
    F: Future<Output = io::Result<()>> + Send + 'static,
{
    let mut clients = JoinSet::new();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            biased;
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    clients.spawn(client(stream));
                }
                // A client that is gone already, or too many open files: neither ends the server.
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            },
            // A client's error is its own affair.
            Some(_) = clients.join_next() => {}
        }
    }
    drop(listener);
    clients.shutdown().await;
    Ok(())
}

async fn echo(mut stream: TcpStream) -> io::Result<()> {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let n = stream.read(&mut buffer).await?;
        if n == 0 {
            return stream.shutdown().await;
        }
        stream.write_all(&buffer[..n]).await?;
    }
}

async fn calc(stream: TcpStream) -> io::Result<()> {
    let (input, mut output) = stream.into_split();
    let mut lines = Lines::new(input);
    loop {
        let text = match lines.next().await? {
            Line::End => return output.shutdown().await,
            Line::TooLong => break refuse(lines, output, "the line is too long").await,
            Line::Complete(bytes) => match String::from_utf8(bytes) {
                Ok(text) => text,
                Err(_) => break refuse(lines, output, "the line is not UTF-8").await,
            },
        };
        if text == "quit" {
            return output.shutdown().await;
        }
        let answer = match expression::evaluate(&text) {
            Ok(value) => format!("{value}\n"),
            Err(what) => format!("error: {what}\n"),
        };
        output.write_all(answer.as_bytes()).await?;
    }
}

/// Says why and closes. What the client still sends is thrown away for a while: closing on unread input would cut off the message.
async fn refuse(
    mut lines: Lines<impl AsyncReadExt + Unpin>,
    mut output: impl AsyncWriteExt + Unpin,
    what: &str,
) -> io::Result<()> {
    output.write_all(format!("error: {what}\n").as_bytes()).await?;
    output.shutdown().await?;
    let _ = tokio::time::timeout(Duration::from_secs(1), lines.discard()).await;
    Ok(())
}

/// Sends `message` to an echo server and gives what comes back.
pub async fn echo_client(addr: SocketAddr, message: &str) -> io::Result<String> {
    let (mut input, mut output) = TcpStream::connect(addr).await?.into_split();
    let send = async {
        output.write_all(message.as_bytes()).await?;
        output.shutdown().await
    };
    let receive = async {
        let mut reply = vec![0; message.len()];
        input.read_exact(&mut reply).await?;
        Ok(reply)
    };
    // At the same time: a server that echoes as it reads stops reading when nobody takes its echo.
    let ((), reply) = tokio::try_join!(send, receive)?;
    String::from_utf8(reply).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}
