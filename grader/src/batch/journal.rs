//! What a batch knows already, on disk: each result is there for good before anybody hears of it.
//!
//! An embedded database (redb) in the output folder. Results are kept by their keys (see [`super::content`]); beside them
//! stands the list of what the last batch had to grade. A batch that is killed at any moment leaves the state after some
//! of its commits: the next one finds every result that was announced.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use redb::{Database, DatabaseError, ReadableDatabase as _, ReadableTable as _, TableDefinition};
use serde::{Deserialize, Serialize};

use super::content::Hash;
use super::gradebook::{Entry, Outcome, Settings};
use crate::core::result::{GradeResult, Verdict};
use crate::lab::LabError;

/// The journal's file in the output folder.
pub const FILE: &str = "journal.redb";
/// The version of the tables.
const VERSION: u64 = 1;
/// So much of the journal is kept in memory; redb's own choice is a gigabyte.
const CACHE_BYTES: usize = 8 << 20;

/// What is known of the journal itself: `state` -> JSON.
const STATE: TableDefinition<'_, &str, &str> = TableDefinition::new("state");
/// key -> [`Known`] as JSON: what gradebooks show.
const OUTCOMES: TableDefinition<'_, &[u8], &str> = TableDefinition::new("outcomes");
/// key -> [`GradeResult`] as JSON: what pages show.
const RESULTS: TableDefinition<'_, &[u8], &str> = TableDefinition::new("results");
/// (student, assignment) -> [`Entry`] as JSON: what the last batch had to grade.
const ENTRIES: TableDefinition<'_, (&str, &str), &str> = TableDefinition::new("entries");
/// page -> a hash of all that it was made of.
const PAGES: TableDefinition<'_, &str, &str> = TableDefinition::new("pages");

/// The state of a journal.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct State {
    version: u64,
    /// How often everything was to be graded afresh.
    generation: u64,
    /// A fresh grading has begun and not ended: what it has found so far counts for the next one.
    fresh: bool,
    settings: Option<Settings>,
}

/// An outcome and when it was found.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Known {
    generation: u64,
    outcome: Outcome,
}

/// An open journal. Only one `grade` at a time has it.
pub struct Journal {
    database: Database,
    path: PathBuf,
    state: State,
    /// Outcomes that are older do not count.
    since: u64,
}

impl Journal {
    /// Opens the journal in `folder`, which is made if it is not there.
    pub fn create(folder: &Path) -> Result<Journal, LabError> {
        fs::create_dir_all(folder)
            .map_err(|error| LabError::Grader(format!("{} cannot be made: {error}", folder.display())))?;
        let path = folder.join(FILE);
        if !path.exists() {
            make(folder, &path)?;
        }
        Journal::open(folder)
    }

    /// Opens a journal that is there.
    pub fn open(folder: &Path) -> Result<Journal, LabError> {
        let path = folder.join(FILE);
        if !path.is_file() {
            return Err(LabError::Usage(format!(
                "{} holds no journal; `grade batch --out {}` makes one",
                folder.display(),
                folder.display()
            )));
        }
        let database = redb::Builder::new().set_cache_size(CACHE_BYTES).open(&path).map_err(|error| match error {
            DatabaseError::DatabaseAlreadyOpen => {
                LabError::Usage(format!("another `grade` is at work in {}; wait for its end", folder.display()))
            }
            error => LabError::Grader(format!(
                "the journal {} cannot be read: {error}. If it was damaged, remove it: everything is then graded again",
                path.display()
            )),
        })?;
        let mut journal = Journal {
            database,
            path,
            state: State { version: VERSION, generation: 0, fresh: false, settings: None },
            since: 0,
        };
        if let Some(state) = journal.stored_state()? {
            journal.state = state;
        }
        if journal.state.version != VERSION {
            return Err(LabError::Usage(format!(
                "the journal {} is of another version of `grade`; use another folder with --out",
                journal.path.display()
            )));
        }
        Ok(journal)
    }

