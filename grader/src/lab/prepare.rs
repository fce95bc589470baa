//! From a folder to a program that runs the checks on it.

use std::fs;
use std::path::{Path, PathBuf};

use protocol::Kind;

use super::course::Assignment;
use super::{Lab, LabError, Listener};
use crate::build::runtime::Runtime;
use crate::build::rustc::{Compiled, Compiler};
use crate::build::submission::{self, Refusal, Submission};
use crate::build::{diagnostics, interface};
use crate::core::event::Event;
use crate::core::manifest::Target;
use crate::core::result::Finding;
use crate::sandbox::{LimitHit, WorkFolder};

/// A submission that compiled.
pub struct Prepared {
    /// What was read.
    pub submission: Submission,
    /// The program with all checks.
    pub program: PathBuf,
    /// The checks' sources: name, text.
    pub checks: Vec<(String, String)>,
    /// Removed when this is dropped.
    pub work: WorkFolder,
}

/// Why there is nothing to run.
pub enum Stop {
    /// The submission's fault, with what was read of it, if anything.
    Findings(Vec<Finding>, Option<Box<Submission>>),
    /// Anybody else's.
    Error(LabError),
}

impl<E: Into<LabError>> From<E> for Stop {
    fn from(error: E) -> Self {
        Stop::Error(error.into())
    }
}

/// Reads, checks and compiles the submission in `folder`.
pub fn prepare(lab: &Lab, assignment: &Assignment, folder: &Path, listen: Listener<'_>) -> Result<Prepared, Stop> {
    listen(Event::Reading);
    let work = lab.work_folder()?;
    let copy = work.path().join("submission");
    let submission = match submission::read(folder, &copy, &lab.toolchain, &assignment.manifest) {
        Ok(submission) => submission,
        Err(Refusal::Missing(message)) => return Err(Stop::Error(LabError::Usage(message))),
        Err(Refusal::Findings(findings)) => return Err(Stop::Findings(findings, None)),
        Err(Refusal::Build(error)) => return Err(error.into()),
    };
    let runtime = lab.runtime_for(&assignment.manifest, listen)?;
    let compiler = compiler(lab, assignment, &runtime, folder_in(work.path(), "out")?);
    let stop = |findings| Stop::Findings(findings, Some(Box::new(submission.clone())));

    listen(Event::Compiling("the submission"));
    match compiler.student(&submission)? {
        Compiled::Made(_) => {}
        Compiled::Errors(errors) => {
            return Err(stop(diagnostics::findings(&errors, &assignment.manifest.allow_std)));
        }
        Compiled::GaveUp { limit, why } => return Err(stop(vec![gave_up(limit, &why)])),
    }

    listen(Event::Compiling("the checks"));
    let (checks_root, checks) = copy_checks(assignment, &compiler.main(&assignment.manifest), work.path())?;
    let program = match compiler.checks(&checks_root)? {
        Compiled::Made(program) => program,
        Compiled::Errors(errors) => {
            if let Some(error) = wrong_entries(assignment, &checks, &errors) {
                return Err(Stop::Error(error));
            }
            // A program has no items that a check could miss.
            let mut findings = match assignment.manifest.target {
                Target::Library => interface::explain(&compiler, &submission, &assignment.manifest, &errors)?,
                Target::Binary => Vec::new(),
            };
            if findings.is_empty() {
                blame_course(lab, assignment, &runtime, &checks_root, work.path())?;
                findings = diagnostics::findings(&errors, &[]);
                for finding in &mut findings {
                    finding.kind = Kind::Interface;
                    finding.message = format!(
                        "The checks cannot use the submission: {}",
                        finding.message.trim_start_matches("The submission does not compile: ")
                    );
                    finding.location = None;
                }
            }
            return Err(stop(findings));
        }
        Compiled::GaveUp { limit, why } => return Err(stop(vec![gave_up(limit, &why)])),
    };

    // Kept apart from what compiling left behind, and no longer writable.
    let bin = folder_in(work.path(), "bin")?;
    let moved = bin.join("run");
    let mut moves = vec![(program, moved.clone())];
    if assignment.manifest.target == Target::Binary {
        moves.push((compiler.out.join("student"), bin.join("student")));
    }
    for (from, to) in moves {
        fs::rename(&from, &to).map_err(|error| LabError::Grader(format!("moving {}: {error}", from.display())))?;
    }
    Ok(Prepared { submission, program: moved, checks, work })
}

