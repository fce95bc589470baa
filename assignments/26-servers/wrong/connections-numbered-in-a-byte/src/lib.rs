//! Connections are numbered in a byte, and after 256 clients one that is still open loses its place.

use std::collections::HashMap;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

#[derive(Default)]
struct Registry {
    next: u8,
    closed: bool,
    open: HashMap<u8, JoinHandle<()>>,
}

#[derive(Clone, Copy)]
enum Kind {
    Echo,
    Calc,
}

async fn run(listener: TcpListener, stop: impl Future<Output = ()>, kind: Kind) -> io::Result<()> {
    let registry = Arc::new(Mutex::new(Registry::default()));
    let accepting = tokio::spawn({
        let registry = registry.clone();
        async move {
            loop {
                let Ok((stream, _)) = listener.accept().await else {
                    tokio::task::yield_now().await;
                    continue;
                };
                let mut reg = registry.lock().unwrap();
                if reg.closed {
                    return;
                }
                let id = reg.next;
                reg.next = reg.next.wrapping_add(1);
                let mine = registry.clone();
                let task = tokio::spawn(async move {
                    let _ = match kind {
                        Kind::Echo => echo(stream).await,
                        Kind::Calc => calc(stream).await,
                    };
                    mine.lock().unwrap().open.remove(&id);
                });
                if let Some(old) = reg.open.insert(id, task) {
                    old.abort();
                }
            }
        }
    });
    stop.await;
    accepting.abort();
    let _ = accepting.await;
    let open = {
        let mut reg = registry.lock().unwrap();
        reg.closed = true;
        std::mem::take(&mut reg.open)
    };
    for t in open.values() {
        t.abort();
    }
    for (_, t) in open {
        let _ = t.await;
    }
    Ok(())
}

async fn echo(mut stream: TcpStream) -> io::Result<()> {
    let (mut r, mut w) = stream.split();
    tokio::io::copy(&mut r, &mut w).await?;
    w.shutdown().await
}

async fn calc(mut stream: TcpStream) -> io::Result<()> {
    let (r, w) = stream.split();
    let mut w = tokio::io::BufWriter::new(w);
    let mut r = BufReader::with_capacity(512, r);
    let mut line: Vec<u8> = Vec::new();
    loop {
        let piece = r.fill_buf().await?;
        let ended = piece.is_empty();
        if ended && line.is_empty() {
            break;
        }
        let (n, whole) = match piece.iter().position(|b| *b == b'\n') {
            Some(i) => (i, true),
            None => (piece.len(), ended),
        };
        line.extend_from_slice(&piece[..n]);
        r.consume(n + usize::from(whole && !ended));
        if line.len() > 65_537 || (whole && line.strip_suffix(b"\r").unwrap_or(&line).len() > 65_536) {
            w.write_all(b"error: a line may have 65536 bytes\n").await?;
            break;
        }
        if !whole {
            continue;
        }
        let text = match std::str::from_utf8(&line) {
            Ok(t) => t.strip_suffix('\r').unwrap_or(t),
            Err(_) => {
                w.write_all(b"error: not UTF-8\n").await?;
                break;
            }
        };
        if text == "quit" {
            break;
        }
        let reply = match expr::eval(text) {
            Ok(v) => format!("{v}\n"),
            Err(e) => format!("error: {e}\n"),
        };
        w.write_all(reply.as_bytes()).await?;
        w.flush().await?;
        line.clear();
        if ended {
            break;
        }
    }
    w.flush().await?;
    w.shutdown().await
}
pub async fn serve_echo<S: Future<Output = ()>>(listener: TcpListener, stop: S) -> io::Result<()> {
    run(listener, stop, Kind::Echo).await
}
pub async fn serve_calc<S: Future<Output = ()>>(listener: TcpListener, stop: S) -> io::Result<()> {
    run(listener, stop, Kind::Calc).await
}

mod expr {
    // Two stacks, no recursion: brackets may be as deep as the line is long.
    #[derive(Clone, Copy, PartialEq)]
    enum Op {
        Add,
        Sub,
        Mul,
        Div,
        Neg,
        Open,
    }
    fn level(op: Op) -> u8 {
        match op {
            Op::Open => 0,
            Op::Add | Op::Sub => 1,
            Op::Mul | Op::Div => 2,
            Op::Neg => 3,
        }
    }
    fn apply(op: Op, st: &mut Vec<i64>) -> Result<(), String> {
        let b = st.pop().ok_or("bad expression")?;
        let v = if op == Op::Neg {
            b.checked_neg()
        } else {
            let a = st.pop().ok_or("bad expression")?;
            match op {
                Op::Add => a.checked_add(b),
                Op::Sub => a.checked_sub(b),
                Op::Mul => a.checked_mul(b),
                _ if b == 0 => return Err("division by zero".to_string()),
                _ => a.checked_div(b),
            }
        };
        st.push(v.ok_or("overflow")?);
        Ok(())
    }
    pub fn eval(line: &str) -> Result<i64, String> {
        let (mut vals, mut ops) = (Vec::new(), Vec::<Op>::new());
        let mut operand = true;
        let mut it = line.chars().peekable();
        while let Some(c) = it.next() {
            if c == ' ' {
                continue;
            }
            if operand {
                match c {
                    '(' => ops.push(Op::Open),
                    '-' => ops.push(Op::Neg),
                    '0'..='9' => {
                        let mut text = String::from(c);
                        while let Some(d) = it.next_if(|d| d.is_ascii_digit()) {
                            text.push(d);
                        }
                        vals.push(text.parse::<i64>().map_err(|_| "number too large".to_string())?);
                        operand = false;
                    }
                    _ => return Err(format!("unexpected {c:?}")),
                }
                continue;
            }
            let op = match c {
                '+' => Op::Add,
                '-' => Op::Sub,
                '*' => Op::Mul,
                '/' => Op::Div,
                ')' => {
                    loop {
                        match ops.pop() {
                            None => return Err("unbalanced )".to_string()),
                            Some(Op::Open) => break,
                            Some(op) => apply(op, &mut vals)?,
                        }
                    }
                    continue;
                }
                _ => return Err(format!("unexpected {c:?}")),
            };
            while let Some(top) = ops.last().copied().filter(|t| level(*t) >= level(op)) {
                ops.pop();
                apply(top, &mut vals)?;
            }
            ops.push(op);
            operand = true;
        }
        if operand {
            return Err("unexpected end".to_string());
        }
        while let Some(op) = ops.pop() {
            if op == Op::Open {
                return Err("unbalanced (".to_string());
            }
            apply(op, &mut vals)?;
        }
        vals.pop().ok_or("bad expression".to_string())
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
