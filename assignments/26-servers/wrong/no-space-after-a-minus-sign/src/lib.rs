//! A unary minus must stand right before what it belongs to.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

async fn serve<S, H, F>(listener: TcpListener, stop: S, handle: H) -> io::Result<()>
where
    S: Future<Output = ()>,
    H: Fn(TcpStream) -> F,
    F: Future<Output = io::Result<()>> + Send + 'static,
{
    tokio::pin!(stop);
    let mut set = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            _ = &mut stop => break,
            Some(_) = set.join_next() => {}
            a = listener.accept() => match a {
                Ok((s, _)) => { set.spawn(handle(s)); }
                Err(_) => tokio::time::sleep(std::time::Duration::from_millis(10)).await,
            },
        }
    }
    drop(listener);
    set.shutdown().await;
    Ok(())
}

pub async fn serve_echo<S: Future<Output = ()>>(listener: TcpListener, stop: S) -> io::Result<()> {
    serve(listener, stop, |mut s| async move {
        let mut buf = vec![0; 8192];
        loop {
            let n = s.read(&mut buf).await?;
            if n == 0 {
                return Ok(());
            }
            s.write_all(&buf[..n]).await?;
        }
    })
    .await
}

const MAX: usize = 65_536;

/// The answer to one line; false: close.
fn answer(line: &[u8], out: &mut Vec<u8>) -> bool {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if line.len() > MAX {
        out.extend_from_slice(b"error: line too long\n");
        return false;
    }
    let Ok(text) = std::str::from_utf8(line) else {
        out.extend_from_slice(b"error: not UTF-8\n");
        return false;
    };
    if text.trim() == "quit" {
        return false;
    }
    match expr::eval(text) {
        Ok(v) => out.extend_from_slice(format!("{v}\n").as_bytes()),
        Err(e) => out.extend_from_slice(format!("error: {e}\n").as_bytes()),
    }
    true
}

async fn calc(mut s: TcpStream) -> io::Result<()> {
    let mut buf = Vec::new();
    let mut chunk = vec![0; 4096];
    loop {
        let n = s.read(&mut chunk).await?;
        let mut out = Vec::new();
        let mut open = true;
        if n == 0 {
            if !buf.is_empty() {
                answer(&buf, &mut out);
            }
            open = false;
        } else {
            buf.extend_from_slice(&chunk[..n]);
            let mut start = 0;
            while let Some(i) = buf[start..].iter().position(|b| *b == b'\n') {
                let line = &buf[start..start + i];
                start += i + 1;
                if !answer(line, &mut out) {
                    open = false;
                    break;
                }
            }
            buf.drain(..start);
            if open && buf.len() > MAX + 1 {
                out.extend_from_slice(b"error: line too long\n");
                open = false;
            }
        }
        s.write_all(&out).await?;
        if !open {
            return s.shutdown().await;
        }
    }
}

pub async fn serve_calc<S: Future<Output = ()>>(listener: TcpListener, stop: S) -> io::Result<()> {
    serve(listener, stop, calc).await
}

mod expr {
    // Recursive descent over bytes with a depth limit.
    pub struct P<'a> {
        s: &'a [u8],
        at: usize,
        depth: usize,
    }
    const DEEP: usize = 100;
    type R = Result<i64, String>;
    pub fn eval(line: &str) -> R {
        let mut p = P { s: line.as_bytes(), at: 0, depth: 0 };
        let v = p.sum()?;
        p.ws();
        if p.at != p.s.len() {
            return Err("unexpected text after the expression".into());
        }
        Ok(v)
    }
    impl P<'_> {
        fn ws(&mut self) {
            while self.s.get(self.at).is_some_and(|b| *b == b' ' || *b == b'\t') {
                self.at += 1;
            }
        }
        fn peek(&mut self) -> Option<u8> {
            self.ws();
            self.s.get(self.at).copied()
        }
        fn sum(&mut self) -> R {
            let mut v = self.product()?;
            while let Some(op @ (b'+' | b'-')) = self.peek() {
                self.at += 1;
                let w = self.product()?;
                v = if op == b'+' { v.checked_add(w) } else { v.checked_sub(w) }.ok_or("overflow")?;
            }
            Ok(v)
        }
        fn product(&mut self) -> R {
            let mut v = self.unary()?;
            while let Some(op @ (b'*' | b'/')) = self.peek() {
                self.at += 1;
                let w = self.unary()?;
                if op == b'/' && w == 0 {
                    return Err("division by zero".into());
                }
                v = if op == b'*' { v.checked_mul(w) } else { v.checked_div(w) }.ok_or("overflow")?;
            }
            Ok(v)
        }
        fn unary(&mut self) -> R {
            let mut minus = false;
            while self.peek() == Some(b'-') {
                self.at += 1;
                minus = !minus;
                if self.s.get(self.at) == Some(&b' ') {
                    return Err("a space after the sign".into());
                }
            }
            let v = self.atom()?;
            if minus { v.checked_neg().ok_or("overflow".into()) } else { Ok(v) }
        }
        fn atom(&mut self) -> R {
            match self.peek() {
                Some(b'(') => {
                    self.at += 1;
                    self.depth += 1;
                    if self.depth > DEEP {
                        return Err("too deep".into());
                    }
                    let v = self.sum()?;
                    self.depth -= 1;
                    if self.peek() != Some(b')') {
                        return Err("missing )".into());
                    }
                    self.at += 1;
                    Ok(v)
                }
                Some(b'0'..=b'9') => {
                    let mut v = 0i64;
                    while let Some(d @ b'0'..=b'9') = self.s.get(self.at) {
                        v = v.checked_mul(10).and_then(|v| v.checked_add((d - b'0') as i64)).ok_or("overflow")?;
                        self.at += 1;
                    }
                    Ok(v)
                }
                Some(_) => Err("unexpected character".into()),
                None => Err("unexpected end".into()),
            }
        }
    }
}

pub async fn echo_client(addr: SocketAddr, message: &str) -> io::Result<String> {
    let mut s = TcpStream::connect(addr).await?;
    let (mut r, mut w) = s.split();
    let mut got = Vec::new();
    let send = async {
        w.write_all(message.as_bytes()).await?;
        w.shutdown().await
    };
    let (sent, read) = tokio::join!(send, r.read_to_end(&mut got));
    read?;
    sent?;
    if got.len() < message.len() {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "closed early"));
    }
    String::from_utf8(got).map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e))
}
