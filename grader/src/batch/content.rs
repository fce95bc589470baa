//! Names what is graded by its content.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::build::submission::{LARGEST_SOURCE, LARGEST_TOTAL, MOST_ENTRIES};
use crate::core::names::Name;
use crate::core::plan::Effort;
use crate::lab::course::Assignment;

/// A SHA-256.
pub type Hash = [u8; 32];

/// A hash in hexadecimal digits.
pub fn hex(hash: &Hash) -> String {
    data_encoding::HEXLOWER.encode(hash)
}

/// The reverse of [`hex`].
pub fn from_hex(text: &str) -> Option<Hash> {
    data_encoding::HEXLOWER.decode(text.as_bytes()).ok()?.try_into().ok()
}

/// A hash of parts, each with its length.
#[derive(Default)]
pub struct Parts(Sha256);

impl Parts {
    /// Adds a part.
    pub fn add(&mut self, part: impl AsRef<[u8]>) -> &mut Self {
        let part = part.as_ref();
        self.0.update((part.len() as u64).to_le_bytes());
        self.0.update(part);
        self
    }

    /// The hash of all parts.
    pub fn finish(self) -> Hash {
        self.0.finalize().into()
    }
}

/// A hash of everything that grading reads of a submission. Two folders with the same hash get the same result.
///
/// Only ordinary files are read, of bounded size. What grading passes over (large files that are no sources, names that
/// are not UTF-8) counts with its name alone: else a heap of it could hide the rest of a submission from the hash.
pub fn of_submission(folder: &Path) -> io::Result<Hash> {
    let root = folder.canonicalize()?;
    let mut hash = Parts::default();
    let mut total = 0;
    // First, because it decides whatever else is wrong.
    file(&mut hash, &root, &root.join("Cargo.toml"), &mut total);
    let walk = walkdir::WalkDir::new(&root).max_depth(16).sort_by_file_name().into_iter().filter_entry(|entry| {
        let name = entry.file_name().to_string_lossy();
        let built = entry.depth() == 1 && entry.file_type().is_dir() && name == "target";
        entry.depth() == 0 || !(name.starts_with('.') || built)
    });
    for (count, entry) in walk.enumerate() {
        // Where this stops, grading has refused: the manifest and a build script are all that counts here and not there.
        if count > MOST_ENTRIES || total > LARGEST_TOTAL + 2 * (LARGEST_SOURCE + 1) {
            hash.add("too large");
            break;
        }
        let Ok(entry) = entry else {
            hash.add("unreadable");
            continue;
        };
        let own = entry.depth() == 1 && matches!(entry.file_name().to_str(), Some("Cargo.toml" | "Cargo.lock"));
        if !own && !entry.file_type().is_dir() {
            file(&mut hash, &root, entry.path(), &mut total);
        }
    }
    Ok(hash.finish())
}

fn file(hash: &mut Parts, root: &Path, path: &Path, total: &mut u64) {
    let name = path.strip_prefix(root).unwrap_or(path);
    hash.add(name.as_os_str().as_encoded_bytes());
    if path.symlink_metadata().is_ok_and(|meta| meta.is_symlink()) {
        let target = path.canonicalize().ok();
        let inside = target.as_deref().and_then(|target| target.strip_prefix(root).ok());
        hash.add("link").add(inside.map_or(&b"outside"[..], |path| path.as_os_str().as_encoded_bytes()));
    }
    if name.to_str().is_none() {
        return;
    }
    match read(path) {
        Ok(Some(bytes)) => {
            *total += bytes.len() as u64;
            hash.add(bytes);
        }
        Ok(None) => {
            hash.add("no file, or a large one");
        }
        Err(error) => {
            hash.add(error.kind().to_string());
        }
    }
}

/// The bytes of an ordinary file that is not larger than grading reads; never waits at a pipe or a device.
fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY);
    }
    let file = options.open(path)?;
    let meta = file.metadata()?;
    if !meta.is_file() || meta.len() > LARGEST_SOURCE {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    file.take(LARGEST_SOURCE + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= LARGEST_SOURCE).then_some(bytes))
}

/// A hash of what decides an assignment's verdicts: its manifest and its checks.
pub fn of_assignment(assignment: &Assignment) -> io::Result<Hash> {
    let mut hash = Parts::default();
    hash.add(std::fs::read(assignment.folder.join("assignment.toml"))?);
    let checks = assignment.folder.join("checks");
    for entry in walkdir::WalkDir::new(&checks).sort_by_file_name() {
        let entry = entry.map_err(io::Error::other)?;
        if entry.file_type().is_file() {
            let name = entry.path().strip_prefix(&checks).unwrap_or(entry.path());
            hash.add(name.as_os_str().as_encoded_bytes()).add(std::fs::read(entry.path())?);
        }
    }
    Ok(hash.finish())
}

