//! `grade batch` and `grade merge`: the whole class, the journal, the cache, parts.

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use common::{ASSIGNMENT, CHECKS, MANIFEST, RIGHT, Said, grade, racy, run, workspace};
use serde_json::Value;

/// A course and a class in a folder of their own.
struct World {
    folder: tempfile::TempDir,
}

impl World {
    fn new() -> World {
        let world = World { folder: tempfile::tempdir().expect("a folder") };
        world.write("course/assignments/01-bank-race/assignment.toml", ASSIGNMENT);
        world.write("course/assignments/01-bank-race/checks/lib.rs", CHECKS);
        world
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("inside")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn submission(&self, student: &str, source: &str) {
        self.write(&format!("class/{student}/bank-race/Cargo.toml"), MANIFEST);
        self.write(&format!("class/{student}/bank-race/src/lib.rs"), source);
    }

    /// Eight students: two are alike, one is wrong, the rest cannot be graded in different ways.
    fn class(&self) {
        self.submission("ada", RIGHT);
        self.submission("bob", RIGHT);
        self.submission("cy", &racy());
        self.submission("dan", "pub struct Account;\n");
        self.submission("Eve", &RIGHT.replace("pub struct", "pub struct struct"));
        self.submission("fay", RIGHT);
        self.write("class/fay/bank-race/Cargo.toml", "[package\n");
        self.write("class/gus/bank-race/readme.txt", "later\n");
        self.submission("=cmd()", &RIGHT.replace("true", "{ loop {} }"));
    }

    fn command(&self, args: &[&str]) -> assert_cmd::Command {
        let mut command = grade();
        command.current_dir(self.folder.path()).env("GRADE_COURSE", self.path("course")).args(args);
        command
    }

    fn grade(&self, args: &[&str]) -> Said {
        run(&mut self.command(args))
    }

    /// Starts `grade` without waiting for it.
    #[cfg(unix)]
    fn spawn(&self, args: &[&str]) -> Child {
        let settings = self.command(args);
        let mut command = Command::new(settings.get_program());
        command.args(settings.get_args()).current_dir(self.folder.path());
        for (name, value) in settings.get_envs() {
            command.env(name, value.expect("nothing is taken away"));
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("grade starts")
    }
}

/// What a run graded itself, by the lines that it printed: what is known from before says so.
fn graded(out: &str) -> Vec<String> {
    out.lines()
        .filter(|line| {
            line.contains("  01-bank-race  ") && !line.ends_with("  known") && !line.contains("no submission")
        })
        .map(|line| line.split("  ").next().unwrap_or_default().to_owned())
        .collect()
}

fn snapshot(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files: Vec<_> = walkdir::WalkDir::new(folder)
        .into_iter()
        .flatten()
        .filter(|entry| entry.file_type().is_file() && entry.file_name() != "journal.redb")
        .map(|entry| {
            let name = entry.path().strip_prefix(folder).expect("inside").to_owned();
            (name, without_times(&fs::read(entry.path()).expect("readable")))
        })
        .collect();
    files.sort();
    files
}

/// A page's last line says how long grading took.
fn without_times(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8(bytes.to_vec()).expect("text");
    let line = |line: &str| if line.contains("<footer") { "<footer>".to_owned() } else { line.to_owned() };
    text.lines().map(line).collect::<Vec<_>>().join("\n").into_bytes()
}

#[test]
fn a_class_is_graded_once() {
    let world = World::new();
    world.class();
    let said = world.grade(&["batch", "class", "--out", "out", "--jobs", "2"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let mut lines = graded(&said.out);
    lines.sort();
    assert_eq!(lines, ["=cmd()", "Eve", "ada", "cy", "dan", "fay"], "bob's is the same as ada's: {}", said.out);
    assert_eq!(
        world.read("out/gradebook.csv"),
        "student,assignment,points,max,verdict,counts,starts\n\
         '=cmd(),01-bank-race,10,10,passed,6,4\n\
         Eve,01-bank-race,0,10,failed,0,0\n\
         ada,01-bank-race,10,10,passed,6,4\n\
         bob,01-bank-race,10,10,passed,6,4\n\
         cy,01-bank-race,4,10,failed,0,4\n\
         dan,01-bank-race,0,10,failed,0,0\n\
         fay,01-bank-race,0,10,failed,0,0\n\
         gus,01-bank-race,0,10,missing,,\n"
    );
    let book: Value = serde_json::from_str(&world.read("out/gradebook.json")).expect("JSON");
    let schema = fs::read_to_string(workspace().join("schema/gradebook.schema.json")).expect("the schema");
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).expect("JSON")).expect("a schema");
    let errors: Vec<String> = validator.iter_errors(&book).map(|e| format!("{}: {e}", e.instance_path)).collect();
    assert_eq!(errors, Vec::<String>::new());
    assert_eq!(book["submissions"][7]["problem"], "there is no Cargo.toml in `bank-race`");
    for row in book["submissions"].as_array().expect("rows") {
        let page = world.read(&format!("out/{}", row["page"].as_str().expect("text")));
        assert!(page.contains("The shared balance"), "{page}");
        assert!(!page.contains("starts") && !page.contains("A new account"), "hidden checks are the teacher's");
    }
    assert!(world.read("out/students/cy.html").contains("<svg"), "the interleaving is drawn");
    assert!(world.read("out/students/bob.html").contains("bob: 01-bank-race"), "each has a page of their own");
    let overview = world.read("out/index.html");
    assert!(overview.contains("href=\"students/cy.html#01-bank-race\"") && overview.contains("1 without a submission"));

    // Again: nothing is graded, nothing changes.
    let before = snapshot(&world.path("out"));
    let said = world.grade(&["batch", "class", "--out", "out"]);
    assert_eq!((said.code, graded(&said.out)), (0, vec![]), "{}", said.out);
    assert_eq!(snapshot(&world.path("out")), before);
    assert!(said.out.contains("8 submissions: 3 with full marks, 4 without, 1 missing"), "{}", said.out);

    // One changes, one goes, one comes that is like another.
    world.submission("dan", &racy());
    fs::remove_dir_all(world.path("class/fay")).expect("it was there");
    world.submission("hal", &racy());
    let said = world.grade(&["batch", "class", "--out", "out"]);
    assert_eq!((said.code, graded(&said.out)), (0, vec![]), "the same files were graded for cy: {}", said.out);
    assert!(world.read("out/gradebook.csv").contains("dan,01-bank-race,4,10,failed,0,4\n"));
    assert!(!world.path("out/students/fay.html").exists() && world.path("out/students/hal.html").exists());

    // The checks change: everything is graded anew.
    world.write("course/assignments/01-bank-race/checks/lib.rs", &CHECKS.replace("balance(), 6", "balance(), 7"));
    let said = world.grade(&["batch", "class", "--out", "out", "--report", "csv=extra.csv"]);
    assert_eq!(graded(&said.out).len(), 4, "{}", said.out);
    assert!(world.read("out/gradebook.csv").contains("ada,01-bank-race,4,10,failed,0,4\n"));
    assert_eq!(world.read("extra.csv").lines().count(), 8, "who gave nothing in is in no report");
}

#[test]
fn the_number_of_jobs_changes_nothing() {
    let world = World::new();
    world.class();
    for (out, jobs) in [("one", "1"), ("three", "3")] {
        let said = world.grade(&["batch", "class", "--out", out, "--jobs", jobs]);
        assert_eq!(said.code, 0, "{}", said.err);
    }
    assert_eq!(snapshot(&world.path("one")), snapshot(&world.path("three")));
    // And fresh is fresh.
    let said = world.grade(&["batch", "class", "--out", "one", "--fresh"]);
    assert_eq!(graded(&said.out).len(), 6, "{}", said.out);
    assert_eq!(snapshot(&world.path("one")), snapshot(&world.path("three")));
}

#[test]
fn parts_make_the_whole() {
    let world = World::new();
    world.class();
    assert_eq!(world.grade(&["batch", "class", "--out", "whole"]).code, 0);
    let mut seen = Vec::new();
    for index in ["1", "2", "3"] {
        let said =
            world.grade(&["batch", "class", "--out", &format!("part-{index}"), "--shard", &format!("{index}/3")]);
        assert_eq!(said.code, 0, "{}", said.err);
        seen.extend(graded(&said.out));
    }
    seen.sort();
    assert_eq!(seen, ["=cmd()", "Eve", "ada", "cy", "dan", "fay"], "each part grades something else");
    let said = world.grade(&["merge", "part-1", "part-3", "--out", "merged"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("these parts are missing: 2/3"), "{}", said.err);
    let said = world.grade(&["merge", "part-3", "part-1", "part-2", "--out", "merged"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(snapshot(&world.path("merged")), snapshot(&world.path("whole")));
    // What is merged is a journal like any other.
    let said = world.grade(&["batch", "class", "--out", "merged"]);
    assert_eq!((said.code, graded(&said.out)), (0, vec![]), "{}", said.out);

    // Parts that do not belong together.
    let said = world.grade(&["batch", "class", "--out", "part-2", "--shard", "2/3", "--seed", "9"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let said = world.grade(&["merge", "part-1", "part-2", "part-3", "--out", "merged"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("graded with different seeds"), "{}", said.err);
    let said = world.grade(&["merge", "class", "--out", "merged"]);
    assert!(said.code == 2 && said.err.contains("holds no journal"), "{}", said.err);
}

/// Killed with -9 at many moments and started again, a batch loses nothing and grades nothing twice that it has announced.
#[cfg(unix)]
#[test]
fn a_killed_batch_goes_on() {
    let world = World::new();
    for n in 0..6 {
        world.submission(&format!("right-{n}"), &format!("{RIGHT}// {n}\n"));
        world.submission(&format!("racy-{n}"), &format!("{}// {n}\n", racy()));
    }
    assert_eq!(world.grade(&["batch", "class", "--out", "calm"]).code, 0);
    let kills: u64 = std::env::var("GRADE_TEST_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(6);
    let args = ["batch", "class", "--out", "out", "--jobs", "2"];
    let mut announced = BTreeSet::new();
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    for nth in 0..kills {
        let mut child = world.spawn(&args);
        let lines = BufReader::new(child.stdout.take().expect("piped"));
        // A moment within the first half of a grading, or right after one was announced.
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let killer = std::time::Duration::from_millis(random >> 32 & 1023);
        let pid = nix::unistd::Pid::from_raw(child.id().try_into().expect("a process id"));
        let kill = move || {
            std::thread::sleep(killer);
            let _ = nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGKILL);
        };
        let mut thread = (nth % 2 == 0).then(|| std::thread::spawn(kill));
        for line in lines.lines() {
            let Ok(line) = line else { break };
            for student in graded(&line) {
                assert!(announced.insert(student), "announced, and graded again: {line}");
                if thread.is_none() {
                    thread = Some(std::thread::spawn(kill));
                }
            }
        }
        let status = child.wait().expect("it ends");
        if let Some(thread) = thread {
            thread.join().expect("no panic");
        }
        if status.success() {
            break;
        }
    }
    let said = world.grade(&args);
    assert_eq!(said.code, 0, "{}", said.err);
    for student in graded(&said.out) {
        assert!(announced.insert(student.clone()), "announced, and graded again: {student}");
    }
    assert_eq!(snapshot(&world.path("out")), snapshot(&world.path("calm")));
}

#[cfg(unix)]
#[test]
fn an_interrupted_batch_says_how_to_go_on() {
    let world = World::new();
    for n in 0..4 {
        world.submission(&format!("s{n}"), &format!("{RIGHT}// {n}\n"));
    }
    let mut child = world.spawn(&["batch", "class", "--out", "out", "--jobs", "1"]);
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let first = lines.next().expect("a line").expect("text");
    let pid = nix::unistd::Pid::from_raw(child.id().try_into().expect("a process id"));
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGINT).expect("it runs");
    let mut done = graded(&first);
    for line in lines.map_while(Result::ok) {
        done.extend(graded(&line));
    }
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    let said = world.grade(&["merge", "out", "--out", "merged"]);
    assert_eq!(said.code, 2, "{}", said.err);
    assert!(said.err.contains(&format!("{} of 4 submissions are not graded yet", 4 - done.len())), "{}", said.err);
    let said = world.grade(&["batch", "class", "--out", "out"]);
    assert_eq!((said.code, graded(&said.out).len()), (0, 4 - done.len()), "{}", said.out);
}

#[test]
fn wrong_usage() {
    let world = World::new();
    world.class();
    for (args, words) in [
        (&["batch", "nowhere"][..], "there are no submissions at nowhere"),
        (&["batch", "course"], "there are no submissions in course"),
        (&["batch", "class", "--assignment", "7"], "there is no assignment `7`"),
        (&["batch", "class", "--shard", "3/2"], "is no part"),
        (&["batch", "class/ada"], "name the assignment"),
        (&["merge"], "required"),
    ] {
        let said = world.grade(args);
        assert_eq!(said.code, 2, "{args:?}: {}", said.err);
        assert!(said.err.contains(words), "{args:?}: {}", said.err);
    }
}
