//! Bug: the caller's name is left in a shared place and read when it is its turn to write: it may be another thread's by then.

use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Debug,
    Info,
    Warning,
    Error,
}

impl Level {
    fn name(self) -> &'static str {
        match self {
            Level::Debug => "DEBUG",
            Level::Info => "INFO",
            Level::Warning => "WARNING",
            Level::Error => "ERROR",
        }
    }
}

pub struct Console<W> {
    name: Mutex<String>,
    out: Mutex<W>,
}

impl<W: Write> Console<W> {
    pub fn new(out: W) -> Self {
        Self {
            name: Mutex::default(),
            out: Mutex::new(out),
        }
    }

    fn out(&self) -> MutexGuard<'_, W> {
        self.out.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn line(&self, text: &str) -> io::Result<()> {
        self.out().write_all(format!("{text}\n").as_bytes())
    }

    pub fn log(&self, level: Level, message: &str) -> io::Result<()> {
        *self.name.lock().unwrap() = thread::current().name().unwrap_or("?").to_string();
        let mut out = self.out();
        let name = self.name.lock().unwrap().clone();
        out.write_all(format!("[{}] ({name}) {message}\n", level.name()).as_bytes())
    }

    pub fn into_inner(self) -> W {
        self.out.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