    fn failed(&self, error: impl Into<redb::Error>) -> LabError {
        failed(&self.path, error)
    }

    fn stored_state(&self) -> Result<Option<State>, LabError> {
        let read = self.database.begin_read().map_err(|error| self.failed(error))?;
        let table = read.open_table(STATE).map_err(|error| self.failed(error))?;
        let text = table.get("state").map_err(|error| self.failed(error))?;
        text.map(|text| self.parse(text.value())).transpose()
    }

    fn parse<T: serde::de::DeserializeOwned>(&self, text: &str) -> Result<T, LabError> {
        serde_json::from_str(text)
            .map_err(|error| LabError::Grader(format!("the journal {} is damaged: {error}", self.path.display())))
    }

    /// How the last batch here was graded; none if there was none.
    pub fn settings(&self) -> Option<&Settings> {
        self.state.settings.as_ref()
    }

    /// Notes what a batch is going to grade. `fresh`: what was known before does not count, except that of a fresh
    /// grading which did not come to its end.
    pub fn begin(&mut self, settings: &Settings, entries: &[Entry], fresh: bool) -> Result<(), LabError> {
        if fresh && !self.state.fresh {
            self.state.generation += 1;
            self.state.fresh = true;
        }
        self.since = if fresh { self.state.generation } else { 0 };
        self.state.settings = Some(settings.clone());
        let write = || -> Result<(), redb::Error> {
            let transaction = self.database.begin_write()?;
            {
                let mut table = transaction.open_table(STATE)?;
                table.insert("state", to_json(&self.state).as_str())?;
                transaction.delete_table(ENTRIES)?;
                let mut table = transaction.open_table(ENTRIES)?;
                for entry in entries {
                    table.insert((entry.student.as_str(), entry.assignment.as_str()), to_json(entry).as_str())?;
                }
            }
            Ok(transaction.commit()?)
        };
        write().map_err(|error| self.failed(error))
    }

    /// Everything is graded: a fresh grading has come to its end.
    pub fn finish(&mut self) -> Result<(), LabError> {
        if !self.state.fresh {
            return Ok(());
        }
        self.state.fresh = false;
        let write = || -> Result<(), redb::Error> {
            let transaction = self.database.begin_write()?;
            transaction.open_table(STATE)?.insert("state", to_json(&self.state).as_str())?;
            Ok(transaction.commit()?)
        };
        write().map_err(|error| self.failed(error))
    }

    /// What the last batch had to grade, by student and assignment.
    pub fn entries(&self) -> Result<Vec<Entry>, LabError> {
        let read = self.database.begin_read().map_err(|error| self.failed(error))?;
        let table = read.open_table(ENTRIES).map_err(|error| self.failed(error))?;
        let mut entries = Vec::new();
        for row in table.iter().map_err(|error| self.failed(error))? {
            let (_, text) = row.map_err(|error| self.failed(error))?;
            entries.push(self.parse(text.value())?);
        }
        Ok(entries)
    }

    /// The outcome with this key, if it is known and still counts.
    pub fn outcome(&self, key: &Hash) -> Result<Option<Outcome>, LabError> {
        let read = self.database.begin_read().map_err(|error| self.failed(error))?;
        let table = read.open_table(OUTCOMES).map_err(|error| self.failed(error))?;
        let Some(text) = table.get(key.as_slice()).map_err(|error| self.failed(error))? else { return Ok(None) };
        let known: Known = self.parse(text.value())?;
        Ok((known.generation >= self.since).then_some(known.outcome))
    }

    /// As [`Journal::outcome`], but not what the grader itself failed at: that is to be tried again.
    pub fn decided(&self, key: &Hash) -> Result<Option<Outcome>, LabError> {
        Ok(self.outcome(key)?.filter(|outcome| outcome.verdict != Verdict::Error))
    }

