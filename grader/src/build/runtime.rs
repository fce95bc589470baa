//! What submissions are compiled with, built once for each toolchain and kept in a cache.
//!
//! The sources are embedded in `grade`. They are written to the cache, built there with cargo under a
//! lock, and what came out is copied to a folder of its own that appears by a single rename: a folder
//! that is there is whole.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufReader, Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

use cargo_metadata::Message;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::toolchain::Toolchain;
use super::{BuildError, Doing};

/// Path and content of every file of the runtime, with the workspace's manifest and lock file.
const EMBEDDED: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/runtime.rs"));

/// What a runtime holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flavour {
    /// The shadows, the check library, the engines.
    Std,
    /// The same, and tokio with its check library: built only when an assignment wants it.
    Tokio,
    /// For programs of several processes: their check library, and what is linked into them. No shadows.
    Process,
}

impl Flavour {
    /// The crates that are named on rustc's command line.
    fn crates(self) -> &'static [&'static str] {
        match self {
            Flavour::Std => &["shadow_std", "shadow_core", "gradekit"],
            Flavour::Tokio => &["shadow_std", "shadow_core", "gradekit", "gradekit_tokio", "tokio"],
            Flavour::Process => &["gradekit_process", "process_stops"],
        }
    }

    fn suffix(self) -> &'static str {
        match self {
            Flavour::Std => "",
            Flavour::Tokio => "-tokio",
            Flavour::Process => "-process",
        }
    }
}

/// The file that says a built runtime is whole.
const INDEX: &str = "runtime.json";

/// A built runtime.
#[derive(Debug, Clone)]
pub struct Runtime {
    /// Its folder: everything in it is read-only from now on.
    pub root: PathBuf,
    /// Names it: changes with the toolchain and with the runtime's sources.
    pub key: String,
    crates: BTreeMap<String, String>,
}

#[derive(Serialize, Deserialize)]
struct Index {
    crates: BTreeMap<String, String>,
    toolchain: String,
}

impl Runtime {
    /// The folder with all libraries.
    pub fn deps(&self) -> PathBuf {
        self.root.join("deps")
    }

    /// The library of one of the crates.
    pub fn library(&self, name: &str) -> PathBuf {
        self.deps().join(&self.crates[name])
    }

    /// Finds the built runtime, or builds it. `say` gets a line for each thing that is done.
    pub fn get(toolchain: &Toolchain, flavour: Flavour, say: &mut dyn FnMut(String)) -> Result<Runtime, BuildError> {
        let cache = cache_folder()?;
        let key = key(toolchain) + flavour.suffix();
        let root = cache.join(format!("runtime-{key}"));
        if let Some(runtime) = Runtime::open(&root, &key, flavour) {
            return Ok(runtime);
        }
        fs::create_dir_all(&cache).map_err(|error| unusable(&cache, &error))?;
        let _lock = lock(&cache, say)?;
        if let Some(runtime) = Runtime::open(&root, &key, flavour) {
            return Ok(runtime);
        }
        build(toolchain, flavour, &cache, &root, say)?;
        Runtime::open(&root, &key, flavour)
            .ok_or_else(|| BuildError::Runtime(format!("the runtime was built, but {} cannot be read", root.display())))
    }

    fn open(root: &Path, key: &str, flavour: Flavour) -> Option<Runtime> {
        let text = fs::read(root.join(INDEX)).ok()?;
        let index: Index = serde_json::from_slice(&text).ok()?;
        let whole = flavour
            .crates()
            .iter()
            .all(|name| index.crates.get(*name).is_some_and(|file| root.join("deps").join(file).is_file()));
        whole.then(|| Runtime { root: root.to_owned(), key: key.to_owned(), crates: index.crates })
    }
}

/// `GRADE_CACHE`, else the user's cache folder.
pub fn cache_folder() -> Result<PathBuf, BuildError> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = set("GRADE_CACHE")
        .or_else(|| set("XDG_CACHE_HOME").filter(|path| path.is_absolute()).map(|path| path.join("grade")))
        .or_else(|| set("LOCALAPPDATA").filter(|_| cfg!(windows)).map(|path| path.join("grade")))
        .or_else(|| std::env::home_dir().map(|home| home.join(".cache").join("grade")));
    let folder = folder.ok_or_else(|| {
        BuildError::Runtime("there is no home folder for the cache; set GRADE_CACHE to a folder".into())
    })?;
    std::path::absolute(&folder).map_err(|error| unusable(&folder, &error))
}

