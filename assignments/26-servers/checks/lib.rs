//! Checks for 26 servers: real sockets on loopback. Time is only a net, wide enough for any machine.

mod client;
mod scripted;

use client::{Client, Close, shortened};
use gradekit::{Rng, seed};
use gradekit_tokio::{Server, Stop, sockets, soon};
use scripted::{Script, scripted};
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use student::{echo_client, serve_calc, serve_echo};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The interface, word for word: `stop` is any future.
const _: fn() = || {
    fn generic<S: Future<Output = ()>>(
        a: TcpListener,
        b: TcpListener,
        s: S,
        t: S,
    ) -> (impl Future<Output = io::Result<()>>, impl Future<Output = io::Result<()>>) {
        (serve_echo(a, s), serve_calc(b, t))
    }
    let _ = generic::<Stop>;
    fn client(addr: SocketAddr, message: &str) -> impl Future<Output = io::Result<String>> {
        echo_client(addr, message)
    }
    let _ = client;
};

const LIMIT: usize = 65_536;

fn echo() -> Server {
    Server::start(serve_echo)
}

fn calc() -> Server {
    Server::start(serve_calc)
}

/// A moment for the server to read what has arrived. Nothing depends on its length.
async fn moment() {
    tokio::time::sleep(Duration::from_millis(2)).await;
}

/// Bytes of all kinds, zero and line ends and what is not UTF-8 among them.
fn bytes(rng: &mut Rng, n: usize) -> Vec<u8> {
    (0..n).map(|_| rng.next() as u8).collect()
}

#[track_caller]
fn is_error(answer: &str, line: &str) {
    let what = answer.strip_prefix("error: ").map(str::trim);
    assert!(
        what.is_some_and(|what| !what.is_empty()),
        "the answer to `{}` must be `error: <what>`, and is `{}`",
        shortened(line),
        shortened(answer)
    );
}

/// It ends as a stopped server should.
async fn stopped(mut server: Server) {
    server.still_serves();
    server.stop().await.expect("the server returns Ok(()) after `stop`");
}

pub fn echo_gives_every_byte_back() {
    sockets(async {
        let mut server = echo();
        let mut rng = Rng::new(seed());
        let mut client = Client::new(&server).await;
        // Pieces of any size; none of them needs a line end or has to be text.
        for size in [1, 2, 5, 100, 5000] {
            let piece = bytes(&mut rng, size);
            client.send(&piece).await;
            let mut back = vec![0; size];
            soon("the echo", client.input.read_exact(&mut back)).await.expect("the connection is open");
            assert_eq!(back, piece, "{size} bytes and their echo");
        }
        // Byte by byte.
        let text = "käse\r\n\0\u{FEFF}".as_bytes();
        for byte in text {
            client.send([*byte]).await;
            moment().await;
        }
        client.finish().await;
        let (rest, close) = client.rest().await;
        assert_eq!((rest.as_slice(), close), (text, Close::End), "the echo of single bytes, then the end");
        server.still_serves();
    });
}

pub fn echo_to_a_half_closed_client() {
    sockets(async {
        let mut server = echo();
        let mut rng = Rng::new(seed());
        // It says at once that nothing more comes, and takes its time to read.
        for size in [0, 1, 3000, 200_000] {
            let Client { mut input, mut output } = Client::new(&server).await;
            let all = bytes(&mut rng, size);
            let send = async {
                soon("the server to read", output.write_all(&all)).await.expect("the connection is open");
                output.shutdown().await.expect("one direction can be closed");
            };
            let receive = async {
                for _ in 0..3 {
                    moment().await;
                }
                let mut back = Vec::new();
                soon("the end of the echo", input.read_to_end(&mut back))
                    .await
                    .expect("a half-closed client gets everything, then the end");
                back
            };
            let ((), back) = tokio::join!(send, receive);
            assert_eq!(back.len(), all.len(), "a client that has half-closed gets everything");
            assert!(back == all, "the echo has other bytes");
        }
        server.still_serves();
    });
}

