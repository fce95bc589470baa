//! Formats straight into the writer while it holds the lock; std's RwLock would ask for a `W: Sync`, a Mutex does not.

use std::fmt;
use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Debug,
    Info,
    Warning,
    Error,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Level::Debug => "DEBUG",
            Level::Info => "INFO",
            Level::Warning => "WARNING",
            Level::Error => "ERROR",
        })
    }
}

#[derive(Debug)]
pub struct Console<W>(Mutex<W>);

impl<W: Write> Console<W> {
    pub fn new(out: W) -> Self {
        Self(Mutex::new(out))
    }

    fn out(&self) -> MutexGuard<'_, W> {
        self.0.lock().unwrap_or_else(|poisoned| {
            self.0.clear_poison();
            poisoned.into_inner()
        })
    }

    pub fn line(&self, text: &str) -> io::Result<()> {
        let mut out = self.out();
        out.write_all(text.as_bytes())?;
        out.write_all(b"\n")
    }

    pub fn log(&self, level: Level, message: &str) -> io::Result<()> {
        let me = std::thread::current();
        let name = me.name().unwrap_or("?");
        writeln!(self.out(), "[{level}] ({name}) {message}")
    }

    pub fn into_inner(self) -> W {
        match self.0.into_inner() {
            Ok(out) => out,
            Err(poisoned) => poisoned.into_inner(),
        }
    }
}
