//! First come, first served: tickets under a mutex of their own, so that lines come in the order of the calls. The writer is
//! written to by hand.

use std::io::{self, ErrorKind, Write};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Condvar, Mutex, PoisonError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Debug,
    Info,
    Warning,
    Error,
}

impl Level {
    const NAMES: [&'static str; 4] = ["DEBUG", "INFO", "WARNING", "ERROR"];
}

pub struct Console<W> {
    next: Mutex<(u64, u64)>,
    turn: Condvar,
    out: Mutex<W>,
}

impl<W: Write> Console<W> {
    pub fn new(out: W) -> Self {
        Self {
            next: Mutex::new((0, 0)),
            turn: Condvar::new(),
            out: Mutex::new(out),
        }
    }

    fn write(&self, mut bytes: &[u8]) -> io::Result<()> {
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        while !bytes.is_empty() {
            match out.write(bytes) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(n) => bytes = &bytes[n..],
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    pub fn line(&self, text: &str) -> io::Result<()> {
        let mut next = self.next.lock().unwrap();
        let mine = next.0;
        next.0 += 1;
        while next.1 != mine {
            next = self.turn.wait(next).unwrap();
        }
        drop(next);
        let result = catch_unwind(AssertUnwindSafe(|| self.write(format!("{text}\n").as_bytes())));
        self.next.lock().unwrap().1 += 1;
        self.turn.notify_all();
        result.unwrap_or_else(|panic| resume_unwind(panic))
    }

    pub fn log(&self, level: Level, message: &str) -> io::Result<()> {
        let thread = std::thread::current();
        self.line(&format!(
            "[{}] ({}) {message}",
            Level::NAMES[level as usize],
            thread.name().unwrap_or("?")
        ))
    }

    pub fn into_inner(self) -> W {
        self.out.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
