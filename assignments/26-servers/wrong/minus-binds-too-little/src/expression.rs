//! Recursive descent, with a limit to the depth.

const DEPTH: usize = 200;

struct Parser<'a> {
    rest: &'a [u8],
    depth: usize,
}

pub fn evaluate(text: &str) -> Result<i64, &'static str> {
    let mut parser = Parser { rest: text.as_bytes(), depth: 0 };
    let value = parser.sum()?;
    match parser.peek() {
        None => Ok(value),
        Some(_) => Err("something follows the expression"),
    }
}

impl Parser<'_> {
    fn peek(&mut self) -> Option<u8> {
        self.rest = self.rest.trim_ascii_start();
        self.rest.first().copied()
    }

    /// Takes one of these, if it comes next.
    fn take(&mut self, wanted: &[u8]) -> Option<u8> {
        let byte = self.peek().filter(|byte| wanted.contains(byte))?;
        self.rest = &self.rest[1..];
        Some(byte)
    }

    fn sum(&mut self) -> Result<i64, &'static str> {
        let mut value = self.product()?;
        while let Some(sign) = self.take(b"+-") {
            let right = self.product()?;
            let result = if sign == b'+' { value.checked_add(right) } else { value.checked_sub(right) };
            value = result.ok_or("overflow")?;
        }
        Ok(value)
    }

    fn product(&mut self) -> Result<i64, &'static str> {
        let mut value = self.factor()?;
        while let Some(sign) = self.take(b"*/") {
            let right = self.factor()?;
            let result = match (sign, right) {
                (b'*', _) => value.checked_mul(right),
                (_, 0) => return Err("division by zero"),
                _ => value.checked_div(right),
            };
            value = result.ok_or("overflow")?;
        }
        Ok(value)
    }

    fn factor(&mut self) -> Result<i64, &'static str> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err("too deep");
        }
        let value = if self.take(b"-").is_some() {
            self.product()?.checked_neg().ok_or("overflow")?
        } else if self.take(b"(").is_some() {
            let value = self.sum()?;
            self.take(b")").ok_or("a bracket is missing")?;
            value
        } else {
            self.number()?
        };
        self.depth -= 1;
        Ok(value)
    }

    fn number(&mut self) -> Result<i64, &'static str> {
        self.peek();
        let digits = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (number, rest) = self.rest.split_at(digits);
        self.rest = rest;
        if number.is_empty() {
            return Err("a number is missing");
        }
        let digit = |value: i64, byte: &u8| value.checked_mul(10)?.checked_add(i64::from(byte - b'0'));
        number.iter().try_fold(0, digit).ok_or("overflow")
    }
}
