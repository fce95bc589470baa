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

fn word(level: Level) -> &'static str {
    match level {
        Level::Debug => "DEBUG",
        Level::Info => "INFO",
        Level::Warning => "WARNING",
        Level::Error => "ERROR",
    }
}

pub struct Console<W> {
    out: Mutex<W>,
}

impl<W: Write> Console<W> {
    pub fn new(out: W) -> Self {
        Console { out: Mutex::new(out) }
    }
    fn put(&self, bytes: &[u8]) -> io::Result<()> {
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        let mut b = bytes;
        while !b.is_empty() {
            match out.write(b) {
                Ok(0) => break,
                Ok(n) => b = &b[n..],
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }
    pub fn line(&self, text: &str) -> io::Result<()> {
        let mut s = text.to_string();
        s.push('\n');
        self.put(s.as_bytes())
    }
    pub fn log(&self, level: Level, message: &str) -> io::Result<()> {
        let me = thread::current();
        let name = me.name().unwrap_or("?");
        self.put(format!("[{}] ({name}) {message}\n", word(level)).as_bytes())
    }
    pub fn into_inner(self) -> W {
        self.out.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
