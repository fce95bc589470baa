//! A task for each client, told by a `watch` channel to stop; the last one to go closes a channel that the server waits for.

mod calc;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, BufWriter};
use tokio::net::{TcpListener, TcpStream};
use std::sync::Arc;
use tokio::sync::{Notify, mpsc, watch};

#[derive(Clone, Copy)]
enum Service {
    Echo,
    Calc,
}

pub async fn serve_echo<S: Future<Output = ()>>(listener: TcpListener, stop: S) -> io::Result<()> {
    serve(listener, stop, Service::Echo).await
}

pub async fn serve_calc<S: Future<Output = ()>>(listener: TcpListener, stop: S) -> io::Result<()> {
    serve(listener, stop, Service::Calc).await
}

async fn serve<S: Future<Output = ()>>(listener: TcpListener, stop: S, service: Service) -> io::Result<()> {
    let (stopping, stopped) = watch::channel(false);
    let (alive, mut all_gone) = mpsc::channel::<()>(1);
    let quit = Arc::new(Notify::new());
    let accept = async {
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    let (mut stopped, alive, quit) = (stopped.clone(), alive.clone(), quit.clone());
                    tokio::spawn(async move {
                        tokio::select! {
                            _ = stopped.wait_for(|stopped| *stopped) => {}
                            _ = client(stream, service, quit) => {}
                        }
                        drop(alive);
                    });
                }
                Err(_) => tokio::task::yield_now().await,
            }
        }
    };
    tokio::select! {
        () = stop => {}
        () = quit.notified() => {}
        () = accept => {}
    }
    drop(listener);
    let _ = stopping.send(true);
    drop(alive);
    let _ = all_gone.recv().await;
    Ok(())
}

async fn client(mut stream: TcpStream, service: Service, quit: Arc<Notify>) -> io::Result<()> {
    let (input, output) = stream.split();
    let (mut input, mut output) = (BufReader::new(input), BufWriter::new(output));
    match service {
        Service::Echo => loop {
            let bytes = input.fill_buf().await?;
            if bytes.is_empty() {
                break;
            }
            output.write_all(bytes).await?;
            output.flush().await?;
            let n = bytes.len();
            input.consume(n);
        },
        Service::Calc => loop {
            let mut line = Vec::new();
            // A line of the greatest length and its `\r\n` fit; what is longer comes without its end.
            let n = (&mut input).take(calc::LONGEST + 2).read_until(b'\n', &mut line).await?;
            if n == 0 {
                break;
            }
            let (answer, go_on) = calc::answer(line);
            output.write_all(answer.as_bytes()).await?;
            if !go_on {
                quit.notify_one();
                break;
            }
            // Answers to requests that came together leave together.
            if !input.buffer().contains(&b'\n') {
                output.flush().await?;
            }
        },
    }
    output.shutdown().await
}

pub async fn echo_client(addr: SocketAddr, message: &str) -> io::Result<String> {
    let stream = TcpStream::connect(addr).await?;
    let (mut input, mut output) = stream.into_split();
    let bytes = message.as_bytes().to_vec();
    let sender = tokio::spawn(async move {
        let result = output.write_all(&bytes).await;
        let _ = output.shutdown().await;
        result
    });
    let mut reply = String::new();
    // Not UTF-8 is an error here.
    input.read_to_string(&mut reply).await?;
    sender.await??;
    if reply.len() == message.len() { Ok(reply) } else { Err(io::Error::other("the server closed too early")) }
}
