//! Everything that a single-file program can do: its distinct outcomes under the engines.

use std::fs;
use std::path::{Path, PathBuf};

use protocol::{Budget, Engine, Failure, Kind, Outcome, Report, Work};
use serde::Serialize;

use super::run::Bench;
use super::{Lab, LabError, Listener};
use crate::build::runtime::Flavour;
use crate::build::rustc::{Compiled, Compiler};
use crate::build::submission::Submission;
use crate::build::{diagnostics, rustc};
use crate::core::event::Event;
use crate::core::manifest::{Limits, Target};
use crate::core::plan::Effort;
use crate::core::result::Finding;
use crate::core::token::Token;
use crate::core::verdict::{RunVerdict, run_verdict};
use crate::sandbox::{Network, WorkFolder};

/// The name of the check that a program's `main` is; no assignment's check can be called so.
pub const CHECK: &str = "main";

/// What the program's `main` is called from outside.
const ENTRY: &str = "__grade_main";

/// The version of [`Explored`] as JSON.
pub const SCHEMA_VERSION: u32 = 1;

/// A program that compiled.
pub struct Program {
    /// The file's name, as messages show it.
    pub name: String,
    /// Its text.
    pub text: String,
    hash: [u8; 32],
    run: PathBuf,
    _work: WorkFolder,
}

/// Everything that was seen.
#[derive(Debug, Clone, Serialize)]
pub struct Explored {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// The program's file name.
    pub program: String,
    /// Some engine has seen every order there is, without a bound.
    pub complete: bool,
    /// Executions of all engines.
    pub executions: u64,
    /// What each engine did, in the order in which they ran.
    pub engines: Vec<EngineRun>,
    /// The distinct outcomes, in the order in which they were first seen.
    pub outcomes: Vec<Seen>,
}

/// What one engine did.
#[derive(Debug, Clone, Serialize)]
pub struct EngineRun {
    /// Which.
    pub engine: Engine,
    /// Executions that ended.
    pub executions: u64,
    /// The search ended by itself.
    pub complete: bool,
    /// Preemptions up to which it searched; null: no bound.
    pub preemption_bound: Option<u32>,
    /// Wall time.
    pub seconds: f64,
    /// Why it says nothing, if so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// One distinct outcome.
#[derive(Debug, Clone, Serialize)]
pub struct Seen {
    /// `output` if the program ended by itself, else the kind of the failure.
    pub kind: String,
    /// What it had printed.
    pub stdout: String,
    /// What went wrong; empty for `output`.
    pub message: String,
    /// Executions that gave it.
    pub executions: u64,
    /// The execution that first gave it, counted over all engines in the order in which they ran, from 1.
    pub first_at: u64,
    /// The engine that first gave it.
    pub engine: Engine,
    /// A token for `grade replay`, from the engine that has the shortest order; null if no engine with schedules has seen it.
    pub replay: Option<String>,
    /// Whether it is a failure.
    #[serde(skip)]
    pub failure: bool,
    /// A schedule that gives it, for `--show`, with the engine that found that.
    #[serde(skip)]
    pub schedule: Option<(Engine, String)>,
}

/// Why there is nothing to run.
pub enum Stop {
    /// The program's own faults.
    Findings(Vec<Finding>),
    /// Anything else.
    Error(LabError),
}

impl<E: Into<LabError>> From<E> for Stop {
    fn from(error: E) -> Self {
        Stop::Error(error.into())
    }
}

/// Compiles the program in `file`.
pub fn compile(lab: &Lab, file: &Path, listen: Listener<'_>) -> Result<Program, Stop> {
    listen(Event::Reading);
    let usage = |what: String| Stop::Error(LabError::Usage(what));
    let shown = file.display();
    let bytes = fs::read(file).map_err(|error| usage(format!("{shown} cannot be read: {error}")))?;
    if bytes.len() > 1 << 20 {
        return Err(usage(format!("{shown} is longer than 1 MiB; `grade explore` is for small programs")));
    }
    let text = String::from_utf8(bytes).map_err(|_| usage(format!("{shown} is not UTF-8 text")))?;
    if !text.contains("fn main") {
        return Err(usage(format!("{shown} has no `fn main()`; `grade explore` takes a whole program in one file")));
    }
    let plain = |n: &str| n.ends_with(".rs") && n.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b));
    let name = file.file_name().and_then(|n| n.to_str()).filter(|n| plain(n)).unwrap_or("main.rs").to_owned();
    let io = |what: &'static str| move |error: std::io::Error| LabError::Grader(format!("{what}: {error}"));
    let work = lab.work_folder()?;
    let (root, out) = (work.path().join("program"), work.path().join("out"));
    fs::create_dir(&root).and_then(|()| fs::create_dir(&out)).map_err(io("making a work folder"))?;
    // `main` is private: one more item at the end lets the harness call it.
    let source = format!("{text}\n#[doc(hidden)]\npub fn {ENTRY}() {{\n    let _ = main();\n}}\n");
    fs::write(root.join(&name), source).map_err(io("copying the program"))?;
    let runtime = lab.runtime(Flavour::Std, listen)?;
    let compiler = Compiler {
        toolchain: &lab.toolchain,
        runtime: &runtime,
        sandbox: &lab.sandbox,
        out: out.clone(),
        tokio: false,
        target: Target::Library,
    };
    let program = Submission {
        root,
        name: "program".into(),
        edition: "2024".into(),
        entry: name.clone(),
        features: Vec::new(),
        dependencies: Vec::new(),
        hash: crate::build::submission::hash_text(&text),
        sources: vec![(name.clone(), text.clone())],
    };
    listen(Event::Compiling("the program"));
    made(compiler.student(&program)?)?;
    let run = made(compiler.link_program(ENTRY)?)?;
    let bin = work.path().join("bin");
    fs::create_dir(&bin).map_err(io("making a work folder"))?;
    let moved = bin.join("run");
    fs::rename(&run, &moved).map_err(io("moving the program"))?;
    Ok(Program { name, text, hash: program.hash, run: moved, _work: work })
}

