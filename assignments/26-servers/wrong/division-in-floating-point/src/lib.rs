//! Divides in f64: large numbers lose their last digits.

use std::collections::HashMap;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufStream};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::AbortHandle;

#[derive(Default)]
struct Room {
    inside: Mutex<HashMap<u64, Option<AbortHandle>>>,
    next: AtomicU64,
    left: Notify,
}
struct Place(Arc<Room>, u64);
impl Drop for Place {
    fn drop(&mut self) {
        let mut inside = self.0.inside.lock().unwrap_or_else(|e| e.into_inner());
        inside.remove(&self.1);
        if inside.is_empty() {
            self.0.left.notify_one();
        }
    }
}
impl Room {
    fn enter(self: &Arc<Self>) -> Place {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        self.inside.lock().unwrap().insert(id, None);
        Place(self.clone(), id)
    }
    async fn clear(&self) {
        loop {
            let handles: Vec<_> = self.inside.lock().unwrap().values().flatten().cloned().collect();
            for h in handles {
                h.abort();
            }
            if self.inside.lock().unwrap().is_empty() {
                return;
            }
            self.left.notified().await;
        }
    }
}

async fn serve<S: Future<Output = ()>>(
    listener: TcpListener,
    stop: S,
    start: fn(TcpStream, Place) -> tokio::task::JoinHandle<()>,
) -> io::Result<()> {
    let room = Arc::new(Room::default());
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            got = listener.accept() => if let Ok((stream, _peer)) = got {
                let _ = stream.set_nodelay(true);
                let place = room.enter();
                let id = place.1;
                let handle = start(stream, place).abort_handle();
                if let Some(slot) = room.inside.lock().unwrap().get_mut(&id) {
                    *slot = Some(handle);
                }
            }
        }
    }
    drop(listener);
    room.clear().await;
    Ok(())
}

