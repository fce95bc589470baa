//! How an assignment may be named: `assignment-3`, `3`, `03`, `thread-pool`, `03-thread-pool`.

/// The number and the slug that name an assignment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    /// From 1.
    pub number: u32,
    /// Lower-case words joined by `-`.
    pub slug: String,
}

impl Name {
    /// The name of the assignment's folder: `03-thread-pool`.
    pub fn folder(&self) -> String {
        format!("{:02}-{}", self.number, self.slug)
    }

    /// The name on the command line: `assignment-3`.
    pub fn command(&self) -> String {
        format!("assignment-{}", self.number)
    }

    /// Reads a folder's name.
    pub fn from_folder(folder: &str) -> Option<Name> {
        let (number, slug) = folder.split_once('-')?;
        if number.len() < 2 || !number.bytes().all(|b| b.is_ascii_digit()) || !is_slug(slug) {
            return None;
        }
        Some(Name { number: number.parse().ok()?, slug: slug.to_owned() })
    }

    /// Does `text`, as typed by a person, name this assignment?
    pub fn matches(&self, text: &str) -> bool {
        let text = text.trim().to_ascii_lowercase();
        let bare = text.strip_prefix("assignment-").unwrap_or(&text);
        if !bare.is_empty() && bare.bytes().all(|b| b.is_ascii_digit()) {
            return bare.parse() == Ok(self.number);
        }
        if bare == self.slug {
            return true;
        }
        Name::from_folder(bare).is_some_and(|name| name == *self)
    }
}

/// Lower-case letters, digits and single hyphens, beginning with a letter.
pub fn is_slug(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && !text.ends_with('-')
        && !text.contains("--")
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// The candidates nearest to a mistyped word, best first, at most `count`.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>, count: usize) -> Vec<&'a str> {
    let word = word.to_ascii_lowercase();
    let mut scored: Vec<(f64, &str)> = candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&word, candidate), candidate))
        .filter(|(score, _)| *score > 0.7)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    scored.dedup_by(|a, b| a.1 == b.1);
    scored.into_iter().take(count).map(|(_, candidate)| candidate).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_names_it() {
        let name = Name { number: 3, slug: "thread-pool".into() };
        for text in ["assignment-3", "3", "03", "thread-pool", "03-thread-pool", "Assignment-03", " 3 "] {
            assert!(name.matches(text), "{text}");
        }
        for text in ["13", "assignment-", "", "thread", "3-thread", "04-thread-pool", "assignment-33"] {
            assert!(!name.matches(text), "{text}");
        }
    }

    #[test]
    fn folders() {
        assert_eq!(Name::from_folder("03-thread-pool").map(|n| n.folder()), Some("03-thread-pool".into()));
        for text in ["3-x", "thread-pool", "03-", "03-A", "03-a--b", "x3-a", "+3-a"] {
            assert_eq!(Name::from_folder(text), None, "{text}");
        }
    }

    #[test]
    fn nearest_names() {
        assert_eq!(nearest("tread-pool", ["thread-pool", "event", "bank-race"], 2), ["thread-pool"]);
    }
}
