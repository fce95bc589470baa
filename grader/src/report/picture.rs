//! The picture of a failure: a column a thread, time downward, and one plain sentence that names the fault.
//!
//! ```text
//!  worker-1                           │ worker-2
//! ────────────────────────────────────┼────────────────────────────────────
//!  18 if self.balance.load(Relaxed)…  │
//!     > balance.load -> 50 (Relaxed)  │
//! ── worker-1 is preempted; worker-2 goes on ──────────────────────────────
//!                                     │ 18 if self.balance.load(Relaxed)…
//! ```
//!
//! [`model`] decides what is shown, [`terminal`] draws it as text, `svg` (beside this module) as an image;
//! [`diagnosis`] writes the sentence. All of it is a pure function of the failure and the source lines. What students
//! wrote (names, values, lines) is made harmless on the way in.

pub mod diagnosis;
pub mod model;
pub mod names;
pub mod sources;
pub mod terminal;
#[cfg(test)]
pub(crate) mod tests;
pub mod walk;

pub use diagnosis::diagnosis;
pub use names::Names;
pub use sources::Sources;

use protocol::Failure;

/// How to draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Columns of the terminal. No line is longer. Less than 40 counts as 40.
    pub width: usize,
    /// Colours (SGR sequences). Off with `NO_COLOR` and where the output is no terminal; the caller knows.
    pub color: bool,
    /// At most so many rows; more are left out of the middle, and a row says so.
    pub max_rows: usize,
}

impl Default for Options {
    fn default() -> Self {
        Options { width: 100, color: false, max_rows: 120 }
    }
}

/// The picture of the failure's interleaving (if it has one), an empty line, and the diagnosis. Ends with a line end.
pub fn render(failure: &Failure, sources: &Sources, options: &Options) -> String {
    let names = Names::find(failure, sources);
    let mut out = String::new();
    if let Some(picture) = model::Picture::new(failure, sources, &names, options.max_rows) {
        out += &terminal::draw(&picture, options);
        out.push('\n');
    }
    let width = options.width.max(terminal::NARROWEST);
    for line in crate::report::text::wrap(&diagnosis(failure, sources), width) {
        out += &line;
        out.push('\n');
    }
    out
}

/// "the end of worker-1" as "waits for the end of worker-1"; a text that has its own verb stays.
fn waiting(what: &str) -> String {
    let own_verb = ["waits", "wait ", "is ", "sleeps", "sends", "has "].iter().any(|verb| what.starts_with(verb));
    match what.strip_prefix("it ") {
        Some(rest) => rest.to_string(),
        None if own_verb => what.to_string(),
        None => format!("waits for {what}"),
    }
}