/// The reader is slow and the buffers are small: a write of the server's takes only a part.
pub fn echo_to_a_slow_reader() {
    sockets(async {
        let mut server = echo();
        let mut rng = Rng::new(seed());
        let all = bytes(&mut rng, 4_000_000);
        let Client { mut input, mut output } = Client::new(&server).await;
        let send = async {
            for piece in all.chunks(40_000) {
                soon("the server to read", output.write_all(piece)).await.expect("the connection is open");
            }
            output.shutdown().await.expect("one direction can be closed");
        };
        let receive = async {
            tokio::time::sleep(Duration::from_millis(30)).await;
            let (mut back, mut piece) = (Vec::new(), vec![0; 7000]);
            loop {
                match soon("more of the echo", input.read(&mut piece)).await.expect("the connection is open") {
                    0 => return back,
                    n => back.extend_from_slice(&piece[..n]),
                }
                if back.len() % 16 == 0 && back.len() < 400_000 {
                    moment().await;
                }
            }
        };
        let ((), back) = tokio::join!(send, receive);
        assert_eq!(back.len(), all.len(), "the echo to a slow reader is complete");
        assert!(back == all, "the echo to a slow reader has other bytes");
        server.still_serves();
    });
}

/// Some clients are silent, one does not read. The others are served.
async fn busy_clients(server: &Server, half: &[u8]) -> Vec<Client> {
    let mut clients = Vec::new();
    for i in 0..12 {
        let mut client = Client::new(server).await;
        if i % 3 == 1 {
            client.send(half).await;
        }
        clients.push(client);
    }
    // This one sends and never reads, so the server's answers pile up.
    let mut client = Client::new(server).await;
    let flood = b"12345678901234567\n".repeat(400_000);
    let _ = tokio::time::timeout(Duration::from_millis(60), client.output.write_all(&flood)).await;
    clients.push(client);
    clients
}

/// Many clients that say nothing.
async fn crowd(server: &Server) -> Vec<Client> {
    let mut clients = Vec::new();
    for _ in 0..200 {
        clients.push(Client::new(server).await);
    }
    clients
}

pub fn echo_many_clients() {
    sockets(async {
        let mut server = echo();
        let _crowd = crowd(&server).await;
        let busy = busy_clients(&server, b"half").await;
        let talks = (0..15).map(|i| {
            let server = &server;
            async move {
                let mut client = Client::new(server).await;
                for round in 0..3 {
                    let text = format!("client {i} round {round}");
                    client.send(&text).await;
                    let mut back = vec![0; text.len()];
                    soon("an echo while other clients are silent", client.input.read_exact(&mut back))
                        .await
                        .expect("the connection is open");
                    assert_eq!(String::from_utf8_lossy(&back), text);
                }
            }
        });
        all(talks).await;
        drop(busy);
        server.still_serves();
    });
}

pub fn calc_many_clients() {
    sockets(async {
        let mut server = calc();
        let _crowd = crowd(&server).await;
        let busy = busy_clients(&server, b"1 + ").await;
        let talks = (0..15).map(|i| {
            let server = &server;
            async move {
                let mut client = Client::new(server).await;
                for round in 0..3 {
                    assert_eq!(client.ask(&format!("{i} * 10 + {round}")).await, (i * 10 + round).to_string());
                }
            }
        });
        all(talks).await;
        // Those that had sent half a line go on.
        for mut client in busy.into_iter().take(12).skip(1).step_by(3) {
            assert_eq!(client.ask("2").await, "3", "`1 + ` had come before");
        }
        server.still_serves();
    });
}

