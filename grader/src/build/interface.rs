//! When the checks do not compile against a submission: which item of the interface is missing or
//! has another signature.
//!
//! A probe, a piece of source that only names the items, is compiled against the submission; each
//! error in it belongs to the item on its line.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::diagnostic::Diagnostic;
use protocol::Kind;

use super::rustc::{Compiled, Compiler};
use super::submission::Submission;
use super::{BuildError, diagnostics};
use crate::core::manifest::Manifest;
use crate::core::names;
use crate::core::result::Finding;

/// What is wrong with one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Missing,
    Private,
}

/// Says why the checks do not fit. Empty: the interface is all there, as far as can be seen.
pub fn explain(
    compiler: &Compiler<'_>,
    submission: &Submission,
    manifest: &Manifest,
    errors: &[Diagnostic],
) -> Result<Vec<Finding>, BuildError> {
    let faults = probe(compiler, manifest)?;
    let mut findings = Vec::new();
    for (path, fault) in &faults {
        // A missing type explains its missing methods.
        let owner_missing = path.rsplit_once("::").is_some_and(|(owner, _)| faults.contains_key(owner));
        if !owner_missing {
            findings.push(fault_finding(path, *fault, &manifest.interface[path], submission));
        }
    }
    if findings.is_empty() {
        findings = mismatches(submission, manifest, errors);
    }
    Ok(findings)
}

/// Asks for every item until no new fault shows (a name that cannot be resolved hides later errors).
fn probe(compiler: &Compiler<'_>, manifest: &Manifest) -> Result<BTreeMap<String, Fault>, BuildError> {
    let mut faults = BTreeMap::new();
    for _ in 0..4 {
        let asked: Vec<&String> = manifest
            .interface
            .keys()
            .filter(|path| !faults.contains_key(*path))
            .filter(|path| path.rsplit_once("::").is_none_or(|(owner, _)| !faults.contains_key(owner)))
            .collect();
        let source: String = asked.iter().map(|path| question(path)).collect();
        let Compiled::Errors(errors) = compiler.probe(&source)? else { break };
        let before = faults.len();
        for error in diagnostics::errors(&errors) {
            let code = error.code.as_ref().map_or("", |code| code.code.as_str());
            let fault = match code {
                "E0432" | "E0433" | "E0425" | "E0412" | "E0423" | "E0599" | "E0576" | "E0405" => Fault::Missing,
                "E0603" | "E0624" | "E0616" | "E0364" | "E0365" => Fault::Private,
                _ => continue,
            };
            let line = error.spans.iter().find(|span| span.is_primary).map(|span| span.line_start);
            if let Some(path) = line.and_then(|line| asked.get(line - 1)) {
                faults.entry((*path).clone()).or_insert(fault);
            }
        }
        if faults.len() == before {
            break;
        }
    }
    Ok(faults)
}

/// One line of the probe.
fn question(path: &str) -> String {
    let tag: String = path.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if path.contains("::") {
        format!("pub fn probe_{tag}() {{ let _ = student::{path}; }}\n")
    } else {
        format!("pub use student::{path} as probe_{tag};\n")
    }
}

fn fault_finding(path: &str, fault: Fault, signature: &str, submission: &Submission) -> Finding {
    let name = path.rsplit("::").next().unwrap_or(path);
    let mut place = definition(submission, name);
    let mut message = match fault {
        Fault::Missing => format!("`{path}` is missing; the assignment asks for `{signature}`."),
        Fault::Private => format!("`{path}` is private; the assignment asks for `{signature}`. Write `pub` before it."),
    };
    if fault == Fault::Missing && place.is_none() {
        let defined = definitions(submission);
        if let Some(near) = names::nearest(name, defined.iter().map(String::as_str), 1).first() {
            message.push_str(&format!(" Did you mean it by `{near}`?"));
            place = definition(submission, near);
        }
    }
    let finding = Finding::of_submission(Kind::Interface, message);
    match place {
        Some((file, line)) => finding.at(&file, line),
        None => finding.at(&submission.entry, 1),
    }
}

/// Errors in the checks that speak of an item of the interface: it is there, but it has another signature.
fn mismatches(submission: &Submission, manifest: &Manifest, errors: &[Diagnostic]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    let mut seen = BTreeSet::new();
    for error in diagnostics::errors(errors) {
        let primary = error.spans.iter().filter(|span| span.is_primary);
        // The words that the error marks, and a little around them.
        let marked: Vec<String> = primary
            .flat_map(|span| {
                span.text.iter().map(|line| {
                    let end = line.highlight_end.saturating_sub(1).min(line.text.chars().count());
                    let text: String = line.text.chars().collect();
                    text.chars().take(end.max(1)).collect()
                })
            })
            .collect();
        let hit = best_item(manifest, &marked, error);
        let Some((path, signature)) = hit else { continue };
        if !seen.insert(path.clone()) {
            continue;
        }
        let name = path.rsplit("::").next().unwrap_or(path);
        let said = diagnostics::clean(&error.message);
        let message = if said.contains("between threads safely") {
            format!(
                "Several threads use one `{path}`, but it is not made for that: {said}. Build it from the types of `std::sync`."
            )
        } else {
            format!("`{path}` is not as the assignment asks: it wants `{signature}`. The compiler says: {said}.")
        };
        let mut finding = Finding::of_submission(Kind::Interface, message);
        finding.detail = error.rendered.as_deref().map(|text| diagnostics::without_help(&diagnostics::rendered(text)));
        let (file, line) = definition(submission, name).unwrap_or((submission.entry.clone(), 1));
        findings.push(finding.at(&file, line));
    }
    findings.truncate(4);
    findings
}

