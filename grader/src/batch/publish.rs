//! Writes what a journal knows as files: the gradebook, a page for each student, the overview.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::content::{self, Parts};
use super::gradebook::{self, Entry, Row, Settings};
use super::journal::Journal;
use crate::core::result::Verdict;
use crate::lab::LabError;
use crate::lab::session::write_atomically;
use crate::report::Graded;
use crate::report::html::{self, Absent, Part};

/// How many submissions ended how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Full marks.
    pub passed: usize,
    /// Not full marks.
    pub failed: usize,
    /// Could not be decided.
    pub inconclusive: usize,
    /// The grader could not do its work.
    pub error: usize,
    /// There is no submission.
    pub missing: usize,
}

/// The gradebook of a journal. Every submission must have been graded.
pub fn rows(journal: &Journal) -> Result<Vec<Row>, LabError> {
    let mut rows = Vec::new();
    for entry in journal.entries()? {
        let outcome = match key(&entry) {
            None => None,
            Some(key) => Some(journal.outcome(&key)?.ok_or_else(|| {
                LabError::Usage(format!("{} of {} is not graded yet", entry.assignment, entry.student.escape_debug()))
            })?),
        };
        rows.push(Row { page: gradebook::page(&entry.student), entry, outcome });
    }
    Ok(rows)
}

/// The key of an entry's result.
pub fn key(entry: &Entry) -> Option<content::Hash> {
    entry.key.as_deref().and_then(content::from_hex)
}

/// Counts the verdicts.
pub fn counts(rows: &[Row]) -> Counts {
    let mut counts = Counts::default();
    for row in rows {
        match row.outcome.as_ref().map(|outcome| outcome.verdict) {
            Some(Verdict::Passed) => counts.passed += 1,
            Some(Verdict::Failed) => counts.failed += 1,
            Some(Verdict::Inconclusive) => counts.inconclusive += 1,
            Some(Verdict::Error) => counts.error += 1,
            None => counts.missing += 1,
        }
    }
    counts
}

/// Writes all files to `out`. What is there already and would be the same is left alone.
pub fn publish(journal: &Journal, settings: &Settings, rows: &[Row], out: &Path, jobs: usize) -> Result<(), LabError> {
    pages(journal, rows, out, jobs)?;
    let save = |name: &str, text: &str| {
        let path = out.join(name);
        if fs::read(&path).is_ok_and(|old| old == text.as_bytes()) {
            return Ok(());
        }
        write_atomically(&path, text.as_bytes()).map_err(|error| unwritable(&path, &error))
    };
    save("gradebook.json", &gradebook::json(settings, rows))?;
    save("gradebook.csv", &gradebook::table(rows))?;
    let (mut graded, mut links, mut absent) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        match row.graded(settings) {
            Some(one) => {
                graded.push(one);
                links.push(format!("{}#{}", row.page, row.entry.assignment));
            }
            None => absent.push(absence(&row.entry)),
        }
    }
    save("index.html", &html::overview(&graded, &absent, &|i| links.get(i).cloned()))
}

fn absence(entry: &Entry) -> Absent {
    Absent {
        student: entry.student.clone(),
        assignment: entry.assignment.clone(),
        title: entry.title.clone(),
        max_points: entry.max_points,
        why: entry.problem.clone().unwrap_or_default(),
    }
}

fn unwritable(path: &Path, error: &std::io::Error) -> LabError {
    LabError::Grader(format!("{} cannot be written: {error}", path.display()))
}

/// The students' pages. Those whose results have not changed are not written again.
fn pages(journal: &Journal, rows: &[Row], out: &Path, jobs: usize) -> Result<(), LabError> {
    let folder = out.join("students");
    fs::create_dir_all(&folder).map_err(|error| unwritable(&folder, &error))?;
    let mut own: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        own.entry(&row.page).or_default().push(row);
    }
    let before = journal.pages()?;
    for gone in before.keys().filter(|page| !own.contains_key(page.as_str())) {
        let _ = fs::remove_file(out.join(gone));
    }
    let stamps: BTreeMap<String, String> = own.iter().map(|(page, rows)| (page.to_string(), stamp(rows))).collect();
    let due: Vec<(&str, &Vec<&Row>)> = own
        .iter()
        .filter(|(page, _)| before.get(**page) != stamps.get(**page) || !out.join(page).is_file())
        .map(|(page, rows)| (*page, rows))
        .collect();
    if due.is_empty() && before.keys().eq(stamps.keys()) {
        return Ok(());
    }
    let next = Mutex::new(due.iter());
    let failed: Mutex<Option<LabError>> = Mutex::new(None);
    std::thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, due.len().max(1)) {
            scope.spawn(|| {
                loop {
                    let Some((page, rows)) = next.lock().unwrap_or_else(PoisonError::into_inner).next() else { return };
                    if let Err(error) = page_of(journal, rows, &out.join(page)) {
                        failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                        return;
                    }
                }
            });
        }
    });
    match failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(error) => Err(error),
        // Only now: a page that was not written must not be taken for one that was.
        None => journal.set_pages(&stamps),
    }
}

/// All that a page depends on.
fn stamp(rows: &[&Row]) -> String {
    let mut hash = Parts::default();
    hash.add(env!("GRADE_BUILD"));
    for row in rows {
        let entry = serde_json::to_vec(&row.entry).expect("plain data");
        let outcome = serde_json::to_vec(&row.outcome).expect("plain data");
        hash.add(entry).add(outcome);
    }
    content::hex(&hash.finish())
}

fn page_of(journal: &Journal, rows: &[&Row], path: &Path) -> Result<(), LabError> {
    let mut parts = Vec::new();
    for row in rows {
        parts.push(match whole(journal, &row.entry)? {
            Some(graded) => Part::Graded(Box::new(graded)),
            None => Part::Absent(absence(&row.entry)),
        });
    }
    let text = html::student(&parts);
    let folder = path.parent().unwrap_or(Path::new("."));
    let write = || -> std::io::Result<()> {
        // Not forced to the disk: the journal is, and a page can be written again from it.
        let mut file = tempfile::Builder::new().prefix(".page-").tempfile_in(folder)?;
        file.write_all(text.as_bytes())?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            file.as_file().set_permissions(fs::Permissions::from_mode(0o644))?;
        }
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    };
    write().map_err(|error| unwritable(path, &error))
}

/// The whole result of an entry, as that student's.
pub fn whole(journal: &Journal, entry: &Entry) -> Result<Option<Graded>, LabError> {
    let Some(key) = key(entry) else { return Ok(None) };
    let mut result = journal.result(&key)?.ok_or_else(|| {
        LabError::Grader(format!("the journal has no result of {} for {}", entry.student, entry.assignment))
    })?;
    // The one who was graded may have been another with the same files.
    result.submission.clone_from(&entry.submission);
    Ok(Some(Graded { student: entry.student.clone(), result }))
}

/// Leftovers of a `grade` that was killed while it wrote.
pub fn sweep(out: &Path) {
    let folders = [out.to_owned(), out.join("students")];
    let names: BTreeSet<&str> = BTreeSet::from([".page-", ".grade-", ".journal-"]);
    for entry in folders.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten() {
        let name = entry.file_name();
        if names.iter().any(|start| name.to_string_lossy().starts_with(start)) {
            let _ = fs::remove_file(entry.path());
        }
    }
}
