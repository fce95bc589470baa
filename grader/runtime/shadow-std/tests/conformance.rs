//! The conformance programs (`tests/conformance` in the repository) under every engine.
//!
//! All programs are compiled, unchanged, into one crate against the shadow std, and run one process for
//! each program and engine. `CONFORMANCE=word` runs only the programs whose name contains the word.

mod common;

use common::{external, repository, runtime, rustc};
use protocol::{Body, Budget, DistinctOutcome, Engine, Failure, Job, Kind, Message, Outcome, Report, Work};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The engines that run on the shadow std. loom's findings are proposals that another engine has to confirm, and it
/// lists no outcomes: it is held to finding the bugs, and to ending in good order.
const ENGINES: [Engine; 4] = [Engine::Bounded, Engine::Random, Engine::Stress, Engine::Loom];

struct Program {
    /// `cases/mutex_counter`
    name: String,
    path: PathBuf,
    /// Lines `//@ key: value`, in order.
    header: Vec<(String, String)>,
}

impl Program {
    fn values<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        self.header.iter().filter(move |h| h.0 == key).map(|h| h.1.as_str())
    }

    fn has(&self, key: &str) -> bool {
        self.header.iter().any(|h| h.0 == key)
    }

    fn module(&self) -> String {
        self.name.replace('/', "_")
    }
}

fn programs(folder: &str) -> Vec<Program> {
    let dir = repository().join("tests").join(folder);
    let mut out = Vec::new();
    for entry in std::fs::read_dir(&dir).expect("the corpus is there") {
        let path = entry.expect("a folder can be listed").path();
        if path.extension().is_none_or(|e| e != "rs") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a program can be read");
        let header = text
            .lines()
            .filter_map(|l| l.strip_prefix("//@ "))
            .map(|l| {
                let (key, value) = l.split_once(": ").unwrap_or((l, ""));
                (key.to_string(), value.replace("\\n", "\n"))
            })
            .collect();
        let stem = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        let short = folder.rsplit('/').next().expect("a folder has a name");
        out.push(Program { name: format!("{short}/{stem}"), path, header });
    }
    out.sort_by(|a, b| a.name.cmp(&b.name));
    if let Ok(word) = std::env::var("CONFORMANCE") {
        out.retain(|p| p.name.contains(&word));
    }
    out
}

fn must(out: std::process::Output) {
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
}

/// One program that holds all of them; its argument says which one to run.
fn compile(programs: &[&Program], scratch: &Path) -> PathBuf {
    let libraries = runtime();
    let mut lib = String::new();
    let mut table = String::new();
    for p in programs {
        let module = p.module();
        writeln!(lib, "pub mod {module} {{ include!({:?}); pub fn __run() {{ let _ = main(); }} }}", p.path).unwrap();
        writeln!(table, "        {:?} => programs::{module}::__run,", p.name).unwrap();
    }
    let main = format!(
        "fn main() {{\n    let name = std::env::args().nth(1).unwrap();\n    gradekit::harness::explore(match name.as_str() {{\n\
         {table}        _ => panic!(\"no such program\"),\n    }})\n}}\n"
    );
    std::fs::create_dir_all(scratch).expect("the scratch folder can be made");
    std::fs::write(scratch.join("programs.rs"), lib).expect("the scratch folder can be written");
    std::fs::write(scratch.join("main.rs"), main).expect("the scratch folder can be written");
    let deps = libraries["gradekit"].with_file_name("deps");
    let common = |crate_type: &str, file: &str| -> Vec<OsString> {
        let mut args: Vec<OsString> =
            ["--edition", "2024", "-A", "warnings", "--crate-type", crate_type].map(Into::into).into();
        args.extend(["-C", "debug-assertions=on", "-C", "opt-level=0", "-C", "debuginfo=0", "-L"].map(OsString::from));
        let mut path = OsString::from("dependency=");
        path.push(&deps);
        args.push(path);
        args.push("--out-dir".into());
        args.push(scratch.into());
        args.push(scratch.join(file).into());
        args
    };
    let mut args = common("rlib", "programs.rs");
    args.extend(["-F", "unsafe_code", "-A", "invalid_atomic_ordering"].map(OsString::from));
    args.extend(external("std", &libraries["shadow_std"]));
    args.extend(external("core", &libraries["shadow_core"]));
    must(rustc(args));
    let mut args = common("bin", "main.rs");
    args.extend(external("programs", &scratch.join("libprograms.rlib")));
    args.extend(external("gradekit", &libraries["gradekit"]));
    must(rustc(args));
    scratch.join("main")
}

