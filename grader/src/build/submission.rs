//! Reads a submission: a private copy of its sources, and what its Cargo.toml says.
//!
//! Nothing in the student's folder is written to, and nothing of it is run: no build script, no macro
//! crate, no cargo configuration. The copy's Cargo.toml holds only the parts that are read here.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::process::Stdio;

use cargo_metadata::{CrateType, MetadataCommand, TargetKind};
use protocol::Kind;
use sha2::{Digest, Sha256};

use super::toolchain::Toolchain;
use super::{BuildError, Doing};
use crate::core::manifest::{Manifest, Target, list};
use crate::core::result::Finding;

const MOST_FILES: usize = 1_000;
/// More files and folders are not read.
pub const MOST_ENTRIES: usize = 20_000;
/// Bytes of one file.
pub const LARGEST_SOURCE: u64 = 1 << 20;
/// Bytes of all files.
pub const LARGEST_TOTAL: u64 = 16 << 20;
const LARGEST_MANIFEST: u64 = 64 << 10;

/// A submission, read and allowed.
#[derive(Debug, Clone)]
pub struct Submission {
    /// The private copy.
    pub root: PathBuf,
    /// The package's name.
    pub name: String,
    /// `2024`.
    pub edition: String,
    /// The file to compile, relative to the root: `src/lib.rs`.
    pub entry: String,
    /// Features that are on by default.
    pub features: Vec<String>,
    /// The allowed crates that it depends on.
    pub dependencies: Vec<String>,
    /// A hash of all its files.
    pub hash: [u8; 32],
    /// Its Rust sources: name relative to the root, text.
    pub sources: Vec<(String, String)>,
}

/// Why there is no submission to compile.
#[derive(Debug)]
pub enum Refusal {
    /// There is none: a mistake of whoever called `grade`.
    Missing(String),
    /// It cannot be graded as it is.
    Findings(Vec<Finding>),
    /// The grader's own trouble.
    Build(BuildError),
}

impl From<BuildError> for Refusal {
    fn from(error: BuildError) -> Self {
        Refusal::Build(error)
    }
}

fn refuse<T>(finding: Finding) -> Result<T, Refusal> {
    Err(Refusal::Findings(vec![finding]))
}

fn build(message: impl Into<String>) -> Finding {
    Finding::of_submission(Kind::Build, message)
}

fn forbidden(message: impl Into<String>) -> Finding {
    Finding::of_submission(Kind::Forbidden, message)
}

/// Copies the submission in `folder` to `copy` (which does not exist yet) and reads it.
pub fn read(folder: &Path, copy: &Path, toolchain: &Toolchain, manifest: &Manifest) -> Result<Submission, Refusal> {
    let root = folder
        .canonicalize()
        .map_err(|error| Refusal::Missing(format!("there is no submission at {}: {error}", folder.display())))?;
    if !root.is_dir() {
        return Err(Refusal::Missing(format!(
            "{} is no folder; a submission is the folder that holds Cargo.toml",
            folder.display()
        )));
    }
    let own = match read_file(&root.join("Cargo.toml"), LARGEST_MANIFEST) {
        Ok(bytes) => bytes,
        Err(ReadProblem::Missing) => {
            return Err(Refusal::Missing(format!(
                "there is no Cargo.toml in {}; a submission is a Cargo package (`cargo new --lib` makes one)",
                folder.display()
            )));
        }
        Err(problem) => return refuse(problem.finding("Cargo.toml")),
    };
    let table = parse_manifest(&own)?;
    check_manifest(&table, &root, manifest)?;

    fs::create_dir_all(copy).doing(|| format!("making {}", copy.display()))?;
    let mut files = copy_files(&root, copy)?;
    fs::write(copy.join("Cargo.toml"), reduced_manifest(&table)).doing(|| "writing the private copy".into())?;
    let sources = sources(&files)?;
    files.push(("Cargo.toml".to_owned(), own));
    files.sort();
    let package = metadata(copy, toolchain)?;
    let entry = entry(&package, copy, manifest)?;
    if sources.iter().find(|(name, _)| *name == entry).is_some_and(|(_, text)| text.trim().is_empty()) {
        return refuse(
            Finding::of_submission(
                Kind::Interface,
                format!("`{entry}` is empty; the assignment asks for {}", wanted(manifest)),
            )
            .at(&entry, 1),
        );
    }
    Ok(Submission {
        root: copy.to_owned(),
        name: package.name.to_string(),
        edition: package.edition.to_string(),
        entry,
        features: default_features(&package),
        dependencies: dependency_names(&table),
        hash: hash(&files),
        sources,
    })
}

