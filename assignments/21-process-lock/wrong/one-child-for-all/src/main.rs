//! One after the other, and the parent writes most lines itself.

use std::fs::{File, OpenOptions};
use std::io::{Error, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;
use std::process::{Child, Command, ExitCode};
use std::thread::sleep;
use std::time::Duration;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().collect();
    let done = if args.len() == 5 && args[1].starts_with("worker-") {
        work(&args[1], &args[2], args[3].parse().unwrap(), args[4].parse().unwrap()).map(|()| 0)
    } else {
        let numbers: Vec<u64> = args.iter().skip(2).filter_map(|text| text.parse().ok()).collect();
        match numbers[..] {
            [processes, lines] if args.len() == 4 => lead(&args[0], &args[1], processes, lines),
            _ => {
                eprintln!("usage: {} FILE PROCESSES LINES", args[0]);
                return ExitCode::from(2);
            }
        }
    };
    match done {
        Ok(bad) => ExitCode::from(u8::from(bad > 0)),
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn lock_file(path: &str) -> Result<File, Error> {
    OpenOptions::new().create(true).truncate(false).read(true).write(true).open(format!("{path}.lock"))
}

fn stamp_file(path: &str) -> Result<File, Error> {
    OpenOptions::new().create(true).truncate(false).write(true).open(path)
}

/// Asks again and again, with pauses.
fn lock(file: &File) -> Result<(), Error> {
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(std::fs::TryLockError::WouldBlock) => sleep(Duration::from_micros(300)),
            Err(std::fs::TryLockError::Error(error)) => return Err(error),
        }
    }
}

fn good_length(lock: &File) -> Result<u64, Error> {
    let mut bytes = [0; 8];
    lock.read_exact_at(&mut bytes, 0)?;
    Ok(u64::from_le_bytes(bytes))
}

fn work(name: &str, path: &str, lines: u64, _processes: u64) -> Result<(), Error> {
    let guard = lock_file(path)?;
    let mut file = stamp_file(path)?;
    for line in 1..=lines {
        lock(&guard)?;
        let start = good_length(&guard)?;
        file.set_len(start)?;
        file.seek(SeekFrom::Start(start))?;
        for piece in [name, " ", "line-", &line.to_string(), "\n"] {
            file.write_all(piece.as_bytes())?;
        }
        let end = file.stream_position()?;
        guard.write_all_at(&end.to_le_bytes(), 0)?;
        guard.unlock()?;
    }
    Ok(())
}

fn lead(program: &str, path: &str, processes: u64, lines: u64) -> Result<usize, Error> {
    let guard = lock_file(path)?;
    let file = stamp_file(path)?;
    lock(&guard)?;
    guard.write_all_at(&file.metadata()?.len().to_le_bytes(), 0)?;
    guard.unlock()?;
    let child = |number: u64| {
        let name = format!("worker-{number}");
        if number > 1 {
            work(&name, path, lines, processes)?;
        }
        Command::new(program)
            .args([&name, path, &if number > 1 { 0 } else { lines }.to_string(), &processes.to_string()])
            .spawn()
    };
    let mut children: Vec<Result<Child, Error>> = Vec::new();
    for number in 1..=processes {
        children.push(child(number));
        if let Some(Ok(child)) = children.last_mut() {
            child.wait()?;
        }
    }
    let bad = children.into_iter().filter_map(|child| match child.and_then(|mut child| child.wait()) {
        Ok(status) if status.success() => None,
        other => Some(eprintln!("a worker failed: {other:?}")),
    });
    let bad = bad.count();
    lock(&guard)?;
    file.set_len(good_length(&guard)?)?;
    guard.unlock()?;
    Ok(bad)
}
