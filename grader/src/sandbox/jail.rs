//! Namespaces: a file system that holds only what was given, no network, no other process.

use std::ffi::CString;
use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Component, Path, PathBuf};

use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::sched::{CloneFlags, unshare};
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, Pid, fork, getegid, geteuid, pivot_root, sethostname};

use super::Network;
use super::helper::Ids;
use super::wire::Setup;

/// One folder or file to show inside.
struct Bind {
    /// Where it is; no part of it is a symbolic link.
    path: PathBuf,
    dir: bool,
    readonly: bool,
}

/// What the file system inside will hold. Made outside, where links still mean what they mean there.
pub(super) struct Plan {
    binds: Vec<Bind>,
    links: Vec<(PathBuf, PathBuf)>,
}

/// Where the old root hangs while the new one is built.
const OLD: &str = "/.outside";

impl Plan {
    /// Resolves what a command asks for.
    pub fn new(setup: &Setup) -> Result<Plan, String> {
        let mut plan = Plan { binds: Vec::new(), links: Vec::new() };
        for path in setup.readonly.iter().chain([&setup.program]) {
            plan.add(path, true)?;
        }
        if let Some(path) = &setup.writable {
            plan.add(path, false)?;
        }
        // Outer folders first, so that inner ones come on top.
        plan.binds.sort_by_key(|b| b.path.components().count());
        Ok(plan)
    }

    fn add(&mut self, path: &Path, readonly: bool) -> Result<(), String> {
        let fail = |e: std::io::Error| format!("{}: {e}", path.display());
        if !path.is_absolute() || path.components().any(|c| c == Component::ParentDir) {
            return Err(format!("{} is not a plain absolute path", path.display()));
        }
        let real = fs::canonicalize(path).map_err(fail)?;
        let mut here = path.to_path_buf();
        // Links on the way, so that the path as it was given works inside too.
        for _ in 0..40 {
            let Some(link) = ancestors(&here).find(|p| p.is_symlink()) else {
                break;
            };
            let target = fs::canonicalize(&link).map_err(fail)?;
            let rest = here.strip_prefix(&link).map_err(|e| e.to_string())?.to_path_buf();
            here = if rest.as_os_str().is_empty() { target.clone() } else { target.join(rest) };
            self.links.push((link, target));
        }
        if readonly && self.binds.iter().any(|b| b.readonly && real.starts_with(&b.path)) {
            return Ok(());
        }
        let dir = fs::metadata(&real).map_err(fail)?.is_dir();
        self.binds.push(Bind { path: real, dir, readonly });
        Ok(())
    }
}

/// `/a`, `/a/b`, `/a/b/c`: from the root downwards.
fn ancestors(path: &Path) -> impl Iterator<Item = PathBuf> {
    let mut all: Vec<PathBuf> = path.ancestors().filter(|p| p.parent().is_some()).map(Path::to_path_buf).collect();
    all.reverse();
    all.into_iter()
}

/// Puts this process into new namespaces. The next process it forks is the init of the PID namespace.
pub(super) fn leave(userns: bool, ids: &Ids) -> Result<(), String> {
    let mut flags = CloneFlags::CLONE_NEWNS
        | CloneFlags::CLONE_NEWPID
        | CloneFlags::CLONE_NEWNET
        | CloneFlags::CLONE_NEWIPC
        | CloneFlags::CLONE_NEWUTS
        | CloneFlags::CLONE_NEWCGROUP;
    if !userns {
        return unshare(flags).map_err(|e| format!("no new namespaces: {e}"));
    }
    flags |= CloneFlags::CLONE_NEWUSER;
    let refused = |e: nix::Error| format!("no user namespace: {e}");
    let (uid, gid) = (geteuid(), getegid());
    if !ids.root {
        unshare(flags).map_err(refused)?;
        write("/proc/self/setgroups", "deny")?;
        write("/proc/self/gid_map", &format!("{gid} {gid} 1"))?;
        return write("/proc/self/uid_map", &format!("{uid} {uid} 1"));
    }
    // Only a process that stays outside may map a second user id.
    let me = Pid::this();
    let (mut wait, go) = std::io::pipe().map_err(|e| e.to_string())?;
    // SAFETY: this process has one thread.
    match unsafe { fork() }.map_err(|e| e.to_string())? {
        ForkResult::Child => {
            drop(go);
            let mut byte = [0];
            let mut done = false;
            if wait.read_exact(&mut byte).is_ok() {
                let map = |own: u32, new: u32| {
                    if ids.dropped { format!("{own} {own} 1\n{new} {new} 1") } else { format!("{own} {own} 1") }
                };
                done = write(&format!("/proc/{me}/uid_map"), &map(uid.as_raw(), ids.uid)).is_ok()
                    && write(&format!("/proc/{me}/gid_map"), &map(gid.as_raw(), ids.gid)).is_ok();
            }
            // SAFETY: ends this process at once; nothing of it needs to be cleaned up.
            unsafe { libc::_exit(i32::from(!done)) }
        }
        ForkResult::Parent { child } => {
            drop(wait);
            let result = unshare(flags).map_err(refused);
            if result.is_ok() {
                let _ = (&go).write_all(b"g");
            }
            drop(go);
            let mapped = waitpid(child, None).map_err(|e| e.to_string())?;
            result?;
            if !matches!(mapped, nix::sys::wait::WaitStatus::Exited(_, 0)) {
                return Err("user ids could not be mapped".into());
            }
            Ok(())
        }
    }
}

