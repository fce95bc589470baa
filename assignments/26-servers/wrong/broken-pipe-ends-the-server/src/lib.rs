//! A client that has closed before its answer comes ends the server: the error is not a reset but a broken pipe.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

trait Protocol: Default + Unpin {
    /// Takes what was read (`end`: all of it) and gives what to write. true: close when all is written.
    fn take(&mut self, bytes: &[u8], end: bool, out: &mut VecDeque<u8>) -> bool;
}

#[derive(Default)]
struct Echo;
impl Protocol for Echo {
    fn take(&mut self, bytes: &[u8], end: bool, out: &mut VecDeque<u8>) -> bool {
        out.extend(bytes);
        end
    }
}

#[derive(Default)]
struct Calc {
    line: Vec<u8>,
}
impl Calc {
    fn line(&mut self, out: &mut VecDeque<u8>) -> bool {
        let mut line = std::mem::take(&mut self.line);
        line.pop_if(|b| *b == b'\r');
        let text = match String::from_utf8(line) {
            Ok(text) => text,
            Err(e) => {
                out.extend(format!("error: {e}\n").bytes());
                return true;
            }
        };
        if text == "quit" {
            return true;
        }
        match value(&text) {
            Ok(v) => out.extend(format!("{v}\n").bytes()),
            Err(e) => out.extend(format!("error: {e}\n").bytes()),
        }
        false
    }
}
impl Protocol for Calc {
    fn take(&mut self, bytes: &[u8], end: bool, out: &mut VecDeque<u8>) -> bool {
        for &b in bytes {
            if b == b'\n' {
                if self.line(out) {
                    return true;
                }
            } else if self.line.len() == 65_536 {
                out.extend(b"error: the line is too long\n");
                return true;
            } else {
                self.line.push(b);
            }
        }
        if end && !self.line.is_empty() {
            self.line(out);
        }
        end
    }
}

struct Conn<P> {
    stream: TcpStream,
    protocol: P,
    out: VecDeque<u8>,
    closing: bool,
}
impl<P: Protocol> Conn<P> {
    /// Ready: over.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut turns = 0;
        loop {
            while !self.out.is_empty() {
                let n = ready!(Pin::new(&mut self.stream).poll_write(cx, self.out.as_slices().0))?;
                self.out.drain(..n);
            }
            if self.closing {
                return Pin::new(&mut self.stream).poll_shutdown(cx);
            }
            turns += 1;
            if turns > 50 {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            let mut space = [0u8; 2048];
            let mut buf = ReadBuf::new(&mut space);
            ready!(Pin::new(&mut self.stream).poll_read(cx, &mut buf))?;
            let got = buf.filled();
            self.closing = self.protocol.take(got, got.is_empty(), &mut self.out);
        }
    }
}

struct Server<'a, S, P> {
    stop: Pin<&'a mut S>,
    listener: TcpListener,
    open: Vec<Conn<P>>,
}
impl<S: Future<Output = ()>, P: Protocol> Future for Server<'_, S, P> {
    type Output = io::Result<()>;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.stop.as_mut().poll(cx).is_ready() {
            this.open.clear();
            return Poll::Ready(Ok(()));
        }
        for _ in 0..64 {
            match this.listener.poll_accept(cx) {
                Poll::Ready(Ok((stream, _))) => {
                    this.open.push(Conn { stream, protocol: P::default(), out: VecDeque::new(), closing: false })
                }
                Poll::Ready(Err(_)) => {
                    cx.waker().wake_by_ref();
                    break;
                }
                Poll::Pending => break,
            }
        }
        let mut bad = None;
        this.open.retain_mut(|c| match c.poll(cx) {
            Poll::Pending => true,
            Poll::Ready(r) => {
                bad = bad.take().or(r.err());
                false
            }
        });
        if let Some(e) = bad
            && e.kind() != io::ErrorKind::ConnectionReset
        {
            return Poll::Ready(Err(e));
        }
        Poll::Pending
    }
}
async fn serve<S: Future<Output = ()>, P: Protocol>(listener: TcpListener, stop: S) -> io::Result<()> {
    let stop = pin!(stop);
    let mut server = Server::<S, P> { stop, listener, open: Vec::new() };
    // level by hand: accept again at once after each poll that took one
    poll_fn(|cx| {
        loop {
            let before = server.open.len();
            match Pin::new(&mut server).poll(cx) {
                Poll::Ready(r) => return Poll::Ready(r),
                Poll::Pending if server.open.len() > before => continue,
                Poll::Pending => return Poll::Pending,
            }
        }
    })
    .await
}

