//! Looks for bad bytes in all that was read: the good line before them is not answered.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};

#[derive(Clone)]
struct Leaving {
    stop: watch::Receiver<bool>,
    _alive: mpsc::Sender<()>,
}
impl Leaving {
    async fn asked(&mut self) {
        let _ = self.stop.wait_for(|s| *s).await;
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Echo,
    Calc,
}

async fn serve<S: Future<Output = ()>>(listener: TcpListener, stop: S, kind: Kind) -> io::Result<()> {
    let (tell, told) = watch::channel(false);
    let (alive, mut all_gone) = mpsc::channel::<()>(1);
    let leaving = Leaving { stop: told, _alive: alive };
    let mut stop = std::pin::pin!(stop);
    loop {
        let stream = tokio::select! {
            biased;
            () = stop.as_mut() => break,
            a = listener.accept() => match a {
                Ok((s, _)) => s,
                Err(_) => { tokio::task::yield_now().await; continue }
            },
        };
        let mut leaving = leaving.clone();
        tokio::spawn(async move {
            let work = async {
                match kind {
                    Kind::Echo => echo(stream).await,
                    Kind::Calc => calc(stream).await,
                }
            };
            tokio::select! {
                _ = work => (),
                () = leaving.asked() => (),
            }
        });
    }
    drop(listener);
    drop(leaving);
    tell.send_replace(true);
    while all_gone.recv().await.is_some() {}
    Ok(())
}

async fn echo(stream: TcpStream) -> io::Result<()> {
    let (r, w) = stream.into_split();
    let (tx, rx) = mpsc::channel::<Vec<u8>>(4);
    let (a, b) = tokio::join!(echo_in(r, tx), echo_out(w, rx));
    a.and(b)
}
async fn echo_in(mut r: OwnedReadHalf, tx: mpsc::Sender<Vec<u8>>) -> io::Result<()> {
    loop {
        let mut piece = Vec::with_capacity(3000);
        if r.read_buf(&mut piece).await? == 0 {
            return Ok(());
        }
        if tx.send(piece).await.is_err() {
            return Ok(());
        }
    }
}
async fn echo_out(mut w: OwnedWriteHalf, mut rx: mpsc::Receiver<Vec<u8>>) -> io::Result<()> {
    while let Some(piece) = rx.recv().await {
        w.write_all(&piece).await?;
    }
    w.shutdown().await
}

async fn calc(mut stream: TcpStream) -> io::Result<()> {
    const LIMIT: usize = 65_536;
    let mut held: Vec<u8> = Vec::new();
    let mut looked = 0;
    let mut end = false;
    loop {
        // a complete line?
        if let Some(at) = held[looked..].iter().position(|&b| b == b'\n').map(|p| p + looked) {
            let rest = held.split_off(at + 1);
            let mut line = std::mem::replace(&mut held, rest);
            line.pop();
            looked = 0;
            if one(&mut stream, line, LIMIT).await? {
                return Ok(());
            }
            continue;
        }
        looked = held.len();
        if held.len() > LIMIT {
            return stream.write_all(b"error: too long\n").await;
        }
        if end {
            if !held.is_empty() {
                one(&mut stream, held, LIMIT).await?;
            }
            return stream.shutdown().await;
        }
        end = stream.read_buf(&mut held).await? == 0;
        if let Err(e) = std::str::from_utf8(&held)
            && e.error_len().is_some()
        {
            return stream.write_all(b"error: not utf-8\n").await;
        }
    }
}
/// true: close
async fn one(stream: &mut TcpStream, line: Vec<u8>, limit: usize) -> io::Result<bool> {
    if line.len() > limit {
        stream.write_all(b"error: too long\n").await?;
        return Ok(true);
    }
    let Ok(text) = String::from_utf8(line) else {
        stream.write_all(b"error: what is that?\n").await?;
        return Ok(true);
    };
    let text = text.strip_suffix('\r').unwrap_or(&text);
    if text.trim() == "quit" {
        return Ok(true);
    }
    let answer = match evaluate(text) {
        Ok(v) => v.to_string(),
        Err(what) => format!("error: {what}"),
    };
    stream.write_all(answer.as_bytes()).await?;
    stream.write_all(b"\n").await?;
    Ok(false)
}

struct P<'a> {
    it: std::iter::Peekable<std::str::Chars<'a>>,
    deep: u32,
}
fn fit(v: i128) -> Result<i128, String> {
    i64::try_from(v).map(i128::from).map_err(|_| "overflow".to_string())
}
fn evaluate(text: &str) -> Result<i64, String> {
    let mut p = P { it: text.chars().peekable(), deep: 0 };
    let v = p.expr(0)?;
    p.skip();
    match p.it.next() {
        Some(c) => Err(format!("{c:?} is too much")),
        None => Ok(fit(v)? as i64),
    }
}
impl P<'_> {
    fn skip(&mut self) {
        while self.it.next_if(|c| c.is_ascii_whitespace()).is_some() {}
    }
    fn expr(&mut self, least: u8) -> Result<i128, String> {
        self.deep += 1;
        if self.deep > 200 {
            return Err("too deep".into());
        }
        let mut left = self.prefix()?;
        if least < 3 {
            left = fit(left)?; // a lone 2^63 is only good under a minus
        }
        loop {
            self.skip();
            let power = match self.it.peek() {
                Some('+' | '-') => 1,
                Some('*' | '/') => 2,
                _ => break,
            };
            if power <= least {
                break;
            }
            let op = self.it.next().unwrap();
            let right = self.expr(power)?;
            left = fit(match op {
                '+' => left + right,
                '-' => left - right,
                '*' => left * right,
                _ if right == 0 => return Err("division by zero".into()),
                _ => left / right,
            })?;
        }
        self.deep -= 1;
        Ok(left)
    }
    fn prefix(&mut self) -> Result<i128, String> {
        self.skip();
        match self.it.next() {
            Some('-') => {
                let v = self.expr(3)?;
                fit(-v)
            }
            Some('(') => {
                let v = self.expr(0)?;
                self.skip();
                match self.it.next() {
                    Some(')') => fit(v),
                    _ => Err("no )".into()),
                }
            }
            Some(c) if c.is_ascii_digit() => {
                let mut v = i128::from(c.to_digit(10).unwrap());
                while let Some(d) = self.it.next_if(char::is_ascii_digit) {
                    v = v * 10 + i128::from(d.to_digit(10).unwrap());
                    if v > 1 << 63 {
                        return Err("number too large".into());
                    }
                }
                Ok(v)
            }
            Some(c) => Err(format!("unexpected {c:?}")),
            None => Err("something is missing".into()),
        }
    }
}

pub async fn serve_echo<S: Future<Output = ()>>(listener: TcpListener, stop: S) -> io::Result<()> {
    serve(listener, stop, Kind::Echo).await
}
pub async fn serve_calc<S: Future<Output = ()>>(listener: TcpListener, stop: S) -> io::Result<()> {
    serve(listener, stop, Kind::Calc).await
}
pub async fn echo_client(addr: SocketAddr, message: &str) -> io::Result<String> {
    let (r, mut w) = TcpStream::connect(addr).await?.into_split();
    let text: Arc<str> = message.into();
    let sent = text.clone();
    let sender = tokio::spawn(async move {
        w.write_all(sent.as_bytes()).await?;
        w.shutdown().await
    });
    let mut reply = String::new();
    let mut r = tokio::io::BufReader::new(r);
    r.read_to_string(&mut reply).await?;
    if reply.len() < text.len() {
        sender.abort();
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "closed early"));
    }
    sender.await.map_err(io::Error::other)??;
    Ok(reply)
}
