//! Grades what is not known yet, on all cores.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::content::{self, Circumstances, Hash, Parts};
use super::gradebook::{Entry, Outcome, Settings};
use super::journal::Journal;
use super::roster::{Found, Roster};
use super::shard::Shard;
use crate::core::event::Event as LabEvent;
use crate::core::names::Name;
use crate::core::plan::{Choice, Effort};
use crate::core::result::GradeResult;
use crate::lab::course::{Assignment, Course, Source};
use crate::lab::session::{Request, blank, grade};
use crate::lab::{Lab, LabError};

/// How to grade a batch.
#[derive(Debug, Clone)]
pub struct Options {
    /// Seeds every random choice.
    pub seed: u64,
    /// How much work.
    pub effort: Effort,
    /// Submissions graded at the same time.
    pub jobs: usize,
    /// Grade again what is known.
    pub fresh: bool,
    /// Only this part.
    pub shard: Shard,
}

/// What happens during a batch. Sent from several threads.
#[derive(Debug)]
pub enum Event<'a> {
    /// What submissions are compiled with is being built; a line about it.
    Preparing(String),
    /// All submissions have been found.
    Planned {
        /// Of this part.
        total: usize,
        /// Of these, not known yet.
        left: usize,
    },
    /// One submission is done, and will not be lost.
    Done {
        /// Which.
        entry: &'a Entry,
        /// What was found; none: there was nothing to grade.
        outcome: Option<&'a Outcome>,
        /// It was known from before, or from a submission with the same content.
        known: bool,
        /// Wall time of grading it.
        seconds: f64,
    },
}

/// Gets every event.
pub type Listener<'a> = &'a (dyn Fn(Event<'_>) + Sync);

/// What a batch did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Done {
    /// Submissions of this part.
    pub total: usize,
    /// Gradings that were made.
    pub graded: usize,
}

/// An assignment and the hash of what decides its verdicts.
struct Loaded {
    assignment: Assignment,
    hash: Hash,
}

/// Submissions with one key: graded once.
struct Group {
    key: Hash,
    content: Hash,
    /// Indices into the entries; never empty.
    entries: Vec<usize>,
}

/// Grades all submissions of the roster that are in the shard. When it returns, the journal knows all of them.
pub fn run(
    lab: &Lab,
    course: &Course,
    roster: &Roster,
    journal: &mut Journal,
    options: &Options,
    listen: Listener<'_>,
) -> Result<Done, LabError> {
    let mut loaded: BTreeMap<Name, Loaded> = BTreeMap::new();
    for found in &roster.found {
        if !loaded.contains_key(&found.assignment) {
            let assignment = course.assignment(&found.assignment.folder())?;
            let hash = content::of_assignment(&assignment).map_err(|error| {
                LabError::Course(format!("{} cannot be read: {error}", assignment.folder.display()))
            })?;
            loaded.insert(found.assignment.clone(), Loaded { assignment, hash });
        }
    }
    let around = Circumstances {
        seed: options.seed,
        effort: options.effort,
        sandbox: lab.sandbox.level().name().to_owned(),
        toolchain: lab.toolchain.version.clone(),
    };
    let settings = Settings {
        grader_version: env!("CARGO_PKG_VERSION").to_owned(),
        build: env!("GRADE_BUILD").to_owned(),
        toolchain: lab.toolchain.version.lines().next().unwrap_or_default().to_owned(),
        seed: options.seed,
        budget: options.effort,
        assignments: loaded.iter().map(|(name, one)| (name.folder(), content::hex(&one.hash))).collect(),
        shard: options.shard,
    };

    let (entries, sources, groups) = plan(roster, &loaded, &around, options.shard);
    journal.begin(&settings, &entries, options.fresh)?;
    // From here on the journal is only read and added to, by several threads.
    let journal = &*journal;

    let mut known = Vec::new();
    let mut queue = VecDeque::new();
    for (index, group) in groups.iter().enumerate() {
        match journal.decided(&group.key)? {
            // Not kept: a class of thousands would take much memory.
            Some(_) => known.push(group),
            None => queue.push_back(index),
        }
    }
    let left = queue.iter().map(|index| groups[*index].entries.len()).sum();
    listen(Event::Planned { total: entries.len(), left });
    for entry in entries.iter().filter(|entry| entry.key.is_none()) {
        listen(Event::Done { entry, outcome: None, known: true, seconds: 0.0 });
    }
    for group in known {
        let outcome = journal.decided(&group.key)?;
        for entry in &group.entries {
            listen(Event::Done { entry: &entries[*entry], outcome: outcome.as_ref(), known: true, seconds: 0.0 });
        }
    }
    for one in loaded.values() {
        let name = one.assignment.name();
        if queue.iter().any(|index| sources[groups[*index].entries[0]].assignment == name) {
            lab.runtime_for(&one.assignment.manifest, &|event| {
                if let LabEvent::Preparing(line) = event {
                    listen(Event::Preparing(line));
                }
            })?;
        }
    }

    let graded = queue.len();
    let jobs = options.jobs.clamp(1, graded.max(1));
    let queue = Mutex::new(queue);
    let stopped: Mutex<Option<LabError>> = Mutex::new(None);
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| {
                loop {
                    let Some(index) = lock(&queue).pop_front() else { return };
                    let group = &groups[index];
                    let found = sources[group.entries[0]];
                    let start = Instant::now();
                    let kept =
                        one(lab, &loaded[&found.assignment].assignment, found, group, options).and_then(|result| {
                            let outcome = Outcome::of(&result);
                            journal.record(&group.key, &outcome, &result)?;
                            Ok(outcome)
                        });
                    match kept {
                        Ok(outcome) => {
                            for (nth, entry) in group.entries.iter().enumerate() {
                                listen(Event::Done {
                                    entry: &entries[*entry],
                                    outcome: Some(&outcome),
                                    known: nth > 0,
                                    seconds: if nth > 0 { 0.0 } else { start.elapsed().as_secs_f64() },
                                });
                            }
                        }
                        Err(error) => {
                            lock(&queue).clear();
                            lock(&stopped).get_or_insert(error);
                            return;
                        }
                    }
                }
            });
        }
    });
    match stopped.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(error) => Err(error),
        None => Ok(Done { total: entries.len(), graded }),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What this part has to grade: the entries, each one's source, and the groups of those with one key.