pub async fn serve_echo<S: Future<Output = ()>>(listener: TcpListener, stop: S) -> io::Result<()> {
    serve::<S, Echo>(listener, stop).await
}
pub async fn serve_calc<S: Future<Output = ()>>(listener: TcpListener, stop: S) -> io::Result<()> {
    serve::<S, Calc>(listener, stop).await
}

/// To reverse Polish first, then a machine with a stack.
enum Word {
    Number(i64),
    Op(u8),
}
fn value(text: &str) -> Result<i64, String> {
    let mut rpn: Vec<Word> = Vec::new();
    let mut wait: Vec<u8> = Vec::new(); // '~' is the unary minus
    let rank = |c: u8| match c {
        b'+' | b'-' => 1,
        b'*' | b'/' => 2,
        b'~' => 3,
        _ => 0,
    };
    let mut operand = true;
    let mut rest = text.trim_matches(' ');
    while let Some(c) = rest.bytes().next() {
        match (c, operand) {
            (b'0'..=b'9', true) => {
                let n = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
                // -9223372036854775808 is written with its sign
                if wait.last() == Some(&b'~') && &rest[..n] == "9223372036854775808" {
                    wait.pop();
                    rpn.push(Word::Number(i64::MIN));
                } else {
                    rpn.push(Word::Number(rest[..n].parse().map_err(|e| format!("{e}"))?));
                }
                rest = rest[n..].trim_start_matches(' ');
                operand = false;
                continue;
            }
            (b'-', true) => wait.push(b'~'),
            (b'(', true) => wait.push(b'('),
            (b'+' | b'-' | b'*' | b'/', false) => {
                while let Some(top) = wait.pop_if(|t| rank(*t) >= rank(c)) {
                    rpn.push(Word::Op(top));
                }
                wait.push(c);
                operand = true;
            }
            (b')', false) => loop {
                match wait.pop() {
                    Some(b'(') => break,
                    Some(op) => rpn.push(Word::Op(op)),
                    None => return Err("a bracket too many".into()),
                }
            },
            _ => return Err(format!("cannot read {:?}", rest.chars().next().unwrap())),
        }
        rest = rest[1..].trim_start_matches(' ');
    }
    if operand {
        return Err("the line ends too early".into());
    }
    while let Some(op) = wait.pop() {
        if op == b'(' {
            return Err("a bracket is open".into());
        }
        rpn.push(Word::Op(op));
    }
    let mut stack: Vec<i64> = Vec::new();
    for word in rpn {
        let v = match word {
            Word::Number(n) => Some(n),
            Word::Op(b'~') => stack.pop().unwrap().checked_neg(),
            Word::Op(op) => {
                let (b, a) = (stack.pop().unwrap(), stack.pop().unwrap());
                match op {
                    b'+' => a.checked_add(b),
                    b'-' => a.checked_sub(b),
                    b'*' => a.checked_mul(b),
                    _ if b == 0 => return Err("division by zero".into()),
                    _ => a.checked_div(b),
                }
            }
        };
        stack.push(v.ok_or("overflow")?);
    }
    Ok(stack[0])
}

pub async fn echo_client(addr: SocketAddr, message: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(addr).await?;
    let mut left = message.as_bytes();
    let mut reply = Vec::new();
    let mut shut = false;
    poll_fn(|cx| {
        while !left.is_empty() {
            match Pin::new(&mut stream).poll_write(cx, left) {
                Poll::Ready(Ok(n)) => left = &left[n..],
                Poll::Ready(Err(e)) => return Poll::Ready(Err(e)),
                Poll::Pending => break,
            }
        }
        if left.is_empty() && !shut {
            shut = true;
            let _ = Pin::new(&mut stream).poll_shutdown(cx);
        }
        loop {
            let mut space = [0u8; 4096];
            let mut buf = ReadBuf::new(&mut space);
            ready!(Pin::new(&mut stream).poll_read(cx, &mut buf))?;
            if buf.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
            reply.extend_from_slice(buf.filled());
        }
    })
    .await?;
    if reply.len() != message.len() {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the reply has another length"));
    }
    String::from_utf8(reply).map_err(io::Error::other)
}