pub async fn serve_echo<S: Future<Output = ()>>(listener: TcpListener, stop: S) -> io::Result<()> {
    serve(listener, stop, |mut stream, place| {
        tokio::spawn(async move {
            let _place = place;
            let mut b = vec![0u8; 1 << 16];
            let mut got = 0; // b[..got] waits to be written
            let mut done = 0;
            let (mut r, mut w) = stream.split();
            let mut end = false;
            while !end || done < got {
                if done == got {
                    (done, got) = (0, 0);
                }
                tokio::select! {
                    n = r.read(&mut b[got..]), if got < 1 << 16 && !end && done == 0 && got < 1 << 15 => {
                        match n { Ok(0) => end = true, Ok(n) => { drop(n); got += n }, Err(_) => return }
                    }
                    n = async { std::future::poll_fn(|_| std::task::Poll::Ready(())).await; w.writable().await }, if done < got => {
                        if n.is_err() { return }
                        match w.try_write(&b[done..got]) {
                            Ok(n) => done += n,
                            Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
                            Err(_) => return,
                        }
                    }
                }
            }
            let _ = w.shutdown().await;
        })
    })
    .await
}
pub async fn serve_calc<S: Future<Output = ()>>(listener: TcpListener, stop: S) -> io::Result<()> {
    serve(listener, stop, |stream, place| {
        tokio::spawn(async move {
            let _place = place;
            let _ = talk(BufStream::with_capacity(1 << 10, 1 << 14, stream)).await;
        })
    })
    .await
}
async fn talk(mut s: BufStream<TcpStream>) -> io::Result<()> {
    let mut line: Vec<u8> = vec![];
    loop {
        s.flush().await?;
        let part = s.fill_buf().await?;
        if part.is_empty() {
            if !line.is_empty() {
                if let Some(a) = answer(&line).unwrap_or_else(Some) {
                    s.write_all(a.as_bytes()).await?;
                }
            }
            return s.shutdown().await;
        }
        let (n, full) = match part.iter().position(|b| *b == b'\n') {
            Some(at) => (at, true),
            None => (part.len(), false),
        };
        line.extend_from_slice(&part[..n]);
        s.consume(n + full as usize);
        if line.len() > 65536 {
            s.write_all("error: more than 64 KiB\n".as_bytes()).await?;
            return s.shutdown().await;
        }
        if full {
            match answer(&line) {
                Ok(Some(a)) => s.write_all(a.as_bytes()).await?,
                Ok(None) => return s.shutdown().await,
                Err(a) => {
                    s.write_all(a.as_bytes()).await?;
                    return s.shutdown().await;
                }
            }
            line.clear();
        }
    }
}
/// Ok(None): quit. Err: answer and close.
fn answer(line: &[u8]) -> Result<Option<String>, String> {
    let text = std::str::from_utf8(line).map_err(|_| "error: not text\n".to_string())?;
    let text = text.strip_suffix("\r").unwrap_or(text);
    if text == "quit" {
        return Ok(None);
    }
    let tokens = match tokens(text) {
        Ok(t) => t,
        Err(e) => return Ok(Some(format!("error: {e}\n"))),
    };
    let mut at = 0;
    let v = sum(&tokens, &mut at, 0)
        .and_then(|v| if at == tokens.len() { Ok(v) } else { Err("text after the end".to_string()) });
    Ok(Some(match v {
        Ok(v) => format!("{v}\n"),
        Err(e) => format!("error: {e}\n"),
    }))
}
#[derive(Debug, PartialEq, Clone, Copy)]
enum T {
    N(i64),
    C(char),
}
fn tokens(text: &str) -> Result<Vec<T>, String> {
    let mut out = vec![];
    let mut it = text.char_indices().peekable();
    while let Some((i, c)) = it.next() {
        match c {
            ' ' => (),
            '0'..='9' => {
                let mut to = i + 1;
                while it.next_if(|(_, c)| c.is_ascii_digit()).is_some() {
                    to += 1;
                }
                out.push(T::N(text[i..to].parse().map_err(|_| format!("{} does not fit", &text[i..to]))?));
            }
            '+' | '-' | '*' | '/' | '(' | ')' => out.push(T::C(c)),
            _ => return Err(format!("what is {c:?}")),
        }
    }
    Ok(out)
}
fn sum(t: &[T], at: &mut usize, deep: u32) -> Result<i64, String> {
    let mut v = product(t, at, deep)?;
    while let Some(&T::C(c @ ('+' | '-'))) = t.get(*at) {
        *at += 1;
        let w = product(t, at, deep)?;
        v = if c == '+' { v.checked_add(w) } else { v.checked_sub(w) }.ok_or("overflow")?;
    }
    Ok(v)
}
fn product(t: &[T], at: &mut usize, deep: u32) -> Result<i64, String> {
    let mut v = factor(t, at, deep)?;
    while let Some(&T::C(c @ ('*' | '/'))) = t.get(*at) {
        *at += 1;
        let w = factor(t, at, deep)?;
        v = match (c, w) {
            ('*', _) => v.checked_mul(w).ok_or("overflow")?,
            (_, 0) => return Err("division by zero".into()),
            _ => Some((v as f64 / w as f64) as i64).filter(|_| (v, w) != (i64::MIN, -1)).ok_or("overflow")?,
        };
    }
    Ok(v)
}
fn factor(t: &[T], at: &mut usize, deep: u32) -> Result<i64, String> {
    let mut minus = 0;
    while t.get(*at) == Some(&T::C('-')) {
        minus += 1;
        *at += 1;
    }
    let mut v = match t.get(*at) {
        Some(T::N(n)) => {
            *at += 1;
            *n
        }
        Some(T::C('(')) if deep < 500 => {
            *at += 1;
            let v = sum(t, at, deep + 1)?;
            if t.get(*at) != Some(&T::C(')')) {
                return Err("a bracket is open".into());
            }
            *at += 1;
            v
        }
        Some(T::C('(')) => return Err("too deep".into()),
        Some(T::C(c)) => return Err(format!("{c} is not expected")),
        None => return Err("too short".into()),
    };
    for _ in 0..minus {
        v = v.checked_neg().ok_or("overflow")?;
    }
    Ok(v)
}

pub async fn echo_client(addr: SocketAddr, message: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(addr).await?;
    let (mut r, mut w) = stream.split();
    let mut reply = vec![0; message.len()];
    tokio::try_join!(w.write_all(message.as_bytes()), r.read_exact(&mut reply))?;
    String::from_utf8(reply).map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e.utf8_error()))
}