/// Runs one job; the report, or what the process said instead.
fn run(binary: &Path, name: &str, engine: Engine, work: Work) -> Result<Report, String> {
    let job = Job { nonce: "n".into(), check: "main".into(), engine, seed: 1, work };
    // The harness answers on descriptor 3: the shell gives it standard output's.
    let mut child = Command::new("sh")
        .args(["-c", "exec \"$0\" \"$1\" 3>&1 >/dev/null"])
        .arg(binary)
        .arg(name)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| e.to_string())?;
    let text = serde_json::to_vec(&job).map_err(|e| e.to_string())?;
    child.stdin.take().expect("it is piped").write_all(&text).map_err(|e| e.to_string())?;
    let out = child.wait_with_output().map_err(|e| e.to_string())?;
    let mut last = None;
    for line in String::from_utf8_lossy(&out.stdout).lines() {
        match serde_json::from_str::<Message>(line).map(|m| m.body) {
            Ok(Body::Report(r)) => return Ok(r),
            Ok(Body::LastWords(f)) => last = Some(f.message),
            Ok(_) => {}
            Err(e) => return Err(format!("not a message: {line} ({e})")),
        }
    }
    Err(format!("no report; {}; last words {last:?}; {}", out.status, String::from_utf8_lossy(&out.stderr).trim()))
}

fn budget(engine: Engine, executions: u64, preemptions: Option<u32>) -> Budget {
    let executions = if engine == Engine::Stress { executions.min(30) } else { executions };
    Budget { executions, preemptions, steps: 20_000 }
}

fn hangs(f: &Failure) -> bool {
    matches!(f.kind, Kind::Deadlock | Kind::LostWakeup | Kind::Livelock)
}

fn show(o: &DistinctOutcome) -> String {
    match &o.failure {
        Some(f) => format!("{} ({}), output {:?}", f.kind.name(), f.message, o.stdout),
        None => format!("output {:?}", o.stdout),
    }
}

/// What is wrong with what `engine` shows of a program whose outcomes are all declared.
fn check_case(binary: &Path, p: &Program, engine: Engine, problems: &mut Vec<String>) {
    if engine == Engine::Loom {
        return;
    }
    let executions = if engine == Engine::Bounded { 40_000 } else { 300 };
    let report = match run(binary, &p.name, engine, Work::Outcomes(budget(engine, executions, None))) {
        Ok(r) => r,
        Err(e) => return problems.push(e),
    };
    let outputs: BTreeSet<&str> = p.values("outcome").collect();
    let allowed: BTreeSet<&str> = p.values("allowed").collect();
    let panics: Vec<&str> = p.values("outcome-panic").collect();
    let deadlock = p.has("outcome-deadlock");
    let expected = |o: &DistinctOutcome| match &o.failure {
        None => outputs.contains(o.stdout.as_str()) || allowed.contains(o.stdout.as_str()),
        Some(f) if hangs(f) => deadlock,
        Some(f) => panics.iter().any(|text| f.message.contains(text)),
    };
    for o in report.outcomes.iter().filter(|o| !expected(o)) {
        problems.push(format!("shows what std does not do: {}", show(o)));
    }
    if report.outcomes.is_empty() {
        problems.push(format!("shows nothing: {:?}", report.outcome));
    }
    if (report.complete && engine == Engine::Random) || engine == Engine::Bounded {
        let seen = |f: &dyn Fn(&DistinctOutcome) -> bool| report.outcomes.iter().any(f);
        let executions = report.executions;
        for text in &outputs {
            if !seen(&|o| o.failure.is_none() && o.stdout == *text) {
                problems.push(format!("does not show the output {text:?} in {executions} executions"));
            }
        }
        for text in &panics {
            if !seen(&|o| o.failure.as_ref().is_some_and(|f| f.message.contains(text))) {
                problems.push(format!("does not show the panic {text:?} in {executions} executions"));
            }
        }
        if deadlock && !seen(&|o| o.failure.as_ref().is_some_and(hangs)) {
            problems.push(format!("does not show the deadlock in {executions} executions"));
        }
    }
}