/// The first items of the interface, for messages.
fn wanted(manifest: &Manifest) -> String {
    let items: Vec<&String> = manifest.interface.keys().take(3).collect();
    if items.is_empty() { "the items its README names".to_owned() } else { list(&items) }
}

/// What keeps a file from being read.
enum ReadProblem {
    Missing,
    NoFile,
    TooLarge(u64),
    Io(std::io::Error),
}

impl ReadProblem {
    fn finding(self, name: &str) -> Finding {
        let name = name.escape_debug();
        match self {
            ReadProblem::Missing => build(format!("`{name}` is missing")),
            ReadProblem::NoFile => forbidden(format!("`{name}` is no ordinary file")),
            ReadProblem::TooLarge(limit) => forbidden(format!("`{name}` is larger than {} KiB", limit >> 10)),
            ReadProblem::Io(error) => build(format!("`{name}` cannot be read: {error}")),
        }
    }
}

/// Reads an ordinary file of at most `limit` bytes; never waits at a pipe or a device.
fn read_file(path: &Path, limit: u64) -> Result<Vec<u8>, ReadProblem> {
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY);
    }
    let file = options.open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => ReadProblem::Missing,
        _ => ReadProblem::Io(error),
    })?;
    let meta = file.metadata().map_err(ReadProblem::Io)?;
    if !meta.is_file() {
        return Err(ReadProblem::NoFile);
    }
    if meta.len() > limit {
        return Err(ReadProblem::TooLarge(limit));
    }
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes).map_err(ReadProblem::Io)?;
    if bytes.len() as u64 > limit {
        return Err(ReadProblem::TooLarge(limit));
    }
    Ok(bytes)
}

fn parse_manifest(bytes: &[u8]) -> Result<toml::Table, Refusal> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].iter().filter(|b| **b == b'\n').count() + 1;
        Refusal::Findings(vec![build("Cargo.toml is not UTF-8 text").at("Cargo.toml", line as u32)])
    })?;
    toml::from_str(text).map_err(|error: toml::de::Error| {
        let at = error.span().map_or(0, |span| span.start);
        let line = text.as_bytes().iter().take(at).filter(|b| **b == b'\n').count() + 1;
        let message = error.message().trim().replace('\n', "; ");
        Refusal::Findings(vec![build(format!("Cargo.toml is broken: {message}")).at("Cargo.toml", line as u32)])
    })
}

/// The tables of dependencies: where they are, and what is in them.
fn dependency_tables(table: &toml::Table) -> Vec<(String, &toml::Table)> {
    let mut tables = Vec::new();
    for key in ["dependencies", "build-dependencies", "build_dependencies"] {
        if let Some(found) = table.get(key).and_then(toml::Value::as_table) {
            tables.push((format!("[{key}]"), found));
        }
    }
    for (target, value) in table.get("target").and_then(toml::Value::as_table).into_iter().flatten() {
        for key in ["dependencies", "build-dependencies", "build_dependencies"] {
            if let Some(found) = value.get(key).and_then(toml::Value::as_table) {
                tables.push((format!("[target.{target}.{key}]"), found));
            }
        }
    }
    tables
}

fn dependency_names(table: &toml::Table) -> Vec<String> {
    let mut names: Vec<String> =
        dependency_tables(table).into_iter().flat_map(|(_, found)| found.keys().cloned()).collect();
    names.sort();
    names.dedup();
    names
}

