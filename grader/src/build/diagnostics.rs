//! The compiler's diagnostics, turned into findings in the student's own words and lines.

use cargo_metadata::diagnostic::{Diagnostic, DiagnosticLevel, DiagnosticSpan};
use protocol::Kind;

use crate::core::manifest::STD_MODULES;
use crate::core::result::{Finding, Location};

/// More errors than these are counted, not shown.
const MOST: usize = 8;
/// Longer texts are cut.
const LONGEST: usize = 6_000;

/// Reads rustc's standard error; lines that are no diagnostics (an internal error, say) come second.
pub fn parse(stderr: &str) -> (Vec<Diagnostic>, String) {
    let mut found = Vec::new();
    let mut rest = String::new();
    for line in stderr.lines() {
        match serde_json::from_str::<Diagnostic>(line) {
            Ok(diagnostic) => found.push(diagnostic),
            Err(_) if line.starts_with('{') => {}
            Err(_) => {
                rest.push_str(line);
                rest.push('\n');
            }
        }
    }
    (found, rest)
}

/// The errors among them, without the closing "aborting due to ...".
pub fn errors(diagnostics: &[Diagnostic]) -> impl Iterator<Item = &Diagnostic> {
    diagnostics.iter().filter(|d| {
        matches!(d.level, DiagnosticLevel::Error | DiagnosticLevel::Ice)
            && !(d.spans.is_empty() && d.message.starts_with("aborting due to"))
    })
}

/// What the errors of a student's crate say. `allowed` names the std modules that the assignment allows.
pub fn findings(diagnostics: &[Diagnostic], allowed: &[String]) -> Vec<Finding> {
    let errors: Vec<&Diagnostic> = errors(diagnostics).collect();
    let mut findings: Vec<Finding> = errors.iter().map(|error| finding(error, allowed)).collect();
    // One reason is enough: what is forbidden explains the errors that follow from it.
    findings.sort_by_key(|finding| finding.kind != Kind::Forbidden);
    findings.dedup_by(|a, b| a.message == b.message && a.location == b.location);
    let more = findings.len().saturating_sub(MOST);
    findings.truncate(MOST);
    if more > 0 {
        let last = findings.last_mut().expect("there are MOST");
        let note = format!("(and {more} more errors)");
        last.detail = Some(match last.detail.take() {
            Some(detail) => format!("{detail}\n{note}"),
            None => note,
        });
    }
    findings
}

fn finding(error: &Diagnostic, allowed: &[String]) -> Finding {
    let code = error.code.as_ref().map_or("", |code| code.code.as_str());
    let message = clean(&error.message);
    let lints = ["unsafe_code", "missing_unsafe_on_extern"];
    let is_unsafe = lints.contains(&code) || (code == "E0453" && lints.iter().any(|lint| error.message.contains(lint)));
    let mut finding = if is_unsafe {
        Finding::of_submission(
            Kind::Forbidden,
            "`unsafe` is not allowed. Everything in this course can be written in safe Rust.",
        )
    } else if let Some(module) = forbidden_module(error, code, allowed) {
        let instead = match module {
            "process" => "A submission starts no processes and does not end its own; return, or panic.",
            "env" => "Take what you need as a parameter.",
            "stdin" => "Take the input as a parameter.",
            "net" | "fs" | "path" => "The assignment needs neither files nor the network.",
            _ => "Use `std::thread`, `std::sync` and `std::time`.",
        };
        Finding::of_submission(Kind::Forbidden, format!("`std::{module}` is not allowed in this assignment. {instead}"))
    } else {
        let code = if code.starts_with('E') { format!(" ({code})") } else { String::new() };
        Finding::of_submission(Kind::Build, format!("The submission does not compile: {message}{code}"))
    };
    finding.location = location(error);
    finding.detail = error.rendered.as_deref().map(rendered);
    if finding.kind == Kind::Forbidden {
        finding.detail = finding.detail.map(|text| without_help(&text));
    }
    finding.detail = finding.detail.filter(|text| !text.is_empty()).map(|text| at_most(text, LONGEST_DETAIL));
    finding.message = at_most(finding.message, LONGEST_MESSAGE);
    finding
}

/// A name of a megabyte is legal Rust, and the compiler repeats it.
const LONGEST_MESSAGE: usize = 1_000;
const LONGEST_DETAIL: usize = 8_000;

fn at_most(mut text: String, most: usize) -> String {
    if let Some((end, _)) = text.char_indices().nth(most) {
        text.truncate(end);
        text.push_str(" [...]");
    }
    text
}

/// The std module that an unresolved name speaks of, if the shadow leaves it empty on purpose.
fn forbidden_module(error: &Diagnostic, code: &str, allowed: &[String]) -> Option<&'static str> {
    if !matches!(
        code,
        "E0432"
            | "E0433"
            | "E0425"
            | "E0412"
            | "E0422"
            | "E0423"
            | "E0405"
            | "E0531"
            | "E0574"
            | "E0573"
            | "E0599"
            | "E0603"
    ) {
        return None;
    }
    let spans = || error.spans.iter().chain(error.children.iter().flat_map(|child| &child.spans));
    let mut words = vec![error.message.as_str()];
    words.extend(spans().filter_map(|span| span.label.as_deref()));
    let lines: Vec<&str> =
        spans().filter(|span| span.is_primary).flat_map(|span| &span.text).map(|line| line.text.as_str()).collect();
    // The compiler's words are surer than the line: that may name several modules.
    let module = named_module(&words, allowed).or_else(|| named_module(&lines, allowed));
    // A method that `Stdin` lacks: it is there, and a trait is not in scope.
    module.filter(|module| !(code == "E0599" && *module == "stdin"))
}

