//! Bug: a panic of the writer poisons the mutex, and every later call panics.

use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard};
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
    out: Mutex<W>,
}

impl<W: Write> Console<W> {
    pub fn new(out: W) -> Self {
        Self { out: Mutex::new(out) }
    }

    fn out(&self) -> MutexGuard<'_, W> {
        self.out.lock().unwrap()
    }

    pub fn line(&self, text: &str) -> io::Result<()> {
        self.out().write_all(format!("{text}\n").as_bytes())
    }

    pub fn log(&self, level: Level, message: &str) -> io::Result<()> {
        let thread = thread::current();
        self.line(&format!(
            "[{}] ({}) {message}",
            level.name(),
            thread.name().unwrap_or("?")
        ))
    }

    pub fn into_inner(self) -> W {
        self.out.into_inner().unwrap()
    }
}
