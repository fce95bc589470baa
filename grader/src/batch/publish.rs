//! Writes what a journal knows as files: the gradebook, a page for each student, the overview.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, BufWriter, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::content::{self, Parts};
use super::gradebook::{self, Entry, Row, Settings};
use super::journal::Journal;
use crate::core::result::Verdict;
use crate::lab::LabError;
use crate::lab::session::{file_beside, put_in_place};
use crate::report::html::{self, Absent, Overview, Part};
use crate::report::{Graded, csv};

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

/// A row of the gradebook. Its submission must have been graded.
pub fn row(journal: &Journal, entry: &Entry) -> Result<Row, LabError> {
    let outcome = match key(entry) {
        None => None,
        Some(key) => Some(journal.outcome(&key)?.ok_or_else(|| {
            LabError::Usage(format!("{} of {} is not graded yet", entry.assignment, entry.student.escape_debug()))
        })?),
    };
    Ok(Row { page: gradebook::page(&entry.student), entry: entry.clone(), outcome })
}

/// The key of an entry's result.
pub fn key(entry: &Entry) -> Option<content::Hash> {
    entry.key.as_deref().and_then(content::from_hex)
}

impl Counts {
    fn add(&mut self, verdict: Option<Verdict>) {
        *match verdict {
            Some(Verdict::Passed) => &mut self.passed,
            Some(Verdict::Failed) => &mut self.failed,
            Some(Verdict::Inconclusive) => &mut self.inconclusive,
            Some(Verdict::Error) => &mut self.error,
            None => &mut self.missing,
        } += 1;
    }
}

/// A student's page: whose submissions it shows, and a hash of all that it depends on.
#[derive(Default)]
struct Page<'a> {
    entries: Vec<&'a Entry>,
    stamp: Parts,
}

impl<'a> Page<'a> {
    fn add(&mut self, entry: &'a Entry, row: &Row) {
        if self.entries.is_empty() {
            self.stamp.add(env!("GRADE_BUILD"));
        }
        self.entries.push(entry);
        self.stamp.add(serde_json::to_vec(entry).expect("plain data"));
        self.stamp.add(serde_json::to_vec(&row.outcome).expect("plain data"));
    }
}

/// Writes all files to `out`, and counts the verdicts. What is there already and would be the same is left alone.
///
/// `entries` are the journal's. What was found is read from the journal one row at a time, so that a class of thousands
/// takes hardly more memory than a small one.
pub fn publish(
    journal: &Journal,
    settings: &Settings,
    entries: &[Entry],
    out: &Path,
    jobs: usize,
) -> Result<Counts, LabError> {
    let (mut counts, mut table, mut overview) = (Counts::default(), csv::Table::default(), Overview::default());
    let mut own: BTreeMap<String, Page<'_>> = BTreeMap::new();
    let rows = entries.iter().map(|entry| {
        let row = row(journal, entry)?;
        counts.add(row.outcome.as_ref().map(|outcome| outcome.verdict));
        table.add(&row.line());
        match row.graded(settings) {
            Some(one) => overview.add(&one, Some(&format!("{}#{}", row.page, entry.assignment))),
            None => overview.add_absent(&absence(entry)),
        }
        own.entry(row.page.clone()).or_default().add(entry, &row);
        Ok(row)
    });
    save(&out.join("gradebook.json"), gradebook::json(settings, rows))?;
    pages(journal, own, out, jobs)?;
    save(&out.join("gradebook.csv"), [Ok(table.finish())].into_iter())?;
    save(&out.join("index.html"), overview.finish().into_iter().map(Ok))?;
    Ok(counts)
}

/// Writes a file piece by piece. If it says what is there already, that is left alone.
fn save(path: &Path, pieces: impl Iterator<Item = Result<String, LabError>>) -> Result<(), LabError> {
    let failed = |error: io::Error| unwritable(path, &error);
    let mut file = BufWriter::new(file_beside(path).map_err(failed)?);
    for piece in pieces {
        file.write_all(piece?.as_bytes()).map_err(failed)?;
    }
    let file = file.into_inner().map_err(|error| failed(error.into_error()))?;
    if same(path, file.path()).unwrap_or(false) {
        return Ok(());
    }
    put_in_place(file, path).map_err(failed)
}

/// Do two files hold the same bytes? Neither is read as a whole.
fn same(one: &Path, other: &Path) -> io::Result<bool> {
    let (mut one, mut other) = (BufReader::new(File::open(one)?), BufReader::new(File::open(other)?));
    loop {
        let (a, b) = (one.fill_buf()?, other.fill_buf()?);
        let both = a.len().min(b.len());
        if a[..both] != b[..both] || a.is_empty() != b.is_empty() {
            return Ok(false);
        }
        if both == 0 {
            return Ok(true);
        }
        one.consume(both);
        other.consume(both);
    }
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
fn pages(journal: &Journal, own: BTreeMap<String, Page<'_>>, out: &Path, jobs: usize) -> Result<(), LabError> {
    let folder = out.join("students");
    fs::create_dir_all(&folder).map_err(|error| unwritable(&folder, &error))?;
    let before = journal.pages()?;
    for gone in before.keys().filter(|page| !own.contains_key(*page)) {
        let _ = fs::remove_file(out.join(gone));
    }
    let (mut stamps, mut due) = (BTreeMap::new(), Vec::new());
    for (page, Page { entries, stamp }) in own {
        let stamp = content::hex(&stamp.finish());
        if before.get(&page) != Some(&stamp) || !out.join(&page).is_file() {
            due.push((page.clone(), entries));
        }
        stamps.insert(page, stamp);
    }
    if due.is_empty() && before.keys().eq(stamps.keys()) {
        return Ok(());
    }
    let next = Mutex::new(due.iter());
    let failed: Mutex<Option<LabError>> = Mutex::new(None);
    std::thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, due.len().max(1)) {
            scope.spawn(|| {
                loop {
                    let next = next.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some((page, entries)) = next else { return };
                    if let Err(error) = page_of(journal, entries, &out.join(page)) {
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

fn page_of(journal: &Journal, entries: &[&Entry], path: &Path) -> Result<(), LabError> {
    let mut parts = Vec::new();
    for entry in entries {
        parts.push(match whole(journal, entry)? {
            Some(graded) => Part::Graded(Box::new(graded)),
            None => Part::Absent(absence(entry)),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_or_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("book");
        let write = |pieces: &[&str]| save(&path, pieces.iter().map(|piece| Ok((*piece).to_owned())));
        let written = || path.metadata().unwrap().modified().unwrap();
        // Longer than what is compared at once.
        let long = "x".repeat(20_000);
        write(&[&long, "y"]).unwrap();
        File::open(&path).unwrap().set_modified(std::time::UNIX_EPOCH).unwrap();
        write(&[&long[1..], "xy"]).unwrap();
        assert_eq!(written(), std::time::UNIX_EPOCH);
        let broken = [Ok("z".to_owned()), Err(LabError::Interrupted)];
        assert!(save(&path, broken.into_iter()).is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), long.clone() + "y");
        for other in [long.clone() + "z", long.clone(), long + "yy", String::new()] {
            write(&[&other]).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), other);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left over");
    }
}