/// Awaits all of them together.
async fn all(futures: impl Iterator<Item = impl Future<Output = ()>>) {
    let mut futures: Vec<_> = futures.map(|future| Some(Box::pin(future))).collect();
    std::future::poll_fn(|cx| {
        let mut left = false;
        for place in &mut futures {
            if let Some(future) = place {
                match future.as_mut().poll(cx) {
                    std::task::Poll::Ready(()) => *place = None,
                    std::task::Poll::Pending => left = true,
                }
            }
        }
        if left { std::task::Poll::Pending } else { std::task::Poll::Ready(()) }
    })
    .await;
}

pub fn calc_arithmetic() {
    sockets(async {
        let mut server = calc();
        let mut client = Client::new(&server).await;
        for (line, value) in [
            ("2 * (3 + 4)", "14"),
            ("7", "7"),
            ("  1+ 1 ", "2"),
            ("2 + 3 * 4", "14"),
            ("2 * 3 + 4", "10"),
            ("(2+3)*4", "20"),
            ("1 - 2 - 3", "-4"),
            ("100 / 10 / 2", "5"),
            ("100 / 10 * 2", "20"),
            ("1 - (2 - 3)", "2"),
            ("7 / 2", "3"),
            ("-7 / 2", "-3"),
            ("(0 - 7) / 2", "-3"),
            ("7 / (0 - 2)", "-3"),
            ("-3", "-3"),
            ("- 3", "-3"),
            ("5-3", "2"),
            ("(7-2)-3", "2"),
            ("10-2*3-1", "3"),
            ("2*-3-4/-2", "-4"),
            ("-(2 + 3)", "-5"),
            ("2 * (-3)", "-6"),
            ("2 * -3", "-6"),
            ("6 / -3 / 2", "-1"),
            ("-7 / 2 * 2", "-6"),
            ("1 - -1", "2"),
            ("-2 + 5", "3"),
            ("((((1))))", "1"),
            ("0", "0"),
            ("9223372036854775807", "9223372036854775807"),
            ("-9223372036854775807 - 1", "-9223372036854775808"),
            ("3037000499 * 3037000499", "9223372030926249001"),
            ("9223372036854775807 / 1", "9223372036854775807"),
            ("9007199254740993 / -1", "-9007199254740993"),
            ("(-9223372036854775807 - 1) / 2", "-4611686018427387904"),
            ("(-9223372036854775807 - 1) / 1 * 1", "-9223372036854775808"),
            ("-1 - (-9223372036854775807 - 1)", "9223372036854775807"),
            ("1 + (-9223372036854775807 - 1)", "-9223372036854775807"),
            ("(1 + 2) * (3 + 4) - 10 / (2 + 3)", "19"),
        ] {
            assert_eq!(client.ask(line).await, value, "the answer to `{line}`");
        }
        let sum = vec!["1"; 500].join(" + ");
        assert_eq!(client.ask(&sum).await, "500", "a sum of 500 ones");
        let sum = vec!["(1)"; 300].join(" + ");
        assert_eq!(client.ask(&sum).await, "300", "a sum of 300 ones, each in brackets");
        server.still_serves();
    });
}

pub fn calc_errors_keep_it_open() {
    sockets(async {
        let mut server = calc();
        let mut client = Client::new(&server).await;
        for line in [
            "",
            "   ",
            "1 +",
            "+ 1 *",
            "* 2",
            "(1",
            "1)",
            ")(",
            "()",
            "(1) (2)",
            "1 2",
            "1 2 + 3",
            "1 2 +",
            "+ 1 2",
            "2(3)",
            "(2)3",
            "1 () + 2",
            "(1 +) 2",
            "1 + ()",
            "-",
            "(-)",
            "1 + + * 2",
            "abc",
            "1 + x",
            "quit()",
            "quit 1",
            "1; 2",
            "2 ** 3",
            "1.5",
            "0x10",
            "1e3",
            "print(1)",
            "__import__('os').system('true')",
            "2 × 3",
            "1 = 1",
            "\u{661}",
        ] {
            is_error(&client.ask(line).await, line);
        }
        for line in ["1 / 0", "0 / 0", "1 / (2 - 2)", "5 * (1 / 0)"] {
            is_error(&client.ask(line).await, line);
        }
        for line in [
            "9223372036854775807 + 1",
            "-9223372036854775807 - 2",
            "9223372036854775807 * 2",
            "9223372036854775807 * 9223372036854775807 * 9223372036854775807",
            "(-9223372036854775807 - 1) * (0 - 1)",
            "(-9223372036854775807 - 1) / (0 - 1)",
            "-(-9223372036854775807 - 1)",
            "0 - (-9223372036854775807 - 1)",
            "9223372036854775808",
            "99999999999999999999999999999999999999999999",
            // The value would fit, a step on the way to it does not.
            "9223372036854775807 + 1 - 1",
            "9223372036854775807 * 2 / 2",
        ] {
            is_error(&client.ask(line).await, line);
        }
        assert_eq!(client.ask("1 + 1").await, "2", "after an error the connection stays open");
        server.still_serves();
    });
}

