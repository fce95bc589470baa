//! A course on disk: where it is, which assignments it has.

use std::fs;
use std::path::{Path, PathBuf};

use super::LabError;
use crate::core::manifest::{Expect, Manifest};
use crate::core::names::{Name, nearest};

/// A folder of assignments.
#[derive(Debug, Clone)]
pub struct Course {
    /// Holds the folders `NN-slug`.
    pub root: PathBuf,
    /// By number.
    pub entries: Vec<Entry>,
}

/// One assignment's folder, not read yet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// From the folder's name.
    pub name: Name,
    /// The folder.
    pub folder: PathBuf,
}

/// An assignment that has been read.
#[derive(Debug, Clone)]
pub struct Assignment {
    /// Its folder.
    pub folder: PathBuf,
    /// Its checked manifest.
    pub manifest: Manifest,
}

/// A wrong submission and what it must get.
#[derive(Debug, Clone)]
pub struct Wrong {
    /// The folder's name.
    pub name: String,
    /// The package.
    pub folder: PathBuf,
    /// What it must get.
    pub expect: Expect,
}

impl Course {
    /// `--course`, else `GRADE_COURSE`, else the nearest `assignments` folder upwards from here, else the one that
    /// belongs to the program's sources.
    pub fn find(flag: Option<&Path>) -> Result<Course, LabError> {
        if let Some(folder) = flag {
            return Course::open(folder);
        }
        if let Some(folder) = std::env::var_os("GRADE_COURSE").filter(|value| !value.is_empty()) {
            return Course::open(Path::new(&folder));
        }
        let here = std::env::current_dir().unwrap_or_default();
        for folder in here.ancestors() {
            if let Ok(course) = Course::open(&folder.join("assignments")) {
                return Ok(course);
            }
        }
        if let Some(home) = super::home() {
            return Course::open(&home.join("assignments"));
        }
        Err(LabError::Usage(
            "there is no course here. Go to the course's folder, or name it: `--course DIR` or GRADE_COURSE=DIR (the folder that holds `assignments`)".into(),
        ))
    }

    /// `folder` is the folder of assignments itself, or holds it as `assignments`.
    pub fn open(folder: &Path) -> Result<Course, LabError> {
        let nested = folder.join("assignments");
        let root = if nested.is_dir() { nested } else { folder.to_owned() };
        let entries = fs::read_dir(&root)
            .map_err(|error| LabError::Usage(format!("there is no course at {}: {error}", folder.display())))?;
        let mut found: Vec<Entry> = entries
            .flatten()
            .filter(|entry| entry.path().join("assignment.toml").is_file())
            .filter_map(|entry| {
                let name = Name::from_folder(entry.file_name().to_str()?)?;
                Some(Entry { name, folder: entry.path() })
            })
            .collect();
        found.sort();
        if found.is_empty() {
            return Err(LabError::Usage(format!(
                "{} is no course: it has no folder like `01-bank-race` with an assignment.toml in it",
                folder.display()
            )));
        }
        for pair in found.windows(2) {
            if pair[0].name.number == pair[1].name.number {
                return Err(LabError::Course(format!(
                    "{} and {} have the same number",
                    pair[0].folder.display(),
                    pair[1].folder.display()
                )));
            }
        }
        Ok(Course { root, entries: found })
    }

    /// The assignment that `text` names.
    pub fn entry(&self, text: &str) -> Result<&Entry, LabError> {
        if let Some(entry) = self.entries.iter().find(|entry| entry.name.matches(text)) {
            return Ok(entry);
        }
        let commands: Vec<String> = self.entries.iter().map(|entry| entry.name.command()).collect();
        let slugs: Vec<String> = self.entries.iter().map(|entry| entry.name.slug.clone()).collect();
        let bare = text.strip_prefix("assignment-").unwrap_or(text);
        let near: Vec<&str> = if bare.bytes().all(|b| b.is_ascii_digit()) {
            nearest(text, commands.iter().map(String::as_str), 3)
        } else {
            nearest(bare, slugs.iter().map(String::as_str), 3)
        };
        let hint = if near.is_empty() { String::new() } else { format!(" Did you mean {}?", near.join(", or ")) };
        Err(LabError::Usage(format!(
            "there is no assignment `{}`.{hint} `grade list` shows them all.",
            text.escape_debug()
        )))
    }

    /// Reads the assignment that `text` names.
    pub fn assignment(&self, text: &str) -> Result<Assignment, LabError> {
        Assignment::load(self.entry(text)?)
    }

