//! One child reads, doubles and prints.

use std::io::{self, BufRead, BufWriter, Write};
use std::process::{Command, ExitCode};

const END: &str = "end";

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some("producer") => both(),
        Some("consumer") => consumer(),
        _ => match pipeline() {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::FAILURE,
            Err(error) => {
                eprintln!("pipeline: {error}");
                ExitCode::FAILURE
            }
        },
    }
}

fn both() -> ExitCode {
    for (number, line) in (1u64..).zip(io::stdin().lines()) {
        match line.map(|line| line.trim().parse::<i128>()) {
            Ok(Ok(value)) if i64::try_from(value).is_ok() => println!("{value} -> {}", 2 * value),
            _ => {
                eprintln!("line {number} is not a number");
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

#[allow(dead_code)]
fn producer() -> ExitCode {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut input = io::stdin().lock();
    let mut line = String::new();
    for number in 1u64.. {
        line.clear();
        match input.read_line(&mut line) {
            Ok(0) => break,
            Ok(_) => {}
            Err(error) => {
                eprintln!("line {number}: {error}");
                return ExitCode::FAILURE;
            }
        }
        let Ok(value) = line.trim().parse::<i64>() else {
            eprintln!("line {number} is not a number: {:?}", line.trim_end());
            return ExitCode::FAILURE;
        };
        // Nobody listens: the parent knows why.
        if writeln!(out, "{value}").is_err() {
            return ExitCode::FAILURE;
        }
    }
    match writeln!(out, "{END}").and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn consumer() -> ExitCode {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut ended = false;
    for line in io::stdin().lock().lines() {
        let Ok(line) = line else { return ExitCode::FAILURE };
        if line == END {
            ended = true;
            break;
        }
        let Ok(value) = line.parse::<i128>() else { return ExitCode::FAILURE };
        if writeln!(out, "{value} -> {}", 2 * value).is_err() {
            return ExitCode::FAILURE;
        }
    }
    // Without the sentinel the producer has broken off.
    if out.flush().is_ok() && ended { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn child(role: &str) -> io::Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(role);
    Ok(command)
}

fn pipeline() -> io::Result<bool> {
    let mut only = child("producer")?.spawn()?;
    Ok(only.wait()?.success())
}
