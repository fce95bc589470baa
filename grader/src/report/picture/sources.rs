//! The source lines that a picture quotes.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// Lines of source files, by file name (as in [`protocol::Place::file`]) and number.
///
/// Holds whole files, or only the lines that a report needs ([`Sources::excerpt`]).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sources {
    files: BTreeMap<String, BTreeMap<u32, String>>,
}

impl From<BTreeMap<String, BTreeMap<u32, String>>> for Sources {
    fn from(files: BTreeMap<String, BTreeMap<u32, String>>) -> Self {
        Sources { files }
    }
}

impl From<Sources> for BTreeMap<String, BTreeMap<u32, String>> {
    fn from(sources: Sources) -> Self {
        sources.files
    }
}

/// A longer line is no line that a person wrote; the rest of it is not kept.
const LONGEST_LINE: usize = 1000;

impl Sources {
    /// No sources: pictures then show operations only.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds all the lines of a file.
    pub fn add(&mut self, file: &str, text: &str) {
        let lines = self.files.entry(file.to_string()).or_default();
        for (i, line) in text.lines().enumerate() {
            lines.insert(i as u32 + 1, line.chars().take(LONGEST_LINE).collect());
        }
    }

    /// The line with this number (from 1).
    pub fn line(&self, file: &str, number: u32) -> Option<&str> {
        self.files.get(file)?.get(&number).map(String::as_str)
    }

    /// Adds the lines of another one.
    pub fn extend(&mut self, other: Sources) {
        for (file, lines) in other.files {
            self.files.entry(file).or_default().extend(lines);
        }
    }

    /// True if there are no lines at all.
    pub fn is_empty(&self) -> bool {
        self.files.values().all(BTreeMap::is_empty)
    }

    /// The lines that the failure's picture needs: those of its events and places, each with the few before it
    /// (a call may begin above the line of its last part).
    pub fn excerpt(&self, failure: &protocol::Failure) -> Sources {
        let mut wanted: BTreeSet<(&str, u32)> = BTreeSet::new();
        for place in places(failure) {
            for line in place.line.saturating_sub(super::names::LINES_ABOVE)..=place.line {
                wanted.insert((&place.file, line));
            }
        }
        let mut out = Sources::new();
        for (file, line) in wanted {
            if let Some(text) = self.line(file, line) {
                out.files.entry(file.to_string()).or_default().insert(line, text.to_string());
            }
        }
        out
    }
}

/// Every place that a failure names.
pub(super) fn places(failure: &protocol::Failure) -> impl Iterator<Item = &protocol::Place> {
    let events = failure.interleaving.iter().flat_map(|i| &i.events).filter_map(|e| e.place.as_ref());
    let waits = failure
        .waits
        .iter()
        .flat_map(|w| w.place.as_ref().into_iter().chain(w.holder.as_ref().and_then(|h| h.place.as_ref())));
    failure.place.iter().chain(events).chain(waits)
}
