//! `grade new-assignment`: the files of an assignment, with the places marked that its author fills.

use std::fs;
use std::path::{Path, PathBuf};

use crate::core::names::{Name, is_slug};
use crate::lab::LabError;
use crate::lab::course::Course;

const MANIFEST: &str = include_str!("../../../templates/new-assignment/assignment.toml");
const STATEMENT: &str = include_str!("../../../templates/new-assignment/README.md");
const CHECKS: &str = include_str!("../../../templates/new-assignment/checks/lib.rs");
const PACKAGE: &str = include_str!("../../../templates/new-assignment/Cargo.toml");
const STARTER: &str = include_str!("../../../templates/new-assignment/starter.rs");
const SOLUTION: &str = include_str!("../../../templates/new-assignment/solution.rs");
const WRONG: &str = include_str!("../../../templates/new-assignment/wrong.rs");
const EXPECT: &str = include_str!("../../../templates/new-assignment/wrong/expect.toml");

/// What `grade verify` asks for at least.
const SOLUTIONS: [&str; 2] = ["first", "second"];
const BUGS: [&str; 5] = ["bug-1", "bug-2", "bug-3", "bug-4", "bug-5"];

/// A new assignment's folders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Its name.
    pub name: Name,
    /// The assignment.
    pub folder: PathBuf,
    /// The starter.
    pub starter: PathBuf,
}

/// Writes a new assignment into the course at `root` (the folder of assignments), with this number or the next free one.
pub fn make(root: &Path, slug: &str, title: Option<&str>, number: Option<u32>) -> Result<Made, LabError> {
    if !is_slug(slug) {
        return Err(LabError::Usage(format!(
            "`{}` cannot name an assignment: write lower-case words joined by `-`, like `bank-race`",
            slug.escape_debug()
        )));
    }
    // A course that has no assignment yet is fine here.
    let entries = Course::open(root).map(|course| course.entries).unwrap_or_default();
    if let Some(entry) = entries.iter().find(|entry| entry.name.slug == slug || Some(entry.name.number) == number) {
        return Err(LabError::Usage(format!("there is {} already", entry.name.folder())));
    }
    let next = entries.iter().map(|entry| entry.name.number).max().unwrap_or(0) + 1;
    let name = Name { number: number.unwrap_or(next), slug: slug.to_owned() };
    if name.number == 0 {
        return Err(LabError::Usage("assignments are numbered from 1".into()));
    }
    let folder = root.join(name.folder());
    let beside = root.parent().filter(|_| root.file_name().is_some_and(|last| last == "assignments"));
    let starter = match beside {
        Some(course) => course.join("templates").join(name.folder()),
        None => folder.join("starter"),
    };
    for taken in [&folder, &starter] {
        if taken.symlink_metadata().is_ok() {
            return Err(LabError::Usage(format!("{} is there already; nothing was written", taken.display())));
        }
    }
    let fill = |text: &str| {
        let title = title.unwrap_or("TODO: the title");
        text.replace("@NUMBER@", &name.number.to_string())
            .replace("@SLUG@", slug)
            .replace("@FOLDER@", &name.folder())
            .replace("@COMMAND@", &name.command())
            .replace("@TITLE@", &title.replace('\\', "\\\\").replace('"', "\\\""))
    };
    let mut files = vec![
        (folder.join("assignment.toml"), MANIFEST),
        (folder.join("README.md"), STATEMENT),
        (folder.join("checks").join("lib.rs"), CHECKS),
    ];
    let mut package = |folder: PathBuf, source: &'static str| {
        files.push((folder.join("Cargo.toml"), PACKAGE));
        files.push((folder.join("src").join("lib.rs"), source));
    };
    package(starter.clone(), STARTER);
    for solution in SOLUTIONS {
        package(folder.join("solutions").join(solution), SOLUTION);
    }
    for bug in BUGS {
        package(folder.join("wrong").join(bug), WRONG);
    }
    for bug in BUGS {
        files.push((folder.join("wrong").join(bug).join("expect.toml"), EXPECT));
    }
    for (path, text) in files {
        let write = || -> std::io::Result<()> {
            fs::create_dir_all(path.parent().expect("inside the course"))?;
            fs::write(&path, fill(text))
        };
        write().map_err(|error| LabError::Grader(format!("{} cannot be written: {error}", path.display())))?;
    }
    Ok(Made { name, folder, starter })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::manifest::Manifest;

    #[test]
    fn the_skeleton_is_an_assignment() {
        let course = tempfile::tempdir().unwrap();
        let root = course.path().join("assignments");
        let made = make(&root, "visitors", Some("Say \"hello\" \\ twice"), None).unwrap();
        assert_eq!(made.name.folder(), "01-visitors");
        let text = fs::read_to_string(made.folder.join("assignment.toml")).unwrap();
        let manifest = Manifest::parse(&text, "assignment.toml").unwrap();
        assert_eq!(manifest.title, "Say \"hello\" \\ twice");
        assert_eq!(manifest.name(), made.name);
        assert!(course.path().join("templates/01-visitors/src/lib.rs").is_file());
        let next = make(&root, "doors", None, None).unwrap();
        assert_eq!(next.name.folder(), "02-doors");
        for (slug, number) in [("doors", None), ("new", Some(2)), ("Bad Slug", None), ("x", Some(0))] {
            assert!(matches!(make(&root, slug, None, number), Err(LabError::Usage(_))), "{slug}");
        }
        for entry in walkdir::WalkDir::new(course.path()).into_iter().flatten().filter(|e| e.file_type().is_file()) {
            assert!(!fs::read_to_string(entry.path()).unwrap().contains('@'), "{}", entry.path().display());
        }
    }
}