fn made(compiled: rustc::Compiled) -> Result<PathBuf, Stop> {
    match compiled {
        Compiled::Made(path) => Ok(path),
        Compiled::Errors(errors) => Err(Stop::Findings(diagnostics::findings(&errors, &[]))),
        Compiled::GaveUp { why, .. } => Err(Stop::Findings(vec![Finding::of_submission(
            Kind::Build,
            format!("The program does not compile: {why}."),
        )])),
    }
}

/// How much each engine does by default.
fn budget(engine: Engine, effort: Effort) -> Budget {
    let executions = match engine {
        Engine::Bounded => 40_000,
        Engine::Stress => 200,
        _ => 4_000,
    };
    let executions = match effort {
        Effort::Quick => executions / 4,
        Effort::Normal => executions,
        Effort::Thorough => executions * 8,
    };
    Budget { executions, preemptions: None, steps: 20_000 }
}

impl Program {
    fn bench<'a>(&self, lab: &'a Lab, effort: Effort) -> Bench<'a> {
        let limits = effort.limits(Limits::default());
        Bench { sandbox: &lab.sandbox, program: self.run.clone(), limits, network: Network::None }
    }

    /// The kind as a reader of the program sees it.
    fn named(&self, mut failure: Failure) -> Failure {
        // In a program, an assertion of its own is an assertion, whatever its text says.
        if failure.kind == Kind::Panic
            && let Some(place) = &failure.place
            && let Some(line) = self.text.lines().nth(place.line.saturating_sub(1) as usize)
            && line.get(place.column.saturating_sub(1) as usize..).is_some_and(|rest| rest.starts_with("assert"))
        {
            failure.kind = Kind::Assertion;
        }
        failure
    }

    fn token(&self, engine: Engine, seed: u64, effort: Effort, schedule: Option<&String>) -> Option<String> {
        let schedule = schedule?.clone();
        let source = self.hash[..8].try_into().expect("eight bytes");
        let token = Token {
            assignment: self.name.clone(),
            check: CHECK.into(),
            engine,
            seed,
            effort,
            schedule: Some(schedule),
            source,
        };
        Some(token.encode())
    }

    /// Runs the program under `engines` and collects what it does.
    pub fn explore(
        &self,
        lab: &Lab,
        engines: &[Engine],
        seed: u64,
        effort: Effort,
        listen: Listener<'_>,
    ) -> Result<Explored, LabError> {
        let bench = self.bench(lab, effort);
        let mut all = Explored {
            schema_version: SCHEMA_VERSION,
            program: self.name.clone(),
            complete: false,
            executions: 0,
            engines: Vec::new(),
            outcomes: Vec::new(),
        };
        for &engine in engines {
            listen(Event::RunStarted { check: self.name.clone(), engine });
            let seen = bench.run(CHECK, engine, seed, Work::Outcomes(budget(engine, effort)), &mut |_| {})?;
            let before = all.executions;
            let mut run = EngineRun {
                engine,
                executions: seen.channel.executions,
                complete: false,
                preemption_bound: None,
                seconds: seen.seconds,
                note: None,
            };
            let verdict = run_verdict(&seen, &bench.limits);
            match (&verdict, seen.channel.report) {
                (RunVerdict::Error(what), _) => return Err(LabError::Grader(what.clone())),
                (RunVerdict::Passed, Some(report)) => {
                    run.complete = engine == Engine::Bounded && report.complete && report.preemption_bound.is_none();
                    run.preemption_bound = report.preemption_bound;
                    self.add(&mut all, report, engine, seed, effort, before);
                }
                (RunVerdict::Failed(failure), _) => {
                    let failure = self.named((**failure).clone());
                    run.executions = run.executions.max(1);
                    all.add(Seen {
                        kind: failure.kind.name().into(),
                        stdout: String::new(),
                        message: failure.message,
                        executions: 1,
                        first_at: before + run.executions,
                        engine,
                        replay: None,
                        failure: true,
                        schedule: None,
                    });
                }
                (RunVerdict::Excused(why) | RunVerdict::Unfinished(why), _) => run.note = Some(why.clone()),
                (RunVerdict::Passed, None) => run.note = Some("the run left no result".into()),
            }
            all.executions += run.executions;
            all.complete |= run.complete;
            all.engines.push(run);
        }
        Ok(all)
    }

    fn add(&self, all: &mut Explored, report: Report, engine: Engine, seed: u64, effort: Effort, before: u64) {
        for o in report.outcomes {
            let failure = o.failure.map(|f| self.named(f));
            let failed = failure.is_some();
            all.add(Seen {
                kind: failure.as_ref().map_or("output", |f| f.kind.name()).into(),
                stdout: o.stdout,
                message: failure.map(|f| f.message).unwrap_or_default(),
                executions: o.executions,
                first_at: before + o.first_at,
                engine,
                replay: self.token(engine, seed, effort, o.schedule.as_ref()),
                failure: failed,
                schedule: o.schedule.map(|schedule| (engine, schedule)),
            });
        }
    }

    /// Runs one schedule again; `shrink`: executions to spend on a shorter one. `None`: it cannot be run.
    pub fn again(
        &self,
        lab: &Lab,
        engine: Engine,
        seed: u64,
        schedule: &str,
        shrink: u64,
    ) -> Result<Option<Failure>, LabError> {
        let bench = self.bench(lab, Effort::Normal);
        let work = Work::Replay { schedule: schedule.to_owned(), shrink };
        let seen = bench.run(CHECK, engine, seed, work, &mut |_| {})?;
        let Some(report) = seen.channel.report else { return Ok(None) };
        let failure = match report.outcome {
            Outcome::Failed(failure) => Some(failure),
            _ => report.outcomes.into_iter().next().and_then(|o| o.failure),
        };
        Ok(failure.map(|f| self.named(f)))
    }

    /// Whether a token was made from this text.
    pub fn is_source_of(&self, token: &Token) -> bool {
        self.hash[..8] == token.source
    }
}

/// Objects are numbered in the order of their first use, which is not a difference between two outcomes.
fn unnumbered(message: &str) -> String {
    let mut out = String::with_capacity(message.len());
    let mut number = false;
    for c in message.chars() {
        number = c == '#' || (number && c.is_ascii_digit());
        if !number || c == '#' {
            out.push(c);
        }
    }
    out
}

impl Explored {
    fn add(&mut self, seen: Seen) {
        let message = unnumbered(&seen.message);
        let same = |o: &&mut Seen| o.kind == seen.kind && o.stdout == seen.stdout && unnumbered(&o.message) == message;
        match self.outcomes.iter_mut().find(same) {
            Some(o) => {
                o.executions += seen.executions;
                // A search with few preemptions comes to shorter orders than a random one.
                if seen.engine == Engine::Bounded && seen.schedule.is_some() {
                    (o.schedule, o.replay) = (seen.schedule, seen.replay);
                }
            }
            None => self.outcomes.push(seen),
        }
    }

    /// Whether no outcome is a failure.
    pub fn all_well(&self) -> bool {
        self.outcomes.iter().all(|o| !o.failure) && !self.outcomes.is_empty()
    }
}