/// More answers than the buffers hold, to a client that takes its time before it reads.
async fn many_answers(server: &Server) {
    const LINES: usize = 20_000;
    let Client { mut input, mut output } = Client::new(server).await;
    let lines: String = (0..LINES).map(|i| format!("{i} - 9000000000000000000\n")).collect();
    let send = async {
        soon("the server to read", output.write_all(lines.as_bytes())).await.expect("the connection is open");
        output.shutdown().await.expect("one direction can be closed");
    };
    let receive = async {
        tokio::time::sleep(Duration::from_millis(30)).await;
        let mut back = String::new();
        soon("all answers", input.read_to_string(&mut back)).await.expect("answers, then the end");
        back
    };
    let ((), back) = tokio::join!(send, receive);
    let mut answers = back.lines();
    for i in 0..LINES as i64 {
        let right = (i - 9_000_000_000_000_000_000).to_string();
        assert_eq!(answers.next(), Some(&*right), "answer {i} of {LINES} to a client that reads slowly");
    }
    assert_eq!(answers.next(), None, "more answers than lines");
}

pub fn calc_split_and_joined() {
    sockets(async {
        let mut server = calc();
        let mut client = Client::new(&server).await;
        // One line, cut at every byte. The cut goes through the line end, too.
        let text = "12 * (3+45)\r\n";
        for cut in 1..text.len() {
            client.send(&text[..cut]).await;
            moment().await;
            client.send(&text[cut..]).await;
            assert_eq!(
                client.line().await.as_deref(),
                Some("576"),
                "`{}` came in two pieces, of {cut} bytes and the rest",
                text.trim()
            );
        }
        // A character of several bytes, cut in the middle: UTF-8, though not arithmetic.
        for cut in 1..4 {
            let text = "2\u{1F980}3\n".as_bytes();
            client.send(&text[..1 + cut]).await;
            moment().await;
            client.send(&text[1 + cut..]).await;
            is_error(&client.line().await.expect("the line is UTF-8, so the connection stays open"), "2\u{1F980}3");
        }
        // Byte by byte.
        for byte in text.bytes() {
            client.send([byte]).await;
            moment().await;
        }
        assert_eq!(client.line().await.as_deref(), Some("576"), "`{}` came byte by byte", text.trim());
        // Many lines at once: every one has its answer, in order.
        let lines: String = (0..200).map(|i| format!("{i} + 1\n")).collect();
        client.send(&lines).await;
        for i in 0..200 {
            assert_eq!(client.line().await, Some(format!("{}", i + 1)), "200 lines came together");
        }
        many_answers(&server).await;
        // A line and a half: the answer to the line does not wait for the other half.
        client.send("1 + 2\n3 + ").await;
        assert_eq!(client.line().await.as_deref(), Some("3"), "a line and a half came together");
        client.send("4\n5\n6").await;
        assert_eq!(client.line().await.as_deref(), Some("7"));
        assert_eq!(client.line().await.as_deref(), Some("5"));
        client.send("7\n").await;
        assert_eq!(client.line().await.as_deref(), Some("67"));
        server.still_serves();
    });
}

