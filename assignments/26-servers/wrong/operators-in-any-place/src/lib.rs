//! Two stacks, and nobody looks whether an operator stands between two values: 1 2 + is 3.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

type Job = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

/// Every connection watches `closing`; a last mpsc sender that goes away tells that all have gone.
async fn serve(listener: TcpListener, stop: impl Future<Output = ()>, start: fn(TcpStream) -> Job) -> io::Result<()> {
    let (closing, seen) = watch::channel(false);
    let (alive, mut gone) = mpsc::channel::<()>(1);
    let mut stop = std::pin::pin!(stop);
    loop {
        let stream = tokio::select! {
            _ = stop.as_mut() => break,
            accepted = listener.accept() => match accepted { Ok((s, _)) => s, Err(_) => { tokio::task::yield_now().await; continue } },
        };
        let mut seen = seen.clone();
        let alive = alive.clone();
        tokio::spawn(async move {
            tokio::select! {
                _ = seen.wait_for(|c| *c) => {}
                _ = start(stream) => {}
            }
            drop(alive);
        });
    }
    drop(listener);
    let _ = closing.send(true);
    drop(alive);
    let _ = gone.recv().await;
    Ok(())
}

struct Stop<T>(JoinHandle<T>);
impl<T> Drop for Stop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn echo(stream: TcpStream) {
    let (mut r, mut w) = stream.into_split();
    let (tx, mut rx) = mpsc::channel::<Vec<u8>>(4);
    let reader = async move {
        loop {
            let mut buf = vec![0; 1000];
            match r.read(&mut buf).await {
                Ok(0) | Err(_) => break,
                Ok(n) => buf.truncate(n),
            }
            if tx.send(buf).await.is_err() {
                break;
            }
        }
    };
    let writer = async move {
        while let Some(b) = rx.recv().await {
            if w.write_all(&b).await.is_err() {
                return;
            }
        }
        let _ = w.shutdown().await;
    };
    tokio::join!(reader, writer);
}

enum Ask {
    Line(String),
    Bad(&'static str),
}

async fn calc(stream: TcpStream) {
    let (r, mut w) = stream.into_split();
    let mut r = BufReader::new(r);
    let (tx, mut rx) = mpsc::channel::<Ask>(16);
    let reader = async move {
        loop {
            let mut line = Vec::new();
            let Ok(n) = (&mut r).take(65_538).read_until(b'\n', &mut line).await else { return };
            if n == 0 {
                return;
            }
            if line.last() == Some(&b'\n') {
                line.pop();
            }
            if line.last() == Some(&b'\r') {
                line.pop();
            }
            let ask = if line.len() > 65_536 {
                Ask::Bad("line too long")
            } else {
                String::from_utf8(line).map_or(Ask::Bad("not UTF-8"), Ask::Line)
            };
            let end = matches!(ask, Ask::Bad(_));
            if tx.send(ask).await.is_err() || end {
                return;
            }
        }
    };
    let writer = async move {
        while let Some(ask) = rx.recv().await {
            let (text, end) = match ask {
                Ask::Bad(why) => (format!("error: {why}\n"), true),
                Ask::Line(l) if l == "quit" => (String::new(), true),
                Ask::Line(l) => (expr::eval(&l).map_or_else(|e| format!("error: {e}\n"), |v| format!("{v}\n")), false),
            };
            if w.write_all(text.as_bytes()).await.is_err() {
                return;
            }
            if end {
                break;
            }
        }
        let _ = w.shutdown().await;
    };
    tokio::pin!(reader);
    tokio::pin!(writer);
    tokio::select! {
        _ = &mut writer => {}
        _ = &mut reader => { writer.await; }
    }
}

pub async fn serve_echo<S: Future<Output = ()>>(listener: TcpListener, stop: S) -> io::Result<()> {
    serve(listener, stop, |s| Box::pin(echo(s))).await
}
pub async fn serve_calc<S: Future<Output = ()>>(listener: TcpListener, stop: S) -> io::Result<()> {
    serve(listener, stop, |s| Box::pin(calc(s))).await
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
            if operand || c == '(' || c.is_ascii_digit() {
                match c {
                    '(' => {
                        ops.push(Op::Open);
                        operand = true;
                    }
                    '-' => ops.push(Op::Neg),
                    '+' => ops.push(Op::Add),
                    '*' => ops.push(Op::Mul),
                    '/' => ops.push(Op::Div),
                    ')' => {
                        loop {
                            match ops.pop() {
                                None => return Err("unbalanced )".to_string()),
                                Some(Op::Open) => break,
                                Some(op) => apply(op, &mut vals)?,
                            }
                        }
                        operand = false;
                    }
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
        while let Some(op) = ops.pop() {
            if op == Op::Open {
                return Err("unbalanced (".to_string());
            }
            apply(op, &mut vals)?;
        }
        if vals.len() != 1 {
            return Err("bad expression".to_string());
        }
        vals.pop().ok_or("bad expression".to_string())
    }
}

pub async fn echo_client(addr: SocketAddr, message: &str) -> io::Result<String> {
    let (mut r, mut w) = TcpStream::connect(addr).await?.into_split();
    let text = message.as_bytes().to_vec();
    let sender = tokio::spawn(async move {
        w.write_all(&text).await?;
        Ok::<_, io::Error>(w)
    });
    let mut got = vec![0; message.len()];
    r.read_exact(&mut got).await?;
    let _w = sender.await.unwrap()?;
    String::from_utf8(got).map_err(|_| io::ErrorKind::InvalidData.into())
}
