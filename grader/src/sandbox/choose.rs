//! Which levels work on this machine: found out by trying, not by asking the kernel for its settings.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use super::{Error, Level, Mode, Policy, Sandbox};

static TRIED: Mutex<Option<HashMap<Mode, Result<(), String>>>> = Mutex::new(None);

pub(super) fn choose(policy: Policy) -> Result<Sandbox, Error> {
    let wanted: &[Level] = match policy {
        Policy::Auto | Policy::Require(Level::Guard) => &[Level::Jail, Level::Guard],
        Policy::Require(Level::None) => &[Level::Jail, Level::Guard, Level::None],
        Policy::Require(Level::Jail) | Policy::Exactly(Level::Jail) => &[Level::Jail],
        Policy::Exactly(Level::Guard) => &[Level::Guard],
        Policy::Exactly(Level::None) => &[Level::None],
    };
    let mut why = Vec::new();
    for level in wanted {
        match level_works(*level) {
            Ok(mode) => return Ok(Sandbox { mode }),
            Err(e) => why.push(format!("  {level}: {e}")),
        }
    }
    Err(Error::NoLevel(why.join("\n")))
}

/// Tries every way to build a level.
pub(super) fn level_works(level: Level) -> Result<Mode, String> {
    let ways: &[bool] = if level == Level::Jail { &[true, false] } else { &[false] };
    let mut first_error = None;
    for userns in ways {
        if level == Level::Jail && !userns && !is_root() {
            continue;
        }
        let mode = Mode { level, userns: *userns };
        match tried(mode) {
            Ok(()) => return Ok(mode),
            Err(e) => {
                first_error.get_or_insert(e);
            }
        }
    }
    Err(first_error.unwrap_or_else(|| "not available".into()))
}

fn is_root() -> bool {
    #[cfg(unix)]
    return nix::unistd::geteuid().is_root();
    #[cfg(not(unix))]
    false
}

fn tried(mode: Mode) -> Result<(), String> {
    let mut tried = TRIED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let tried = tried.get_or_insert_default();
    if let Some(answer) = tried.get(&mode) {
        return answer.clone();
    }
    let answer = trial(mode);
    tried.insert(mode, answer.clone());
    answer
}

/// Runs a program inside that tries to get out.
#[cfg(target_os = "linux")]
fn trial(mode: Mode) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt;
    let text = |e: std::io::Error| e.to_string();
    let outside = super::WorkFolder::new().map_err(text)?;
    std::fs::set_permissions(outside.path(), std::fs::Permissions::from_mode(0o777)).map_err(text)?;
    let canary = outside.path().join("canary");
    std::fs::write(&canary, "nobody inside may read this").map_err(text)?;
    let program = super::run::helper_program().and_then(std::fs::canonicalize).map_err(text)?;
    let mut command = super::Command::new(program);
    command.args = vec![
        super::wire::PROBE.into(),
        mode.level.name().into(),
        canary.into_os_string(),
        std::process::id().to_string().into(),
    ];
    command.env.insert("GRADE_PROBE".into(), "1".into());
    command.readonly = super::runtime_paths();
    command.channel = true;
    command.limits.wall = Duration::from_secs(10);
    command.limits.cpu = Duration::from_secs(5);
    let mut lines = Vec::new();
    let exit = super::run::run(mode, &command, &mut |line| lines.push(line.to_string())).map_err(|e| e.to_string())?;
    if exit.success() && lines == ["held"] {
        return Ok(());
    }
    let said = exit.stdout.text();
    if said.trim().is_empty() {
        return Err(format!(
            "the trial program ended with status {:?}, signal {:?}, limit {:?}: {}",
            exit.status,
            exit.signal,
            exit.limit,
            exit.stderr.text().trim()
        ));
    }
    Err(format!("a trial program could {}", said.trim().replace('\n', "; could ")))
}

#[cfg(not(target_os = "linux"))]
fn trial(mode: Mode) -> Result<(), String> {
    if cfg!(unix) && mode.level == Level::None { Ok(()) } else { Err("only Linux has this level".into()) }
}