pub fn calc_ends_of_lines() {
    sockets(async {
        let mut server = calc();
        let mut client = Client::new(&server).await;
        assert_eq!(client.ask("1 + 2\r").await, "3", "a `\\r` before the line end");
        is_error(&client.ask("\r").await, "\\r");
        is_error(&client.ask("").await, "");
        // The last line needs no end; after a line end there is no further line.
        for (text, answers) in [("4 + 5", vec!["9"]), ("1\n2", vec!["1", "2"]), ("3\n", vec!["3"]), ("", vec![])] {
            let mut client = Client::new(&server).await;
            client.send(text).await;
            client.finish().await;
            let (rest, close) = client.rest().await;
            let rest = String::from_utf8_lossy(&rest).into_owned();
            assert_eq!(rest.lines().collect::<Vec<_>>(), answers, "the client sent {text:?} and half-closed");
            assert_eq!(close, Close::End, "a client that has sent all it wants gets a proper end");
        }
        server.still_serves();
    });
}

pub fn calc_quit() {
    sockets(async {
        let mut server = calc();
        for text in ["quit\n", "quit\r\n"] {
            let mut client = Client::new(&server).await;
            assert_eq!(client.ask("1 + 1").await, "2");
            client.send(text).await;
            client.rest().await;
        }
        // What came before it, in the same piece, is answered.
        for (text, answer) in [("40 + 2\nquit\n", "42"), ("1 / 0\n6 * 7\r\nquit\r\n", "error: ")] {
            let mut client = Client::new(&server).await;
            client.send(text).await;
            match client.line().await {
                Some(line) => assert!(line.starts_with(answer), "the first answer to {text:?} is `{line}`"),
                None => panic!("{text:?} in one piece: the line before `quit` was not answered"),
            }
            client.rest().await;
        }
        // What comes after it is not answered.
        let mut client = Client::new(&server).await;
        client.try_send("40 + 2\nquit\n50 + 5\n").await;
        let (rest, _) = client.rest().await;
        let rest = String::from_utf8_lossy(&rest).into_owned();
        assert!(!rest.lines().any(|line| line == "55"), "a line after `quit` was answered");
        // Other clients stay.
        let mut other = Client::new(&server).await;
        let mut client = Client::new(&server).await;
        client.send("quit\n").await;
        client.rest().await;
        assert_eq!(other.ask("3 * 3").await, "9", "`quit` closes one connection");
        server.still_serves();
    });
}

/// An error line and the end. Where the client has sent more than the server wanted to read, a reset may come instead of the line.
async fn refused(client: &mut Client, what: &str) {
    let (rest, close) = client.rest().await;
    let rest = String::from_utf8_lossy(&rest).into_owned();
    let lines: Vec<_> = rest.lines().collect();
    match (lines.as_slice(), close) {
        ([], Close::Reset) => {}
        ([], Close::End) => panic!("{what}: the connection was closed without an error line"),
        ([error], _) => is_error(error, what),
        (lines, _) => panic!("{what}: one error line and the end, not {} lines", lines.len()),
    }
}