/// The item of the interface that an error is about: named by the message, else the last one named before the mark's end.
fn best_item<'m>(manifest: &'m Manifest, marked: &[String], error: &Diagnostic) -> Option<(&'m String, &'m String)> {
    let labels: String = error
        .spans
        .iter()
        .filter_map(|span| span.label.as_deref())
        .chain([error.message.as_str()])
        .chain(error.children.iter().map(|child| child.message.as_str()))
        .collect::<Vec<_>>()
        .join("\n");
    let name = |path: &str| path.rsplit("::").next().unwrap_or(path).to_owned();
    let methods_first = |path: &&String| !path.contains("::");
    let mut items: Vec<(&String, &String)> = manifest.interface.iter().collect();
    items.sort_by_key(|(path, _)| methods_first(path));
    let quoted = items.iter().find(|(path, _)| {
        labels.contains(&format!("`{path}`"))
            || labels.contains(&format!("::{}`", name(path)))
            || labels.contains(&format!("`{}`", name(path)))
    });
    if let Some(item) = quoted {
        return Some(*item);
    }
    items
        .iter()
        .filter_map(|item| {
            let at = marked.iter().filter_map(|text| last_word(text, &name(item.0))).max()?;
            Some((at, item))
        })
        .max_by_key(|(at, _)| *at)
        .map(|(_, item)| *item)
}

/// Where `word` stands last in `text`, as a whole word.
fn last_word(text: &str, word: &str) -> Option<usize> {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word)
        .filter(|(at, _)| {
            !text[..*at].chars().next_back().is_some_and(part)
                && !text[at + word.len()..].chars().next().is_some_and(part)
        })
        .map(|(at, _)| at)
        .last()
}

const KEYWORDS: [&str; 7] = ["fn", "struct", "enum", "type", "trait", "const", "mod"];

/// Where the submission defines an item of this name.
fn definition(submission: &Submission, name: &str) -> Option<(String, u32)> {
    for (file, text) in submission.sources.iter().filter(|(file, _)| file.starts_with("src/")) {
        for (number, line) in text.lines().enumerate() {
            let Some(at) = last_word(line, name) else { continue };
            let before = line[..at].trim_end();
            if KEYWORDS.iter().any(|keyword| before.split_whitespace().next_back() == Some(keyword)) {
                return Some((file.clone(), number as u32 + 1));
            }
        }
    }
    None
}

/// The names of all items that the submission defines.
fn definitions(submission: &Submission) -> Vec<String> {
    let mut found = Vec::new();
    for (_, text) in submission.sources.iter().filter(|(file, _)| file.starts_with("src/")) {
        let mut words = text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
        while let Some(word) = words.next() {
            if KEYWORDS.contains(&word)
                && let Some(name) = words.next()
                && name.len() <= 64
            {
                found.push(name.to_owned());
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn submission(text: &str) -> Submission {
        Submission {
            root: "/".into(),
            name: "x".into(),
            edition: "2024".into(),
            entry: "src/lib.rs".into(),
            features: vec![],
            dependencies: vec![],
            hash: [0; 32],
            sources: vec![("src/lib.rs".into(), text.into())],
        }
    }

    #[test]
    fn definitions_are_found() {
        let submission = submission("struct Account;\nimpl Account {\n    pub fn withdrawal(&self) {}\n}\n");
        assert_eq!(definition(&submission, "withdrawal"), Some(("src/lib.rs".into(), 3)));
        assert_eq!(definition(&submission, "withdraw"), None);
        assert!(definitions(&submission).contains(&"withdrawal".to_owned()));
    }

    #[test]
    fn misspelt_items_are_recognised() {
        let submission = submission("pub struct Account;\nimpl Account { pub fn witdraw(&self) {} }\n");
        let finding = fault_finding(
            "Account::withdraw",
            Fault::Missing,
            "pub fn withdraw(&self, amount: u64) -> bool",
            &submission,
        );
        assert_eq!(
            finding.message,
            "`Account::withdraw` is missing; the assignment asks for `pub fn withdraw(&self, amount: u64) -> bool`. Did you mean it by `witdraw`?"
        );
    }

    #[test]
    fn words_are_whole() {
        assert_eq!(last_word("let a = withdraw(5); withdraws()", "withdraw"), Some(8));
    }
}
