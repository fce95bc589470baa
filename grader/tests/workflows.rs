//! The workflows for GitHub Actions: what they may do, and what their steps do, run here as a runner would.
#![cfg(unix)]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{ASSIGNMENT, CHECKS, MANIFEST, RIGHT, grade, racy, workspace};
use serde_json::Value;

fn yaml(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every workflow and action of the repository.
fn all() -> Vec<PathBuf> {
    let mut found = vec![workspace().join(".github/actions/grade/action.yml")];
    for folder in [".github/workflows", "templates/github"] {
        found.extend(fs::read_dir(workspace().join(folder)).expect("a folder").flatten().map(|entry| entry.path()));
    }
    found
}

/// All steps of a workflow or an action.
fn steps(file: &Value) -> Vec<&Value> {
    let jobs = file["jobs"].as_object().into_iter().flat_map(|jobs| jobs.values()).map(|job| &job["steps"]);
    jobs.chain([&file["runs"]["steps"]]).filter_map(Value::as_array).flatten().collect()
}

#[test]
fn nothing_that_a_stranger_writes_can_take_hold() {
    for path in all() {
        let file = yaml(&path);
        let name = path.display();
        let text = fs::read_to_string(&path).expect("text");
        let expressions: Vec<&str> = text.split("${{").skip(1).filter_map(|rest| rest.split("}}").next()).collect();
        assert!(
            !expressions.iter().any(|e| e.contains("secrets") || e.contains("github.token")),
            "{name}: {expressions:?}"
        );
        assert!(!text.contains("pull_request_target"), "{name}");
        if file.get("jobs").is_some() {
            assert_eq!(file["permissions"], serde_json::json!({ "contents": "read" }), "{name}");
            for (job, value) in file["jobs"].as_object().expect("jobs") {
                assert!(value.get("permissions").is_none(), "{name}: {job}");
                assert!(value["timeout-minutes"].is_u64(), "{name}: {job} has no limit");
            }
        }
        let all = steps(&file);
        assert!(!all.is_empty(), "{name}");
        for step in all {
            if let Some(uses) = step["uses"].as_str() {
                let pinned = uses.rsplit_once('@').is_some_and(|(_, at)| {
                    at.len() == 40 && at.bytes().all(|b| b.is_ascii_hexdigit() && !b.is_ascii_uppercase())
                });
                assert!(pinned || uses.starts_with("./"), "{name}: {uses} is not pinned by a commit");
                if uses.starts_with("actions/checkout@") {
                    assert_eq!(step["with"]["persist-credentials"], false, "{name}: {step}");
                }
            }
            if let Some(run) = step["run"].as_str() {
                assert!(!run.contains("${{"), "{name}: an expression in a script can be code of a stranger: {run}");
                let checked = Command::new("bash").args(["-n", "-c", run]).status().expect("bash");
                assert!(checked.success(), "{name}: {run}");
            }
        }
    }
    let class = yaml(&workspace().join("templates/github/grade.yml"));
    assert_eq!(class["on"].as_object().map(|on| on.keys().collect::<Vec<_>>()), Some(vec![&"pull_request".to_owned()]));
}

/// A repository of a class, and a runner that does what the steps say.
struct Runner {
    folder: tempfile::TempDir,
}

/// What a run gave.
struct Ran {
    ok: bool,
    log: String,
    summary: String,
    /// Kept artifacts.
    kept: Vec<PathBuf>,
}

impl Runner {
    fn new() -> Runner {
        let runner = Runner { folder: tempfile::tempdir().expect("a folder") };
        let class = runner.path("class");
        fs::create_dir(&class).expect("a folder");
        runner.git(&["init", "-q", "-b", "main"]);
        runner.write("assignments/01-bank-race/assignment.toml", ASSIGNMENT);
        runner.write("assignments/01-bank-race/checks/lib.rs", CHECKS);
        runner.write("README.md", "# A class\n");
        let workflow = fs::read_to_string(workspace().join("templates/github/grade.yml")).expect("the template");
        runner.write(".github/workflows/grade.yml", &workflow);
        runner.commit("The course");

        // The toolchain is there already, and so is `grade`: installing it takes minutes.
        let bin = runner.path("bin");
        fs::create_dir(&bin).expect("a folder");
        let program = |name: &str, text: &str| {
            fs::write(bin.join(name), text).expect("a file");
            fs::set_permissions(bin.join(name), fs::Permissions::from_mode(0o755)).expect("ours");
        };
        program("rustup", "#!/bin/sh\necho \"rustup $*\"\n");
        program(
            "cargo",
            &format!(
                "#!/bin/sh\necho \"cargo $*\"\nfor last; do :; done\nmkdir -p \"$last/bin\"\ncp '{}' \"$last/bin/grade\"\n",
                grade().get_program().to_string_lossy()
            ),
        );
        let home = runner.path("home/.grade");
        fs::create_dir_all(&home).expect("a folder");
        let cache =
            grade().get_envs().find(|(name, _)| *name == "GRADE_CACHE").and_then(|(_, value)| value.map(PathBuf::from));
        let cache = cache.expect("the tests share one");
        fs::create_dir_all(&cache).expect("a folder");
        symlink(cache, home.join("cache")).expect("a link");
        runner
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path("class").join(name);
        fs::create_dir_all(path.parent().expect("inside")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    fn git(&self, args: &[&str]) -> String {
        let output = Command::new("git")
            .args(["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"])
            .args(args)
            .current_dir(self.path("class"))
            .output()
            .expect("git");
        assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text").trim().to_owned()
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", message]);
    }

    /// A pull request: a branch with these files.
    fn pull_request(&self, files: &[(&str, &str)]) -> Ran {
        self.git(&["checkout", "-q", "-B", "change", "main"]);
        for (name, text) in files {
            self.write(name, text);
        }
        self.commit("A change");
        let base = self.git(&["rev-parse", "main"]);
        let head = self.git(&["rev-parse", "change"]);
        // The runner takes the workflow from the pull request; a class that lets strangers change it has no other. So
        // what is tried here is the course's own.
        let workflow = yaml(&workspace().join("templates/github/grade.yml"));
        let _ = fs::remove_dir_all(self.path("work"));
        for folder in ["work", "temp"] {
            let _ = fs::remove_dir_all(self.path(folder));
            fs::create_dir(self.path(folder)).expect("a folder");
        }
        let mut job = Job {
            runner: self,
            expressions: BTreeMap::from([
                ("github.event.pull_request.head.sha".into(), head),
                ("github.event.pull_request.base.sha".into(), base),
                ("runner.os".into(), "Linux".into()),
                ("runner.arch".into(), "X64".into()),
            ]),
            ran: Ran { ok: true, log: String::new(), summary: String::new(), kept: Vec::new() },
        };
        for step in steps(&workflow) {
            job.step(step);
        }
        job.ran.summary = fs::read_to_string(self.path("temp/summary")).unwrap_or_default();
        job.ran
    }
}

struct Job<'a> {
    runner: &'a Runner,
    expressions: BTreeMap<String, String>,
    ran: Ran,
}

impl Job<'_> {
    /// Text with its expressions replaced; one that is not known is a mistake in the workflow.
    fn fill(&self, value: &Value) -> String {
        let text = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let mut out = String::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once("${{") {
            let (name, after) = after.split_once("}}").expect("an end");
            let known = self.expressions.get(name.trim());
            out += before;
            out += known.unwrap_or_else(|| panic!("`{name}` is not known here"));
            rest = after;
        }
        out + rest
    }

    fn wanted(&self, step: &Value) -> bool {
        match step["if"].as_str() {
            None => self.ran.ok,
            Some("always()") => true,
            Some("steps.cache.outputs.cache-hit != 'true'") => {
                self.ran.ok && self.expressions["steps.cache.outputs.cache-hit"] != "true"
            }
            Some(other) => panic!("`{other}` is not known here"),
        }
    }

    fn step(&mut self, step: &Value) {
        if !self.wanted(step) {
            return;
        }
        if step["run"].is_string() {
            return self.script(step);
        }
        let uses = step["uses"].as_str().expect("run or uses");
        let with = |name: &str| self.fill(&step["with"][name]);
        match uses.split('@').next().expect("a name") {
            "actions/checkout" => {
                let to = self.runner.path("work").join(with("path"));
                if step["with"]["repository"].is_string() {
                    // The grader: this repository.
                    symlink(workspace(), to).expect("a link");
                } else {
                    let to = to.to_str().expect("text");
                    self.runner.git(&["clone", "-q", "--no-local", ".", to]);
                    self.runner.git(&["-C", to, "checkout", "-q", "--detach", &with("ref")]);
                }
            }
            "actions/cache" => {
                assert!(with("key").len() > 60, "{}", with("key"));
                assert!(Path::new(&with("path")).is_absolute());
                self.expressions.insert("steps.cache.outputs.cache-hit".into(), String::new());
            }
            "actions/upload-artifact" => {
                let kept = PathBuf::from(with("path"));
                for entry in walkdir::WalkDir::new(kept).into_iter().flatten().filter(|e| e.file_type().is_file()) {
                    self.ran.kept.push(entry.path().to_owned());
                }
            }
            "./grader/.github/actions/grade" => {
                let action = yaml(&workspace().join(".github/actions/grade/action.yml"));
                for (name, input) in action["inputs"].as_object().expect("inputs") {
                    let given = &step["with"][name];
                    assert!(!given.is_null() || input.get("required").is_none(), "{name} is required");
                    let value = self.fill(if given.is_null() { &input["default"] } else { given });
                    self.expressions.insert(format!("inputs.{name}"), value);
                }
                for given in step["with"].as_object().expect("inputs").keys() {
                    assert!(action["inputs"].get(given).is_some(), "the action has no input `{given}`");
                }
                let path = self.runner.path("work/grader/.github/actions/grade");
                self.expressions.insert("github.action_path".into(), path.display().to_string());
                for step in steps(&action) {
                    self.step(step);
                }
            }
            other => panic!("{other} is not known here"),
        }
    }

    fn script(&mut self, step: &Value) {
        let at = |name: &str| self.runner.path(name);
        fs::write(at("temp/output"), "").expect("a file");
        let path = format!("{}:{}", at("bin").display(), std::env::var("PATH").unwrap_or_default());
        let mut command = Command::new("bash");
        // As the runner calls it.
        command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"].as_str().expect("text")]);
        command.current_dir(at("work")).env("PATH", path).env("HOME", at("home")).env("NO_COLOR", "1");
        for (name, folder) in [("RUSTUP_HOME", ".rustup"), ("CARGO_HOME", ".cargo")] {
            let own = std::env::home_dir().map(|home| home.join(folder)).filter(|folder| folder.is_dir());
            if let (None, Some(own)) = (std::env::var_os(name), own) {
                command.env(name, own);
            }
        }
        command.env_remove("GRADE_CACHE").env_remove("GRADE_COURSE");
        command.env("GITHUB_WORKSPACE", at("work")).env("RUNNER_TEMP", at("temp"));
        command.env("GITHUB_OUTPUT", at("temp/output")).env("GITHUB_STEP_SUMMARY", at("temp/summary"));
        for (name, value) in step["env"].as_object().into_iter().flatten() {
            command.env(name, self.fill(value));
        }
        let output = command.output().expect("bash");
        self.ran.ok &= output.status.success();
        self.ran.log += &String::from_utf8_lossy(&output.stdout);
        self.ran.log += &String::from_utf8_lossy(&output.stderr);
        if let Some(id) = step["id"].as_str() {
            for line in fs::read_to_string(at("temp/output")).expect("written").lines() {
                let (name, value) = line.split_once('=').expect("name=value");
                self.expressions.insert(format!("steps.{id}.outputs.{name}"), value.to_owned());
            }
        }
    }
}

#[test]
fn a_pull_request_is_graded_with_the_courses_checks() {
    let runner = Runner::new();
    let racy = racy();

    let ran = runner.pull_request(&[("bank-race/Cargo.toml", MANIFEST), ("bank-race/src/lib.rs", RIGHT)]);
    assert!(ran.ok, "{}", ran.log);
    assert!(ran.log.contains("cargo install --locked --force --path"), "{}", ran.log);
    assert!(!ran.log.contains("::error"), "{}", ran.log);
    assert!(ran.summary.contains("10 of 10 points"), "{}", ran.summary);
    assert!(ran.kept.iter().any(|path| path.ends_with("01-bank-race/index.html")), "{:?}", ran.kept);

    let ran = runner.pull_request(&[("assignment-1/Cargo.toml", MANIFEST), ("assignment-1/src/lib.rs", &racy)]);
    assert!(!ran.ok, "{}", ran.log);
    assert!(ran.log.contains("::error file=assignment-1/src/lib.rs,line="), "{}", ran.log);
    assert!(ran.summary.contains("4 of 10 points"), "{}", ran.summary);
    assert!(ran.kept.iter().any(|path| path.ends_with("01-bank-race.xml")), "{:?}", ran.kept);
    for path in &ran.kept {
        let text = fs::read_to_string(path).expect("text");
        assert!(!text.contains("A new account has its balance"), "a hidden check is in {}", path.display());
    }
    assert!(!ran.log.contains("A new account has its balance"), "{}", ran.log);

    // Checks that say yes to everything, a workflow that grades nothing: of no use.
    let ran = runner.pull_request(&[
        ("bank-race/Cargo.toml", MANIFEST),
        ("bank-race/src/lib.rs", &racy),
        ("assignments/01-bank-race/checks/lib.rs", "pub fn counts() {}\npub fn starts() {}\n"),
        (".github/workflows/grade.yml", "on: pull_request\njobs: {}\n"),
    ]);
    assert!(!ran.ok, "{}", ran.log);
    assert!(ran.log.contains("::error file=bank-race/src/lib.rs,line="), "{}", ran.log);
    assert!(ran.log.contains("This pull request changes the course itself"), "{}", ran.log);
    assert!(ran.summary.contains("4 of 10 points"), "{}", ran.summary);

    // The same with a right submission: graded in full, and refused all the same.
    let ran = runner.pull_request(&[
        ("bank-race/Cargo.toml", MANIFEST),
        ("bank-race/src/lib.rs", RIGHT),
        ("assignments/01-bank-race/assignment.toml", "points = 1000\n"),
    ]);
    assert!(!ran.ok && ran.log.contains("changes the course itself"), "{}", ran.log);
    assert!(ran.summary.contains("10 of 10 points"), "{}", ran.summary);

    let ran = runner.pull_request(&[("README.md", "# Another\n")]);
    assert!(ran.ok && ran.log.contains("changes no assignment"), "{}", ran.log);
}
