//! What leaves a course and what comes into it: `grade export`, `grade new-assignment`, and the authors' guide.

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{grade, run, workspace};

/// Every file below a folder, by its name with `/`.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = walkdir::WalkDir::new(folder)
        .into_iter()
        .flatten()
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let name = entry.path().strip_prefix(folder).expect("inside").to_string_lossy().replace('\\', "/");
            (name, fs::read_to_string(entry.path()).expect("text"))
        })
        .collect();
    found.sort();
    found
}

/// Every four lines in a row that say something: no two texts have them in common by chance.
fn passages(text: &str) -> BTreeSet<String> {
    let lines: Vec<&str> =
        text.lines().map(str::trim).filter(|line| line.len() > 12 && !line.starts_with("use ")).collect();
    lines.windows(4).map(|four| four.join("\n")).collect()
}

#[test]
fn the_pack_holds_what_a_class_may_see_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("pack");
    let said = run(grade().arg("export").arg(&out));
    assert_eq!(said.code, 0, "{}", said.err);
    let pack = files(&out);

    // Only files of the known kinds, under the known names.
    for (name, _) in &pack {
        let parts: Vec<&str> = name.split('/').collect();
        let known = match parts.as_slice() {
            ["README.md" | ".gitignore"] | [".github", "workflows", "grade.yml"] => true,
            ["assignments", _, "README.md" | "assignment.toml"] => true,
            ["assignments", _, "checks", rest @ ..] => rest.last().is_some_and(|file| file.ends_with(".rs")),
            ["templates", _, "Cargo.toml"] => true,
            ["templates", _, "src", file] => file.ends_with(".rs"),
            _ => false,
        };
        assert!(known, "{name} is in the pack");
    }

    // Of what is secret in the course, no passage is in the pack that the open files do not have.
    let course = workspace().join("assignments");
    let is_open = |name: &str| name.starts_with("templates/") || name.ends_with("README.md");
    let of = |open: bool| -> BTreeSet<String> {
        pack.iter().filter(|(name, _)| is_open(name) == open).flat_map(|(_, text)| passages(text)).collect()
    };
    let (open, checks) = (of(true), of(false));
    let mut hidden = 0;
    for entry in
        fs::read_dir(&course).expect("a course").flatten().filter(|e| e.path().join("assignment.toml").is_file())
    {
        let name = entry.file_name().to_string_lossy().into_owned();
        let text = fs::read_to_string(entry.path().join("assignment.toml")).expect("a manifest");
        let manifest: toml::Table = toml::from_str(&text).expect("TOML");
        let (secret, shown): (Vec<_>, Vec<_>) = manifest["checks"]
            .as_array()
            .expect("checks")
            .iter()
            .partition(|check| check.get("visibility").and_then(toml::Value::as_str) == Some("hidden"));
        // A visible check may have the same hint.
        let shown: String = shown.iter().map(|check| check.to_string()).collect();
        for check in secret {
            hidden += 1;
            for secret in ["id", "title", "hint"].iter().filter_map(|key| check.get(key).and_then(toml::Value::as_str))
            {
                if shown.contains(secret) {
                    continue;
                }
                // A rule of the statement may have the words of a title; its table of points may not.
                let counts = |file: &str, line: &str| !file.ends_with("README.md") || line.starts_with('|');
                let leak = pack.iter().find(|(file, text)| {
                    file.contains(&name) && text.lines().any(|line| counts(file, line) && line.contains(secret))
                });
                assert!(leak.is_none(), "{name}: `{secret}` is in {:?}", leak.map(|(file, _)| file));
            }
        }
        for secret in ["solutions", "wrong"] {
            for (file, text) in files(&entry.path().join(secret)).iter().filter(|(file, _)| !file.ends_with(".lock")) {
                for passage in passages(text).difference(&open) {
                    assert!(!checks.contains(passage), "{name}: a part of {secret}/{file} is in the pack: {passage}");
                }
            }
        }
    }
    assert!(hidden > 10, "the course has hidden checks: {hidden}");

    // A folder that holds something already is not mixed with a pack.
    let said = run(grade().arg("export").arg(&out));
    assert!(said.code == 2 && said.err.contains("is not empty"), "{}", said.err);
}

/// What is left of checks with hidden ones still compiles and grades: with the hidden ones gone, a solution has all points.
#[test]
fn the_pack_grades() {
    let folder = tempfile::tempdir().expect("a folder");
    let pack = folder.path().join("pack");
    let chosen = std::env::var("GRADE_TEST_PACK").unwrap_or_else(|_| "8 22".into());
    let chosen: Vec<&str> = chosen.split_whitespace().collect();
    let said = run(grade().arg("export").arg(&pack).args(&chosen));
    assert_eq!(said.code, 0, "{}", said.err);
    for number in chosen {
        let prefix = format!("{number:0>2}-");
        let name = fs::read_dir(workspace().join("assignments"))
            .expect("a course")
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .find(|name| name.starts_with(&prefix))
            .expect("the assignment");
        let solutions = workspace().join("assignments").join(name).join("solutions");
        let solution = fs::read_dir(solutions).expect("solutions").flatten().next().expect("one").path();
        let said = run(grade()
            .env("GRADE_COURSE", &pack)
            .args([number, "--budget", "quick", "--format", "json", "--submission"])
            .arg(solution));
        assert_eq!(said.code, 0, "{number}: {}{}", said.out, said.err);
        let value: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
        assert!(value["max_points"].as_u64().is_some_and(|points| points < 100), "hidden checks are gone: {number}");
        assert!(value["checks"].as_array().expect("checks").iter().all(|check| check["hidden"] == false));
    }
}