fn unusable(cache: &Path, error: &std::io::Error) -> BuildError {
    let why = match error.kind() {
        std::io::ErrorKind::StorageFull => "the disk is full".to_owned(),
        std::io::ErrorKind::ReadOnlyFilesystem | std::io::ErrorKind::PermissionDenied => {
            "it cannot be written".to_owned()
        }
        _ => error.to_string(),
    };
    BuildError::Runtime(format!(
        "the cache folder {} cannot be used: {why}.\nOn first use `grade` builds there what submissions are compiled with (about 200 MiB). Make room, or set GRADE_CACHE to another folder.",
        cache.display()
    ))
}

fn key(toolchain: &Toolchain) -> String {
    let mut hash = Sha256::new();
    for part in [toolchain.version.as_bytes(), toolchain.sysroot.as_os_str().as_encoded_bytes()] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    for (path, content) in EMBEDDED {
        hash.update((path.len() as u64).to_le_bytes());
        hash.update(path);
        hash.update((content.len() as u64).to_le_bytes());
        hash.update(content);
    }
    data_encoding::HEXLOWER.encode(&hash.finalize()[..12])
}

/// Only one `grade` builds at a time; the others wait and find the work done.
fn lock(cache: &Path, say: &mut dyn FnMut(String)) -> Result<File, BuildError> {
    let path = cache.join("lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|error| unusable(cache, &error))?;
    if file.try_lock().is_err() {
        say("waiting for another `grade` that is building the runtime".into());
        file.lock().map_err(|error| unusable(cache, &error))?;
    }
    Ok(file)
}

fn build(
    toolchain: &Toolchain,
    flavour: Flavour,
    cache: &Path,
    root: &Path,
    say: &mut dyn FnMut(String),
) -> Result<(), BuildError> {
    say("building the runtime (once for this toolchain; about a minute)".into());
    let sources = cache.join("build").join("src");
    write_sources(&sources).map_err(|error| unusable(cache, &error))?;
    let files = cargo(toolchain, flavour, cache, &sources, say)?;

    // Leftovers of a `grade` that was killed here.
    for entry in fs::read_dir(cache).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with("partial-") {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    let partial =
        tempfile::Builder::new().prefix("partial-").tempdir_in(cache).map_err(|error| unusable(cache, &error))?;
    let deps = partial.path().join("deps");
    let mut crates = BTreeMap::new();
    let write = || -> std::io::Result<()> {
        fs::create_dir(&deps)?;
        for (name, file) in &files {
            let file_name = file.file_name().expect("a file has a name");
            fs::copy(file, deps.join(file_name))?;
            crates.insert(name.clone(), file_name.to_string_lossy().into_owned());
        }
        crates.retain(|name, _| flavour.crates().contains(&name.as_str()));
        let index = Index { crates, toolchain: toolchain.version.clone() };
        let text = serde_json::to_vec_pretty(&index).expect("plain data");
        let mut file = File::create(partial.path().join(INDEX))?;
        std::io::Write::write_all(&mut file, &text)?;
        file.sync_all()?;
        readable_by_all(partial.path())?;
        Ok(())
    };
    write().map_err(|error| unusable(cache, &error))?;
    let partial = partial.keep();
    // A folder of this name that is not whole cannot be trusted; it goes.
    let _ = fs::remove_dir_all(root);
    fs::rename(&partial, root).map_err(|error| {
        let _ = fs::remove_dir_all(&partial);
        unusable(cache, &error)
    })?;
    forget_old(cache, root);
    Ok(())
}

/// Runtimes of toolchains and versions that are no longer in use would pile up: only the newest are kept.
fn forget_old(cache: &Path, current: &Path) {
    const KEPT: usize = 6;
    let mut others: Vec<(std::time::SystemTime, PathBuf)> = fs::read_dir(cache)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("runtime-") && entry.path() != current)
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    others.sort();
    others.reverse();
    for (_, folder) in others.into_iter().skip(KEPT) {
        let _ = fs::remove_dir_all(folder);
    }
}

/// Under some sandboxes submissions are compiled as another user.
#[cfg(unix)]
fn readable_by_all(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    for entry in walkdir::WalkDir::new(folder) {
        let entry = entry?;
        let mode = if entry.file_type().is_dir() { 0o755 } else { 0o644 };
        fs::set_permissions(entry.path(), fs::Permissions::from_mode(mode))?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn readable_by_all(_folder: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Writes the embedded sources; what is there already stays untouched, so that cargo sees no change.
fn write_sources(folder: &Path) -> std::io::Result<()> {
    let mut wanted = BTreeMap::new();
    for (path, content) in EMBEDDED {
        let content = if *path == "Cargo.toml" { workspace_manifest(content).into_bytes() } else { content.to_vec() };
        wanted.insert(folder.join(path), content);
    }
    for entry in walkdir::WalkDir::new(folder).into_iter().flatten() {
        if entry.file_type().is_file() && !wanted.contains_key(entry.path()) {
            fs::remove_file(entry.path())?;
        }
    }
    for (path, content) in wanted {
        if fs::read(&path).is_ok_and(|old| old == content) {
            continue;
        }
        fs::create_dir_all(path.parent().expect("inside the folder"))?;
        fs::write(path, content)?;
    }
    Ok(())
}

/// The workspace's manifest with the runtime's crates as its only members.
fn workspace_manifest(text: &[u8]) -> String {
    let text = std::str::from_utf8(text).expect("our own manifest is UTF-8");
    let mut manifest: toml::Table = toml::from_str(text).expect("cargo has read it before");
    if let Some(workspace) = manifest.get_mut("workspace").and_then(toml::Value::as_table_mut) {
        workspace.remove("default-members");
        workspace.remove("exclude");
        if let Some(members) = workspace.get_mut("members").and_then(toml::Value::as_array_mut) {
            members.retain(|member| member.as_str().is_some_and(|path| path.starts_with("grader/runtime/")));
        }
    }
    // It names `grader`, which is not among them.
    let release = manifest.get_mut("profile").and_then(|profiles| profiles.get_mut("release"));
    if let Some(release) = release.and_then(toml::Value::as_table_mut) {
        release.remove("package");
    }
    toml::to_string(&manifest).expect("it came from TOML")
}

/// The process group of the cargo that runs now; 0: none does.
static CARGO: AtomicI32 = AtomicI32::new(0);
static STOPPED: AtomicBool = AtomicBool::new(false);

/// Ends a running build, for Ctrl-C. What it had built stays sound: cargo and the final rename see to that.
pub fn stop() {
    STOPPED.store(true, Ordering::SeqCst);
    #[cfg(unix)]
    {
        let group = CARGO.load(Ordering::SeqCst);
        if group > 0 {
            let _ = nix::sys::signal::killpg(nix::unistd::Pid::from_raw(group), nix::sys::signal::Signal::SIGTERM);
        }
    }
}

/// Ends cargo and its compilers if this process is killed (SIGKILL) and cannot do so itself: a shell that waits for our line.
#[cfg(unix)]
struct Heir(std::process::Child);

#[cfg(unix)]
impl Heir {
    /// `None`: there is no shell; what is left then ends by itself after some seconds.
    fn of(group: u32) -> Option<Heir> {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "read -r line || kill -9 \"-$1\"", "sh", &group.to_string()]);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        // A Ctrl-C at the terminal is not meant for it.
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.spawn().ok().map(Heir)
    }
}

#[cfg(unix)]
impl Drop for Heir {
    fn drop(&mut self) {
        if let Some(mut line) = self.0.stdin.take() {
            let _ = line.write_all(b"done\n");
        }
        let _ = self.0.wait();
    }
}

/// Builds the crates; gives name and file of every library.
fn cargo(
    toolchain: &Toolchain,
    flavour: Flavour,
    cache: &Path,
    sources: &Path,
    say: &mut dyn FnMut(String),
) -> Result<Vec<(String, PathBuf)>, BuildError> {
    let mut command = Command::new(&toolchain.cargo);
    command.args(["build", "--release", "--message-format=json-render-diagnostics"]);
    for name in flavour.crates().iter().filter(|name| **name != "tokio") {
        command.args(["--package", name]);
    }
    command
        .current_dir(sources)
        .env("RUSTC", &toolchain.rustc)
        .env("CARGO_TARGET_DIR", cache.join("build").join("target"));
    // Settings of whoever started `grade` (a `cargo test`, say) are not meant for the runtime.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PROFILE_")
            || text.starts_with("CARGO_BUILD_")
            || text.starts_with("CARGO_PKG_")
            || matches!(
                &*text,
                "RUSTFLAGS" | "RUSTDOCFLAGS" | "RUSTC_WRAPPER" | "RUSTC_WORKSPACE_WRAPPER" | "CARGO_INCREMENTAL"
            )
        {
            command.env_remove(&name);
        }
    }
    let remap = format!("--remap-path-prefix={}=", sources.join("grader").join("runtime").display());
    command.env("CARGO_ENCODED_RUSTFLAGS", remap);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn().map_err(|error| {
        BuildError::Toolchain(format!("cargo cannot be started ({}): {error}", toolchain.cargo.display()))
    })?;
    CARGO.store(child.id() as i32, Ordering::SeqCst);
    #[cfg(unix)]
    let heir = Heir::of(child.id());
    let mut stderr = child.stderr.take().expect("piped");
    let errors = std::thread::spawn(move || {
        let mut text = Vec::new();
        let _ = stderr.read_to_end(&mut text);
        String::from_utf8_lossy(&text).into_owned()
    });
    let mut files = Vec::new();
    let mut done = 0;
    let stdout = BufReader::new(child.stdout.take().expect("piped"));
    for message in Message::parse_stream(stdout).map_while(Result::ok) {
        if let Message::CompilerArtifact(artifact) = message {
            done += 1;
            say(format!(
                "building the runtime (once for this toolchain): {done} crates done, {}",
                artifact.target.name
            ));
            for file in artifact.filenames {
                let wanted = match file.extension() {
                    Some("rlib") => true,
                    // A macro crate must be there to be named, though nothing calls it any more.
                    Some("so" | "dylib" | "dll") => true,
                    _ => false,
                };
                if wanted {
                    files.push((artifact.target.name.clone(), file.into_std_path_buf()));
                }
            }
        }
    }
    let status = child.wait().doing(|| "waiting for cargo".into())?;
    CARGO.store(0, Ordering::SeqCst);
    #[cfg(unix)]
    drop(heir);
    let errors = errors.join().unwrap_or_default();
    if STOPPED.load(Ordering::SeqCst) {
        return Err(BuildError::Sandbox(crate::sandbox::Error::Interrupted));
    }
    if status.success() {
        return Ok(files);
    }
    Err(BuildError::Runtime(explain_cargo(&errors, cache)))
}

/// The likely cause of a failed build, first.
fn explain_cargo(errors: &str, cache: &Path) -> String {
    let has = |words: &[&str]| words.iter().any(|word| errors.contains(word));
    let cause = if has(&["No space left on device", "StorageFull"]) {
        format!("the disk is full. The cache is {}; set GRADE_CACHE to use another folder.", cache.display())
    } else if has(&[
        "failed to download",
        "Could not resolve host",
        "Couldn't resolve host",
        "network failure",
        "spurious network error",
        "download of config.json failed",
        "failed to query replaced source registry",
        "Failed to connect",
    ]) {
        "the network cannot be reached. The first use fetches a few crates once; after that `grade` works without a network.".to_owned()
    } else if has(&["linker `cc` not found", "linker `link.exe` not found"]) {
        "there is no linker. Install a C compiler (on Debian and Ubuntu: `apt install build-essential`).".to_owned()
    } else {
        "cargo failed.".to_owned()
    };
    let lines: Vec<&str> = errors.lines().collect();
    let tail = lines[lines.len().saturating_sub(20)..].join("\n");
    format!("the runtime cannot be built: {cause}\n\ncargo says:\n{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_workspace_is_one() {
        let (_, text) = EMBEDDED.iter().find(|(path, _)| *path == "Cargo.toml").expect("embedded");
        let manifest: toml::Table = toml::from_str(&workspace_manifest(text)).expect("TOML");
        let members = manifest["workspace"]["members"].as_array().expect("an array");
        assert!(!members.is_empty());
        for member in members {
            let path = format!("{}/Cargo.toml", member.as_str().expect("text"));
            assert!(EMBEDDED.iter().any(|(name, _)| *name == path), "{path} is embedded");
        }
        assert!(EMBEDDED.iter().any(|(path, _)| *path == "Cargo.lock"));
    }

    #[test]
    fn causes_are_named() {
        let cache = Path::new("/c");
        assert!(explain_cargo("error: failed to download `x`", cache).contains("network"));
        assert!(explain_cargo("No space left on device (os error 28)", cache).contains("disk is full"));
    }
}