    /// The starter of an assignment, if the course has it.
    pub fn starter(&self, name: &Name) -> Option<PathBuf> {
        let inside = self.root.join(name.folder()).join("starter");
        let beside = self.root.parent().map(|parent| parent.join("templates").join(name.folder()));
        [Some(inside), beside].into_iter().flatten().find(|folder| folder.join("Cargo.toml").is_file())
    }
}

impl Assignment {
    /// Reads and checks the manifest, and that the checks are there.
    pub fn load(entry: &Entry) -> Result<Assignment, LabError> {
        let path = entry.folder.join("assignment.toml");
        let text = fs::read_to_string(&path)
            .map_err(|error| LabError::Course(format!("{} cannot be read: {error}", path.display())))?;
        let manifest = Manifest::parse(&text, &path.display().to_string())
            .map_err(|mistakes| LabError::Course(lines(&mistakes)))?;
        if manifest.name() != entry.name {
            return Err(LabError::Course(format!(
                "{}: the folder is `{}`, but the manifest says number {} and slug `{}`; make them agree",
                path.display(),
                entry.name.folder(),
                manifest.number,
                manifest.slug
            )));
        }
        let checks = entry.folder.join("checks").join("lib.rs");
        if !checks.is_file() {
            return Err(LabError::Course(format!("{} is missing; each check is a `pub fn` in it", checks.display())));
        }
        Ok(Assignment { folder: entry.folder.clone(), manifest })
    }

    /// Its name.
    pub fn name(&self) -> Name {
        self.manifest.name()
    }

    /// The reference solutions: name and folder.
    pub fn solutions(&self) -> Vec<(String, PathBuf)> {
        packages(&self.folder.join("solutions"))
    }

    /// The wrong submissions.
    pub fn wrong(&self) -> Result<Vec<Wrong>, LabError> {
        let mut all = Vec::new();
        for (name, folder) in packages(&self.folder.join("wrong")) {
            let path = folder.join("expect.toml");
            let text = fs::read_to_string(&path).map_err(|error| {
                LabError::Course(format!("{}: {error}; it says which check must fail", path.display()))
            })?;
            let expect = Expect::parse(&text, &path.display().to_string(), &self.manifest)
                .map_err(|mistakes| LabError::Course(lines(&mistakes)))?;
            all.push(Wrong { name, folder, expect });
        }
        Ok(all)
    }
}

fn lines(mistakes: &[crate::core::manifest::Mistake]) -> String {
    mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// The packages in a folder, by name.
fn packages(folder: &Path) -> Vec<(String, PathBuf)> {
    let mut found: Vec<(String, PathBuf)> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.path().join("Cargo.toml").is_file())
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path()))
        .collect();
    found.sort();
    found
}

/// Where a submission comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its folder.
    pub folder: PathBuf,
    /// As shown to people.
    pub shown: String,
    /// There was no submission: this is the assignment's starter.
    pub starter: bool,
}

/// Finds what to grade: `--submission`, else the current folder if it is the assignment's package, else
/// `./assignment-3` or `./thread-pool`, else the starter.
pub fn find_submission(course: &Course, assignment: &Assignment, flag: Option<&Path>) -> Result<Source, LabError> {
    let source = |folder: PathBuf, starter| Source { shown: folder.display().to_string(), folder, starter };
    if let Some(folder) = flag {
        return Ok(source(folder.to_owned(), false));
    }
    let name = assignment.name();
    let here = PathBuf::from(".");
    if package_name(&here).is_some_and(|package| name.matches(&package) || name.matches(&package.replace('_', "-"))) {
        return Ok(source(here, false));
    }
    for folder in [name.command(), name.slug.clone(), name.folder()] {
        let folder = here.join(folder);
        if folder.join("Cargo.toml").is_file() {
            return Ok(source(folder, false));
        }
    }
    match course.starter(&name) {
        Some(folder) => Ok(source(folder, true)),
        None => Err(LabError::Usage(format!(
            "there is no submission for {}: go to its folder, or name it with `--submission DIR`",
            name.command()
        ))),
    }
}

fn package_name(folder: &Path) -> Option<String> {
    let path = folder.join("Cargo.toml");
    if fs::metadata(&path).ok()?.len() > 64 << 10 {
        return None;
    }
    let table: toml::Table = toml::from_str(&fs::read_to_string(path).ok()?).ok()?;
    Some(table.get("package")?.get("name")?.as_str()?.to_owned())
}
