//! Finds the submissions of a class: in a folder, or as a list names them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::core::names::{Name, nearest};
use crate::lab::LabError;
use crate::lab::course::Course;

/// One submission of the class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// As the folder or the list names the student.
    pub student: String,
    /// Which assignment.
    pub assignment: Name,
    /// The submission's folder.
    pub folder: PathBuf,
    /// The same, relative to where it was looked for.
    pub shown: String,
    /// Why there is nothing to grade.
    pub problem: Option<String>,
}

/// All submissions of a class.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Roster {
    /// By student and assignment; never two of the same.
    pub found: Vec<Found>,
    /// What was passed over, and why.
    pub notes: Vec<String>,
}

/// Finds the submissions at `place`: a folder, or a list (CSV or TOML). `only`: these assignments and no others; with
/// exactly one of them, a student's folder may be the submission itself.
pub fn find(place: &Path, course: &Course, only: &[Name]) -> Result<Roster, LabError> {
    let meta = fs::metadata(place)
        .map_err(|error| LabError::Usage(format!("there are no submissions at {}: {error}", place.display())))?;
    let mut roster = if meta.is_dir() { in_folder(place, course, only)? } else { from_list(place, course, only)? };
    roster.found.sort_by(|a, b| (&a.student, &a.assignment).cmp(&(&b.student, &b.assignment)));
    for pair in roster.found.windows(2) {
        if pair[0].student == pair[1].student && pair[0].assignment == pair[1].assignment {
            return Err(LabError::Usage(format!(
                "`{}` has two submissions for {}: {} and {}",
                pair[0].student.escape_debug(),
                pair[0].assignment.folder(),
                pair[0].shown.escape_debug(),
                pair[1].shown.escape_debug()
            )));
        }
    }
    if roster.found.iter().all(|found| found.problem.is_some()) {
        let mut message = format!(
            "there are no submissions in {}. `grade batch` looks for DIR/STUDENT/ASSIGNMENT/Cargo.toml and, with --assignment, for DIR/STUDENT/Cargo.toml",
            place.display()
        );
        let problem = |one: &Found| Some(format!("{}: {}", one.shown.escape_debug(), one.problem.as_ref()?));
        for note in roster.notes.iter().cloned().chain(roster.found.iter().filter_map(problem)).take(5) {
            message += &format!("\n  {note}");
        }
        return Err(LabError::Usage(message));
    }
    Ok(roster)
}

/// The folders in a folder, by name: no hidden ones, no `target`.
fn folders(folder: &Path) -> Result<Vec<(String, PathBuf)>, LabError> {
    let failed = |error: std::io::Error| LabError::Usage(format!("{} cannot be read: {error}", folder.display()));
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !name.starts_with('.') && name != "target" && path.is_dir() {
            found.push((name, path));
        }
    }
    found.sort();
    Ok(found)
}

/// A package in a folder of its own. A link could lead to somebody else's.
fn is_package(folder: &Path) -> bool {
    folder.symlink_metadata().is_ok_and(|meta| meta.is_dir()) && folder.join("Cargo.toml").symlink_metadata().is_ok()
}

fn in_folder(place: &Path, course: &Course, only: &[Name]) -> Result<Roster, LabError> {
    let mut roster = Roster::default();
    for (student, folder) in folders(place)? {
        // A class that is a git repository's tree may hold other things, too.
        let direct = folder.join("Cargo.toml").symlink_metadata().is_ok();
        if direct {
            match only {
                [one] => roster.found.push(Found {
                    shown: student.clone(),
                    student,
                    assignment: one.clone(),
                    folder,
                    problem: None,
                }),
                _ => roster.notes.push(format!(
                    "{}: it is a package itself; name the assignment that all of them are for: --assignment NAME",
                    student.escape_debug()
                )),
            }
            continue;
        }
        let mut own: BTreeMap<Name, Vec<(String, PathBuf)>> = BTreeMap::new();
        // What cannot be read is one student's trouble.
        for (name, inner) in folders(&folder).unwrap_or_default() {
            let entry = course.entries.iter().find(|entry| entry.name.matches(&name));
            match entry {
                Some(entry) if only.is_empty() || only.contains(&entry.name) => {
                    own.entry(entry.name.clone()).or_default().push((name, inner));
                }
                Some(_) => {}
                None if is_package(&inner) => {
                    let slugs = course.entries.iter().map(|entry| entry.name.slug.as_str());
                    let near = nearest(&name, slugs, 1);
                    let hint = near.first().map(|slug| format!("; did you mean `{slug}`?")).unwrap_or_default();
                    roster.notes.push(format!(
                        "{}/{}: no assignment has this name{hint}",
                        student.escape_debug(),
                        name.escape_debug()
                    ));
                }
                None => {}
            }
        }
        for name in only {
            own.entry(name.clone()).or_default();
        }
        if own.is_empty() {
            roster.notes.push(format!("{}: no submission was found", student.escape_debug()));
        }
        for (assignment, folders) in own {
            roster.found.push(one_of(&student, assignment, &folder, &folders));
        }
    }
    Ok(roster)
}

