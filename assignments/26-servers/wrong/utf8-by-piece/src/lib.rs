//! One task for everything: the clients' futures are kept in a list and polled together. A client is a small machine
//! that turns input bytes into output bytes; it knows nothing of sockets.

mod calculator;

use calculator::Calculator;
use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::task::Poll;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::{TcpListener, TcpStream};

pub async fn serve_echo<S: Future<Output = ()>>(listener: TcpListener, stop: S) -> io::Result<()> {
    serve(listener, stop, |mut stream| async move {
        let (mut input, mut output) = stream.split();
        copy(&mut input, &mut output).await?;
        output.shutdown().await
    })
    .await
}

pub async fn serve_calc<S: Future<Output = ()>>(listener: TcpListener, stop: S) -> io::Result<()> {
    serve(listener, stop, calculate).await
}

async fn serve<S, F>(listener: TcpListener, stop: S, client: impl Fn(TcpStream) -> F) -> io::Result<()>
where
    S: Future<Output = ()>,
    F: Future<Output = io::Result<()>>,
{
    let mut stop = pin!(stop);
    let mut clients: Vec<Pin<Box<F>>> = Vec::new();
    poll_fn(|cx| {
        if stop.as_mut().poll(cx).is_ready() {
            return Poll::Ready(());
        }
        // `poll_accept` asks to be woken only when it is pending, so it is called until then. An error concerns the one client
        // that it would have accepted.
        loop {
            match listener.poll_accept(cx) {
                Poll::Ready(Ok((stream, _))) => clients.push(Box::pin(client(stream))),
                Poll::Ready(Err(_)) => {}
                Poll::Pending => break,
            }
        }
        clients.retain_mut(|client| client.as_mut().poll(cx).is_pending());
        Poll::Pending
    })
    .await;
    // Listener and clients are dropped here, and with them their sockets.
    Ok(())
}

async fn calculate(mut stream: TcpStream) -> io::Result<()> {
    let mut calculator = Calculator::default();
    let mut buffer = [0; 4096];
    let mut answers = Vec::new();
    loop {
        let n = stream.read(&mut buffer).await?;
        let open = if n == 0 { calculator.end(&mut answers) } else { calculator.feed(&buffer[..n], &mut answers) };
        stream.write_all(&answers).await?;
        answers.clear();
        if !open {
            return stream.shutdown().await;
        }
    }
}

pub async fn echo_client(addr: SocketAddr, message: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(addr).await?;
    let (mut input, mut output) = stream.split();
    let mut reply = Vec::with_capacity(message.len());
    let mut send = pin!(async move {
        output.write_all(message.as_bytes()).await?;
        output.shutdown().await
    });
    let mut sent = false;
    let mut buffer = vec![0; 64 * 1024];
    loop {
        tokio::select! {
            result = &mut send, if !sent => {
                result?;
                sent = true;
            }
            result = input.read(&mut buffer) => match result? {
                0 => break,
                n => reply.extend_from_slice(&buffer[..n]),
            }
        }
    }
    if reply.len() < message.len() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    String::from_utf8(reply).map_err(|_| io::ErrorKind::InvalidData.into())
}
