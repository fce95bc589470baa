//! `--report FORMAT=FILE`: writes reports beside what is printed.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;

use super::common::{deliver, say};
use crate::lab::LabError;
use crate::lab::session::write_atomically;
use crate::report::{self, Context, Format, Graded, ReportError, Runner, Target, github, html, text};

/// The option.
#[derive(Args, Clone, Debug, Default)]
pub struct Reports {
    /// Write a report, too: html, markdown, junit, gradescope, github, csv, canvas, moodle, sarif or json (may be given
    /// several times; `-` is standard output; canvas and moodle fill in the file that you downloaded)
    #[arg(long = "report", value_name = "FORMAT=FILE")]
    targets: Vec<Target>,
}

impl Reports {
    /// Says what is wrong with the targets before the work begins.
    pub fn check(&self) -> Result<(), LabError> {
        let mut seen = BTreeSet::new();
        for target in &self.targets {
            if !seen.insert(&target.path) {
                return Err(LabError::Usage(format!("two reports go to `{}`", text::clean(&target.path))));
            }
            if target.format.needs_template() {
                template(target)?;
            }
        }
        Ok(())
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.targets.is_empty()
    }

    /// Does one of them tell more than points and verdicts?
    pub fn tell_stories(&self) -> bool {
        self.targets.iter().any(|target| !matches!(target.format, Format::Csv | Format::Canvas | Format::Moodle))
    }

    /// Writes all of them.
    pub fn write(&self, graded: &[Graded]) -> Result<(), LabError> {
        for target in &self.targets {
            one(target, graded)?;
        }
        Ok(())
    }
}

fn one(target: &Target, graded: &[Graded]) -> Result<(), LabError> {
    let context = Context {
        runner: if target.format == Format::Github { runner()? } else { Runner::default() },
        template: if target.format.needs_template() { Some(template(target)?) } else { None },
    };
    let path = Path::new(&target.path);
    if target.format == Format::Html && (target.path.ends_with(['/', '\\']) || path.is_dir()) {
        return folder(path, graded);
    }
    let filled = report::render(target.format, graded, &context).map_err(|error| match error {
        ReportError::Template(why) => LabError::Usage(format!("{}: {why}", text::clean(&target.path))),
        other => LabError::Usage(other.to_string()),
    })?;
    for note in &filled.notes {
        say(&format!("grade: {}: {note}", target.format.name()));
    }
    if target.path == "-" {
        deliver(&filled.text, None)?;
    } else {
        save(path, &filled.text)?;
    }
    if target.format == Format::Github {
        summary(graded)?;
    }
    Ok(())
}

/// A folder of pages: `index.html`, and with several results a page for each.
fn folder(path: &Path, graded: &[Graded]) -> Result<(), LabError> {
    if let [one] = graded {
        return save(&path.join("index.html"), &html::page(one));
    }
    let names = page_names(graded);
    for (one, name) in graded.iter().zip(&names) {
        save(&path.join(name), &html::page(one))?;
    }
    save(&path.join("index.html"), &html::overview(graded, &[], &|i| names.get(i).cloned()))
}

/// A file name for each page: what is left of the student's and assignment's names in plain letters, never twice the same.
pub fn page_names(graded: &[Graded]) -> Vec<String> {
    let mut used = BTreeSet::from(["index.html".to_string()]);
    graded
        .iter()
        .map(|one| {
            let whose = if one.student.is_empty() { &one.result.submission } else { &one.student };
            let word = format!("{whose}-{}", one.result.assignment);
            let plain: String =
                word.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
            let plain: Vec<&str> = plain.split('-').filter(|w| !w.is_empty()).collect();
            let base: String = plain.join("-").chars().take(80).collect();
            let base = if base.is_empty() { "page".to_string() } else { base };
            let mut name = format!("{base}.html");
            let mut n = 2;
            while !used.insert(name.clone()) {
                name = format!("{base}-{n}.html");
                n += 1;
            }
            name
        })
        .collect()
}

fn save(path: &Path, text: &str) -> Result<(), LabError> {
    let failed = |error: std::io::Error| LabError::Grader(format!("{} cannot be written: {error}", path.display()));
    if let Some(parent) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
        fs::create_dir_all(parent).map_err(failed)?;
    }
    write_atomically(path, text.as_bytes()).map_err(failed)
}

fn template(target: &Target) -> Result<String, LabError> {
    let why = |why: String| LabError::Usage(format!("{}: {why}", text::clean(&target.path)));
    let bytes = fs::read(&target.path).map_err(|error| {
        why(format!("`{}` fills in the file that you downloaded, and it cannot be read: {error}", target.format.name()))
    })?;
    String::from_utf8(bytes).map_err(|_| why("the file is not UTF-8; download it as CSV (UTF-8)".into()))
}

/// What GitHub's runner says about itself, and a token that no submission can guess.
fn runner() -> Result<Runner, LabError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| LabError::Grader(format!("no random numbers: {error}")))?;
    let workspace = std::env::var("GITHUB_WORKSPACE").ok().filter(|w| !w.is_empty());
    Ok(Runner { workspace, token: data_encoding::HEXLOWER.encode(&bytes) })
}

/// Adds to the step's summary, if there is one: other steps of the job may have written to it.
fn summary(graded: &[Graded]) -> Result<(), LabError> {
    let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|p| !p.is_empty()).map(PathBuf::from) else {
        return Ok(());
    };
    let failed = |error: std::io::Error| LabError::Grader(format!("{} cannot be written: {error}", path.display()));
    let mut file = fs::OpenOptions::new().create(true).append(true).open(&path).map_err(failed)?;
    file.write_all(github::summary(graded).as_bytes()).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::{HOSTILE, graded, sample};

    #[test]
    fn page_names_are_plain_and_unique() {
        let all = [
            graded("Ada", sample()),
            graded("ada", sample()),
            graded("../../etc", sample()),
            graded(HOSTILE, sample()),
        ];
        let names = page_names(&all);
        assert_eq!(names[..3], ["ada-01-bank-race.html", "ada-01-bank-race-2.html", "etc-01-bank-race.html"]);
        assert!(names[3].chars().all(|c| c.is_ascii_alphanumeric() || "-.".contains(c)), "{}", names[3]);
    }

    #[test]
    fn several_reports_are_written_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let to = |format: &str, name: &str| {
            format!("{format}={}", folder.path().join(name).display()).parse::<Target>().unwrap()
        };
        let reports =
            Reports { targets: vec![to("html", "out/"), to("junit", "deep/junit.xml"), to("csv", "book.csv")] };
        reports.check().unwrap();
        reports.write(&[graded("ada", sample()), graded("bob", sample())]).unwrap();
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        assert!(read("out/index.html").contains("href=\"ada-01-bank-race.html\""));
        assert!(read("out/bob-01-bank-race.html").contains("The shared balance"));
        assert!(read("deep/junit.xml").starts_with("<?xml"));
        assert_eq!(read("book.csv").lines().count(), 3);
    }

    #[test]
    fn targets_are_checked_before_the_work() {
        let twice = Reports { targets: vec!["html=x".parse().unwrap(), "junit=x".parse().unwrap()] };
        assert!(matches!(twice.check(), Err(LabError::Usage(why)) if why.contains("two reports")));
        let missing = Reports { targets: vec!["canvas=/nonexistent/grades.csv".parse().unwrap()] };
        assert!(matches!(missing.check(), Err(LabError::Usage(why)) if why.contains("cannot be read")));
    }
}
