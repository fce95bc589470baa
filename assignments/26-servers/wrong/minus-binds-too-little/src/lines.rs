use std::io;
use tokio::io::AsyncReadExt;

/// The longest line, without its end.
const LIMIT: usize = 64 * 1024;

pub enum Line {
    Complete(Vec<u8>),
    TooLong,
    End,
}

/// Cuts a stream into lines, however it arrives.
pub struct Lines<R> {
    input: R,
    buffer: Vec<u8>,
    /// So much of the buffer has no line end.
    searched: usize,
}

impl<R: AsyncReadExt + Unpin> Lines<R> {
    pub fn new(input: R) -> Self {
        Lines { input, buffer: Vec::new(), searched: 0 }
    }

    pub async fn next(&mut self) -> io::Result<Line> {
        loop {
            if let Some(found) = self.buffer[self.searched..].iter().position(|byte| *byte == b'\n') {
                let rest = self.buffer.split_off(self.searched + found + 1);
                let mut line = std::mem::replace(&mut self.buffer, rest);
                self.searched = 0;
                line.pop();
                return Ok(checked(line));
            }
            self.searched = self.buffer.len();
            // One byte more may be the `\r` of the line end.
            if self.searched > LIMIT + 1 {
                return Ok(Line::TooLong);
            }
            if self.input.read_buf(&mut self.buffer).await? == 0 {
                self.searched = 0;
                return Ok(match std::mem::take(&mut self.buffer) {
                    line if line.is_empty() => Line::End,
                    line => checked(line),
                });
            }
        }
    }

    /// Reads to the end and keeps nothing.
    pub async fn discard(&mut self) -> io::Result<()> {
        loop {
            self.buffer.clear();
            if self.input.read_buf(&mut self.buffer).await? == 0 {
                return Ok(());
            }
        }
    }
}

fn checked(mut line: Vec<u8>) -> Line {
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    if line.len() > LIMIT { Line::TooLong } else { Line::Complete(line) }
}
