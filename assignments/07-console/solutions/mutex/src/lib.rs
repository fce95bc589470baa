//! The whole line is made first and written under one lock, whose poison is ignored.

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

pub struct Console<W> {
    out: Mutex<W>,
}

impl<W: Write> Console<W> {
    pub fn new(out: W) -> Self {
        Self { out: Mutex::new(out) }
    }

    pub fn line(&self, text: &str) -> io::Result<()> {
        let line = format!("{text}\n");
        self.out
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .write_all(line.as_bytes())
    }

    pub fn log(&self, level: Level, message: &str) -> io::Result<()> {
        let level = format!("{level:?}").to_uppercase();
        let thread = thread::current();
        self.line(&format!("[{level}] ({}) {message}", thread.name().unwrap_or("?")))
    }

    pub fn into_inner(self) -> W {
        self.out.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
