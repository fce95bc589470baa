//! Bug: a line longer than 8 KiB is written in pieces, with a lock for each.

use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};
use std::thread;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Debug,
    Info,
    Warning,
    Error,
}

impl Level {
    fn text(self) -> &'static str {
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
        Console { out: Mutex::new(out) }
    }

    fn put(&self, line: &[u8]) -> io::Result<()> {
        for piece in line.chunks(8192) {
            self.out.lock().unwrap_or_else(PoisonError::into_inner).write_all(piece)?;
        }
        Ok(())
    }

    pub fn line(&self, text: &str) -> io::Result<()> {
        self.put(format!("{text}\n").as_bytes())
    }

    pub fn log(&self, level: Level, message: &str) -> io::Result<()> {
        let current = thread::current();
        let name = current.name().unwrap_or("?");
        self.put(format!("[{}] ({name}) {message}\n", level.text()).as_bytes())
    }

    pub fn into_inner(self) -> W {
        self.out.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
