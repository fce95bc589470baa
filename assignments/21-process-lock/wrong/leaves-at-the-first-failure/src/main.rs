//! Stops waiting at the first child that failed.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, Result, Write};
use std::path::Path;
use std::process::{Command, Stdio, exit};

const ROLE: &str = "STAMP_WORKER";

fn main() {
    let args: Vec<OsString> = std::env::args_os().skip(1).collect();
    let number = |at: usize| args.get(at)?.to_str()?.parse::<usize>().ok();
    let (Some(path), Some(processes), Some(lines), 3) = (args.first(), number(1), number(2), args.len()) else {
        eprintln!("three arguments: a file, how many processes, how many lines");
        exit(2);
    };
    let path = Path::new(path);
    let result = match std::env::var(ROLE) {
        Ok(name) => write_lines(path, &name, lines),
        Err(_) => start_all(path, processes, &args),
    };
    if let Err(error) = result {
        eprintln!("{}: {error}", path.display());
        exit(1);
    }
}

fn open(path: &Path) -> Result<File> {
    OpenOptions::new().create(true).append(true).open(path)
}

/// Called with the lock held.
fn remove_half_line(path: &Path, file: &File) -> Result<()> {
    let content = fs::read(path)?;
    let whole = content.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    if whole < content.len() {
        file.set_len(whole as u64)?;
    }
    Ok(())
}

fn write_lines(path: &Path, name: &str, lines: usize) -> Result<()> {
    let file = open(path)?;
    for line in 1..=lines {
        file.lock()?;
        remove_half_line(path, &file)?;
        let mut out = BufWriter::new(&file);
        write!(out, "worker-{name}")?;
        write!(out, " ")?;
        writeln!(out, "line-{line}")?;
        out.flush()?;
        drop(out);
        file.unlock()?;
    }
    Ok(())
}

fn start_all(path: &Path, processes: usize, args: &[OsString]) -> Result<()> {
    let program = std::env::current_exe()?;
    let mut workers = Vec::with_capacity(processes);
    for number in 1..=processes {
        workers.push(Command::new(&program).args(args).env(ROLE, number.to_string()).stdin(Stdio::null()).spawn()?);
    }
    let mut bad = 0;
    for worker in &mut workers {
        let status = worker.wait()?;
        if !status.success() {
            bad += 1;
            break;
        }
    }
    let file = open(path)?;
    file.lock()?;
    remove_half_line(path, &file)?;
    if bad > 0 {
        return Err(std::io::Error::other(format!("{bad} workers did not end well")));
    }
    Ok(())
}
