//! `grade explain KIND`.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use clap::Args as ClapArgs;
use protocol::Kind;

use super::common::{colours, deliver};
use crate::lab::LabError;
use crate::report::{explain, text};

#[derive(ClapArgs)]
pub struct Args {
    /// A kind of finding, as a grading names it: deadlock, data-race, ... [default: list them all]
    kind: Option<String>,
}

pub fn run(args: Args) -> Result<u8, LabError> {
    let text = match args.kind {
        Some(word) => {
            let word = word.trim().to_lowercase().replace([' ', '_'], "-");
            let kind = word.parse::<Kind>().map_err(|_| LabError::Usage(unknown(&word)))?;
            paint(explain::page(kind), colours())
        }
        None => all(),
    };
    deliver(&text, None)?;
    Ok(0)
}

fn all() -> String {
    let mut out = String::new();
    for kind in Kind::ALL {
        let _ = writeln!(out, "  {:<12} {}", kind.name(), explain::title(kind));
    }
    out + "\ngrade explain KIND tells more about one of them.\n"
}

fn unknown(word: &str) -> String {
    let word = text::clean(word);
    let near = Kind::ALL
        .iter()
        .map(|kind| (strsim::jaro_winkler(&word, kind.name()), kind.name()))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(score, _)| *score > 0.7);
    match near {
        Some((_, name)) => format!("there is no kind of finding `{word}`; did you mean `{name}`?"),
        None => format!("there is no kind of finding `{word}`; `grade explain` lists them all"),
    }
}

/// The page with headings and code in colour.
fn paint(page: &str, colour: bool) -> String {
    let (heading, code) = (Style::new().bold(), AnsiColor::Cyan.on_default());
    let mut out = String::new();
    let mut in_code = false;
    for line in page.lines() {
        if line.starts_with("```") {
            in_code = !in_code;
            continue;
        }
        let (style, shown) = match line.trim_start_matches('#') {
            _ if in_code => (code, format!("    {line}")),
            title if title.len() < line.len() => (heading, title.trim().to_string()),
            _ => (Style::new(), line.to_string()),
        };
        let plain = !colour || shown.trim().is_empty() || style == Style::new();
        let _ = if plain { writeln!(out, "{}", shown.trim_end()) } else { writeln!(out, "{style}{shown}{style:#}") };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_shown_without_their_markup() {
        let text = paint(explain::page(Kind::Deadlock), false);
        assert!(text.starts_with("Deadlock: threads wait for each other\n"), "{text}");
        assert!(!text.contains("```") && !text.contains("\n#"), "{text}");
        assert!(text.contains("\n    fn left_then_right(&self) {\n"), "{text}");
        assert!(paint(explain::page(Kind::Deadlock), true).contains("\u{1b}[1m"));
    }

    #[test]
    fn a_misspelt_kind_is_told_its_neighbour() {
        assert_eq!(unknown("dead-lock"), "there is no kind of finding `dead-lock`; did you mean `deadlock`?");
        assert!(unknown("zzz").ends_with("`grade explain` lists them all"));
        assert_eq!(all().lines().count(), Kind::ALL.len() + 2);
    }
}