fn check_manifest(table: &toml::Table, root: &Path, manifest: &Manifest) -> Result<(), Refusal> {
    let Some(package) = table.get("package").and_then(toml::Value::as_table) else {
        let message = if table.contains_key("workspace") {
            "Cargo.toml describes a workspace, not a package; name the folder of the package itself"
        } else {
            "Cargo.toml has no `[package]`"
        };
        return refuse(build(message).at("Cargo.toml", 1));
    };
    let mut findings = Vec::new();
    for (place, found) in dependency_tables(table) {
        for (name, value) in found {
            let plain = value.is_str()
                || value.as_table().is_some_and(|t| {
                    t.keys().all(|key| matches!(key.as_str(), "version" | "features" | "default-features" | "optional"))
                });
            if place.contains("build") || !manifest.dependencies.contains(name) {
                let message = if manifest.dependencies.is_empty() {
                    format!(
                        "the dependency `{name}` is not allowed; the assignment asks for std alone. Take it out of {place} in Cargo.toml"
                    )
                } else {
                    format!(
                        "the dependency `{name}` is not allowed; the assignment allows {}",
                        list(&manifest.dependencies)
                    )
                };
                findings.push(forbidden(message));
            } else if !plain {
                findings.push(forbidden(format!(
                    "the dependency `{name}` must come from crates.io, under its own name; write `{name} = \"1\"`"
                )));
            }
        }
    }
    let script = match package.get("build") {
        Some(toml::Value::Boolean(false)) => None,
        Some(toml::Value::String(path)) => Some(path.clone()),
        _ => root.join("build.rs").symlink_metadata().is_ok().then(|| "build.rs".to_owned()),
    };
    if let Some(script) = script {
        findings
            .push(forbidden(format!("the build script `{}` is not allowed; it was not run", script.escape_debug())));
    }
    for (key, value) in package {
        if value.as_table().is_some_and(|t| t.contains_key("workspace"))
            && matches!(key.as_str(), "edition" | "version" | "name")
        {
            let instead = if key == "edition" { "2024" } else { "0.1.0" };
            findings.push(build(format!(
                "`{key}.workspace = true` cannot be read without its workspace; write `{key} = \"{instead}\"`"
            )));
        }
    }
    if findings.is_empty() {
        return Ok(());
    }
    for finding in &mut findings {
        *finding = finding.clone().at("Cargo.toml", 1);
    }
    Err(Refusal::Findings(findings))
}

/// The parts of Cargo.toml that say what is to be compiled, in a workspace of its own.
fn reduced_manifest(table: &toml::Table) -> String {
    let mut reduced = toml::Table::new();
    let mut package = table.get("package").and_then(toml::Value::as_table).cloned().unwrap_or_default();
    package.retain(|key, value| {
        matches!(key, "name" | "edition" | "autolib" | "build") && (value.is_str() || value.is_bool())
    });
    package.insert("version".to_owned(), "0.0.0".into());
    package.insert(
        "autobins".to_owned(),
        table.get("package").and_then(|p| p.get("autobins")).cloned().unwrap_or(true.into()),
    );
    for auto in ["autotests", "autobenches", "autoexamples"] {
        package.insert(auto.to_owned(), false.into());
    }
    reduced.insert("package".to_owned(), package.into());
    for key in ["lib", "bin", "features", "dependencies"] {
        if let Some(value) = table.get(key) {
            reduced.insert(key.to_owned(), value.clone());
        }
    }
    reduced.insert("workspace".to_owned(), toml::Table::new().into());
    toml::to_string(&reduced).unwrap_or_default()
}