fn named_module(words: &[&str], allowed: &[String]) -> Option<&'static str> {
    STD_MODULES.into_iter().filter(|module| !allowed.iter().any(|a| a == module)).find(|module| {
        if *module == "stdin" {
            return words.iter().any(|text| text.contains("`stdin`") || text.contains("`Stdin`"));
        }
        let paths = [format!("std::{module}"), format!("in `{module}`"), format!("in module `{module}`")];
        words.iter().any(|text| paths.iter().any(|path| text.contains(path.as_str())))
    })
}

/// Without the compiler's proposals: they are about names that are refused, or about other people's files.
pub fn without_help(text: &str) -> String {
    let mut help = false;
    let mut out = Vec::new();
    for line in text.lines() {
        if line.starts_with("help:") {
            help = true;
        } else if line.starts_with("note:") || line.starts_with("error") || line.trim_start().starts_with("= ") {
            help = false;
        }
        if !help && !line.trim_start().starts_with("= help:") && !line.contains("requested on the command line") {
            out.push(line);
        }
    }
    let mut text = out.join("\n");
    while let Some(shorter) = text.trim_end().strip_suffix("\n   |").or_else(|| text.trim_end().strip_suffix("\n  |")) {
        text.truncate(shorter.len());
    }
    text.trim_end().to_owned()
}

/// The place in the student's files: where a macro of somebody else was called, not where it is written.
pub fn location(error: &Diagnostic) -> Option<Location> {
    let primary = error.spans.iter().filter(|span| span.is_primary).chain(&error.spans);
    primary.filter_map(own_span).next().map(|span| Location {
        file: span.file_name.clone(),
        line: span.line_start as u32,
        column: Some(span.column_start as u32),
    })
}

fn own_span(span: &DiagnosticSpan) -> Option<&DiagnosticSpan> {
    let mut span = span;
    loop {
        if is_own(&span.file_name) {
            return Some(span);
        }
        span = &span.expansion.as_ref()?.span;
    }
}

/// Files of the submission and of the checks are named relative to their folder; all others are not.
fn is_own(file: &str) -> bool {
    let path = std::path::Path::new(file);
    path.extension().is_some_and(|e| e == "rs") && (path.starts_with("src") || path.starts_with("checks"))
}

/// Names as the student knows them.
pub fn clean(text: &str) -> String {
    text.replace("shadow_std::", "std::")
        .replace("shadow_core::", "core::")
        .replace("crate `shadow_std`", "crate `std`")
        .replace("crate `shadow_core`", "crate `core`")
        .replace("`shadow_std`", "`std`")
        .replace("`shadow_core`", "`core`")
}

/// The compiler's own picture of the error, without the parts that lie in other people's files.
pub fn rendered(text: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut foreign = false;
    for line in text.lines() {
        let trimmed = line.trim_start();
        if let Some(path) = trimmed.strip_prefix("--> ").or_else(|| trimmed.strip_prefix("::: ")) {
            let file = path.rsplitn(3, ':').last().unwrap_or(path);
            foreign = !is_own(file);
            if foreign {
                continue;
            }
        } else if foreign {
            let gutter = trimmed.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start();
            if gutter.starts_with('|') || trimmed.starts_with("...") || trimmed.is_empty() {
                continue;
            }
            foreign = false;
        }
        let line = clean(line);
        if ["kernel::", "shadow_std", "shadow_core", "gradekit", "different versions of crate"]
            .iter()
            .any(|word| line.contains(word))
        {
            continue;
        }
        out.push(line);
    }
    let mut text = out.join("\n").trim_end().to_owned();
    if text.len() > LONGEST {
        let cut = (0..=LONGEST).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(cut);
        text.push_str("\n...");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shadows_are_not_named() {
        let text = "error[E0308]: mismatched types\n --> src/lib.rs:3:5\n  |\n3 |     x\n  |     ^ expected `shadow_std::sync::Mutex<u8>`\n  |\nnote: defined here\n ::: shadow-std/src/sync.rs:7:1\n  |\n7 | pub fn lock()\n  | ------\n  = note: a note";
        let shown = rendered(text);
        assert!(!shown.contains("shadow"), "{shown}");
        assert!(shown.contains("`std::sync::Mutex<u8>`") && shown.contains("= note: a note"), "{shown}");
    }

    #[test]
    fn a_missing_method_is_not_a_forbidden_module() {
        let error = |code: &str, message: &str| {
            let value = serde_json::json!({
                "message": message, "code": {"code": code, "explanation": null}, "level": "error",
                "spans": [], "children": [], "rendered": null,
            });
            parse(&value.to_string()).0.remove(0)
        };
        let kind = |code, message| findings(&[error(code, message)], &[])[0].kind;
        assert_eq!(
            kind("E0599", "no method named `read_to_string` found for struct `Stdin` in the current scope"),
            Kind::Build
        );
        assert_eq!(kind("E0603", "constant `stdin` is private"), Kind::Forbidden);
        assert_eq!(kind("E0425", "cannot find function `exit` in module `process`"), Kind::Forbidden);
    }

    #[test]
    fn only_own_files_are_places() {
        assert!(is_own("src/lib.rs") && is_own("src/a/b.rs") && is_own("checks/lib.rs"));
        assert!(!is_own("shadow-std/src/sync.rs") && !is_own("/x/src/lib.rs") && !is_own("<anon>"));
    }
}
