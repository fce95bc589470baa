//! One file a format; each renders the one versioned result.
//!
//! [`Format`] is the registry: `--report FORMAT=FILE` names one of them, and [`render`] writes it. Nothing here touches
//! files: who calls it reads the teacher's table (for [`Format::needs_template`]) and writes the text.

pub mod canvas;
pub mod csv;
pub mod explain;
pub mod github;
pub mod gradescope;
pub mod html;
pub mod human;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod matrix;
pub mod moodle;
pub mod picture;
pub mod sarif;
pub mod sheet;
pub mod svg;
#[cfg(test)]
pub(crate) mod tests;
pub mod text;
pub mod view;

pub use github::Runner;
pub use view::{Graded, for_student};

use crate::core::result::GradeResult;

/// A format of reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// One page for a browser; with several results an overview and a page each.
    Html,
    /// Markdown.
    Markdown,
    /// JUnit's XML.
    Junit,
    /// Gradescope's `results.json`.
    Gradescope,
    /// Workflow commands for GitHub Actions.
    Github,
    /// A gradebook for a spreadsheet.
    Csv,
    /// Canvas's gradebook, filled in.
    Canvas,
    /// Moodle's grading worksheet, filled in.
    Moodle,
    /// SARIF 2.1.0.
    Sarif,
    /// The versioned result itself.
    Json,
}

impl Format {
    /// All formats.
    pub const ALL: [Format; 10] = [
        Format::Html,
        Format::Markdown,
        Format::Junit,
        Format::Gradescope,
        Format::Github,
        Format::Csv,
        Format::Canvas,
        Format::Moodle,
        Format::Sarif,
        Format::Json,
    ];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Format::Html => "html",
            Format::Markdown => "markdown",
            Format::Junit => "junit",
            Format::Gradescope => "gradescope",
            Format::Github => "github",
            Format::Csv => "csv",
            Format::Canvas => "canvas",
            Format::Moodle => "moodle",
            Format::Sarif => "sarif",
            Format::Json => "json",
        }
    }

    /// True for formats that fill in a file which must be there.
    pub fn needs_template(self) -> bool {
        matches!(self, Format::Canvas | Format::Moodle)
    }

    /// True for formats that show everything, hidden checks too: they are for teachers only.
    pub fn shows_hidden(self) -> bool {
        matches!(self, Format::Csv | Format::Json)
    }
}

impl std::str::FromStr for Format {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, String> {
        Format::ALL.into_iter().find(|f| f.name() == s).ok_or_else(|| {
            let names: Vec<&str> = Format::ALL.iter().map(|f| f.name()).collect();
            format!("there is no report format `{s}`; the formats are {}", names.join(", "))
        })
    }
}

/// What `--report FORMAT=FILE` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The format.
    pub format: Format,
    /// Where to: a file; `-` is standard output; for `html` a folder, too (with a slash at its end).
    pub path: String,
}

impl std::str::FromStr for Target {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, String> {
        let Some((format, path)) = s.split_once('=').filter(|(_, path)| !path.is_empty()) else {
            return Err(format!("`{s}` does not say where to; write FORMAT=FILE, for instance html=report.html"));
        };
        let target = Target { format: format.parse()?, path: path.to_string() };
        if target.format.needs_template() && target.path == "-" {
            return Err(format!("`{format}` fills in a file; give the file that you downloaded"));
        }
        Ok(target)
    }
}

/// What a format needs besides the results.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// GitHub's runner.
    pub runner: Runner,
    /// The teacher's file, for formats that fill one in.
    pub template: Option<String>,
}

/// A rendered report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// The file's new content.
    pub text: String,
    /// What the teacher should know: students that were not found, say.
    pub notes: Vec<String>,
}

/// Why a report cannot be written.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ReportError {
    /// The teacher's file is missing something.
    #[error("{0}")]
    Template(String),
    /// The format cannot hold so many results.
    #[error("`{0}` holds one result, and there are {1}; use another format for several")]
    OnlyOne(&'static str, usize),
}

/// Renders a report as one text.
pub fn render(format: Format, graded: &[Graded], context: &Context) -> Result<Filled, ReportError> {
    let template = || {
        let missing = || ReportError::Template(format!("`{}` fills in a file that must be there", format.name()));
        context.template.as_deref().ok_or_else(missing)
    };
    let only = || match graded {
        [one] => Ok(one),
        _ => Err(ReportError::OnlyOne(format.name(), graded.len())),
    };
    let text = match format {
        Format::Html => match graded {
            [one] => html::page(one),
            _ => html::overview(graded, &[], &|_| None),
        },
        Format::Markdown => markdown::render(graded),
        Format::Junit => junit::render(graded),
        Format::Gradescope => gradescope::render(only()?),
        Format::Github => github::render(graded, &context.runner),
        Format::Csv => csv::render(graded),
        Format::Canvas => return canvas::fill(template()?, graded),
        Format::Moodle => return moodle::fill(template()?, graded),
        Format::Sarif => sarif::render(graded),
        Format::Json => match graded {
            [one] => json::render(&one.result),
            _ => pretty_json(&graded.iter().map(|g| &g.result).collect::<Vec<_>>()),
        },
    };
    Ok(Filled { text, notes: Vec::new() })
}

/// JSON for files: indented, with a line end.
fn pretty_json(value: &impl serde::Serialize) -> String {
    // The values are plain data with text keys: they always have a JSON form.
    text::harmless_json(&serde_json::to_string_pretty(value).unwrap_or_default()) + "\n"
}

/// The names under which a learning platform may know an assignment, in lower case.
fn assignment_names(result: &GradeResult) -> Vec<String> {
    let full = sheet::normal(&result.assignment);
    let mut names = vec![full.clone(), sheet::normal(&result.title)];
    if let Some((number, slug)) = full.split_once('-')
        && let Ok(number) = number.parse::<u32>()
    {
        let words = slug.replace('-', " ");
        names.extend([slug.to_string(), words.clone(), format!("{number:02} {words}"), format!("{number:02} {slug}")]);
        names.extend([
            format!("assignment {number}"),
            format!("assignment-{number}"),
            format!("assignment {number:02}"),
        ]);
    }
    names.dedup();
    names
}

fn undecided(one: &Graded) -> String {
    format!("{}: not filled in: {}.", text::clean(&one.student), view::verdict_text(one.result.verdict))
}

fn not_listed(one: &Graded) -> String {
    format!("{}: the file has no such student.", text::clean(&one.student))
}

fn listed_twice(one: &Graded) -> String {
    format!("{}: more than one row fits; nothing is filled in.", text::clean(&one.student))
}
