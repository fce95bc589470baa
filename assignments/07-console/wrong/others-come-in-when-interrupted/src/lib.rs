//! Bug: after Interrupted the lock is given up and taken again: another line comes in between.

use std::io::{self, Error, ErrorKind, Write};
use std::sync::{Arc, Mutex};
use std::thread;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Debug,
    Info,
    Warning,
    Error,
}
impl std::fmt::Display for Level {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Level::Debug => "DEBUG",
            Level::Info => "INFO",
            Level::Warning => "WARNING",
            Level::Error => "ERROR",
        })
    }
}
pub struct Console<W> {
    out: Arc<Lockable<W>>,
}
struct Lockable<W>(Mutex<W>);
fn all(w: &mut impl Write, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match w.write(bytes) {
            Ok(0) => return Err(Error::new(ErrorKind::WriteZero, "it takes nothing")),
            Ok(n) => bytes = &bytes[n..],
            Err(e) if e.kind() == ErrorKind::Interrupted => continue,
            Err(e) => return Err(e),
        }
    }
    Ok(())
}
impl<W: Write> Console<W> {
    pub fn new(out: W) -> Self {
        Console { out: Arc::new(Lockable(Mutex::new(out))) }
    }
    fn locked(&self, work: impl FnOnce(&mut W) -> io::Result<()>) -> io::Result<()> {
        let lock = &self.out.0;
        let mut guard = lock.lock().unwrap_or_else(|p| {
            lock.clear_poison();
            p.into_inner()
        });
        work(&mut guard)
    }
    pub fn line(&self, text: &str) -> io::Result<()> {
        let line = format!("{text}\n");
        let mut done = 0;
        loop {
            let r = self.locked(|w| {
                while done < line.len() {
                    let n = w.write(&line.as_bytes()[done..])?;
                    if n == 0 {
                        return Err(ErrorKind::WriteZero.into());
                    }
                    done += n;
                }
                Ok(())
            });
            match r {
                Err(e) if e.kind() == ErrorKind::Interrupted => continue,
                r => return r,
            }
        }
    }
    pub fn log(&self, level: Level, message: &str) -> io::Result<()> {
        let t = thread::current();
        let head = format!("[{level}] ({}) ", t.name().map_or_else(|| "?".into(), str::to_owned));
        self.locked(|w| {
            all(w, head.as_bytes())?;
            all(w, message.as_bytes())?;
            all(w, &[b'\n'])
        })
    }
    pub fn into_inner(self) -> W {
        Arc::into_inner(self.out).expect("the only one").0.into_inner().unwrap_or_else(|p| p.into_inner())
    }
}