/// The one folder of a student that is an assignment's submission.
fn one_of(student: &str, assignment: Name, folder: &Path, found: &[(String, PathBuf)]) -> Found {
    let none = |problem: String| Found {
        student: student.to_owned(),
        shown: format!("{student}/{}", assignment.folder()),
        folder: folder.join(assignment.folder()),
        assignment: assignment.clone(),
        problem: Some(problem),
    };
    let packages: Vec<&(String, PathBuf)> = found.iter().filter(|(_, folder)| is_package(folder)).collect();
    match (packages.as_slice(), found) {
        ([(name, folder)], _) => Found {
            student: student.to_owned(),
            shown: format!("{student}/{name}"),
            folder: folder.clone(),
            assignment,
            problem: None,
        },
        ([], []) => none("there is no submission".to_owned()),
        ([], [(name, folder), ..]) if folder.symlink_metadata().is_ok_and(|meta| meta.is_symlink()) => {
            none(format!("`{name}` is a symbolic link; put the submission itself there"))
        }
        ([], [(name, _), ..]) => none(format!("there is no Cargo.toml in `{name}`")),
        (several, _) => {
            let names: Vec<String> = several.iter().map(|(name, _)| format!("`{name}`")).collect();
            none(format!("it is not clear which folder to grade: {}", names.join(", ")))
        }
    }
}

/// One line of a list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    student: String,
    #[serde(default)]
    assignment: Option<String>,
    #[serde(default)]
    path: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    #[serde(default)]
    submissions: Vec<toml::Spanned<Line>>,
}

fn from_list(place: &Path, course: &Course, only: &[Name]) -> Result<Roster, LabError> {
    let wrong = |line: usize, what: String| LabError::Usage(format!("{}:{line}: {what}", place.display()));
    let bytes = fs::read(place)
        .map_err(|error| LabError::Usage(format!("the list {} cannot be read: {error}", place.display())))?;
    let text = String::from_utf8(bytes).map_err(|_| wrong(1, "the list is not UTF-8 text".into()))?;
    let is_toml = place.extension().is_some_and(|end| end.eq_ignore_ascii_case("toml"));
    let lines = if is_toml { toml_lines(&text) } else { csv_lines(&text) };
    let root = place.parent().unwrap_or(Path::new("."));
    let mut roster = Roster::default();
    for (number, line) in lines.map_err(|(number, what)| wrong(number, what))? {
        let student = line.student.trim().to_owned();
        if student.is_empty() {
            return Err(wrong(number, "the student has no name".into()));
        }
        let assignment = match (&line.assignment, only) {
            (Some(text), _) if !text.trim().is_empty() => {
                course.entry(text.trim()).map_err(|error| wrong(number, error.to_string()))?.name.clone()
            }
            (_, [one]) => one.clone(),
            _ => {
                return Err(wrong(
                    number,
                    "which assignment is it? Add a column `assignment`, or name it: --assignment NAME".into(),
                ));
            }
        };
        if !only.is_empty() && !only.contains(&assignment) {
            continue;
        }
        let named = line.path.as_deref().map(str::trim).filter(|path| !path.is_empty());
        let found = match named {
            Some(path) => {
                let folder = root.join(path);
                let problem = if folder.join("Cargo.toml").symlink_metadata().is_ok() {
                    None
                } else if folder.is_dir() {
                    Some(format!("there is no Cargo.toml in `{path}`"))
                } else {
                    Some("there is no submission".to_owned())
                };
                Found { student, assignment, folder, shown: path.to_owned(), problem }
            }
            None => {
                let folder = root.join(&student);
                if student.contains(['/', '\\']) || student == ".." {
                    return Err(wrong(number, "a name like this needs a `path`".into()));
                }
                if folder.join("Cargo.toml").symlink_metadata().is_ok() {
                    Found { shown: student.clone(), student, assignment, folder, problem: None }
                } else {
                    let mut own = folders(&folder).unwrap_or_default();
                    own.retain(|(name, _)| assignment.matches(name));
                    one_of(&student, assignment, &folder, &own)
                }
            }
        };
        roster.found.push(found);
    }
    Ok(roster)
}

