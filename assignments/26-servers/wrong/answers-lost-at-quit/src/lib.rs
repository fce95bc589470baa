//! The answers before quit, in the same piece, are still in a buffer when the connection is closed.

use std::cell::Cell;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, BufWriter};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::LocalSet;

const LIMIT: usize = 64 * 1024;

async fn serve<S, H, R>(listener: TcpListener, stop: S, handle: H) -> io::Result<()>
where
    S: Future<Output = ()>,
    H: Fn(TcpStream) -> R + 'static,
    R: Future<Output = io::Result<()>> + 'static,
{
    let set = LocalSet::new();
    let open = Rc::new(Cell::new(0usize));
    let count = open.clone();
    let accepting = async move {
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    let done = handle(stream);
                    let count = count.clone();
                    count.set(count.get() + 1);
                    tokio::task::spawn_local(async move {
                        let _ = done.await;
                        count.set(count.get() - 1);
                    });
                }
                Err(_) => tokio::time::sleep(std::time::Duration::from_millis(5)).await,
            }
        }
    };
    let out = set
        .run_until(async {
            tokio::select! {
                biased;
                () = stop => (),
                () = accepting => (),
            }
        })
        .await;
    drop(set); // drops every connection
    let _ = open.get();
    Ok(out)
}

async fn echo(mut stream: TcpStream) -> io::Result<()> {
    let (mut r, mut w) = stream.split();
    tokio::io::copy(&mut r, &mut w).await?;
    w.shutdown().await
}

async fn calc(stream: TcpStream) -> io::Result<()> {
    let (r, w) = stream.into_split();
    let mut r = BufReader::with_capacity(777, r);
    let mut w = BufWriter::new(w);
    let mut line = Vec::new();
    loop {
        line.clear();
        let n = (&mut r).take(LIMIT as u64 + 1).read_until(b'\n', &mut line).await?;
        if n == 0 {
            break;
        }
        let ended = line.last() == Some(&b'\n');
        if ended {
            line.pop();
        }
        if line.len() > LIMIT {
            w.write_all(b"error: line too long\n").await?;
            break;
        }
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        let Ok(text) = std::str::from_utf8(&line) else {
            w.write_all(b"error: not utf-8\n").await?;
            break;
        };
        if text == "quit" {
            return Ok(());
        }
        let answer = match eval(text) {
            Ok(n) => format!("{n}\n"),
            Err(e) => format!("error: {e}\n"),
        };
        w.write_all(answer.as_bytes()).await?;
        if r.buffer().is_empty() || !r.buffer().contains(&b'\n') {
            w.flush().await?;
        }
        if !ended {
            break;
        }
    }
    w.shutdown().await
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Op {
    Add,
    Sub,
    Mul,
    Div,
    Neg,
    Open,
}
impl Op {
    fn power(self) -> u8 {
        match self {
            Op::Open => 0,
            Op::Add | Op::Sub => 1,
            Op::Mul | Op::Div => 2,
            Op::Neg => 3,
        }
    }
}
fn apply(values: &mut Vec<i64>, op: Op) -> Result<(), &'static str> {
    let b = values.pop().ok_or("missing operand")?;
    if op == Op::Neg {
        values.push(b.checked_neg().ok_or("overflow")?);
        return Ok(());
    }
    let a = values.pop().ok_or("missing operand")?;
    values.push(
        match op {
            Op::Add => a.checked_add(b),
            Op::Sub => a.checked_sub(b),
            Op::Mul => a.checked_mul(b),
            Op::Div if b == 0 => return Err("division by zero"),
            Op::Div => a.checked_div(b),
            _ => return Err("bracket"),
        }
        .ok_or("overflow")?,
    );
    Ok(())
}
fn eval(text: &str) -> Result<i64, &'static str> {
    let bytes = text.as_bytes();
    let (mut values, mut ops, mut i, mut want) = (Vec::new(), Vec::new(), 0, true);
    while i < bytes.len() {
        let c = bytes[i];
        i += 1;
        match c {
            b' ' | b'\t' => {}
            b'0'..=b'9' if want => {
                let from = i - 1;
                while i < bytes.len() && bytes[i].is_ascii_digit() {
                    i += 1;
                }
                values.push(text[from..i].parse::<i64>().map_err(|_| "number too large")?);
                want = false;
            }
            b'(' if want => ops.push(Op::Open),
            b'-' if want => ops.push(Op::Neg),
            b')' if !want => loop {
                match ops.pop() {
                    None => return Err("unexpected )"),
                    Some(Op::Open) => break,
                    Some(op) => apply(&mut values, op)?,
                }
            },
            b'+' | b'-' | b'*' | b'/' if !want => {
                let op = match c {
                    b'+' => Op::Add,
                    b'-' => Op::Sub,
                    b'*' => Op::Mul,
                    _ => Op::Div,
                };
                while let Some(&top) = ops.last() {
                    if top.power() < op.power() {
                        break;
                    }
                    ops.pop();
                    apply(&mut values, top)?;
                }
                ops.push(op);
                want = true;
            }
            _ => return Err("unexpected character"),
        }
    }
    if want {
        return Err("incomplete expression");
    }
    while let Some(op) = ops.pop() {
        apply(&mut values, op)?;
    }
    values.pop().ok_or("empty")
}

pub async fn serve_echo<S: Future<Output = ()>>(listener: TcpListener, stop: S) -> io::Result<()> {
    serve(listener, stop, echo).await
}
pub async fn serve_calc<S: Future<Output = ()>>(listener: TcpListener, stop: S) -> io::Result<()> {
    serve(listener, stop, calc).await
}

pub async fn echo_client(addr: SocketAddr, message: &str) -> io::Result<String> {
    let stream = TcpStream::connect(addr).await?;
    let (mut out, mut inp) = (message.as_bytes(), Vec::with_capacity(message.len()));
    while inp.len() < message.len() {
        let interest = if out.is_empty() {
            tokio::io::Interest::READABLE
        } else {
            tokio::io::Interest::READABLE | tokio::io::Interest::WRITABLE
        };
        let ready = stream.ready(interest).await?;
        if ready.is_readable() {
            let mut piece = vec![0; (message.len() - inp.len()).min(100_000)];
            match stream.try_read(&mut piece) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(n) => inp.extend_from_slice(&piece[..n]),
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
                Err(e) => return Err(e),
            }
        }
        if ready.is_writable() && !out.is_empty() {
            match stream.try_write(out) {
                Ok(n) => out = &out[n..],
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
                Err(e) => return Err(e),
            }
        }
    }
    String::from_utf8(inp).map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e))
}
