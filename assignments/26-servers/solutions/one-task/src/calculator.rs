//! Bytes in, answers out.

const LIMIT: usize = 65_536;

#[derive(Default)]
pub struct Calculator {
    line: Vec<u8>,
}

impl Calculator {
    /// Takes what has arrived. False: the connection is to be closed.
    pub fn feed(&mut self, bytes: &[u8], answers: &mut Vec<u8>) -> bool {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(piece);
            if self.line.ends_with(b"\n") {
                self.line.pop();
                if !self.line_is_complete(answers) {
                    return false;
                }
            } else if self.line.len() > LIMIT + 1 {
                return self.refuse("line too long", answers);
            }
        }
        true
    }

    /// Nothing more arrives.
    pub fn end(&mut self, answers: &mut Vec<u8>) -> bool {
        if !self.line.is_empty() {
            self.line_is_complete(answers);
        }
        false
    }

    fn refuse(&mut self, why: &str, answers: &mut Vec<u8>) -> bool {
        answers.extend_from_slice(format!("error: {why}\n").as_bytes());
        false
    }

    fn line_is_complete(&mut self, answers: &mut Vec<u8>) -> bool {
        let mut line = std::mem::take(&mut self.line);
        if line.ends_with(b"\r") {
            line.pop();
        }
        if line.len() > LIMIT {
            return self.refuse("line too long", answers);
        }
        let Ok(text) = std::str::from_utf8(&line) else { return self.refuse("not UTF-8", answers) };
        if text == "quit" {
            return false;
        }
        let answer = match evaluate(text) {
            Ok(value) => value.to_string(),
            Err(error) => format!("error: {error}"),
        };
        answers.extend_from_slice(answer.as_bytes());
        answers.push(b'\n');
        true
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Sign {
    Open,
    Add,
    Subtract,
    Multiply,
    Divide,
    Negate,
}

impl Sign {
    fn rank(self) -> u8 {
        match self {
            Sign::Open => 0,
            Sign::Add | Sign::Subtract => 1,
            Sign::Multiply | Sign::Divide => 2,
            Sign::Negate => 3,
        }
    }
}

/// Two stacks instead of recursion: any depth will do.
fn evaluate(text: &str) -> Result<i64, String> {
    let mut values = Vec::new();
    let mut signs = Vec::new();
    let mut operand_expected = true;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c.is_ascii_whitespace() {
            continue;
        }
        if operand_expected {
            match c {
                '0'..='9' => {
                    let mut digits = String::from(c);
                    while let Some(digit) = rest.next_if(char::is_ascii_digit) {
                        digits.push(digit);
                    }
                    values.push(digits.parse::<i64>().map_err(|_| "the number is too large")?);
                    operand_expected = false;
                }
                '(' => signs.push(Sign::Open),
                '-' => signs.push(Sign::Negate),
                _ => return Err(format!("a number was expected, not {c:?}")),
            }
            continue;
        }
        let sign = match c {
            '+' => Sign::Add,
            '-' => Sign::Subtract,
            '*' => Sign::Multiply,
            '/' => Sign::Divide,
            ')' => {
                loop {
                    match signs.pop() {
                        Some(Sign::Open) => break,
                        Some(sign) => apply(sign, &mut values)?,
                        None => return Err("there is no bracket to close".into()),
                    }
                }
                continue;
            }
            _ => return Err(format!("a sign was expected, not {c:?}")),
        };
        while let Some(before) = signs.pop_if(|before| before.rank() >= sign.rank()) {
            apply(before, &mut values)?;
        }
        signs.push(sign);
        operand_expected = true;
    }
    if operand_expected {
        return Err("the expression is not complete".into());
    }
    while let Some(sign) = signs.pop() {
        if sign == Sign::Open {
            return Err("a bracket is not closed".into());
        }
        apply(sign, &mut values)?;
    }
    values.pop().ok_or_else(|| "the expression is empty".into())
}

fn apply(sign: Sign, values: &mut Vec<i64>) -> Result<(), String> {
    const MISSING: &str = "a number is missing";
    let right = values.pop().ok_or(MISSING)?;
    let result = if sign == Sign::Negate {
        right.checked_neg()
    } else {
        let left = values.pop().ok_or(MISSING)?;
        match sign {
            Sign::Add => left.checked_add(right),
            Sign::Subtract => left.checked_sub(right),
            Sign::Multiply => left.checked_mul(right),
            _ if right == 0 => return Err("division by zero".into()),
            _ => left.checked_div(right),
        }
    };
    values.push(result.ok_or("overflow")?);
    Ok(())
}
