//! Echo servers of the check, some of which misbehave.

use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::oneshot;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// Echoes until the client half-closes or closes.
    Echo,
    /// The same, a few bytes at a time at first.
    Slow,
    /// Closes as soon as something has come.
    CloseAtOnce,
    /// Closes when half of it has gone back.
    CloseHalfWay,
    /// Sends back as many bytes, none of which is UTF-8.
    NotUtf8,
    /// Sends back as many bytes; the last one begins a character.
    CutCharacter,
    /// Resets the connection.
    Reset,
}

impl Script {
    pub fn says(self) -> &'static str {
        match self {
            Script::Echo | Script::Slow => "the server sent everything back",
            Script::CloseAtOnce => "the server closed without a reply",
            Script::CloseHalfWay => "the server closed half-way",
            Script::NotUtf8 => "the reply was not UTF-8",
            Script::CutCharacter => "the reply ended in the middle of a character",
            Script::Reset => "the server reset the connection",
        }
    }
}

/// With small buffers: what is not read soon is felt by the client.
fn listen() -> std::io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.set_send_buffer_size(16 * 1024)?;
    socket.set_recv_buffer_size(16 * 1024)?;
    socket.bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
    socket.listen(8)
}

/// Serves one client. The second value: what it sent, once it has closed.
pub async fn scripted(script: Script) -> (SocketAddr, oneshot::Receiver<Vec<u8>>) {
    let listener = listen().expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let (say, seen) = oneshot::channel();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a client comes");
        drop(listener);
        let _ = say.send(play(script, stream).await);
    });
    (address, seen)
}

async fn play(script: Script, mut stream: TcpStream) -> Vec<u8> {
    let mut seen = Vec::new();
    let mut piece = vec![0; if script == Script::Slow { 1000 } else { 16 * 1024 }];
    let mut round = 0;
    loop {
        let Ok(n) = stream.read(&mut piece).await else { return seen };
        if n == 0 {
            // The client may have closed altogether.
            let _ = stream.shutdown().await;
            return seen;
        }
        seen.extend_from_slice(&piece[..n]);
        round += 1;
        let back: &[u8] = match script {
            Script::Echo | Script::Slow => &piece[..n],
            Script::CloseAtOnce => return seen,
            Script::CloseHalfWay => &piece[..n / 2],
            Script::NotUtf8 => &vec![0xFF; n],
            Script::CutCharacter => &[&vec![b'x'; n - 1][..], b"\xC3"].concat(),
            Script::Reset => {
                #[allow(deprecated)]
                let _ = stream.set_linger(Some(Duration::ZERO));
                return seen;
            }
        };
        if script == Script::Slow {
            // Cut wherever it is, also within a character.
            let (first, second) = back.split_at(back.len() / 2);
            for part in [first, second] {
                if stream.write_all(part).await.is_err() {
                    return seen;
                }
                if round < 10 {
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
            }
            continue;
        }
        if stream.write_all(back).await.is_err() {
            return seen;
        }
        if script == Script::CloseHalfWay {
            // It closes properly: whatever the client still sends is read.
            let _ = stream.shutdown().await;
            while let Ok(1..) = stream.read(&mut piece).await {}
            return seen;
        }
    }
}