/// All that a verdict depends on beside the submission and the assignment.
#[derive(Debug, Clone)]
pub struct Circumstances {
    /// Seeds every random choice.
    pub seed: u64,
    /// How much work.
    pub effort: Effort,
    /// The walls: `jail`, `guard` or `none`.
    pub sandbox: String,
    /// What `rustc -vV` says.
    pub toolchain: String,
}

impl Circumstances {
    /// The key of a result.
    pub fn key(&self, assignment: &Name, assignment_hash: &Hash, submission: &Hash) -> Hash {
        let mut hash = Parts::default();
        hash.add("result 1").add(assignment.folder()).add(assignment_hash).add(submission);
        hash.add(self.seed.to_le_bytes()).add(effort_name(self.effort)).add(&self.sandbox).add(&self.toolchain);
        hash.add(env!("CARGO_PKG_VERSION")).add(env!("GRADE_BUILD"));
        hash.finish()
    }
}

/// As on the command line.
pub fn effort_name(effort: Effort) -> &'static str {
    match effort {
        Effort::Quick => "quick",
        Effort::Normal => "normal",
        Effort::Thorough => "thorough",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn package() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("src")).unwrap();
        fs::write(folder.path().join("Cargo.toml"), "[package]\n").unwrap();
        fs::write(folder.path().join("src/lib.rs"), "pub fn f() {}\n").unwrap();
        folder
    }

    #[test]
    fn equal_content_has_an_equal_hash() {
        let (a, b) = (package(), package());
        assert_eq!(of_submission(a.path()).unwrap(), of_submission(b.path()).unwrap());
        // What grading never reads changes nothing.
        fs::create_dir(a.path().join("target")).unwrap();
        fs::write(a.path().join("target/x"), "x").unwrap();
        fs::write(a.path().join(".hidden"), "x").unwrap();
        fs::write(a.path().join("Cargo.lock"), "x").unwrap();
        assert_eq!(of_submission(a.path()).unwrap(), of_submission(b.path()).unwrap());
    }

    #[test]
    fn whatever_grading_reads_changes_the_hash() {
        let plain = of_submission(package().path()).unwrap();
        let with = |name: &str, text: &str| {
            let folder = package();
            fs::write(folder.path().join(name), text).unwrap();
            of_submission(folder.path()).unwrap()
        };
        let mut seen = vec![plain];
        for (name, text) in [
            ("src/lib.rs", "pub fn g() {}\n"),
            ("src/more.rs", ""),
            ("more.rs", ""),
            ("build.rs", ""),
            ("Cargo.toml", "[package]\n\n"),
            ("src/Cargo.lock", ""),
        ] {
            let hash = with(name, text);
            assert!(!seen.contains(&hash), "{name}");
            seen.push(hash);
        }
    }

    #[test]
    fn nothing_hides_behind_a_heap_of_files() {
        let (a, b) = (package(), package());
        for folder in [&a, &b] {
            for n in 0..20 {
                fs::File::create(folder.path().join(format!("a{n}.bin"))).unwrap().set_len(2 << 20).unwrap();
            }
            #[cfg(target_os = "linux")]
            for n in 0..20 {
                use std::os::unix::ffi::OsStrExt as _;
                let name = [b"b\xff", n.to_string().as_bytes()].concat();
                fs::write(folder.path().join(std::ffi::OsStr::from_bytes(&name)), vec![0; 1 << 20]).unwrap();
            }
        }
        fs::write(b.path().join("src/lib.rs"), "pub fn other() {}\n").unwrap();
        assert_ne!(of_submission(a.path()).unwrap(), of_submission(b.path()).unwrap());
    }

    #[test]
    fn keys_change_with_everything() {
        let name = Name { number: 1, slug: "x".into() };
        let base =
            Circumstances { seed: 1, effort: Effort::Normal, sandbox: "jail".into(), toolchain: "rustc 1.95.0".into() };
        let key = base.key(&name, &[1; 32], &[2; 32]);
        assert_eq!(key, base.clone().key(&name, &[1; 32], &[2; 32]));
        assert_eq!(from_hex(&hex(&key)), Some(key));
        let others = [
            Circumstances { seed: 2, ..base.clone() }.key(&name, &[1; 32], &[2; 32]),
            Circumstances { effort: Effort::Quick, ..base.clone() }.key(&name, &[1; 32], &[2; 32]),
            Circumstances { sandbox: "none".into(), ..base.clone() }.key(&name, &[1; 32], &[2; 32]),
            Circumstances { toolchain: "rustc 1.96.0".into(), ..base.clone() }.key(&name, &[1; 32], &[2; 32]),
            base.key(&Name { number: 2, slug: "x".into() }, &[1; 32], &[2; 32]),
            base.key(&name, &[3; 32], &[2; 32]),
            base.key(&name, &[1; 32], &[3; 32]),
        ];
        assert!(!others.contains(&key));
    }
}
