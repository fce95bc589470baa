//! Work folders: private, gone when they are dropped, and swept up later when `grade` was killed.

use std::fs::File;
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

/// What the name of every work folder begins with.
const PREFIX: &str = "grade-";
/// The rest of the name: nobody can guess it.
const RANDOM: usize = 16;
/// A folder is born a moment before it is locked; so a young one is left alone.
const YOUNG: Duration = Duration::from_secs(60);

/// A work folder in the system's folder for temporary files. Others may pass through it, but not look into it.
#[derive(Debug)]
pub struct WorkFolder {
    folder: TempDir,
    /// Locked as long as this process lives: a folder that nobody has locked belongs to a `grade` that was killed.
    _lock: Option<File>,
}

impl WorkFolder {
    /// Makes one.
    pub fn new() -> io::Result<WorkFolder> {
        let folder = tempfile::Builder::new().prefix(PREFIX).rand_bytes(RANDOM).tempdir()?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o711))?;
        }
        // Where a folder cannot be locked, none is swept up either.
        let lock = File::open(folder.path()).ok().filter(|folder| folder.try_lock().is_ok());
        Ok(WorkFolder { folder, _lock: lock })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Removes the work folders of processes that were killed. What cannot be removed stays.
pub fn sweep() {
    sweep_in(&std::env::temp_dir(), SystemTime::now());
}

fn sweep_in(folder: &Path, now: SystemTime) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let ours = name
            .to_str()
            .and_then(|name| name.strip_prefix(PREFIX))
            .is_some_and(|rest| rest.len() == RANDOM && rest.bytes().all(|letter| letter.is_ascii_alphanumeric()));
        if !ours || !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            continue;
        }
        let born = entry.metadata().and_then(|meta| meta.modified());
        if !born.is_ok_and(|born| now.duration_since(born).is_ok_and(|age| age > YOUNG)) {
            continue;
        }
        if let Ok(open) = File::open(entry.path())
            && open.try_lock().is_ok()
        {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn only_what_nobody_holds_is_swept_up() {
        let temporary = tempfile::tempdir().unwrap();
        let make = |name: &str| {
            let folder = temporary.path().join(name);
            std::fs::create_dir(&folder).unwrap();
            std::fs::write(folder.join("file"), "text").unwrap();
            folder
        };
        let left = make("grade-abcdefgh01234567");
        let held = make("grade-ABCDEFGH01234567");
        let other = make("grade-of-somebody-else");
        let lock = File::open(&held).unwrap();
        lock.try_lock().unwrap();

        sweep_in(temporary.path(), SystemTime::now());
        assert!(left.exists(), "it is young");
        sweep_in(temporary.path(), SystemTime::now() + 2 * YOUNG);
        assert!(!left.exists(), "it is old, and nobody holds it");
        assert!(held.exists() && other.exists());
    }

    #[test]
    fn a_folder_is_held_while_it_is_there() {
        let folder = WorkFolder::new().unwrap();
        let path = folder.path().to_owned();
        assert!(File::open(&path).unwrap().try_lock().is_err());
        drop(folder);
        assert!(!path.exists());
    }
}