fn plan<'a>(
    roster: &'a Roster,
    loaded: &BTreeMap<Name, Loaded>,
    around: &Circumstances,
    shard: Shard,
) -> (Vec<Entry>, Vec<&'a Found>, Vec<Group>) {
    let (mut entries, mut sources) = (Vec::new(), Vec::new());
    let mut groups: Vec<Group> = Vec::new();
    let mut places: HashMap<Hash, usize> = HashMap::new();
    for found in &roster.found {
        let one = &loaded[&found.assignment];
        let mut problem = found.problem.clone();
        let content = match problem {
            None => content::of_submission(&found.folder)
                .map_err(|error| problem = Some(format!("it cannot be read: {error}")))
                .ok(),
            Some(_) => None,
        };
        let assignment = found.assignment.folder();
        let name_alone = || {
            let mut hash = Parts::default();
            hash.add(&found.student);
            hash.finish()
        };
        if !shard.has(&assignment, &content.unwrap_or_else(name_alone)) {
            continue;
        }
        let key = content.map(|content| around.key(&found.assignment, &one.hash, &content));
        if let (Some(key), Some(content)) = (key, content) {
            let place = *places.entry(key).or_insert_with(|| {
                groups.push(Group { key, content, entries: Vec::new() });
                groups.len() - 1
            });
            groups[place].entries.push(entries.len());
        }
        entries.push(Entry {
            student: found.student.clone(),
            assignment,
            title: one.assignment.manifest.title.clone(),
            submission: found.shown.clone(),
            max_points: one.assignment.manifest.points,
            key: key.as_ref().map(content::hex),
            problem,
        });
        sources.push(found);
    }
    (entries, sources, groups)
}

/// Grades one submission. Whatever goes wrong with it is its own result; only what concerns the whole batch is an error.
fn one(
    lab: &Lab,
    assignment: &Assignment,
    found: &Found,
    group: &Group,
    options: &Options,
) -> Result<GradeResult, LabError> {
    let source = Source { folder: found.folder.clone(), shown: found.shown.clone(), starter: false };
    let request = Request {
        assignment,
        source: &source,
        choice: Choice { effort: options.effort, ..Choice::default() },
        seed: options.seed,
        // As many submissions as there are processors are graded at once: one worker for each.
        jobs: 1,
        all_engines: false,
        explain: true,
        replays: None,
    };
    let graded = catch_unwind(AssertUnwindSafe(|| grade(lab, &request, &|_| {})));
    let why = match graded {
        Ok(Ok(result)) => {
            if content::of_submission(&found.folder).is_ok_and(|now| now == group.content) {
                return Ok(result);
            }
            "the submission changed while it was graded".to_owned()
        }
        Ok(Err(LabError::Interrupted)) => return Err(LabError::Interrupted),
        Ok(Err(error)) => error.to_string(),
        Err(_) => "the grader panicked; its message is in the log".to_owned(),
    };
    Ok(GradeResult { max_points: assignment.manifest.points, notes: vec![why], ..blank(lab, &request) })
}
