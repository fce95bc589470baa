//! Bug: a line is dropped while another thread writes.

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

    pub fn line(&self, text: &str) -> io::Result<()> {
        match self.out.try_lock() {
            Ok(mut out) => out.write_all(format!("{text}\n").as_bytes()),
            Err(std::sync::TryLockError::Poisoned(out)) => out.into_inner().write_all(format!("{text}\n").as_bytes()),
            Err(std::sync::TryLockError::WouldBlock) => Ok(()),
        }
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
