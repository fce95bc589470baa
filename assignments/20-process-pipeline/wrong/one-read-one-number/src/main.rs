//! A short read is taken for a whole number: `read` for `read_exact`.

use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::process::{Child, Command, Stdio, exit};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

const NUMBER: u8 = 1;
const END: u8 = 2;

fn main() {
    let role = std::env::var("PIPELINE_ROLE").unwrap_or_default();
    let result = match role.as_str() {
        "produce" => produce(),
        "consume" => consume(),
        _ => supervise(),
    };
    if let Err(what) = result {
        if !what.is_empty() {
            eprintln!("{what}");
        }
        exit(1);
    }
}

type Result<T> = std::result::Result<T, String>;

/// Somebody else has died; there is nothing to add.
fn silent(_: io::Error) -> String {
    String::new()
}

fn produce() -> Result<()> {
    let mut out = BufWriter::new(io::stdout());
    let mut send = |tag: u8, value: i64| {
        let mut frame = [tag; 9];
        frame[1..].copy_from_slice(&value.to_le_bytes());
        out.write_all(&frame)?;
        if tag == END { out.flush() } else { Ok(()) }
    };
    for (index, line) in BufReader::new(io::stdin()).split(b'\n').enumerate() {
        let bad = |why: &dyn std::fmt::Display| format!("bad line {}: {why}", index + 1);
        let line = line.map_err(|error| bad(&error))?;
        let text = std::str::from_utf8(&line).map_err(|error| bad(&error))?;
        let value = text.trim().parse().map_err(|error| bad(&error))?;
        send(NUMBER, value).map_err(silent)?;
    }
    send(END, 0).map_err(silent)
}

fn consume() -> Result<()> {
    let mut input = BufReader::new(io::stdin());
    let mut out = BufWriter::new(io::stdout());
    let mut frame = [0; 9];
    loop {
        if input.read(&mut frame).map_err(silent)? == 0 {
            return Err(String::new());
        }
        let [tag, number @ ..] = frame;
        match tag {
            NUMBER => {
                let value = i128::from(i64::from_le_bytes(number));
                writeln!(out, "{value} -> {}", value + value).map_err(silent)?;
            }
            END => return out.flush().map_err(silent),
            _ => return Err("the pipe is out of step".into()),
        }
    }
}

fn supervise() -> Result<()> {
    let text = |error: io::Error| error.to_string();
    let me = std::env::current_exe().map_err(text)?;
    let (reader, writer) = io::pipe().map_err(text)?;
    let start = |role: &str, input: Stdio, output: Stdio| {
        Command::new(&me).env("PIPELINE_ROLE", role).stdin(input).stdout(output).spawn().map_err(text)
    };
    let consumer = start("consume", reader.into(), Stdio::inherit())?;
    let producer = match start("produce", Stdio::inherit(), writer.into()) {
        Ok(child) => child,
        Err(error) => {
            let mut consumer = consumer;
            let _ = consumer.kill();
            let _ = consumer.wait();
            return Err(error);
        }
    };
    let children = [consumer, producer].map(|child| Arc::new(Mutex::new(child)));
    let (sender, receiver) = mpsc::channel();
    for child in &children {
        let (child, sender) = (child.clone(), sender.clone());
        std::thread::spawn(move || sender.send(watch(&child)));
    }
    let mut good = true;
    for _ in &children {
        let well = receiver.recv().expect("every thread sends once");
        if !well && good {
            good = false;
            // A producer that has found a bad line is gone by now; one that waits for input would wait for ever.
            for child in &children {
                let _ = child.lock().unwrap().kill();
            }
        }
    }
    if good { Ok(()) } else { Err(String::new()) }
}

/// Waits without keeping the child locked, so that it can be killed meanwhile.
fn watch(child: &Mutex<Child>) -> bool {
    loop {
        match child.lock().unwrap().try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) => {}
            Err(_) => return false,
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}
