//! Bug: an error frees the console, a panic of the writer does not.

use std::io::{self, Write};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
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
    busy: Mutex<bool>,
    free: Condvar,
    out: Mutex<W>,
}

impl<W: Write> Console<W> {
    pub fn new(out: W) -> Self {
        Self {
            busy: Mutex::new(false),
            free: Condvar::new(),
            out: Mutex::new(out),
        }
    }

    fn out(&self) -> MutexGuard<'_, W> {
        self.out.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn line(&self, text: &str) -> io::Result<()> {
        *self.free.wait_while(self.busy.lock().unwrap(), |busy| *busy).unwrap() = true;
        let result = self.out().write_all(format!("{text}\n").as_bytes());
        *self.busy.lock().unwrap() = false;
        self.free.notify_one();
        result
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
