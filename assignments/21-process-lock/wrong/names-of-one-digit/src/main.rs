//! A worker is called by the last digit of its number; FILE.lock is the lock.
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::fd::AsFd;
use std::process::{Child, Command, ExitCode, Stdio};

/// What has no line end goes; the caller has the lock.
fn mend(path_or_file: &mut File) -> io::Result<()> {
    let len = path_or_file.seek(SeekFrom::End(0))?;
    let mut at = len;
    let mut one = [0];
    while at > 0 {
        path_or_file.seek(SeekFrom::Start(at - 1))?;
        path_or_file.read_exact(&mut one)?;
        if one[0] == b'\n' {
            break;
        }
        at -= 1;
    }
    if at < len { path_or_file.set_len(at) } else { Ok(()) }
}
fn child(name: &str, lines: u64) -> io::Result<()> {
    let lock = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    let mut file = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    for line in 1..=lines {
        lock.lock()?;
        mend(&mut file)?;
        file.write_all(b"worker-")?;
        file.write_all(name.as_bytes())?;
        file.write_all(format!(" line-{line}").as_bytes())?;
        file.write_all(b"\n")?;
        lock.unlock()?;
    }
    Ok(())
}
fn parent(path: &str, processes: u64, lines: u64) -> io::Result<bool> {
    let mut lock_path = std::ffi::OsString::from(path);
    lock_path.push(".lock");
    let lock = || OpenOptions::new().create(true).truncate(false).write(true).read(true).open(&lock_path);
    let file = || OpenOptions::new().create(true).append(true).read(true).open(path);
    let me = std::env::current_exe()?;
    let mut good = true;
    let mut children: Vec<Child> = vec![];
    for k in 1..=processes {
        let started = (|| {
            Command::new(&me)
                .args(["--", &(k % 10).to_string(), &lines.to_string(), "x", "x"])
                .stdin(Stdio::from(lock()?))
                .stdout(Stdio::from(file()?))
                .spawn()
        })();
        match started {
            Ok(c) => children.push(c),
            Err(e) => {
                eprintln!("worker-{k}: {e}");
                good = false;
            }
        }
    }
    for c in &mut children {
        let status = c.wait()?;
        if !status.success() {
            eprintln!("process {}: {status}", c.id());
            good = false;
        }
    }
    let guard = lock()?;
    guard.lock()?;
    mend(&mut file()?)?;
    Ok(good)
}
fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let end = match args[..] {
        ["--", name, lines, "x", "x"] => child(name, lines.parse().unwrap_or(0)).map(|()| true),
        [path, processes, lines] => match (processes.parse(), lines.parse()) {
            (Ok(p), Ok(l)) => parent(path, p, l),
            _ => {
                eprintln!("PROCESSES and LINES are numbers");
                return ExitCode::from(2);
            }
        },
        _ => {
            eprintln!("usage: stamp FILE PROCESSES LINES");
            return ExitCode::from(2);
        }
    };
    match end {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(e) => {
            eprintln!("stamp: {e}");
            ExitCode::FAILURE
        }
    }
}