pub fn calc_limit_of_a_line() {
    sockets(async {
        let mut server = calc();
        // Exactly 64 KiB without the line end is allowed, in one piece or in many.
        let longest = format!("{}1+1", " ".repeat(LIMIT - 3));
        let mut client = Client::new(&server).await;
        assert_eq!(client.ask(&longest).await, "2", "a line of 65,536 bytes");
        for piece in longest.as_bytes().chunks(9973) {
            client.send(piece).await;
            moment().await;
        }
        client.send("\n1+2\n").await;
        assert_eq!(client.line().await.as_deref(), Some("2"), "a line of 65,536 bytes in pieces");
        assert_eq!(client.line().await.as_deref(), Some("3"));
        // The last line of all may be as long, and need not end.
        let mut client = Client::new(&server).await;
        client.send(&longest).await;
        client.finish().await;
        assert_eq!(client.line().await.as_deref(), Some("2"), "a last line of 65,536 bytes without an end");
        client.rest().await;
        // One byte more is refused, with or without its end, and nothing after it is answered.
        for end in ["\n", "\n7\n"] {
            let mut client = Client::new(&server).await;
            client.try_send(format!(" {longest}{end}")).await;
            refused(&mut client, "a line of 65,537 bytes").await;
        }
        let mut client = Client::new(&server).await;
        client.try_send(format!(" {longest}")).await;
        client.finish().await;
        refused(&mut client, "a last line of 65,537 bytes without an end").await;
        let mut client = Client::new(&server).await;
        client.try_send(" ".repeat(LIMIT + 20_000)).await;
        refused(&mut client, "85,536 bytes without a line end").await;
        // Very much without a line end: it must not be kept.
        let Client { input, mut output } = Client::new(&server).await;
        let send = async {
            let piece = vec![b'1'; LIMIT];
            for _ in 0..128 {
                if soon("the server to read or to close", output.write_all(&piece)).await.is_err() {
                    break;
                }
            }
            // The connection stays open on this side.
            output
        };
        let receive = async {
            let (_, unused) = server.connect().await.into_split();
            let mut client = Client { input, output: unused };
            refused(&mut client, "8 MiB without a line end").await;
        };
        tokio::join!(send, receive);
        let mut client = Client::new(&server).await;
        assert_eq!(client.ask("1 + 1").await, "2", "other clients are still served");
        server.still_serves();
    });
}

pub fn calc_not_utf8() {
    sockets(async {
        let mut server = calc();
        for bad in [&b"1 + \xFF\n"[..], b"\xC3\n", b"2 \xE2\x82\n", b"\xED\xA0\x80\n", b"1+1\n\x80\n2+2\n"] {
            let mut client = Client::new(&server).await;
            if bad.starts_with(b"1+1\n") {
                assert_eq!(client.ask("1+1").await, "2");
                client.try_send(&bad[4..]).await;
            } else {
                client.try_send(bad).await;
            }
            refused(&mut client, "a line that is not UTF-8").await;
        }
        // The last line of all need not end.
        let mut client = Client::new(&server).await;
        client.try_send(b"1 + \xFF").await;
        client.finish().await;
        refused(&mut client, "a last line that is not UTF-8 and has no end").await;
        // The good line before it, in the same piece, has its answer.
        let mut client = Client::new(&server).await;
        client.send(b"1 + 1\n\xFF\n").await;
        let (rest, close) = client.rest().await;
        let rest = String::from_utf8_lossy(&rest).into_owned();
        match (rest.lines().collect::<Vec<_>>().as_slice(), close) {
            (["2", error], _) => is_error(error, "\u{FFFD}"),
            ([] | ["2"], Close::Reset) => {}
            (lines, _) => panic!("`1 + 1` and a line that is not UTF-8, in one piece, are answered by {lines:?}"),
        }
        let mut client = Client::new(&server).await;
        assert_eq!(client.ask("1 + 1").await, "2", "other clients are still served");
        server.still_serves();
    });
}

