//! `--shard I/N`: which part of a batch one machine grades.

use super::content::{Hash, Parts};

/// One of several parts. Which part a submission is in depends on its content alone, so that every machine agrees
/// and submissions that are alike are graded once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Shard {
    /// From 1.
    pub index: u32,
    /// How many there are.
    pub of: u32,
}

impl Shard {
    /// Everything.
    pub const WHOLE: Shard = Shard { index: 1, of: 1 };

    /// Is what has this hash in this part?
    pub fn has(self, assignment: &str, content: &Hash) -> bool {
        let mut hash = Parts::default();
        hash.add("shard").add(assignment).add(content);
        let start: [u8; 8] = hash.finish()[..8].try_into().expect("eight bytes");
        u64::from_le_bytes(start) % u64::from(self.of) == u64::from(self.index - 1)
    }
}

impl std::fmt::Display for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

impl std::str::FromStr for Shard {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no part; write I/N with I from 1 to N, for instance 2/4");
        let (index, of) = text.split_once('/').ok_or_else(wrong)?;
        let number = |text: &str| text.trim().parse::<u32>().map_err(|_| wrong());
        let shard = Shard { index: number(index)?, of: number(of)? };
        if shard.of > 100_000 || !(1..=shard.of).contains(&shard.index) { Err(wrong()) } else { Ok(shard) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_submission_is_in_exactly_one_part() {
        let mut counts = [0; 5];
        for n in 0..1000_u32 {
            let mut content = Parts::default();
            content.add(n.to_le_bytes());
            let content = content.finish();
            let within: Vec<u32> = (1..=5).filter(|i| Shard { index: *i, of: 5 }.has("01-x", &content)).collect();
            assert_eq!(within.len(), 1);
            counts[within[0] as usize - 1] += 1;
            assert!(Shard::WHOLE.has("01-x", &content));
        }
        assert!(counts.iter().all(|count| (150..250).contains(count)), "{counts:?}");
    }

    #[test]
    fn parts_are_read() {
        assert_eq!("2/4".parse(), Ok(Shard { index: 2, of: 4 }));
        for bad in ["0/4", "5/4", "1/0", "1", "a/b", "", "1/2/3", "-1/2", "1/4000000000"] {
            assert!(bad.parse::<Shard>().is_err(), "{bad}");
        }
    }
}
