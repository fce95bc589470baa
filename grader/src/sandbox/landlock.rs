//! Which files a program may touch, by Landlock.

use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset, RulesetAttr,
    RulesetCreatedAttr, RulesetStatus, Scope,
};

use super::Network;

/// What the running kernel offers.
pub(super) fn abi() -> i32 {
    // SAFETY: with a null attribute and the VERSION flag the call only answers a number.
    let answer = unsafe { libc::syscall(libc::SYS_landlock_create_ruleset, std::ptr::null::<u8>(), 0usize, 1u32) };
    i32::try_from(answer).unwrap_or(0).max(0)
}

/// Signals to processes outside can be refused since this version.
pub(super) const ABI_SCOPED: i32 = 6;

/// What is to be allowed.
pub(super) struct Allow<'a> {
    pub readonly: &'a [PathBuf],
    pub writable: Option<&'a Path>,
    pub network: Network,
    /// Whether everything readable may also be executed, and not only `programs`.
    pub execute: bool,
    /// Whether all of `/proc` may be read, and not only the part about itself.
    pub processes: bool,
    pub programs: &'a [PathBuf],
}

/// Restricts the calling thread. `Ok(false)`: this kernel has no Landlock.
pub(super) fn restrict(allow: &Allow<'_>) -> Result<bool, String> {
    let text = |e: landlock::RulesetError| e.to_string();
    const NEWEST: ABI = ABI::V7;
    let read = AccessFs::from_read(NEWEST) & !BitFlags::from(AccessFs::Execute);
    let execute: BitFlags<AccessFs> = AccessFs::Execute.into();
    let special: BitFlags<AccessFs> =
        AccessFs::MakeChar | AccessFs::MakeBlock | AccessFs::MakeSock | AccessFs::MakeFifo | AccessFs::IoctlDev;
    let write = AccessFs::from_all(NEWEST) & !special;
    let device: BitFlags<AccessFs> = AccessFs::ReadFile | AccessFs::WriteFile | AccessFs::IoctlDev;

    let mut ruleset = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(NEWEST))
        .map_err(text)?
        .scope(Scope::from_all(NEWEST))
        .map_err(text)?;
    if allow.network == Network::None {
        ruleset = ruleset.handle_access(AccessNet::from_all(NEWEST)).map_err(text)?;
    }
    let mut ruleset = ruleset.create().map_err(text)?;
    let mut add = |path: &Path, access: BitFlags<AccessFs>| -> Result<(), String> {
        // A path that does not exist cannot be opened anyway.
        let Ok(fd) = PathFd::new(path) else {
            return Ok(());
        };
        let access = if path.is_dir() { access } else { access & AccessFs::from_file(NEWEST) };
        (&mut ruleset).add_rule(PathBeneath::new(fd, access)).map_err(text)?;
        Ok(())
    };
    let readable = if allow.execute { read | execute } else { read };
    for path in allow.readonly {
        add(path, readable)?;
    }
    for path in allow.programs {
        add(path, execute | AccessFs::ReadFile)?;
    }
    if let Some(path) = allow.writable {
        add(path, if allow.execute { write } else { write & !execute })?;
    }
    for path in ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"] {
        add(Path::new(path), device)?;
    }
    add(Path::new(if allow.processes { "/proc" } else { "/proc/self" }), read)?;
    let status = ruleset.restrict_self().map_err(text)?;
    Ok(status.ruleset != RulesetStatus::NotEnforced)
}