    /// The whole result with this key.
    pub fn result(&self, key: &Hash) -> Result<Option<GradeResult>, LabError> {
        let read = self.database.begin_read().map_err(|error| self.failed(error))?;
        let table = read.open_table(RESULTS).map_err(|error| self.failed(error))?;
        let text = table.get(key.as_slice()).map_err(|error| self.failed(error))?;
        text.map(|text| self.parse(text.value())).transpose()
    }

    /// The pages that were written, and what they were made of.
    pub fn pages(&self) -> Result<BTreeMap<String, String>, LabError> {
        let read = || -> Result<BTreeMap<String, String>, redb::Error> {
            let transaction = self.database.begin_read()?;
            let table = transaction.open_table(PAGES)?;
            let mut pages = BTreeMap::new();
            for row in table.iter()? {
                let (page, stamp) = row?;
                pages.insert(page.value().to_owned(), stamp.value().to_owned());
            }
            Ok(pages)
        };
        read().map_err(|error| self.failed(error))
    }

    /// Notes that these pages are written.
    pub fn set_pages(&self, pages: &BTreeMap<String, String>) -> Result<(), LabError> {
        let write = || -> Result<(), redb::Error> {
            let transaction = self.database.begin_write()?;
            transaction.delete_table(PAGES)?;
            {
                let mut table = transaction.open_table(PAGES)?;
                for (page, stamp) in pages {
                    table.insert(page.as_str(), stamp.as_str())?;
                }
            }
            Ok(transaction.commit()?)
        };
        write().map_err(|error| self.failed(error))
    }

    /// Keeps a result. When this returns, it survives the end of the process and of the machine.
    pub fn record(&self, key: &Hash, outcome: &Outcome, result: &GradeResult) -> Result<(), LabError> {
        let known = Known { generation: self.state.generation, outcome: outcome.clone() };
        let write = || -> Result<(), redb::Error> {
            let transaction = self.database.begin_write()?;
            transaction.open_table(OUTCOMES)?.insert(key.as_slice(), to_json(&known).as_str())?;
            transaction.open_table(RESULTS)?.insert(key.as_slice(), to_json(result).as_str())?;
            // `commit` returns when the file system says that the data are on the disk.
            Ok(transaction.commit()?)
        };
        write().map_err(|error| self.failed(error))
    }
}

fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("plain data")
}

fn failed(path: &Path, error: impl Into<redb::Error>) -> LabError {
    let why = match error.into() {
        redb::Error::Io(error) if error.kind() == std::io::ErrorKind::StorageFull => "the disk is full".to_owned(),
        error => error.to_string(),
    };
    LabError::Grader(format!(
        "the journal {} cannot be written: {why}. Nothing is lost: when there is room, the same command goes on from here",
        path.display()
    ))
}