type Lines = Result<Vec<(usize, Line)>, (usize, String)>;

fn toml_lines(text: &str) -> Lines {
    let line_of = |at: usize| text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
    let list: List = toml::from_str(text).map_err(|error: toml::de::Error| {
        (error.span().map_or(1, |span| line_of(span.start)), error.message().trim().replace('\n', "; "))
    })?;
    Ok(list.submissions.into_iter().map(|line| (line_of(line.span().start), line.into_inner())).collect())
}

fn csv_lines(text: &str) -> Lines {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let first = text.lines().next().unwrap_or_default();
    let count = |separator: u8| first.bytes().filter(|byte| *byte == separator).count();
    let separator = [b',', b';', b'\t'].into_iter().max_by_key(|s| (count(*s), *s == b',')).unwrap_or(b',');
    let mut reader =
        csv::ReaderBuilder::new().delimiter(separator).trim(csv::Trim::All).flexible(true).from_reader(text.as_bytes());
    let number = |error: &csv::Error| error.position().map_or(1, |at| at.line() as usize);
    let head = reader.headers().map_err(|error| (number(&error), error.to_string()))?.clone();
    let column =
        |names: &[&str]| head.iter().position(|cell| names.iter().any(|name| cell.trim().eq_ignore_ascii_case(name)));
    let Some(student) = column(&["student"]) else {
        return Err((1, "the list needs a column `student`; `assignment` and `path` are its other columns".into()));
    };
    let (assignment, path) = (column(&["assignment"]), column(&["path"]));
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| (number(&error), error.to_string()))?;
        let cell = |at: Option<usize>| at.and_then(|at| record.get(at)).map(str::to_owned);
        let line = record.position().map_or(1, |at| at.line() as usize);
        if record.iter().all(str::is_empty) {
            continue;
        }
        lines.push((
            line,
            Line { student: cell(Some(student)).unwrap_or_default(), assignment: cell(assignment), path: cell(path) },
        ));
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::course::Entry;

    fn course() -> Course {
        let entry = |number: u32, slug: &str| {
            let name = Name { number, slug: slug.into() };
            Entry { folder: PathBuf::from(name.folder()), name }
        };
        Course { root: PathBuf::new(), entries: vec![entry(1, "bank-race"), entry(2, "lock-ordering")] }
    }

    fn package(root: &Path, name: &str) {
        fs::create_dir_all(root.join(name)).unwrap();
        fs::write(root.join(name).join("Cargo.toml"), "").unwrap();
    }

    fn shown(roster: &Roster) -> Vec<String> {
        roster
            .found
            .iter()
            .map(|one| match &one.problem {
                None => format!("{} {} {}", one.student, one.assignment.number, one.shown),
                Some(problem) => format!("{} {}: {problem}", one.student, one.assignment.number),
            })
            .collect()
    }

    fn usage(result: Result<Roster, LabError>) -> String {
        match result {
            Err(LabError::Usage(why)) => why,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_folder_for_each_student_and_assignment() {
        let class = tempfile::tempdir().unwrap();
        let root = class.path();
        for name in ["bob/bank-race", "ada/01-bank-race", "ada/2", "ada/notes", "eve/assignment-1", "eve/1", ".git/1"] {
            package(root, name);
        }
        fs::create_dir_all(root.join("dan/lock-ordering")).unwrap();
        fs::create_dir_all(root.join("fay")).unwrap();
        fs::write(root.join("readme.txt"), "").unwrap();
        let roster = find(root, &course(), &[]).unwrap();
        assert_eq!(
            shown(&roster),
            [
                "ada 1 ada/01-bank-race",
                "ada 2 ada/2",
                "bob 1 bob/bank-race",
                "dan 2: there is no Cargo.toml in `lock-ordering`",
                "eve 1: it is not clear which folder to grade: `1`, `assignment-1`",
            ]
        );
        assert_eq!(roster.notes, ["ada/notes: no assignment has this name", "fay: no submission was found"]);
        // One assignment: who has none is listed.
        let only = [course().entries[1].name.clone()];
        assert_eq!(
            shown(&find(root, &course(), &only).unwrap()),
            [
                "ada 2 ada/2",
                "bob 2: there is no submission",
                "dan 2: there is no Cargo.toml in `lock-ordering`",
                "eve 2: there is no submission",
                "fay 2: there is no submission",
            ]
        );
    }

    #[test]
    fn a_folder_for_each_student() {
        let class = tempfile::tempdir().unwrap();
        package(class.path(), "ada");
        package(class.path(), "bob");
        let only = [course().entries[0].name.clone()];
        assert_eq!(shown(&find(class.path(), &course(), &only).unwrap()), ["ada 1 ada", "bob 1 bob"]);
        fs::create_dir_all(class.path().join("none/eve")).unwrap();
        let why = usage(find(&class.path().join("none"), &course(), &only));
        assert!(why.contains("eve/01-bank-race: there is no submission"), "{why}");
        let why = usage(find(class.path(), &course(), &[]));
        assert!(why.contains("--assignment NAME"), "{why}");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_a_neighbour_is_no_submission() {
        let class = tempfile::tempdir().unwrap();
        package(class.path(), "ada/bank-race");
        fs::create_dir(class.path().join("bob")).unwrap();
        std::os::unix::fs::symlink("../ada/bank-race", class.path().join("bob/bank-race")).unwrap();
        let roster = find(class.path(), &course(), &[]).unwrap();
        assert_eq!(shown(&roster)[1], "bob 1: `bank-race` is a symbolic link; put the submission itself there");
    }

    #[test]
    fn lists() {
        let class = tempfile::tempdir().unwrap();
        let root = class.path();
        package(root, "x/y");
        package(root, "bob");
        package(root, "ada/lock-ordering");
        let list = |name: &str, text: &str, only: &[Name]| {
            fs::write(root.join(name), text).unwrap();
            find(&root.join(name), &course(), only)
        };
        let expected = ["ada 2 ada/lock-ordering", "bob 1 x/y", "eve 1: there is no submission"];
        let csv = "\u{feff}Student;Path;Assignment\r\nbob; x/y ;1\r\n\r\nada;;lock-ordering\r\neve;;1\r\n";
        assert_eq!(shown(&list("a.csv", csv, &[]).unwrap()), expected);
        let toml = "[[submissions]]\nstudent = \"bob\"\nassignment = \"1\"\npath = \"x/y\"\n\
                    [[submissions]]\nstudent = \"ada\"\nassignment = \"2\"\n\
                    [[submissions]]\nstudent = \"eve\"\nassignment = \"1\"\npath = \"gone\"\n";
        assert_eq!(shown(&list("a.toml", toml, &[]).unwrap()), expected);
        let only = [course().entries[0].name.clone()];
        assert_eq!(shown(&list("b.csv", "student\nbob\n", &only).unwrap()), ["bob 1 bob"]);

        assert!(usage(list("c.csv", "name\nbob\n", &[])).contains("c.csv:1: the list needs a column `student`"));
        assert!(usage(list("c.csv", "student\nbob\n", &[])).contains("c.csv:2: which assignment"));
        assert!(usage(list("c.csv", "student,assignment\nbob,7\n", &[])).contains("c.csv:2: there is no assignment"));
        assert!(usage(list("c.csv", "student,assignment\nbob,1\nbob,01\n", &[])).contains("two submissions"));
        assert!(usage(list("c.toml", "[[submissions]]\nstudnt = 1\n", &[])).contains("c.toml:2:"));
        assert!(usage(list("c.csv", "student,assignment\n../bob,1\n", &[])).contains("needs a `path`"));
    }
}
