//! `grade merge`: the parts of a batch that several machines graded, as one.

use std::path::Path;

use super::gradebook::{Entry, Outcome, Settings};
use super::journal::Journal;
use super::publish::key;
use super::shard::Shard;
use crate::lab::LabError;

/// Puts the results of all `parts` into the journal in `out`. They must be all parts of one batch, graded to the end in the
/// same way.
pub fn merge(parts: &[impl AsRef<Path>], out: &mut Journal) -> Result<Settings, LabError> {
    let mut settings: Option<(Settings, &Path)> = None;
    let mut shards: Vec<(Shard, &Path)> = Vec::new();
    let mut entries: Vec<(Entry, &Path)> = Vec::new();
    let mut journals = Vec::new();
    for part in parts {
        let part = part.as_ref();
        let journal = Journal::open(part)?;
        let Some(own) = journal.settings().cloned() else {
            return Err(LabError::Usage(format!("no batch was begun in {}", part.display())));
        };
        let mine = journal.entries()?;
        let mut left = 0;
        for entry in &mine {
            if let Some(key) = key(entry)
                && journal.outcome(&key)?.is_none()
            {
                left += 1;
            }
        }
        if left > 0 {
            return Err(LabError::Usage(format!(
                "{} is not complete: {left} of {} submissions are not graded yet. Run its `grade batch` again; it goes on where it stopped",
                part.display(),
                mine.len()
            )));
        }
        shards.push((own.shard, part));
        match &settings {
            None => settings = Some((own, part)),
            Some((first, whose)) => same(first, whose, &own, part)?,
        }
        entries.extend(mine.into_iter().map(|entry| (entry, part)));
        journals.push(journal);
    }
    let Some((mut settings, _)) = settings else {
        return Err(LabError::Usage("there is nothing to merge".into()));
    };
    complete(&shards)?;
    settings.shard = Shard::WHOLE;
    entries.sort_by(|(a, _), (b, _)| (&a.student, &a.assignment).cmp(&(&b.student, &b.assignment)));
    for pair in entries.windows(2) {
        let ((a, one), (b, other)) = (&pair[0], &pair[1]);
        if a.student == b.student && a.assignment == b.assignment && (a.key != b.key || a.submission != b.submission) {
            return Err(LabError::Usage(format!(
                "{} and {} have different submissions of {} for {}; the parts must be graded from the same folder",
                one.display(),
                other.display(),
                a.student.escape_debug(),
                a.assignment
            )));
        }
    }
    let mut entries: Vec<Entry> = entries.into_iter().map(|(entry, _)| entry).collect();
    entries.dedup();
    out.begin(&settings, &entries, false)?;
    for journal in &journals {
        for entry in journal.entries()? {
            let Some(key) = key(&entry) else { continue };
            if out.outcome(&key)?.is_some() {
                continue;
            }
            let (Some(outcome), Some(result)): (Option<Outcome>, _) = (journal.outcome(&key)?, journal.result(&key)?)
            else {
                return Err(LabError::Grader(format!(
                    "a part has lost its result of {}",
                    entry.student.escape_debug()
                )));
            };
            out.record(&key, &outcome, &result)?;
        }
    }
    Ok(settings)
}

/// Results that were found in different ways do not belong into one gradebook.
fn same(first: &Settings, whose: &Path, own: &Settings, part: &Path) -> Result<(), LabError> {
    let differs = if first.build != own.build || first.grader_version != own.grader_version {
        "by different builds of `grade`"
    } else if first.toolchain != own.toolchain {
        "with different Rust toolchains"
    } else if first.seed != own.seed {
        "with different seeds"
    } else if first.budget != own.budget {
        "with different budgets"
    } else if first.assignments != own.assignments {
        "against different assignments"
    } else {
        return Ok(());
    };
    Err(LabError::Usage(format!("{} and {} were graded {differs}", whose.display(), part.display())))
}

/// Every part must be there.
fn complete(shards: &[(Shard, &Path)]) -> Result<(), LabError> {
    let (first, whose) = shards[0];
    for (shard, part) in shards {
        if shard.of != first.of {
            return Err(LabError::Usage(format!(
                "{} is part {first}, but {} is part {shard}: they are no parts of one whole",
                whose.display(),
                part.display()
            )));
        }
    }
    let missing: Vec<String> = (1..=first.of)
        .filter(|index| !shards.iter().any(|(shard, _)| shard.index == *index))
        .map(|index| Shard { index, of: first.of }.to_string())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(LabError::Usage(format!("these parts are missing: {}", missing.join(", "))))
}
