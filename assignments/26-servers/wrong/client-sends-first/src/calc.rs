//! One line, one answer. An open bracket is a frame on a stack of our own.

/// Without the line end.
pub const LONGEST: u64 = 64 << 10;

/// The answer to a line as it was read, and whether the connection stays open.
pub fn answer(mut line: Vec<u8>) -> (String, bool) {
    if line.last() == Some(&b'\n') {
        line.pop();
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    if line.len() as u64 > LONGEST {
        return ("error: a line has at most 65536 bytes\n".into(), false);
    }
    match String::from_utf8(line) {
        Err(_) => ("error: a line must be UTF-8\n".into(), false),
        Ok(line) if line == "quit" => (String::new(), false),
        Ok(line) => match calculate(&line) {
            Some(value) => (format!("{value}\n"), true),
            None => ("error: no result\n".into(), true),
        },
    }
}

/// A sum that is being read: what was added up, the product that is being multiplied, and what to do with the next factor.
#[derive(Clone, Copy)]
struct Frame {
    sum: i64,
    product: i64,
    subtract: bool,
    divide: bool,
    negate: bool,
}

impl Frame {
    const NEW: Frame = Frame { sum: 0, product: 1, subtract: false, divide: false, negate: false };

    fn factor(&mut self, value: i64) -> Option<()> {
        let value = if self.negate { value.checked_neg()? } else { value };
        self.negate = false;
        self.product = if self.divide { self.product.checked_div(value)? } else { self.product.checked_mul(value)? };
        Some(())
    }

    fn total(&self) -> Option<i64> {
        if self.subtract { self.sum.checked_sub(self.product) } else { self.sum.checked_add(self.product) }
    }
}

fn calculate(line: &str) -> Option<i64> {
    let mut frames = Vec::new();
    let mut frame = Frame::NEW;
    let mut after_factor = false;
    let mut rest = line.trim_start();
    while let Some(c) = rest.chars().next() {
        let mut used = c.len_utf8();
        match (c, after_factor) {
            ('0'..='9', false) => {
                used = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
                frame.factor(rest[..used].parse().ok()?)?;
                after_factor = true;
            }
            ('-', false) => frame.negate = !frame.negate,
            ('(', false) => frames.push(std::mem::replace(&mut frame, Frame::NEW)),
            (')', true) => {
                let value = frame.total()?;
                frame = frames.pop()?;
                frame.factor(value)?;
            }
            ('*' | '/', true) => {
                frame.divide = c == '/';
                after_factor = false;
            }
            ('+' | '-', true) => {
                frame = Frame { sum: frame.total()?, subtract: c == '-', ..Frame::NEW };
                after_factor = false;
            }
            _ => return None,
        }
        rest = rest[used..].trim_start();
    }
    if after_factor && frames.is_empty() { frame.total() } else { None }
}