fn write(path: &str, text: &str) -> Result<(), String> {
    fs::OpenOptions::new()
        .write(true)
        .open(path)
        .and_then(|mut f| f.write_all(text.as_bytes()))
        .map_err(|e| format!("{path}: {e}"))
}

/// Builds the file system inside and moves there. Called by the init of the new namespaces.
pub(super) fn enter(plan: &Plan, network: Network) -> Result<(), String> {
    let _ = sethostname("grade");
    if network == Network::Loopback {
        loopback_up()?;
    }
    none_mount("/", MsFlags::MS_REC | MsFlags::MS_PRIVATE, None, None)?;
    // The new root needs a folder to hang on for a moment; it is uncovered again by the pivot.
    let hook = if Path::new("/tmp").is_dir() { "/tmp" } else { "/proc" };
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV;
    none_mount(hook, flags, Some("tmpfs"), Some("size=4m,nr_inodes=8192,mode=755"))?;
    let old = format!("{hook}{OLD}");
    fs::create_dir(&old).map_err(|e| format!("{old}: {e}"))?;
    pivot_root(hook, old.as_str()).map_err(|e| format!("pivot_root: {e}"))?;
    std::env::set_current_dir("/").map_err(|e| e.to_string())?;

    for dir in ["/proc", "/dev", "/etc"] {
        fs::create_dir_all(dir).map_err(|e| format!("{dir}: {e}"))?;
    }
    let proc_flags = flags | MsFlags::MS_NOEXEC;
    none_mount("/proc", proc_flags, Some("proc"), Some("subset=pid"))
        .or_else(|_| none_mount("/proc", proc_flags, Some("proc"), None))?;
    for device in ["null", "zero", "full", "random", "urandom"] {
        let path = PathBuf::from(format!("/dev/{device}"));
        if Path::new(OLD).join("dev").join(device).exists() {
            bind(&Bind { path, dir: false, readonly: false })?;
        }
    }
    for one in &plan.binds {
        bind(one)?;
        let mut attributes = libc::MOUNT_ATTR_NOSUID | libc::MOUNT_ATTR_NODEV;
        if one.readonly {
            attributes |= libc::MOUNT_ATTR_RDONLY;
        }
        set_attributes(&one.path, attributes, true)?;
    }
    for (link, target) in &plan.links {
        if link.symlink_metadata().is_ok() {
            continue;
        }
        if let Some(parent) = link.parent() {
            fs::create_dir_all(parent).map_err(|e| format!("{}: {e}", parent.display()))?;
        }
        std::os::unix::fs::symlink(target, link).map_err(|e| format!("{}: {e}", link.display()))?;
    }
    if network == Network::Loopback && !Path::new("/etc/hosts").exists() {
        fs::write("/etc/hosts", "127.0.0.1 localhost\n::1 localhost\n").map_err(|e| format!("/etc/hosts: {e}"))?;
    }
    umount2(OLD, MntFlags::MNT_DETACH).map_err(|e| format!("umount: {e}"))?;
    let _ = fs::remove_dir(OLD);
    set_attributes(Path::new("/"), libc::MOUNT_ATTR_RDONLY, false)
}

