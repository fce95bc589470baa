//! What this machine offers, layer by layer: for `grade doctor`.

use super::choose::level_works;
use super::{Level, Policy};

/// One layer of the walls, or one thing about the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// What it is.
    pub name: &'static str,
    /// Whether it is there.
    pub there: bool,
    /// What was seen.
    pub seen: String,
    /// What to do about it, if something can be done.
    pub advice: Option<String>,
}

/// A level and its trial run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// The level.
    pub level: Level,
    /// Why it does not work here.
    pub why_not: Option<String>,
}

/// Everything about the sandbox on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// The strongest level first.
    pub trials: Vec<Trial>,
    /// What they are built of.
    pub layers: Vec<Layer>,
}

impl Survey {
    /// The level that `auto` takes.
    pub fn chosen(&self) -> Option<Level> {
        super::choose::choose(Policy::Auto).ok().map(|s| s.level())
    }
}

/// Tries every level and looks at what it is built of.
pub fn survey() -> Survey {
    let trials = [Level::Jail, Level::Guard, Level::None]
        .map(|level| Trial { level, why_not: level_works(level).err() })
        .to_vec();
    let jail = trials.iter().any(|t| t.level == Level::Jail && t.why_not.is_none());
    Survey { trials, layers: layers(jail) }
}

#[cfg(not(target_os = "linux"))]
fn layers(_: bool) -> Vec<Layer> {
    vec![Layer {
        name: "operating system",
        there: false,
        seen: format!("{}; only Linux has what the walls are built of", std::env::consts::OS),
        advice: Some(
            "grade strangers' submissions in a Linux machine or container; for your own, use `--sandbox none`".into(),
        ),
    }]
}

#[cfg(target_os = "linux")]
fn layers(jail: bool) -> Vec<Layer> {
    let read = |path: &str| std::fs::read_to_string(path).ok().map(|t| t.trim().to_string());
    let mut layers = Vec::new();
    let release = read("/proc/sys/kernel/osrelease").unwrap_or_else(|| "unknown".into());
    let new_enough = version(&release).is_some_and(|v| v >= (5, 13));
    layers.push(Layer {
        name: "kernel",
        there: new_enough,
        seen: format!("Linux {release}"),
        advice: (!new_enough).then(|| "jail needs Linux 5.12, guard 5.13: use a newer kernel".into()),
    });

    let root = nix::unistd::geteuid().is_root();
    layers.push(Layer {
        name: "user",
        there: true,
        seen: if root {
            "root; submissions run under a user id of their own where their files can be read by it".into()
        } else {
            format!("user {}", nix::unistd::geteuid())
        },
        advice: None,
    });
    layers.push(user_namespaces(jail, &read));

    let abi = super::landlock::abi();
    layers.push(Layer {
        name: "Landlock",
        there: abi > 0,
        seen: match abi {
            0 => "not in this kernel, or switched off".into(),
            n if n < super::landlock::ABI_SCOPED => {
                format!(
                    "version {n}: files, but no signals (that comes with version {}, Linux 6.12)",
                    super::landlock::ABI_SCOPED
                )
            }
            n => format!("version {n}: files and signals"),
        },
        advice: (abi == 0)
            .then(|| "add `landlock` to the kernel's `lsm=` parameter; in a container, ask for it on the host".into()),
    });
    let seccomp = read("/proc/sys/kernel/seccomp/actions_avail");
    let arch = matches!(std::env::consts::ARCH, "x86_64" | "aarch64" | "riscv64");
    layers.push(Layer {
        name: "seccomp",
        there: seccomp.is_some() && arch,
        seen: match (&seccomp, arch) {
            (None, _) => "not in this kernel".into(),
            (_, false) => format!("no filter for {}", std::env::consts::ARCH),
            _ => "filters available".into(),
        },
        advice: None,
    });
    let yama = read("/proc/sys/kernel/yama/ptrace_scope");
    layers.push(Layer {
        name: "process limits",
        there: true,
        seen: format!(
            "memory, tasks and processor time of the whole tree are watched; the kernel's own limits stand behind{}",
            yama.map(|v| format!("; ptrace_scope {v}")).unwrap_or_default()
        ),
        advice: None,
    });
    layers
}

#[cfg(target_os = "linux")]
fn user_namespaces(jail: bool, read: &dyn Fn(&str) -> Option<String>) -> Layer {
    let name = "user namespaces";
    if jail {
        return Layer { name, there: true, seen: "a program ran in its own".into(), advice: None };
    }
    let no = |seen: &str, advice: &str| Layer { name, there: false, seen: seen.into(), advice: Some(advice.into()) };
    if read("/proc/sys/kernel/apparmor_restrict_unprivileged_userns").as_deref() == Some("1") {
        return no(
            "refused by AppArmor (kernel.apparmor_restrict_unprivileged_userns = 1, the default of Ubuntu 24.04)",
            "allow it for this program with an AppArmor profile (docs/threat-model.md shows one), or run \
             `sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0`; level guard works without",
        );
    }
    if read("/proc/sys/kernel/unprivileged_userns_clone").as_deref() == Some("0") {
        return no(
            "switched off (kernel.unprivileged_userns_clone = 0)",
            "run `sudo sysctl kernel.unprivileged_userns_clone=1`",
        );
    }
    if read("/proc/sys/user/max_user_namespaces").as_deref() == Some("0") {
        return no("switched off (user.max_user_namespaces = 0)", "run `sudo sysctl user.max_user_namespaces=10000`");
    }
    if std::path::Path::new("/.dockerenv").exists() || std::path::Path::new("/run/.containerenv").exists() {
        return no(
            "refused; this looks like a container, whose default profile refuses them",
            "start the container with `--security-opt seccomp=unconfined --security-opt systempaths=unconfined` \
             (and AppArmor unconfined) if you trust the host to it; level guard works without",
        );
    }
    no("refused; see the trial run of jail for the step that failed", "level guard works without")
}

#[cfg(target_os = "linux")]
fn version(release: &str) -> Option<(u32, u32)> {
    let mut parts = release.split(|c: char| !c.is_ascii_digit()).map(str::parse);
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #[test]
    fn kernel_versions_are_read() {
        assert_eq!(super::version("6.18.44-fc-v669"), Some((6, 18)));
        assert_eq!(super::version("5.15.0-generic"), Some((5, 15)));
        assert_eq!(super::version("unknown"), None);
    }
}
