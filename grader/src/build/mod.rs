//! Compiling: the toolchain, the runtime in its cache, rustc calls, and the compiler's words for a student.

pub mod diagnostics;
pub mod interface;
pub mod runtime;
pub mod rustc;
pub mod submission;
pub mod toolchain;

use std::path::PathBuf;

use crate::sandbox::Error;

/// Why there is nothing to run, though nobody's submission is to blame.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// No usable Rust toolchain.
    #[error("{0}")]
    Toolchain(String),
    /// The cache cannot be used or filled.
    #[error("{0}")]
    Runtime(String),
    /// The sandbox did not work.
    #[error(transparent)]
    Sandbox(#[from] Error),
    /// A file could not be read or written.
    #[error("{what}: {source}")]
    Io {
        /// What was to be done, with the path.
        what: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// The compiler found no room for its files.
    #[error("the disk is full: there is no room to compile in {}; set TMPDIR to use another folder", .0.display())]
    DiskFull(PathBuf),
    /// The course's own files do not compile.
    #[error("{0}")]
    Course(String),
}

/// Adds to an I/O error what was to be done.
pub(crate) trait Doing<T> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T, BuildError>;
}

impl<T> Doing<T> for std::io::Result<T> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T, BuildError> {
        self.map_err(|source| {
            let what = what();
            let hint = match source.kind() {
                std::io::ErrorKind::StorageFull => " (the disk is full)",
                std::io::ErrorKind::ReadOnlyFilesystem => " (the disk is read-only)",
                _ => "",
            };
            BuildError::Io { what: what + hint, source }
        })
    }
}