/// Copies what may be needed; gives names and contents.
fn copy_files(root: &Path, copy: &Path) -> Result<Vec<(String, Vec<u8>)>, Refusal> {
    let mut files = Vec::new();
    let mut total = 0;
    let walk = walkdir::WalkDir::new(root).max_depth(16).sort_by_file_name().into_iter().filter_entry(|entry| {
        let name = entry.file_name().to_string_lossy();
        let built = entry.depth() == 1 && entry.file_type().is_dir() && name == "target";
        entry.depth() == 0 || !(name.starts_with('.') || built)
    });
    for (count, entry) in walk.enumerate() {
        if count > MOST_ENTRIES {
            return refuse(forbidden(format!("the submission has more than {MOST_ENTRIES} files and folders")));
        }
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => return refuse(build(format!("the submission cannot be read: {error}"))),
        };
        let relative = entry.path().strip_prefix(root).expect("inside the root");
        let Some(name) = relative.to_str() else {
            continue;
        };
        let source = relative.extension().is_some_and(|e| e == "rs");
        if entry.file_type().is_dir() || name == "Cargo.toml" || name == "Cargo.lock" || name == "build.rs" {
            continue;
        }
        if entry.path_is_symlink() {
            match entry.path().canonicalize() {
                Ok(target) if !target.starts_with(root) => {
                    return refuse(forbidden(format!(
                        "`{}` is a symbolic link that leaves the submission; put a copy of the file there",
                        name.escape_debug()
                    )));
                }
                Ok(target) if target.is_dir() => {
                    return refuse(forbidden(format!(
                        "`{}` is a symbolic link to a folder; put the files themselves there",
                        name.escape_debug()
                    )));
                }
                Ok(_) => {}
                Err(_) => continue,
            }
        }
        let bytes = match read_file(entry.path(), LARGEST_SOURCE) {
            Ok(bytes) => bytes,
            Err(problem) if source => return refuse(problem.finding(name)),
            Err(_) => continue,
        };
        total += bytes.len() as u64;
        if total > LARGEST_TOTAL || files.len() >= MOST_FILES {
            return refuse(forbidden(format!(
                "the submission is too large: at most {MOST_FILES} files and {} MiB are read",
                LARGEST_TOTAL >> 20
            )));
        }
        let to = copy.join(relative);
        fs::create_dir_all(to.parent().expect("inside the copy")).doing(|| "making the private copy".into())?;
        fs::write(&to, &bytes).doing(|| format!("writing {}", to.display()))?;
        files.push((name.replace('\\', "/"), bytes));
    }
    Ok(files)
}

/// The Rust sources as text.
fn sources(files: &[(String, Vec<u8>)]) -> Result<Vec<(String, String)>, Refusal> {
    let mut sources = Vec::new();
    for (name, bytes) in files {
        if !name.ends_with(".rs") {
            continue;
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => sources.push((name.clone(), text.to_owned())),
            Err(error) if name.starts_with("src/") => {
                let line = bytes[..error.valid_up_to()].iter().filter(|b| **b == b'\n').count() + 1;
                return refuse(
                    build(format!("`{}` is not UTF-8 text; save it as UTF-8 in your editor", name.escape_debug()))
                        .at(name, line as u32),
                );
            }
            Err(_) => {}
        }
    }
    Ok(sources)
}

/// The hash of a program that is one text.
pub fn hash_text(text: &str) -> [u8; 32] {
    hash(&[(String::new(), text.as_bytes().to_vec())])
}

fn hash(files: &[(String, Vec<u8>)]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for (name, bytes) in files {
        hash.update((name.len() as u64).to_le_bytes());
        hash.update(name);
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    }
    hash.finalize().into()
}

