//! Bug: the name is kept from the first call.

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
    name: std::sync::OnceLock<String>,
    out: Mutex<W>,
}

impl<W: Write> Console<W> {
    pub fn new(out: W) -> Self {
        Self {
            name: std::sync::OnceLock::new(),
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
        let name = self
            .name
            .get_or_init(|| thread::current().name().unwrap_or("?").to_string());
        self.line(&format!("[{}] ({name}) {message}", level.name()))
    }

    pub fn into_inner(self) -> W {
        self.out.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