/// Errors in the `main` that stands after the checks: the manifest names a function that is not there.
fn wrong_entries(
    assignment: &Assignment,
    checks: &[(String, String)],
    errors: &[cargo_metadata::diagnostic::Diagnostic],
) -> Option<LabError> {
    let lines = checks.iter().find(|(name, _)| name == "checks/lib.rs")?.1.lines().count();
    let after = |error: &&cargo_metadata::diagnostic::Diagnostic| {
        error.spans.iter().any(|span| span.is_primary && span.file_name == "checks/lib.rs" && span.line_start > lines)
    };
    let words: Vec<&str> = diagnostics::errors(errors).filter(after).map(|error| error.message.as_str()).collect();
    (!words.is_empty()).then(|| {
        LabError::Course(format!(
            "{}: each `id` of the manifest needs a `pub fn` without arguments and result in checks/lib.rs: {}",
            assignment.folder.display(),
            words.join("; ")
        ))
    })
}

fn compiler<'a>(lab: &'a Lab, assignment: &Assignment, runtime: &'a Runtime, out: PathBuf) -> Compiler<'a> {
    Compiler {
        toolchain: &lab.toolchain,
        runtime,
        sandbox: &lab.sandbox,
        out,
        tokio: assignment.manifest.dependencies.iter().any(|name| name == "tokio"),
        target: assignment.manifest.target,
    }
}

fn folder_in(work: &Path, name: &str) -> Result<PathBuf, LabError> {
    let folder = work.join(name);
    fs::create_dir(&folder).map_err(|error| LabError::Grader(format!("making {}: {error}", folder.display())))?;
    Ok(folder)
}

fn gave_up(limit: Option<LimitHit>, why: &str) -> Finding {
    let kind = match limit {
        Some(LimitHit::Cpu | LimitHit::Wall) => Kind::Timeout,
        Some(LimitHit::Memory) => Kind::Memory,
        _ => Kind::Build,
    };
    Finding::of_submission(kind, format!("The submission does not compile: {why}."))
}

/// The checks, where the sandbox can read them, `main` at the end of their root; and their sources for reports.
fn copy_checks(assignment: &Assignment, main: &str, work: &Path) -> Result<(PathBuf, Vec<(String, String)>), LabError> {
    let root = work.join("assignment");
    let from = assignment.folder.join("checks");
    let mut sources = Vec::new();
    for entry in walkdir::WalkDir::new(&from).sort_by_file_name() {
        let entry = entry.map_err(|error| LabError::Course(format!("the checks cannot be read: {error}")))?;
        let to = root.join("checks").join(entry.path().strip_prefix(&from).expect("inside"));
        let copied = if entry.file_type().is_dir() {
            fs::create_dir_all(&to)
        } else {
            fs::read(entry.path()).and_then(|mut bytes| {
                if let (Ok(text), Ok(name)) = (String::from_utf8(bytes.clone()), to.strip_prefix(&root)) {
                    sources.push((name.to_string_lossy().replace('\\', "/"), text));
                }
                if to == root.join("checks/lib.rs") {
                    bytes.extend(main.as_bytes());
                }
                fs::write(&to, bytes)
            })
        };
        copied.map_err(|error| LabError::Grader(format!("copying {}: {error}", entry.path().display())))?;
    }
    Ok((root, sources))
}

/// The checks do not compile against a submission whose interface is complete: if they do not compile against the
/// reference solutions either, the course is at fault.
fn blame_course(
    lab: &Lab,
    assignment: &Assignment,
    runtime: &Runtime,
    checks: &Path,
    work: &Path,
) -> Result<(), LabError> {
    let Some((name, folder)) = assignment.solutions().into_iter().next() else { return Ok(()) };
    let copy = work.join("solution");
    let Ok(solution) = submission::read(&folder, &copy, &lab.toolchain, &assignment.manifest) else { return Ok(()) };
    let compiler = compiler(lab, assignment, runtime, folder_in(work, "solution-out")?);
    if !matches!(compiler.student(&solution)?, Compiled::Made(_)) {
        return Ok(());
    }
    if let Compiled::Errors(errors) = compiler.checks(checks)? {
        let words: Vec<String> = diagnostics::errors(&errors)
            .filter_map(|error| error.rendered.as_deref())
            .map(|text| text.trim_end().to_owned())
            .collect();
        return Err(LabError::Course(format!(
            "the checks of {} do not compile, not even with its solution `{name}`:\n{}",
            assignment.name().folder(),
            words.join("\n")
        )));
    }
    Ok(())
}
