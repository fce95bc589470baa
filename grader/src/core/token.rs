//! Replay tokens: one word that names an execution, to be typed or copied.
//!
//! Base64url without padding of: a version byte, four bytes of checksum, then the fields, each with
//! its length before it. The checksum catches a token that was cut off or mistyped; it protects nothing.

use data_encoding::BASE64URL_NOPAD;
use protocol::Engine;
use sha2::{Digest, Sha256};

use super::plan::Effort;

const VERSION: u8 = 1;
/// Longer ones are refused before they are decoded.
const LONGEST: usize = 1 << 20;

/// What a token holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The assignment's folder name, or a file's name for `grade explore`.
    pub assignment: String,
    /// The check's id.
    pub check: String,
    /// The engine that found it.
    pub engine: Engine,
    /// The seed of the run.
    pub seed: u64,
    /// How much work the run was to do (for engines without schedules: `stress`).
    pub effort: Effort,
    /// The schedule; `None` for engines without.
    pub schedule: Option<String>,
    /// The first bytes of the hash of the submission's sources.
    pub source: [u8; 8],
}

/// Why a text is no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadToken {
    /// Characters that no token has.
    #[error("this is no replay token; copy the whole word that `grade` printed after `grade replay`")]
    NotAToken,
    /// Cut off or mistyped.
    #[error("the replay token is incomplete or mistyped; copy the whole word")]
    Damaged,
    /// Of another version of `grade`.
    #[error("the replay token was made by another version of `grade`; grade the submission again for a new one")]
    Version,
}

impl Token {
    /// The word.
    pub fn encode(&self) -> String {
        let mut body = Vec::new();
        put(&mut body, self.assignment.as_bytes());
        put(&mut body, self.check.as_bytes());
        let engine = Engine::ALL.iter().position(|e| *e == self.engine).expect("ALL has all");
        body.push(engine as u8);
        body.extend(self.seed.to_le_bytes());
        body.push(self.effort as u8);
        body.extend(self.source);
        if let Some(schedule) = &self.schedule {
            put(&mut body, schedule.as_bytes());
        }
        let mut bytes = vec![VERSION];
        bytes.extend(checksum(&body));
        bytes.extend(body);
        BASE64URL_NOPAD.encode(&bytes)
    }

    /// Reads a word.
    pub fn decode(text: &str) -> Result<Token, BadToken> {
        let text = text.trim();
        if text.is_empty() || text.len() > LONGEST {
            return Err(BadToken::NotAToken);
        }
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|error| {
            // A cut shows in the last character; anything else is no token at all.
            if error.kind == data_encoding::DecodeKind::Symbol { BadToken::NotAToken } else { BadToken::Damaged }
        })?;
        let (&version, rest) = bytes.split_first().ok_or(BadToken::NotAToken)?;
        if version != VERSION {
            return Err(BadToken::Version);
        }
        let (sum, body) = rest.split_at_checked(4).ok_or(BadToken::Damaged)?;
        if sum != checksum(body) {
            return Err(BadToken::Damaged);
        }
        Token::fields(body).ok_or(BadToken::Damaged)
    }

    fn fields(mut body: &[u8]) -> Option<Token> {
        let body = &mut body;
        let assignment = take_text(body)?;
        let check = take_text(body)?;
        let engine = *Engine::ALL.get(take(body, 1)?[0] as usize)?;
        let seed = u64::from_le_bytes(take(body, 8)?.try_into().ok()?);
        let effort = *[Effort::Quick, Effort::Normal, Effort::Thorough].get(take(body, 1)?[0] as usize)?;
        let source = take(body, 8)?.try_into().ok()?;
        let schedule = if body.is_empty() { None } else { Some(take_text(body)?) };
        body.is_empty().then_some(Token { assignment, check, engine, seed, effort, schedule, source })
    }
}

fn checksum(body: &[u8]) -> [u8; 4] {
    let hash = Sha256::digest(body);
    [hash[0], hash[1], hash[2], hash[3]]
}

fn put(out: &mut Vec<u8>, bytes: &[u8]) {
    let mut length = bytes.len();
    while length >= 0x80 {
        out.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    out.push(length as u8);
    out.extend(bytes);
}

fn take<'a>(body: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (head, rest) = body.split_at_checked(count)?;
    *body = rest;
    Some(head)
}

fn take_text(body: &mut &[u8]) -> Option<String> {
    let mut length = 0usize;
    for shift in (0..).step_by(7).take(4) {
        let byte = take(body, 1)?[0];
        length |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return String::from_utf8(take(body, length)?.to_vec()).ok();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token() -> Token {
        Token {
            assignment: "01-bank-race".into(),
            check: "no_overdraft".into(),
            engine: Engine::Bounded,
            seed: 0xdead_beef,
            effort: Effort::Quick,
            schedule: Some("0123456789".repeat(40)),
            source: *b"abcdefgh",
        }
    }

    #[test]
    fn there_and_back() {
        let token = token();
        let word = token.encode();
        assert!(word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
        assert_eq!(Token::decode(&format!(" {word}\n")), Ok(token.clone()));
        let none = Token { schedule: None, ..token };
        assert_eq!(Token::decode(&none.encode()), Ok(none));
    }

    #[test]
    fn damage_is_noticed() {
        let word = token().encode();
        for cut in 0..word.len() {
            assert!(Token::decode(&word[..cut]).is_err(), "{cut}");
        }
        for at in (0..word.len()).step_by(7) {
            let mut bytes = word.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            assert!(Token::decode(std::str::from_utf8(&bytes).expect("ASCII")).is_err(), "{at}");
        }
        assert_eq!(Token::decode("not a token!"), Err(BadToken::NotAToken));
        let mut other = BASE64URL_NOPAD.decode(word.as_bytes()).expect("base64");
        other[0] = 9;
        assert_eq!(Token::decode(&BASE64URL_NOPAD.encode(&other)), Err(BadToken::Version));
    }
}
