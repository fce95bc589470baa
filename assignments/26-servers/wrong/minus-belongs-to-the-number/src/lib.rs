//! A minus before a digit is read as the number's sign, after a number too: 5-3 is an error.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::Poll;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

type Conn = Pin<Box<dyn Future<Output = ()>>>;

async fn serve(
    listener: TcpListener,
    stop: impl Future<Output = ()>,
    start: impl Fn(TcpStream) -> Conn,
) -> io::Result<()> {
    let mut stop = std::pin::pin!(stop);
    let mut conns: Vec<Conn> = Vec::new();
    std::future::poll_fn(|cx| {
        if stop.as_mut().poll(cx).is_ready() {
            return Poll::Ready(());
        }
        while let Poll::Ready(r) = listener.poll_accept(cx) {
            if let Ok((s, _)) = r {
                conns.push(start(s));
            }
        }
        conns.retain_mut(|c| c.as_mut().poll(cx).is_pending());
        Poll::Pending
    })
    .await;
    Ok(())
}

async fn echo(s: TcpStream) -> io::Result<()> {
    let mut buf = [0; 2048];
    loop {
        s.readable().await?;
        let n = match s.try_read(&mut buf) {
            Ok(0) => return Ok(()),
            Ok(n) => n,
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => continue,
            Err(e) => return Err(e),
        };
        send(&s, &buf[..n]).await?;
    }
}
async fn send(s: &TcpStream, mut b: &[u8]) -> io::Result<()> {
    while !b.is_empty() {
        s.writable().await?;
        match s.try_write(b) {
            Ok(n) => b = &b[n..],
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
            Err(e) => return Err(e),
        }
    }
    Ok(())
}
#[derive(Default)]
struct Lines {
    buf: std::collections::VecDeque<u8>,
    done: bool,
}
enum Next {
    Line(Vec<u8>),
    More,
    End,
    Long,
}
impl Lines {
    fn next(&mut self) -> Next {
        match self.buf.iter().position(|b| *b == b'\n') {
            Some(i) => {
                let mut l: Vec<u8> = self.buf.drain(..=i).collect();
                l.pop();
                if l.last() == Some(&b'\r') {
                    l.pop();
                }
                if l.len() > 1 << 16 { Next::Long } else { Next::Line(l) }
            }
            None if self.buf.len() > (1 << 16) + 1 => Next::Long,
            None if !self.done => Next::More,
            None if self.buf.is_empty() => Next::End,
            None => {
                self.buf.push_back(b'\n');
                self.next()
            }
        }
    }
}
async fn calc(mut s: TcpStream) -> io::Result<()> {
    let mut lines = Lines::default();
    let mut buf = [0; 1024];
    loop {
        let line = match lines.next() {
            Next::More => {
                match s.read(&mut buf).await? {
                    0 => lines.done = true,
                    n => lines.buf.extend(&buf[..n]),
                }
                continue;
            }
            Next::End => return Ok(()),
            Next::Long => {
                send(&s, b"error: line too long\n").await?;
                return s.shutdown().await;
            }
            Next::Line(l) => l,
        };
        let Ok(text) = String::from_utf8(line) else {
            send(&s, b"error: not UTF-8\n").await?;
            return s.shutdown().await;
        };
        if text == "quit" {
            return Ok(());
        }
        let a = match expr::eval(&text) {
            Ok(v) => v.to_string(),
            Err(e) => format!("error: {e}"),
        };
        send(&s, (a + "\n").as_bytes()).await?;
    }
}
pub async fn serve_echo<S: Future<Output = ()>>(listener: TcpListener, stop: S) -> io::Result<()> {
    serve(listener, stop, |s| {
        Box::pin(async {
            let _ = echo(s).await;
        })
    })
    .await
}
pub async fn serve_calc<S: Future<Output = ()>>(listener: TcpListener, stop: S) -> io::Result<()> {
    serve(listener, stop, |s| {
        Box::pin(async {
            let _ = calc(s).await;
        })
    })
    .await
}

mod expr {
    // Tokens first, then precedence climbing on i128 with a range check at each step.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    enum T {
        N(i128),
        C(char),
    }
    fn fit(v: i128) -> Result<i128, &'static str> {
        i64::try_from(v).map(i128::from).map_err(|_| "overflow")
    }
    fn lex(s: &str) -> Result<Vec<T>, &'static str> {
        let mut out = vec![];
        let mut open = false; // does the last token take another digit?
        let mut it = s.chars().peekable();
        while let Some(c) = it.next() {
            if c == '-' && it.peek().is_some_and(|d| d.is_ascii_digit()) {
                let mut n = 0;
                while let Some(d) = it.next_if(|d| d.is_ascii_digit()) {
                    n = fit(n * 10 + d.to_digit(10).unwrap() as i128)?;
                }
                out.push(T::N(-n));
                open = false;
                continue;
            }
            if let Some(d) = c.to_digit(10) {
                match out.last_mut() {
                    Some(T::N(n)) if open => *n = fit(*n * 10 + d as i128)?,
                    _ => out.push(T::N(d as i128)),
                }
                open = true;
                continue;
            }
            open = false;
            match c {
                ' ' => {}
                '+' | '-' | '*' | '/' | '(' | ')' => out.push(T::C(c)),
                _ => return Err("bad character"),
            }
        }
        Ok(out)
    }
    fn climb(t: &[T], at: &mut usize, min: u8, deep: u16) -> Result<i128, &'static str> {
        if deep > 200 {
            return Err("nested too deeply");
        }
        let first = t.get(*at).copied().ok_or("incomplete")?;
        *at += 1;
        let mut left = match first {
            T::N(n) => n,
            T::C('-') => fit(-climb(t, at, 9, deep + 1)?)?,
            T::C('(') => {
                let v = climb(t, at, 0, deep + 1)?;
                if t.get(*at) != Some(&T::C(')')) {
                    return Err("no closing bracket");
                }
                *at += 1;
                v
            }
            _ => return Err("operand expected"),
        };
        while let Some(T::C(c)) = t.get(*at).copied() {
            let p = match c {
                '+' | '-' => 1,
                '*' | '/' => 2,
                _ => break,
            };
            if p < min {
                break;
            }
            *at += 1;
            let right = climb(t, at, p + 1, deep + 1)?;
            left = fit(match c {
                '+' => left + right,
                '-' => left - right,
                '*' => left * right,
                _ => left.checked_div(right).ok_or("division by zero")?,
            })?;
        }
        Ok(left)
    }
    pub fn eval(s: &str) -> Result<i64, String> {
        let t = lex(s)?;
        let mut at = 0;
        let v = climb(&t, &mut at, 0, 0)?;
        if at < t.len() {
            return Err("trailing garbage".into());
        }
        Ok(v as i64)
    }
}

pub async fn echo_client(addr: SocketAddr, message: &str) -> io::Result<String> {
    let mut s = TcpStream::connect(addr).await?;
    let mut left = message.as_bytes();
    let mut got = Vec::new();
    let mut buf = vec![0; 4096];
    while got.len() < message.len() {
        let (mut r, mut w) = s.split();
        tokio::select! {
            n = w.write(left), if !left.is_empty() => { let n = n?; left = &left[n..]; }
            n = r.read(&mut buf) => {
                let n = n?;
                if n == 0 { return Err(io::ErrorKind::UnexpectedEof.into()); }
                got.extend_from_slice(&buf[..n]);
            }
        }
    }
    s.shutdown().await?;
    s.read_to_end(&mut got).await?;
    String::from_utf8(got).map_err(|_| io::ErrorKind::InvalidData.into())
}