fn none_mount(target: &str, flags: MsFlags, kind: Option<&str>, data: Option<&str>) -> Result<(), String> {
    mount(Some(kind.unwrap_or("none")), target, kind, flags, data)
        .map_err(|e| format!("mount {}: {e}", kind.unwrap_or(target)))
}

/// Shows a file or folder of the outside at the same path.
fn bind(one: &Bind) -> Result<(), String> {
    let relative = one.path.strip_prefix("/").map_err(|e| e.to_string())?;
    let source = Path::new(OLD).join(relative);
    let fail = |e: &dyn std::fmt::Display| format!("{}: {e}", one.path.display());
    if one.dir {
        fs::create_dir_all(&one.path).map_err(|e| fail(&e))?;
    } else if !one.path.exists() {
        if let Some(parent) = one.path.parent() {
            fs::create_dir_all(parent).map_err(|e| fail(&e))?;
        }
        fs::File::create(&one.path).map_err(|e| fail(&e))?;
    }
    mount(Some(&source), &one.path, None::<&str>, MsFlags::MS_BIND | MsFlags::MS_REC, None::<&str>)
        .map_err(|e| fail(&e))
}

/// Adds attributes to a mount; never takes any away, so locked ones stay.
fn set_attributes(path: &Path, attributes: u64, recursive: bool) -> Result<(), String> {
    use std::os::unix::ffi::OsStrExt;
    let name = CString::new(path.as_os_str().as_bytes()).map_err(|e| e.to_string())?;
    let attr = libc::mount_attr { attr_set: attributes, attr_clr: 0, propagation: 0, userns_fd: 0 };
    let flags = if recursive { libc::AT_RECURSIVE } else { 0 };
    // SAFETY: both pointers are to living values, and the size is that of the second.
    let result = unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            libc::AT_FDCWD,
            name.as_ptr(),
            flags,
            &raw const attr,
            size_of::<libc::mount_attr>(),
        )
    };
    if result == 0 {
        Ok(())
    } else {
        Err(format!("mount_setattr {}: {}", path.display(), std::io::Error::last_os_error()))
    }
}

/// Switches the loopback interface of this network namespace on.
pub(super) fn loopback_up() -> Result<(), String> {
    let fail = || format!("loopback: {}", std::io::Error::last_os_error());
    // SAFETY: plain system calls on a structure that is fully initialised, and on a descriptor of our own.
    unsafe {
        let socket = libc::socket(libc::AF_INET, libc::SOCK_DGRAM | libc::SOCK_CLOEXEC, 0);
        if socket < 0 {
            return Err(fail());
        }
        let mut request: libc::ifreq = std::mem::zeroed();
        for (to, from) in request.ifr_name.iter_mut().zip(b"lo\0") {
            *to = *from as libc::c_char;
        }
        request.ifr_ifru.ifru_flags = (libc::IFF_UP | libc::IFF_RUNNING) as libc::c_short;
        let result = libc::ioctl(socket, libc::SIOCSIFFLAGS as _, &raw const request);
        let answer = if result == 0 { Ok(()) } else { Err(fail()) };
        libc::close(socket);
        answer
    }
}

/// Whether a user who owns nothing can read what a command needs. With `above`, the folders above count too.
pub(super) fn readable_by_others(setup: &Setup, above: bool) -> bool {
    setup.readonly.iter().chain([&setup.program]).all(|path| {
        let Ok(real) = fs::canonicalize(path) else {
            return false;
        };
        let Ok(meta) = fs::metadata(&real) else {
            return false;
        };
        let needed = if meta.is_dir() { 0o005 } else { 0o004 };
        meta.permissions().mode() & needed == needed && (!above || reachable(&real))
    }) && setup.writable.as_ref().is_none_or(|path| !above || fs::canonicalize(path).is_ok_and(|real| reachable(&real)))
}

fn reachable(path: &Path) -> bool {
    path.ancestors().skip(1).all(|dir| fs::metadata(dir).is_ok_and(|m| m.mode() & 0o001 != 0))
}