/// Secrets at every place where one could be.
#[test]
fn planted_secrets_stay_at_home() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join("course").join(name);
        fs::create_dir_all(path.parent().expect("inside")).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    write(
        "assignments/01-tiny/assignment.toml",
        "# SECRET\nnumber = 1\nslug = \"tiny\"\ntitle = \"Tiny\"\npoints = 10\n\
         [[checks]]\nid = \"open\"\ntitle = \"Open\"\npoints = 4\n[checks.engines]\nbounded = { executions = 9 }\n\
         [[checks]]\nid = \"secret_id\"\ntitle = \"SECRET title\"\nhint = \"SECRET hint\"\npoints = 6\n\
         visibility = \"hidden\"\n[checks.engines]\nbounded = { executions = 9 }\n",
    );
    write("assignments/01-tiny/README.md", "# Tiny\n\n| 4 | Open |\n| 6 | SECRET title |\n");
    write(
        "assignments/01-tiny/checks/lib.rs",
        "use more::secret_help;\nmod more;\npub fn open() {}\n// SECRET\npub fn secret_id() { secret_help(); }\n",
    );
    write("assignments/01-tiny/checks/more.rs", "/// SECRET\npub fn secret_help() {}\n");
    write("assignments/01-tiny/checks/SECRET.txt", "SECRET");
    write("assignments/01-tiny/notes.md", "SECRET");
    for place in ["solutions/SECRET", "wrong/SECRET"] {
        write(&format!("assignments/01-tiny/{place}/Cargo.toml"), "SECRET");
        write(&format!("assignments/01-tiny/{place}/expect.toml"), "SECRET");
        write(&format!("assignments/01-tiny/{place}/src/lib.rs"), "SECRET");
    }
    write("templates/01-tiny/Cargo.toml", "[package]\nname = \"tiny\"\n");
    write("templates/01-tiny/src/lib.rs", "\n");
    write("templates/01-tiny/target/SECRET", "SECRET");
    write("templates/01-tiny/.env", "SECRET");
    write("templates/01-tiny/Cargo.lock", "SECRET");
    let export =
        |out: &str| run(grade().current_dir(folder.path()).env("GRADE_COURSE", "course").args(["export", out]));
    let said = export("pack");
    assert_eq!(said.code, 0, "{}", said.err);
    let pack = files(&folder.path().join("pack"));
    assert_eq!(pack.iter().filter(|(name, _)| name.starts_with("templates/")).count(), 2);
    for (name, text) in pack {
        let all = format!("{name} {text}");
        assert!(!all.contains("SECRET") && !all.contains("secret_"), "{name}: {text}");
    }
    // Where it cannot be taken out, nothing is written at all.
    write("assignments/01-tiny/README.md", "# Tiny\n\nMind the secret_id.\n");
    let said = export("none");
    assert!(said.code == 3 && said.err.contains("README.md:3"), "{}", said.err);
    assert!(!folder.path().join("none").exists());
}

/// Follows docs/authors.md: writes the files that it names, runs the commands that it shows.
#[test]
#[cfg(unix)]
fn the_authors_guide_word_for_word() {
    let folder = tempfile::tempdir().expect("a folder");
    let guide = fs::read_to_string(workspace().join("docs/authors.md")).expect("the guide");
    let program = PathBuf::from(grade().get_program());
    let path =
        format!("{}:{}", program.parent().expect("a folder").display(), std::env::var("PATH").unwrap_or_default());
    let settings = grade();
    let mut here = folder.path().to_owned();
    let shell = |commands: &str, here: &Path| {
        let mut command = Command::new("bash");
        command.args(["-e", "-c", &format!("{commands}\npwd")]).current_dir(here).env("PATH", &path);
        for (name, value) in settings.get_envs().filter(|(name, _)| *name != "GRADE_COURSE") {
            command.env(name, value.expect("set"));
        }
        let output = command.output().expect("bash");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.success(), text.clone() + &String::from_utf8_lossy(&output.stderr), text)
    };
    let mut lines = guide.lines();
    let (mut before, mut written, mut commands) = (String::new(), 0, 0);
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let block: String =
                lines.by_ref().take_while(|line| *line != "```").map(|line| format!("{line}\n")).collect();
            if language == "sh" {
                let (ok, said, out) = shell(&block, &here);
                assert!(ok, "{block}\n{said}");
                here = PathBuf::from(out.lines().last().expect("pwd"));
                commands += 1;
                if block.contains("new-assignment") {
                    let (ok, said, _) = shell("grade verify visitors", &here);
                    assert!(!ok && said.contains("NOT"), "nothing is filled in yet: {said}");
                }
            } else {
                let name = before.strip_prefix('`').and_then(|rest| rest.strip_suffix("`:"));
                let name = name.unwrap_or_else(|| panic!("which file is this? {block}"));
                assert!(here.join(name).is_file(), "{name} is one of those that new-assignment makes");
                fs::write(here.join(name), block).expect("a file");
                written += 1;
            }
        }
        if !line.is_empty() {
            before = line.to_owned();
        }
    }
    assert_eq!((written, commands), (11, 4));
    for (name, text) in files(&here) {
        assert!(!text.contains("TODO"), "{name} has a place that the guide does not fill");
    }
    assert!(folder.path().join("pack/assignments/01-visitors/checks/lib.rs").is_file());
}
