//! `grade export`: what a class may see of a course.

use std::fs;
use std::path::{Component, Path};

use super::visible::{File, visible_sources};
use crate::core::manifest::{Check, Manifest};
use crate::lab::LabError;
use crate::lab::course::{Assignment, Course};

/// The workflow that grades a pull request, for the class's repository.
pub const WORKFLOW: &str = include_str!("../../../templates/github/grade.yml");

/// One assignment that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// `01-bank-race`.
    pub assignment: String,
    /// For people.
    pub title: String,
    /// Checks that the class may see.
    pub visible: usize,
    /// Checks that it may not.
    pub hidden: usize,
    /// What the visible ones are worth.
    pub points: u32,
}

/// Writes the pack to `out`, which is empty or not there: statements, starters, visible checks, the workflow.
pub fn export(course: &Course, assignments: &[Assignment], out: &Path) -> Result<Vec<Exported>, LabError> {
    if fs::read_dir(out).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(LabError::Usage(format!(
            "{} is not empty; what is there could be taken for a part of the pack. Remove it, or name another folder",
            out.display()
        )));
    }
    // Everything is made before anything is written: a mistake in the course leaves no half of a pack.
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    let mut done = Vec::new();
    for assignment in assignments {
        done.push(one(course, assignment, &mut files)?);
    }
    files.push(("README.md".into(), readme(&done).into_bytes()));
    files.push((".github/workflows/grade.yml".into(), WORKFLOW.as_bytes().to_vec()));
    files.push((".gitignore".into(), b"target/\n".to_vec()));
    for (name, bytes) in &files {
        let path = out.join(name);
        let write = || -> std::io::Result<()> {
            fs::create_dir_all(path.parent().unwrap_or(out))?;
            fs::write(&path, bytes)
        };
        write().map_err(|error| LabError::Grader(format!("{} cannot be written: {error}", path.display())))?;
    }
    Ok(done)
}

fn one(course: &Course, assignment: &Assignment, files: &mut Vec<(String, Vec<u8>)>) -> Result<Exported, LabError> {
    let manifest = &assignment.manifest;
    let name = assignment.name().folder();
    let invalid = |what: String| LabError::Course(format!("{name}: {what}"));
    let (hidden, visible): (Vec<&Check>, Vec<&Check>) = manifest.checks.iter().partition(|check| check.hidden);
    if visible.is_empty() {
        return Err(invalid("all of its checks are hidden; a class needs some to see".into()));
    }
    let points = visible.iter().map(|check| check.points).sum();
    let path = assignment.folder.join("assignment.toml");
    let text = read(&path)?;
    let reduced = reduced(&text, points).ok_or_else(|| invalid("assignment.toml cannot be read again".into()))?;
    Manifest::parse(&reduced, "assignment.toml")
        .map_err(|mistakes| invalid(format!("without its hidden checks it is no assignment: {}", mistakes[0])))?;
    files.push((format!("assignments/{name}/assignment.toml"), reduced.into_bytes()));

    let statement = statement(&read(&assignment.folder.join("README.md"))?, &hidden).map_err(invalid)?;
    files.push((format!("assignments/{name}/README.md"), statement.into_bytes()));

    let sources = sources(&assignment.folder.join("checks"))?;
    let visible_ids: Vec<&str> = visible.iter().map(|check| check.id.as_str()).collect();
    let hidden_ids: Vec<&str> = hidden.iter().map(|check| check.id.as_str()).collect();
    let shown =
        visible_sources(&sources, &visible_ids, &hidden_ids).map_err(|what| invalid(format!("checks/{what}")))?;
    for (file, text) in shown {
        if let Some(check) = hidden.iter().find(|check| text.contains(&check.id) || text.contains(&check.title)) {
            return Err(invalid(format!("checks/{file} still names the hidden check `{}`: in a comment?", check.id)));
        }
        files.push((format!("assignments/{name}/checks/{file}"), text.into_bytes()));
    }
    if let Some(starter) = course.starter(&assignment.name()) {
        package(&starter, &format!("templates/{name}"), files)?;
    }
    Ok(Exported {
        assignment: name,
        title: manifest.title.clone(),
        visible: visible.len(),
        hidden: hidden.len(),
        points,
    })
}

fn read(path: &Path) -> Result<String, LabError> {
    fs::read_to_string(path).map_err(|error| LabError::Course(format!("{} cannot be read: {error}", path.display())))
}