fn check_bug(binary: &Path, p: &Program, engine: Engine, problems: &mut Vec<String>) {
    let Some(engines) = p.values("engines").next() else { return };
    if !engines.split_whitespace().any(|e| e == engine.name()) {
        return;
    }
    let kind: Kind = p.values("finds").next().unwrap_or_default().parse().expect("a kind of failure");
    let b = budget(engine, 20_000, Some(4));
    match run(binary, &p.name, engine, Work::Search(b)) {
        Ok(Report { outcome: Outcome::Failed(f), .. }) if f.kind == kind => {}
        Ok(Report { outcome: Outcome::Failed(f), .. }) => {
            problems.push(format!("finds {} and not {}: {}", f.kind.name(), kind.name(), f.message));
        }
        Ok(r) => problems.push(format!("does not find it in {} executions: {:?}", r.executions, r.outcome)),
        Err(e) => problems.push(e),
    }
}

fn check_right(binary: &Path, p: &Program, engine: Engine, problems: &mut Vec<String>) {
    let b = budget(engine, if engine == Engine::Random { 2_000 } else { 20_000 }, Some(3));
    if engine == Engine::Loom {
        return problems.extend(run(binary, &p.name, engine, Work::Search(b)).err());
    }
    let unfinished = p.values("unfinished").any(|e| e == engine.name());
    match run(binary, &p.name, engine, Work::Search(b)) {
        Ok(Report { outcome: Outcome::Passed, .. }) if !unfinished => {}
        Ok(Report { outcome: Outcome::Unfinished { .. }, .. }) if unfinished => {}
        Ok(r) if unfinished => problems.push(format!("is not stopped in the middle: {:?}", r.outcome)),
        Ok(r) => problems.push(format!("accuses a right program: {:?}", r.outcome)),
        Err(e) => problems.push(e),
    }
}

type Check = fn(&Path, &Program, Engine, &mut Vec<String>);

#[test]
fn every_engine_agrees_with_std() {
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join("conformance");
    let cases = programs("conformance/cases");
    let bugs = programs("conformance/bugs");
    let right = programs("conformance/right");
    if std::env::var_os("CONFORMANCE").is_none() {
        assert!(cases.len() >= 120 && bugs.len() >= 30 && right.len() >= 40, "the corpus is not whole");
    }
    let all: Vec<&Program> = cases.iter().chain(&bugs).chain(&right).collect();
    let binary = compile(&all, &scratch);
    let only = std::env::var("CONFORMANCE_ENGINE").ok();
    let mut jobs: Vec<(&Program, Engine, Check)> = Vec::new();
    for (programs, check) in [(&cases, check_case as Check), (&bugs, check_bug), (&right, check_right)] {
        for p in programs {
            let engines = ENGINES.into_iter().filter(|e| only.as_deref().is_none_or(|o| o == e.name()));
            jobs.extend(engines.map(|e| (p, e, check)));
        }
    }
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    std::thread::scope(|s| {
        for _ in 0..2 {
            s.spawn(|| {
                while let Some(&(p, engine, check)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let started = std::time::Instant::now();
                    let mut problems = Vec::new();
                    check(&binary, p, engine, &mut problems);
                    if std::env::var_os("CONFORMANCE_TIMES").is_some() {
                        eprintln!("{:7.2} s {} {}", started.elapsed().as_secs_f32(), p.name, engine.name());
                    }
                    let mut found = found.lock().expect("no thread panics here");
                    found.extend(problems.into_iter().map(|t| format!("{} under {}: {t}", p.name, engine.name())));
                }
            });
        }
    });
    let found = found.into_inner().expect("no thread panics here");
    assert!(found.is_empty(), "{} problems\n{}", found.len(), found.join("\n"));
}
