//! The parent looks again and again whether the consumer has ended, and never sleeps.

use std::env;
use std::io::{self, BufRead, Write};
use std::process::{Child, Command, Stdio, exit};
use std::thread;

fn main() {
    let args: Vec<String> = env::args().collect();
    let good = match args.get(1).map(String::as_str) {
        Some("--child-1") => produce(),
        Some("--child-2") => consume(),
        _ => run(&args[0]),
    };
    exit(i32::from(!good));
}

/// Numbers as lines; a line with a dot is the last one.
fn produce() -> bool {
    let mut out = io::BufWriter::new(io::stdout());
    let mut count = 0;
    for line in io::stdin().lines() {
        count += 1;
        let number = line.ok().and_then(|line| line.trim().parse::<i64>().ok());
        let Some(number) = number else {
            let _ = out.flush();
            eprintln!("error in line {count}");
            return false;
        };
        if writeln!(out, "{number}").is_err() {
            return false;
        }
    }
    writeln!(out, ".").is_ok() && out.flush().is_ok()
}

fn consume() -> bool {
    let mut line = String::new();
    while io::stdin().read_line(&mut line).is_ok_and(|length| length > 0) {
        if line == ".\n" {
            return true;
        }
        let Some(Ok(number)) = line.strip_suffix('\n').map(str::parse::<i64>) else { return false };
        println!("{number} -> {}", number as i128 * 2);
        line.clear();
    }
    false
}

fn feed(mut pipe: impl Write) {
    let mut input = io::stdin().lock();
    loop {
        let piece = match input.fill_buf() {
            Ok([]) | Err(_) => return,
            Ok(piece) => piece,
        };
        let length = piece.len();
        if pipe.write_all(piece).is_err() {
            return;
        }
        input.consume(length);
    }
}

fn run(program: &str) -> bool {
    let child = |role: &str, input: Stdio, output: Stdio| -> Child {
        match Command::new(program).arg(role).stdin(input).stdout(output).spawn() {
            Ok(child) => child,
            Err(error) => {
                eprintln!("{role}: {error}");
                exit(1);
            }
        }
    };
    let mut producer = child("--child-1", Stdio::piped(), Stdio::piped());
    let between = producer.stdout.take().expect("piped");
    let mut consumer = child("--child-2", between.into(), Stdio::inherit());
    let pipe = producer.stdin.take().expect("piped");
    thread::spawn(move || feed(pipe));
    // The consumer ends last, or it has died.
    let consumed = loop {
        match consumer.try_wait() {
            Ok(None) => std::hint::spin_loop(),
            end => break end.is_ok_and(|status| status.is_some_and(|status| status.success())),
        }
    };
    if !consumed {
        let _ = producer.kill();
    }
    let produced = producer.wait().is_ok_and(|status| status.success());
    consumed && produced
}