/// Deep brackets, long chains: answered or refused, never a crash.
pub fn calc_deep_expressions() {
    sockets(async {
        let mut server = calc();
        let deep = LIMIT / 2 - 1;
        let bombs = [
            (format!("{}1{}", "(".repeat(deep), ")".repeat(deep)), "1"),
            ("(".repeat(LIMIT), "error"),
            (")".repeat(LIMIT), "error"),
            (format!("{}1{}", "-(".repeat(LIMIT / 4), ")".repeat(LIMIT / 4)), "1"),
            (format!("{}1", "-".repeat(LIMIT - 2)), "1"),
            (format!("1{}", "+1".repeat(deep)), "32768"),
            (format!("1{}", "*1".repeat(deep)), "1"),
            (format!("{}1{}", "(1+".repeat(LIMIT / 5), ")".repeat(LIMIT / 5)), "13108"),
            (format!("{}1{}", "1-(".repeat(LIMIT / 5), ")".repeat(LIMIT / 5)), ""),
        ];
        for (bomb, value) in &bombs {
            let mut client = Client::new(&server).await;
            client.try_send(format!("{bomb}\n")).await;
            // `None`: it was refused with a reset.
            if let Some(answer) = client.line().await {
                let refused = answer.starts_with("error: ");
                assert!(
                    refused || value.is_empty() || answer == *value,
                    "`{}` is {value} or an error, not `{answer}`",
                    shortened(bomb)
                );
            }
            let mut other = Client::new(&server).await;
            assert_eq!(other.ask("1 + 1").await, "2", "after `{}` other clients are still served", shortened(bomb));
        }
        server.still_serves();
        // A moderate depth is a fair question.
        let mut client = Client::new(&server).await;
        let fair = (0..6).fold("1".to_owned(), |inner, _| format!("(2 * ({inner}) + 1)"));
        assert_eq!(client.ask(&fair).await, "127", "the answer to `{fair}`");
        server.still_serves();
    });
}

/// Clients that vanish, at any moment: with a reset, or closed before they have read.
async fn vanishing(server: &mut Server, request: &[u8]) {
    for requests in [1, 3, 3000, 3000] {
        // The end of the input is there before the answer: the answers meet a socket that is no more.
        let mut client = Client::new(server).await;
        client.send(request.repeat(requests)).await;
        drop(client);
        moment().await;
        server.still_serves();
    }
    for round in 0..12 {
        let mut client = Client::new(server).await;
        match round % 4 {
            0 => {}
            1 => client.send(&request[..request.len() / 2]).await,
            2 => client.send(request).await,
            _ => {
                // Much is on its way back.
                let flood = request.repeat(30_000);
                let _ = tokio::time::timeout(Duration::from_millis(10), client.output.write_all(&flood)).await;
            }
        }
        if round >= 8 {
            moment().await;
        }
        client.vanish();
        server.still_serves();
    }
    // More of them, one after the other, than fit into a byte.
    for _ in 0..300 {
        let mut client = Client::new(server).await;
        client.send(request).await;
        client.line().await.expect("the server answers");
        client.vanish();
    }
    moment().await;
    server.still_serves();
}

pub fn echo_survives_resets() {
    sockets(async {
        let mut server = echo();
        let mut early = Client::new(&server).await;
        vanishing(&mut server, b"hello\n").await;
        for client in [&mut early, &mut Client::new(&server).await] {
            client.send("still there?").await;
            let mut back = [0; 12];
            soon("an echo after other clients vanished", client.input.read_exact(&mut back))
                .await
                .expect("the connection is open");
            assert_eq!(&back, b"still there?");
        }
        server.still_serves();
    });
}

pub fn calc_survives_resets() {
    sockets(async {
        let mut server = calc();
        let mut early = Client::new(&server).await;
        vanishing(&mut server, b"1 + 1\n").await;
        for client in [&mut early, &mut Client::new(&server).await] {
            assert_eq!(client.ask("6 * 7").await, "42", "after other clients vanished");
        }
        server.still_serves();
    });
}

/// After `stop`: the function returns although clients are connected, they are closed, and nobody new is served.
async fn stop_with_clients(mut server: Server, half: &[u8], request: &[u8]) {
    let mut early = Client::new(&server).await;
    let mut clients = busy_clients(&server, half).await;
    // One has come and gone, so that its place is free for the next.
    early.send(request).await;
    early.line().await.expect("the server answers");
    early.finish().await;
    early.rest().await;
    // One has just been served.
    let mut served = Client::new(&server).await;
    served.send(request).await;
    served.line().await.expect("the server answers");
    clients.push(served);
    server.still_serves();
    server.stop().await.expect("the server returns Ok(()) after `stop`");
    if let Ok(stream) = TcpStream::connect(server.address()).await {
        let (input, output) = stream.into_split();
        let mut late = Client { input: tokio::io::BufReader::new(input), output };
        late.try_send(request).await;
        assert_eq!(late.line().await, None, "a client that came after the server had returned was served");
    }
    for mut client in clients {
        // What was answered before may still arrive; then comes the end.
        client.rest().await;
    }
}

