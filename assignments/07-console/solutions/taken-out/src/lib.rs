//! Whoever writes takes the writer out of the console, and a guard puts it back. The mutex is never held while W works.

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

pub struct Console<W> {
    out: Mutex<Option<W>>,
    back: Condvar,
}

struct Taken<'a, W> {
    console: &'a Console<W>,
    out: Option<W>,
}

impl<W> Drop for Taken<'_, W> {
    fn drop(&mut self) {
        *self.console.slot() = self.out.take();
        self.console.back.notify_one();
    }
}

impl<W> Console<W> {
    fn slot(&self) -> MutexGuard<'_, Option<W>> {
        self.out.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> Taken<'_, W> {
        let free = self.back.wait_while(self.slot(), |out| out.is_none());
        let out = free.unwrap_or_else(PoisonError::into_inner).take();
        Taken { console: self, out }
    }
}

impl<W: Write> Console<W> {
    pub fn new(out: W) -> Self {
        Self {
            out: Mutex::new(Some(out)),
            back: Condvar::new(),
        }
    }

    pub fn line(&self, text: &str) -> io::Result<()> {
        let mut taken = self.take();
        match taken.out.as_mut() {
            Some(out) => writeln!(out, "{text}"),
            None => unreachable!("take() waits for the writer"),
        }
    }

    pub fn log(&self, level: Level, message: &str) -> io::Result<()> {
        let level = match level {
            Level::Debug => "DEBUG",
            Level::Info => "INFO",
            Level::Warning => "WARNING",
            Level::Error => "ERROR",
        };
        let line = format!("[{level}] ({}) {message}", thread::current().name().unwrap_or("?"));
        self.line(&line)
    }

    pub fn into_inner(self) -> W {
        let out = self.out.into_inner().unwrap_or_else(PoisonError::into_inner);
        out.expect("nobody writes any more")
    }
}