fn metadata(copy: &Path, toolchain: &Toolchain) -> Result<cargo_metadata::Package, Refusal> {
    let mut command = MetadataCommand::new();
    command.cargo_path(&toolchain.cargo).manifest_path(copy.join("Cargo.toml")).no_deps();
    command.other_options(["--offline".to_owned()]);
    let mut command = command.cargo_command();
    // A neutral folder and an empty environment: no configuration of anybody is read.
    command.current_dir(Toolchain::neutral()).env_clear();
    command.env("RUSTC", &toolchain.rustc).env("CARGO_HOME", copy.join(".no-cargo-home")).stdin(Stdio::null());
    let output = command.output().doing(|| format!("starting {}", toolchain.cargo.display()))?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        let text = text.replace(&format!("{}/", copy.display()), "");
        if text.contains("no targets specified") {
            return refuse(build("there is no src/lib.rs; the assignment asks for a library").at("Cargo.toml", 1));
        }
        return refuse(build(format!("Cargo.toml is not accepted: {}", cargo_words(&text))).at("Cargo.toml", 1));
    }
    let broken = |what: &str| Refusal::Build(BuildError::Toolchain(format!("cargo metadata gave {what}")));
    let text = String::from_utf8(output.stdout).map_err(|_| broken("no text"))?;
    let metadata = MetadataCommand::parse(text).map_err(|error| broken(&error.to_string()))?;
    metadata.packages.into_iter().next().ok_or_else(|| broken("no package"))
}

/// cargo's chain of causes on one line.
fn cargo_words(text: &str) -> String {
    let lines: Vec<&str> = text
        .lines()
        .map(|line| line.trim().trim_start_matches("error: "))
        .filter(|line| !line.is_empty() && *line != "Caused by:" && !line.starts_with("failed to parse manifest"))
        .take(6)
        .collect();
    lines.join("; ")
}

fn entry(package: &cargo_metadata::Package, copy: &Path, manifest: &Manifest) -> Result<String, Refusal> {
    let has = |kind: &TargetKind| package.targets.iter().any(|target| target.kind.contains(kind));
    if has(&TargetKind::CustomBuild) {
        return refuse(forbidden("a build script is not allowed; it was not run").at("Cargo.toml", 1));
    }
    if has(&TargetKind::ProcMacro) {
        return refuse(
            forbidden("a macro crate (`proc-macro = true`) is not allowed; it was not run").at("Cargo.toml", 1),
        );
    }
    let target = match manifest.target {
        Target::Library => {
            let library = package
                .targets
                .iter()
                .find(|target| target.crate_types.iter().any(|kind| matches!(kind, CrateType::Lib | CrateType::RLib)));
            match library {
                Some(target) => target,
                None if has(&TargetKind::Bin) => {
                    return refuse(
                        build("the package is a binary, but the assignment asks for a library: put the code into src/lib.rs")
                            .at("Cargo.toml", 1),
                    );
                }
                None => return refuse(build("there is no library; put the code into src/lib.rs").at("Cargo.toml", 1)),
            }
        }
        Target::Binary => {
            let binaries: Vec<_> =
                package.targets.iter().filter(|target| target.kind.contains(&TargetKind::Bin)).collect();
            match binaries[..] {
                [one] => one,
                [] => {
                    return refuse(
                        build("the package has no binary, but the assignment asks for one: put `fn main` into src/main.rs")
                            .at("Cargo.toml", 1),
                    );
                }
                _ => {
                    return refuse(
                        build("the package has several binaries; the assignment asks for one").at("Cargo.toml", 1),
                    );
                }
            }
        }
    };
    let path = target.src_path.as_std_path();
    let inside = path.strip_prefix(copy).ok().filter(|relative| {
        relative.components().all(|part| matches!(part, Component::Normal(_))) && path.starts_with(copy.join("src"))
    });
    let Some(relative) = inside.and_then(Path::to_str) else {
        return refuse(build("the sources of the target must lie in `src`").at("Cargo.toml", 1));
    };
    if !path.is_file() {
        return refuse(
            build(format!("there is no `{relative}`; the code to be graded belongs there")).at("Cargo.toml", 1),
        );
    }
    Ok(relative.replace('\\', "/"))
}

/// The features that `default` turns on.
fn default_features(package: &cargo_metadata::Package) -> Vec<String> {
    let mut on: Vec<String> = Vec::new();
    let mut open = vec!["default".to_owned()];
    while let Some(feature) = open.pop() {
        if on.contains(&feature) {
            continue;
        }
        if let Some(implied) = package.features.get(&feature) {
            open.extend(implied.iter().filter(|name| !name.contains([':', '/'])).cloned());
            on.push(feature);
        }
    }
    on.sort();
    on
}