/// Two servers at a time: `stop` of the one leaves the clients of the other alone.
async fn stop_one_of_two(server: Server, mut other: Server) {
    let mut its_client = Client::new(&server).await;
    let mut client = Client::new(&other).await;
    for client in [&mut its_client, &mut client] {
        client.send("1\n").await;
        assert_eq!(client.line().await.as_deref(), Some("1"));
    }
    stopped(server).await;
    its_client.rest().await;
    client.send("2\n").await;
    assert_eq!(client.line().await.as_deref(), Some("2"), "an answer after another server was stopped");
    stopped(other).await;
    client.rest().await;
}

pub fn echo_stops() {
    sockets(stop_with_clients(echo(), b"half", b"a line\n"));
    sockets(async { stopped(echo()).await });
    sockets(stop_one_of_two(echo(), echo()));
}

pub fn calc_stops() {
    sockets(stop_with_clients(calc(), b"1 + ", b"1 + 1\n"));
    sockets(async { stopped(calc()).await });
    sockets(stop_one_of_two(calc(), calc()));
    sockets(stop_one_of_two(echo(), calc()));
}

pub fn client_gets_its_message_back() {
    sockets(async {
        let mut rng = Rng::new(seed());
        let large: String =
            (0..100_000).map(|_| char::from_u32(0x20 + rng.below(0x2000) as u32).unwrap_or('x')).collect();
        // More than all the buffers on the way can hold.
        let huge = large.repeat(40);
        for message in ["hello", "", "with a line end\n", "käse \u{1F980}", "a\r\nb\0c", &large, &huge] {
            for script in [Script::Echo, Script::Slow] {
                if script == Script::Slow && (message.is_empty() || message.len() == huge.len()) {
                    continue;
                }
                let (address, seen) = scripted(script).await;
                let reply = soon("echo_client", echo_client(address, message)).await;
                let reply = reply.unwrap_or_else(|error| panic!("a message of {} bytes: {error}", message.len()));
                assert_eq!(reply.len(), message.len(), "the reply's size");
                assert!(reply == message, "the reply is another text: `{}`", shortened(&reply));
                let seen = soon("the client to close", seen).await.expect("the scripted server has ended");
                assert_eq!(seen.len(), message.len(), "nothing is added to the message");
                assert!(seen == message.as_bytes(), "the server saw another message");
            }
        }
        // The two halves of the assignment together.
        let mut server = echo();
        let reply = soon("echo_client", echo_client(server.address(), &large))
            .await
            .expect("an echo of the submission's server");
        assert!(reply == large);
        server.still_serves();
    });
}

pub fn client_reports_errors() {
    sockets(async {
        for (script, message) in [
            (Script::CloseAtOnce, "hello"),
            (Script::CloseHalfWay, "hello, this is a message"),
            (Script::CloseHalfWay, &"long".repeat(100_000)),
            (Script::NotUtf8, "hello"),
            (Script::CutCharacter, "hello"),
            (Script::Reset, "hello"),
        ] {
            let (address, _) = scripted(script).await;
            let reply = soon("echo_client", echo_client(address, message)).await;
            assert!(
                reply.is_err(),
                "{}, and `echo_client` gave {:?}",
                script.says(),
                reply.map(|text| shortened(&text))
            );
        }
        let nobody = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let address = nobody.local_addr().expect("it is bound");
        drop(nobody);
        assert!(soon("echo_client", echo_client(address, "hello")).await.is_err(), "nobody listens there");
    });
}
