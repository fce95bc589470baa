//! Bug: every single write call takes the lock anew: with a writer that takes few bytes, another line comes in between.

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
    out: Mutex<W>,
}

impl<W: Write> Console<W> {
    pub fn new(out: W) -> Self {
        Self { out: Mutex::new(out) }
    }

    fn out(&self) -> MutexGuard<'_, W> {
        self.out.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn line(&self, text: &str) -> io::Result<()> {
        let line = format!("{text}\n");
        let mut left = line.as_bytes();
        while !left.is_empty() {
            match self.out().write(left)? {
                0 => return Err(io::ErrorKind::WriteZero.into()),
                n => left = &left[n..],
            }
        }
        Ok(())
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
        self.out.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