/// The manifest without its hidden checks, worth so many points. Written anew: no comment stays.
fn reduced(text: &str, points: u32) -> Option<String> {
    let mut table: toml::Table = toml::from_str(text).ok()?;
    table.insert("points".into(), i64::from(points).into());
    let checks = table.get_mut("checks")?.as_array_mut()?;
    checks.retain(|check| check.get("visibility").and_then(toml::Value::as_str) != Some("hidden"));
    toml::to_string_pretty(&table).ok()
}

/// The statement without the rows of its tables that name a hidden check. Elsewhere its words may be those of a rule.
fn statement(text: &str, hidden: &[&Check]) -> Result<String, String> {
    let mut out = String::new();
    for (number, line) in text.lines().enumerate() {
        if line.trim_start().starts_with('|') && hidden.iter().any(|c| line.contains(&c.title) || line.contains(&c.id))
        {
            continue;
        }
        if let Some(check) = hidden.iter().find(|check| line.contains(&check.id)) {
            return Err(format!("README.md:{}: the text names the hidden check `{}`", number + 1, check.id));
        }
        out.push_str(line);
        out.push('\n');
    }
    Ok(out)
}

/// The checks' sources, by name.
fn sources(folder: &Path) -> Result<Vec<File>, LabError> {
    let mut found = Vec::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.map_err(|error| LabError::Course(format!("the checks cannot be read: {error}")))?;
        if entry.file_type().is_file() && entry.path().extension().is_some_and(|end| end == "rs") {
            let name = entry.path().strip_prefix(folder).expect("inside").to_string_lossy().replace('\\', "/");
            found.push((name, read(entry.path())?));
        }
    }
    Ok(found)
}

/// A starter: its manifest and its sources, nothing that was built and nothing that is hidden.
fn package(folder: &Path, to: &str, files: &mut Vec<(String, Vec<u8>)>) -> Result<(), LabError> {
    let walk = walkdir::WalkDir::new(folder).follow_links(true).sort_by_file_name().into_iter();
    let walk = walk.filter_entry(|entry| {
        let name = entry.file_name().to_string_lossy();
        entry.depth() == 0 || !(name.starts_with('.') || (entry.depth() == 1 && name == "target"))
    });
    for entry in walk {
        let entry = entry.map_err(|error| LabError::Course(format!("the starter cannot be read: {error}")))?;
        let name = entry.path().strip_prefix(folder).expect("inside");
        let plain = name.components().all(|part| matches!(part, Component::Normal(_)));
        if entry.file_type().is_file() && plain && name != Path::new("Cargo.lock") {
            let bytes = fs::read(entry.path())
                .map_err(|error| LabError::Course(format!("{} cannot be read: {error}", entry.path().display())))?;
            files.push((format!("{to}/{}", name.to_string_lossy().replace('\\', "/")), bytes));
        }
    }
    Ok(())
}

fn readme(exported: &[Exported]) -> String {
    let mut out = String::from(
        "# Assignments\n\n\
         Each assignment has a statement in `assignments/` and a starter in `templates/`. Begin with a copy of the starter:\n\n",
    );
    let first = exported.first().map_or("01-bank-race", |one| one.assignment.as_str());
    let number = first.split('-').next().unwrap_or("1").trim_start_matches('0');
    out += &format!("    cp -r templates/{first} assignment-{number}\n    grade assignment-{number}\n\n");
    out += "| assignment | | points of the checks in this pack |\n|---|---|---:|\n";
    for one in exported {
        out += &format!("| [{0}](assignments/{0}/README.md) | {1} | {2} |\n", one.assignment, one.title, one.points);
    }
    out + "\nYour submission may be graded with more checks than you see here.\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_loses_the_rows_of_hidden_checks() {
        let check = Check {
            id: "secret_check".into(),
            title: "The secret".into(),
            points: 5,
            hidden: true,
            hint: None,
            engines: Vec::new(),
        };
        let text = "# A\n\n| 5 | The secret |\n| 6 | Known |\n";
        assert_eq!(statement(text, &[&check]).unwrap(), "# A\n\n| 6 | Known |\n");
        assert!(statement("It has secret_check.\n", &[&check]).unwrap_err().starts_with("README.md:1: "));
    }

    #[test]
    fn a_manifest_loses_its_hidden_checks() {
        let text = "# a remark\nnumber = 1\nslug = \"x\"\npoints = 10\n[[checks]]\nid = \"a\"\npoints = 4\n[[checks]]\nid = \"secret\"\npoints = 6\nvisibility = \"hidden\"\n";
        let out = reduced(text, 4).unwrap();
        assert!(out.contains("points = 4") && !out.contains("secret") && !out.contains("remark"), "{out}");
    }
}
