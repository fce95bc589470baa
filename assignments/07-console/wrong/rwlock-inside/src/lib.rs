//! Bug: std's RwLock is Sync only for a W that is Sync itself: a Console of a `Box<dyn Write + Send>` cannot be shared.

use std::io::{self, Write};
use std::sync::{PoisonError, RwLock, RwLockWriteGuard};
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
    out: RwLock<W>,
}

impl<W: Write> Console<W> {
    pub fn new(out: W) -> Self {
        Self { out: RwLock::new(out) }
    }

    fn out(&self) -> RwLockWriteGuard<'_, W> {
        self.out.write().unwrap_or_else(PoisonError::into_inner)
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
        self.out.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
