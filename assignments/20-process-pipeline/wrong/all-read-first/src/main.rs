//! Reads all lines before it sends the first number.

use std::io::{self, BufRead, BufWriter, Read, Write};
use std::process::{Child, ChildStdout, Command, ExitCode, Stdio};

const END: &str = "end";

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some("producer") => producer(),
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

fn producer() -> ExitCode {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut input = io::stdin().lock();
    let mut all = String::new();
    if input.read_to_string(&mut all).is_err() {
        return ExitCode::FAILURE;
    }
    for (number, line) in (1u64..).zip(all.lines()) {
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
    let mut producer = child("producer")?.stdout(Stdio::piped()).spawn()?;
    let pipe = producer.stdout.take().expect("piped");
    let result = drain(pipe);
    let good = match result {
        Ok(mut consumer) => consumer.wait()?.success(),
        Err(error) => {
            end(&mut producer);
            return Err(error);
        }
    };
    if !good {
        // The producer may sleep in a read that never ends. If it was the one that broke off, it has said why before the pipe ended.
        end(&mut producer);
        return Ok(false);
    }
    Ok(producer.wait()?.success())
}

fn drain(pipe: ChildStdout) -> io::Result<Child> {
    // The parent's end of the pipe is closed when this returns.
    child("consumer")?.stdin(Stdio::from(pipe)).spawn()
}

fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}
