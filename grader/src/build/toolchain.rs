//! The Rust toolchain that everything is compiled with.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::BuildError;

/// The first release that compiles the runtime.
const OLDEST: (u32, u32) = (1, 95);

/// A toolchain's real programs (not rustup's proxies, which a file in the current folder can redirect).
#[derive(Debug, Clone)]
pub struct Toolchain {
    /// The compiler.
    pub rustc: PathBuf,
    /// cargo.
    pub cargo: PathBuf,
    /// The folder of the toolchain.
    pub sysroot: PathBuf,
    /// What `rustc -vV` says.
    pub version: String,
}

impl Toolchain {
    /// Finds the default toolchain. A `rust-toolchain.toml` of the current folder has no say: it may
    /// be the student's.
    pub fn find() -> Result<Toolchain, BuildError> {
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let sysroot = output(&rustc, &["--print", "sysroot"])?;
        let sysroot = PathBuf::from(sysroot.trim());
        let real = sysroot.join("bin").join(format!("rustc{}", std::env::consts::EXE_SUFFIX));
        let rustc = if real.is_file() { real } else { PathBuf::from(rustc) };
        let cargo = sysroot.join("bin").join(format!("cargo{}", std::env::consts::EXE_SUFFIX));
        let cargo = if cargo.is_file() {
            cargo
        } else {
            PathBuf::from(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        };
        let version = output(rustc.as_os_str(), &["-vV"])?;
        check_version(&version)?;
        Ok(Toolchain { rustc, cargo, sysroot, version })
    }

    /// A folder that holds nothing: the place to start cargo and rustc from.
    pub fn neutral() -> &'static Path {
        Path::new("/")
    }
}

fn output(program: &std::ffi::OsStr, args: &[&str]) -> Result<String, BuildError> {
    let missing = |why: String| {
        BuildError::Toolchain(format!(
            "no Rust toolchain: {why}\n`grade` compiles submissions with rustc. Install Rust from https://rustup.rs, then try again."
        ))
    };
    let output = Command::new(program)
        .args(args)
        .current_dir(Toolchain::neutral())
        .stdin(Stdio::null())
        .output()
        .map_err(|error| missing(format!("`{}` cannot be started ({error})", program.display())))?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        return Err(missing(format!("`{} {}` fails: {}", program.display(), args.join(" "), text.trim())));
    }
    String::from_utf8(output.stdout).map_err(|_| missing("its version is not text".into()))
}

fn check_version(text: &str) -> Result<(), BuildError> {
    let release = text.lines().find_map(|line| line.strip_prefix("release: ")).unwrap_or_default();
    let mut numbers = release.split(['.', '-']).map_while(|part| part.parse::<u32>().ok());
    match (numbers.next(), numbers.next()) {
        (Some(major), Some(minor)) if (major, minor) >= OLDEST => Ok(()),
        _ => Err(BuildError::Toolchain(format!(
            "this is rustc {release}; `grade` needs {}.{} or newer. `rustup update` gets it.",
            OLDEST.0, OLDEST.1
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_compilers_are_named() {
        assert!(check_version("rustc 1.95.0 (x)\nrelease: 1.95.0\n").is_ok());
        assert!(check_version("release: 1.97.0-nightly\n").is_ok());
        let error = check_version("release: 1.80.1\n").expect_err("old").to_string();
        assert!(error.contains("rustc 1.80.1") && error.contains("1.95"), "{error}");
        assert!(check_version("").is_err());
    }
}
