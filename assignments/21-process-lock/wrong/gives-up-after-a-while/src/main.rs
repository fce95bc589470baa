//! Asks for the lock for half a second. Then it gives up.

use std::env;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::process::{Command, ExitCode};
use std::thread::sleep;
use std::time::Duration;

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let result = match args[..] {
        ["--child", path, name, lines] => child(path, name, lines.parse().unwrap_or(0)).map(|()| true),
        [path, processes, lines] => match (processes.parse(), lines.parse::<u64>()) {
            (Ok(processes), Ok(lines)) => parent(path, processes, lines),
            _ => return usage(),
        },
        _ => return usage(),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("stamp: {error}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    eprintln!("usage: stamp FILE PROCESSES LINES");
    ExitCode::from(2)
}

/// The file and its lock.
struct Stamps {
    file: File,
    lock: File,
}

impl Stamps {
    fn open(path: &str) -> io::Result<Stamps> {
        let file = OpenOptions::new().create(true).read(true).append(true).open(path)?;
        let lock = OpenOptions::new().create(true).append(true).open(format!("{path}.lock"))?;
        Ok(Stamps { file, lock })
    }

    fn locked<R>(&mut self, f: impl FnOnce(&mut File) -> io::Result<R>) -> io::Result<R> {
        for _ in 0..100 {
            if self.lock.try_lock().is_ok() {
                let result = f(&mut self.file);
                self.lock.unlock()?;
                return result;
            }
            sleep(Duration::from_millis(5));
        }
        Err(io::ErrorKind::TimedOut.into())
    }
}

/// Cuts off what comes after the last line end.
fn mend(file: &mut File) -> io::Result<()> {
    let length = file.seek(SeekFrom::End(0))?;
    let mut end = length;
    let mut byte = [0];
    while end > 0 {
        file.seek(SeekFrom::Start(end - 1))?;
        file.read_exact(&mut byte)?;
        if byte == *b"\n" {
            break;
        }
        end -= 1;
    }
    if end < length { file.set_len(end) } else { Ok(()) }
}

fn child(path: &str, name: &str, lines: u64) -> io::Result<()> {
    let mut stamps = Stamps::open(path)?;
    for line in 1..=lines {
        stamps.locked(|file| {
            mend(file)?;
            file.write_all(b"worker-")?;
            file.write_all(name.as_bytes())?;
            file.write_all(b" line-")?;
            writeln!(file, "{line}")
        })?;
    }
    Ok(())
}

fn parent(path: &str, processes: u32, lines: u64) -> io::Result<bool> {
    let mut stamps = Stamps::open(path)?;
    let me = env::current_exe()?;
    let mut children = Vec::new();
    for number in 1..=processes {
        let child = Command::new(&me).args(["--child", path, &number.to_string(), &lines.to_string()]).spawn();
        children.push((number, child));
    }
    let mut good = true;
    for (number, child) in children {
        match child.and_then(|mut child| child.wait()) {
            Ok(status) if status.success() => {}
            Ok(status) => {
                eprintln!("worker-{number}: {status}");
                good = false;
            }
            Err(error) => {
                eprintln!("worker-{number}: {error}");
                good = false;
            }
        }
    }
    stamps.locked(mend)?;
    Ok(good)
}