/// Makes an empty journal, whole or not at all.
fn make(folder: &Path, path: &Path) -> Result<(), LabError> {
    let make = || -> Result<(), redb::Error> {
        let file = tempfile::Builder::new().prefix(".journal-").tempfile_in(folder)?;
        let database = redb::Builder::new().set_cache_size(CACHE_BYTES).create(file.path())?;
        let transaction = database.begin_write()?;
        transaction.open_table(OUTCOMES)?;
        transaction.open_table(RESULTS)?;
        transaction.open_table(ENTRIES)?;
        transaction.open_table(PAGES)?;
        let state = State { version: VERSION, generation: 0, fresh: false, settings: None };
        transaction.open_table(STATE)?.insert("state", to_json(&state).as_str())?;
        transaction.commit()?;
        drop(database);
        match file.persist_noclobber(path) {
            // Another `grade` was quicker.
            Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(error.error.into()),
            Ok(_) => Ok(()),
        }
    };
    make().map_err(|error| failed(path, error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::shard::Shard;
    use crate::core::plan::Effort;
    use crate::report::tests::{passed, sample};

    fn settings() -> Settings {
        Settings {
            grader_version: "0.1.0".into(),
            build: "b".into(),
            toolchain: "rustc 1.95.0".into(),
            seed: 1,
            budget: Effort::Normal,
            assignments: Vec::new(),
            shard: Shard::WHOLE,
        }
    }

    fn entry(student: &str) -> Entry {
        Entry {
            student: student.into(),
            assignment: "01-bank-race".into(),
            title: "t".into(),
            submission: student.into(),
            max_points: 100,
            key: None,
            problem: None,
        }
    }

    #[test]
    fn what_is_recorded_is_there_after_reopening() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = Journal::create(folder.path()).unwrap();
        journal.begin(&settings(), &[entry("bob"), entry("ada")], false).unwrap();
        assert_eq!(journal.outcome(&[1; 32]).unwrap(), None);
        let outcome = Outcome::of(&sample());
        journal.record(&[1; 32], &outcome, &sample()).unwrap();
        assert!(matches!(Journal::open(folder.path()), Err(LabError::Usage(why)) if why.contains("another `grade`")));
        drop(journal);
        let mut journal = Journal::open(folder.path()).unwrap();
        assert_eq!(journal.decided(&[1; 32]).unwrap(), Some(outcome));
        assert_eq!(journal.result(&[1; 32]).unwrap(), Some(sample()));
        let students: Vec<String> = journal.entries().unwrap().into_iter().map(|entry| entry.student).collect();
        assert_eq!(students, ["ada", "bob"]);
        // The list is always that of the last batch.
        journal.begin(&settings(), &[entry("eve")], false).unwrap();
        assert_eq!(journal.entries().unwrap(), [entry("eve")]);
        assert_eq!(journal.settings(), Some(&settings()));
    }

    #[test]
    fn a_fresh_grading_forgets_once_and_goes_on_when_it_was_stopped() {
        let folder = tempfile::tempdir().unwrap();
        let outcome = Outcome::of(&passed());
        let known = |journal: &Journal| [1, 2].map(|n| journal.decided(&[n; 32]).unwrap().is_some());
        let mut journal = Journal::create(folder.path()).unwrap();
        journal.begin(&settings(), &[], false).unwrap();
        journal.record(&[1; 32], &outcome, &passed()).unwrap();
        journal.record(&[2; 32], &outcome, &passed()).unwrap();
        journal.finish().unwrap();
        journal.begin(&settings(), &[], true).unwrap();
        assert_eq!(known(&journal), [false, false]);
        journal.record(&[1; 32], &outcome, &passed()).unwrap();
        drop(journal);
        // Stopped here: the same command goes on.
        let mut journal = Journal::open(folder.path()).unwrap();
        journal.begin(&settings(), &[], true).unwrap();
        assert_eq!(known(&journal), [true, false]);
        journal.record(&[2; 32], &outcome, &passed()).unwrap();
        journal.finish().unwrap();
        journal.begin(&settings(), &[], false).unwrap();
        assert_eq!(known(&journal), [true, true]);
        journal.begin(&settings(), &[], true).unwrap();
        assert_eq!(known(&journal), [false, false]);
    }

    #[test]
    fn what_the_grader_failed_at_is_tried_again() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = Journal::create(folder.path()).unwrap();
        journal.begin(&settings(), &[], false).unwrap();
        let mut result = passed();
        result.verdict = Verdict::Error;
        journal.record(&[1; 32], &Outcome::of(&result), &result).unwrap();
        assert!(journal.outcome(&[1; 32]).unwrap().is_some());
        assert_eq!(journal.decided(&[1; 32]).unwrap(), None);
    }

    #[test]
    fn a_journal_that_is_none() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(Journal::open(folder.path()), Err(LabError::Usage(_))));
        fs::write(folder.path().join(FILE), b"not a database, but long enough to have a header".repeat(100)).unwrap();
        assert!(matches!(Journal::open(folder.path()), Err(LabError::Grader(why)) if why.contains("remove it")));
    }
}
