//! The helper process: builds the walls, starts the program, watches it, cleans up.
//!
//! It has one thread. Up to three processes stand between `grade` and the program:
//! the helper, at level jail the init of the new PID namespace, and the program.

use std::ffi::{CString, OsStr};
use std::io::{Read, Write};
use std::os::fd::{AsFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, SigmaskHow, Signal, kill, sigaction, sigprocmask};
use nix::sys::stat::Mode as FileMode;
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::{ForkResult, Pid, fork, geteuid};

use super::proc::Tree;
use super::wire::{self, Ended, Report, Setup};
use super::{Level, LimitHit, Limits};

/// See [`super::helper_main`].
pub(super) fn main() {
    let mut args = std::env::args_os().skip(1);
    match args.next() {
        Some(name) if name == wire::HELPER => {
            helper();
            std::process::exit(0);
        }
        #[cfg(target_os = "linux")]
        Some(name) if name == wire::PROBE => std::process::exit(super::probe::main(args)),
        _ => {}
    }
}

fn helper() {
    // A session of its own: Ctrl-C in the terminal is for `grade`, which then closes the socket.
    let _ = nix::unistd::setsid();
    close_from(3);
    // SAFETY: descriptor 0 is the socket; nothing else in this process uses standard input.
    let socket = UnixStream::from(unsafe { OwnedFd::from_raw_fd(0) });
    let Ok(Some((setup, pipes))) = wire::receive::<Setup>(&socket) else {
        return;
    };
    if pipes.len() != 3 + usize::from(setup.channel) {
        return;
    }
    let report = match setup.mode.level {
        #[cfg(target_os = "linux")]
        Level::Jail => jailed(&setup, &socket, pipes),
        #[cfg(not(target_os = "linux"))]
        Level::Jail | Level::Guard => Some(Report::Setup("only Linux has this level".into())),
        #[cfg(target_os = "linux")]
        Level::Guard => Some(guarded(&setup, &socket, pipes)),
        Level::None => Some(bare(&setup, &socket, pipes)),
    };
    if let Some(report) = report {
        let _ = wire::send(&socket, &report, &[]);
    }
}

/// As whom the program runs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ids {
    /// Whether the helper itself is root.
    pub root: bool,
    /// Whether the program gets the ids below; else it keeps the helper's.
    pub dropped: bool,
    pub uid: u32,
    pub gid: u32,
}

impl Ids {
    /// Root gives the program a user id that nobody else has, if such a user can read what the program needs.
    #[cfg(target_os = "linux")]
    fn choose(setup: &Setup) -> Ids {
        let root = geteuid().is_root();
        let id = free_id();
        let dropped = root && id.is_some() && super::jail::readable_by_others(setup, setup.mode.level != Level::Jail);
        let id = id.unwrap_or(0);
        if dropped && let Some(path) = &setup.writable {
            let _ = std::os::unix::fs::lchown(path, Some(id), Some(id));
        }
        Ids { root, dropped, uid: id, gid: id }
    }

    fn keep() -> Ids {
        Ids { root: geteuid().is_root(), dropped: false, uid: 0, gid: 0 }
    }
}

/// A user id that no account and no other run uses.
#[cfg(target_os = "linux")]
fn free_id() -> Option<u32> {
    let pid = std::process::id();
    let map = std::fs::read_to_string("/proc/self/uid_map").ok()?;
    let groups = std::fs::read_to_string("/proc/self/gid_map").ok()?;
    let mapped = |map: &str, id: u32| {
        map.lines().any(|line| {
            let mut fields = line.split_ascii_whitespace().filter_map(|f| f.parse::<u64>().ok());
            let (Some(first), Some(_), Some(count)) = (fields.next(), fields.next(), fields.next()) else {
                return false;
            };
            (first..first + count).contains(&u64::from(id))
        })
    };
    // Far above all accounts; in small containers, in the range of systemd's dynamic users.
    [0x7000_0000 + pid % 0x40_0000, 61_200 + pid % 4_000]
        .into_iter()
        .find(|id| mapped(&map, *id) && mapped(&groups, *id))
}

#[cfg(target_os = "linux")]
fn jailed(setup: &Setup, socket: &UnixStream, pipes: Vec<OwnedFd>) -> Option<Report> {
    let plan = match super::jail::Plan::new(setup) {
        Ok(plan) => plan,
        Err(e) => return Some(Report::Setup(e)),
    };
    let ids = Ids::choose(setup);
    if let Err(e) = super::jail::leave(setup.mode.userns, &ids) {
        return Some(Report::Setup(e));
    }
    // SAFETY: this process has one thread.
    match unsafe { fork() } {
        Err(e) => Some(Report::Setup(format!("no init: {e}"))),
        Ok(ForkResult::Child) => {
            let report = match super::jail::enter(&plan, setup.network) {
                Ok(()) => start_and_watch(setup, socket, pipes, &ids, Tree::Namespace),
                Err(e) => Report::Setup(e),
            };
            let _ = wire::send(socket, &report, &[]);
            // The kernel kills whatever is left of the namespace.
            std::process::exit(0);
        }
        Ok(ForkResult::Parent { child }) => {
            drop(pipes);
            let _ = waitpid(child, None);
            None
        }
    }
}

#[cfg(target_os = "linux")]
fn guarded(setup: &Setup, socket: &UnixStream, pipes: Vec<OwnedFd>) -> Report {
    let ids = Ids::choose(setup);
    if setup.network == super::Network::Loopback
        && let Err(e) = nix::sched::unshare(nix::sched::CloneFlags::CLONE_NEWNET)
            .map_err(|e| e.to_string())
            .and_then(|()| super::jail::loopback_up())
    {
        return Report::Setup(format!(
            "this program needs a network of its own, which level guard cannot give here: {e}"
        ));
    }
    adopt_orphans();
    let report = start_and_watch(setup, socket, pipes, &ids, Tree::Descendants);
    if let Some(folder) = &setup.writable {
        make_programs_executable(folder);
    }
    report
}

/// At level guard a linker's `chmod` does nothing (see `seccomp`), so what it linked is made executable here.
#[cfg(target_os = "linux")]
fn make_programs_executable(folder: &std::path::Path) {
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten().take(1000) {
        let opened =
            std::fs::OpenOptions::new().read(true).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK).open(entry.path());
        let Ok(mut file) = opened else { continue };
        let mut head = [0u8; 18];
        // Types 2 and 3 are programs and shared objects.
        if file.read_exact(&mut head).is_ok() && head[..4] == *b"\x7fELF" && matches!(head[16], 2 | 3) {
            let _ = file.set_permissions(std::fs::Permissions::from_mode(0o755));
        }
    }
}

fn bare(setup: &Setup, socket: &UnixStream, pipes: Vec<OwnedFd>) -> Report {
    adopt_orphans();
    start_and_watch(setup, socket, pipes, &Ids::keep(), Tree::Descendants)
}

/// Makes this process the parent of every orphan below it, so that none gets away by a double fork.
fn adopt_orphans() {
    #[cfg(target_os = "linux")]
    let _ = nix::sys::prctl::set_child_subreaper(true);
}

fn start_and_watch(setup: &Setup, socket: &UnixStream, pipes: Vec<OwnedFd>, ids: &Ids, tree: Tree) -> Report {
    let wake = match wake_on_child() {
        Ok(wake) => wake,
        Err(e) => return Report::Setup(format!("signals: {e}")),
    };
    let (mut failure, tell) = match std::io::pipe() {
        Ok(pair) => pair,
        Err(e) => return Report::Setup(format!("pipe: {e}")),
    };
    // SAFETY: this process has one thread.
    let child = match unsafe { fork() } {
        Err(e) => return Report::Setup(format!("fork: {e}")),
        Ok(ForkResult::Child) => {
            drop(failure);
            let tell = OwnedFd::from(tell);
            let why = become_program(setup, &pipes, ids, &tell);
            let mut tell = std::io::PipeWriter::from(tell);
            let _ = tell.write_all(why.as_bytes());
            // SAFETY: ends this process at once, without running the helper's own clean-up.
            unsafe { libc::_exit(127) }
        }
        Ok(ForkResult::Parent { child }) => child,
    };
    drop(tell);
    drop(pipes);
    let mut why = String::new();
    // Ends when the program has been started, which closes the other end.
    let _ = failure.read_to_string(&mut why);
    let started = Instant::now();
    if !why.is_empty() {
        let _ = waitpid(child, None);
        return match why.strip_prefix("start:") {
            Some(why) => Report::Start(why.to_string()),
            None => Report::Setup(why),
        };
    }
    Report::Ended(Watch { setup, socket, child, tree, ids, started, reaped: None, ended: Ended::default() }.run(&wake))
}

/// Turns this process into the program. Returns only if that fails, with the reason.
fn become_program(setup: &Setup, pipes: &[OwnedFd], ids: &Ids, tell: &OwnedFd) -> String {
    match try_become(setup, pipes, ids, tell) {
        Ok(never) => match never {},
        Err(why) => why,
    }
}

fn try_become(setup: &Setup, pipes: &[OwnedFd], ids: &Ids, tell: &OwnedFd) -> Result<std::convert::Infallible, String> {
    let step = |what: &'static str| move |e: Errno| format!("{what}: {e}");
    nix::unistd::setsid().map_err(step("setsid"))?;
    // SAFETY: default actions; no handler of ours is left that could run.
    unsafe {
        for signal in Signal::iterator().filter(|s| !matches!(s, Signal::SIGKILL | Signal::SIGSTOP)) {
            let _ = sigaction(signal, &SigAction::new(SigHandler::SigDfl, SaFlags::empty(), SigSet::empty()));
        }
    }
    sigprocmask(SigmaskHow::SIG_SETMASK, Some(&SigSet::empty()), None).map_err(step("sigprocmask"))?;

    let program = c_string(setup.program.as_os_str())?;
    let mut argv = vec![program.clone()];
    for arg in &setup.args {
        argv.push(c_string(arg)?);
    }
    let mut envp = Vec::new();
    for (key, value) in &setup.env {
        let mut pair = key.as_bytes().to_vec();
        pair.push(b'=');
        pair.extend_from_slice(value.as_bytes());
        envp.push(CString::new(pair).map_err(|e| e.to_string())?);
    }

    // First out of the way of 0 to 3, then into place.
    let mut moved: Vec<RawFd> = Vec::new();
    for pipe in pipes {
        moved.push(fcntl(pipe.as_fd(), FcntlArg::F_DUPFD_CLOEXEC(20)).map_err(step("fcntl"))?);
    }
    let tell_fd = fcntl(tell.as_fd(), FcntlArg::F_DUPFD_CLOEXEC(20)).map_err(step("fcntl"))?;
    for (to, from) in moved.iter().enumerate() {
        // SAFETY: both are plain numbers of open descriptors; `dup2` checks them.
        if unsafe { libc::dup2(*from, to as RawFd) } < 0 {
            return Err(format!("dup2: {}", Errno::last()));
        }
    }
    close_on_exec_from(moved.len() as RawFd, tell_fd);

    #[cfg(target_os = "linux")]
    let _ = std::fs::write("/proc/self/oom_score_adj", "1000");
    limit(&setup.limits, setup, ids)?;
    nix::sys::stat::umask(FileMode::from_bits_truncate(0o022));
    std::env::set_current_dir(&setup.cwd).map_err(|e| format!("{}: {e}", setup.cwd.display()))?;
    #[cfg(target_os = "linux")]
    if setup.mode.level != Level::None {
        confine(setup, ids)?;
    }
    let error = match nix::unistd::execve(&program, &argv, &envp) {
        Ok(never) => match never {},
        Err(e) => e,
    };
    Err(format!("start:{error}"))
}

fn c_string(text: &OsStr) -> Result<CString, String> {
    CString::new(text.as_bytes()).map_err(|e| e.to_string())
}

/// Gives up every privilege and closes what namespaces leave open.
#[cfg(target_os = "linux")]
fn confine(setup: &Setup, ids: &Ids) -> Result<(), String> {
    use super::{landlock, seccomp};
    let step = |what: &'static str| move |e: Errno| format!("{what}: {e}");
    drop_bounding_set();
    if ids.dropped {
        nix::unistd::setgroups(&[]).map_err(step("setgroups"))?;
        let gid = nix::unistd::Gid::from_raw(ids.gid);
        nix::unistd::setresgid(gid, gid, gid).map_err(step("setresgid"))?;
        let uid = nix::unistd::Uid::from_raw(ids.uid);
        nix::unistd::setresuid(uid, uid, uid).map_err(step("setresuid"))?;
    }
    drop_capabilities()?;
    nix::sys::prctl::set_no_new_privs().map_err(step("no_new_privs"))?;

    let abi = landlock::abi();
    let programs = program_and_loader(&setup.program);
    let allow = landlock::Allow {
        readonly: &setup.readonly,
        writable: setup.writable.as_deref(),
        network: setup.network,
        execute: setup.children,
        processes: setup.processes,
        programs: &programs,
    };
    let enforced = landlock::restrict(&allow)?;
    if !enforced && setup.mode.level == Level::Guard {
        return Err("this kernel has no Landlock, which level guard needs".into());
    }
    let needs = seccomp::Needs {
        level: setup.mode.level,
        network: setup.network,
        children: setup.children,
        signals_scoped: enforced && abi >= landlock::ABI_SCOPED,
    };
    for filter in seccomp::filters(&needs, std::process::id())? {
        seccomp::install(&filter)?;
    }
    Ok(())
}

#[cfg(target_os = "linux")]
fn drop_bounding_set() {
    for capability in 0..64 {
        // SAFETY: the call takes plain numbers. It fails for an ordinary user, who has nothing to drop.
        if unsafe { libc::prctl(libc::PR_CAPBSET_DROP, capability, 0, 0, 0) } != 0 {
            break;
        }
    }
}

#[cfg(target_os = "linux")]
fn drop_capabilities() -> Result<(), String> {
    #[repr(C)]
    struct Header {
        version: u32,
        pid: i32,
    }
    const VERSION_3: u32 = 0x2008_0522;
    let header = Header { version: VERSION_3, pid: 0 };
    let none = [0u32; 6];
    // SAFETY: a header of version 3 goes with two data blocks of three words, which `none` is.
    if unsafe { libc::syscall(libc::SYS_capset, &raw const header, none.as_ptr()) } != 0 {
        return Err(format!("capset: {}", Errno::last()));
    }
    // SAFETY: plain numbers.
    unsafe { libc::prctl(libc::PR_CAP_AMBIENT, libc::PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) };
    Ok(())
}

/// The program itself and the loader that its header names: what has to be executable to start it.
#[cfg(target_os = "linux")]
fn program_and_loader(program: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut paths = vec![program.to_path_buf()];
    if let Some(loader) = elf_interpreter(program) {
        paths.push(loader);
    }
    paths
}

#[cfg(target_os = "linux")]
fn elf_interpreter(program: &std::path::Path) -> Option<std::path::PathBuf> {
    use std::os::unix::fs::FileExt;
    let file = std::fs::File::open(program).ok()?;
    let mut head = [0u8; 64];
    file.read_exact_at(&mut head, 0).ok()?;
    // 64-bit, little-endian ELF: all that the filter supports.
    if &head[..4] != b"\x7fELF" || head[4] != 2 || head[5] != 1 {
        return None;
    }
    let table = u64::from_le_bytes(head[32..40].try_into().ok()?);
    let size = u64::from(u16::from_le_bytes(head[54..56].try_into().ok()?));
    let count = u64::from(u16::from_le_bytes(head[56..58].try_into().ok()?));
    for i in 0..count.min(128) {
        let mut entry = [0u8; 56];
        file.read_exact_at(&mut entry, table.checked_add(i * size)?).ok()?;
        if u32::from_le_bytes(entry[..4].try_into().ok()?) == 3 {
            let offset = u64::from_le_bytes(entry[8..16].try_into().ok()?);
            let length = u64::from_le_bytes(entry[32..40].try_into().ok()?);
            let mut name = vec![0u8; usize::try_from(length.min(4096)).ok()?];
            file.read_exact_at(&mut name, offset).ok()?;
            let end = name.iter().position(|b| *b == 0).unwrap_or(name.len());
            return Some(OsStr::from_bytes(&name[..end]).into());
        }
    }
    None
}

/// Limits of the kernel, for one process each: the second line behind the watcher's own.
fn limit(limits: &Limits, setup: &Setup, ids: &Ids) -> Result<(), String> {
    let set = |what: Resource, soft: u64, hard: u64| -> Result<(), String> {
        let (_, most) = nix::sys::resource::getrlimit(what).map_err(|e| format!("getrlimit: {e}"))?;
        let hard = hard.min(most);
        setrlimit(what, soft.min(hard), hard).map_err(|e| format!("setrlimit {what:?}: {e}"))
    };
    let cpu = limits.cpu.as_secs() + 1;
    set(Resource::RLIMIT_CPU, cpu + 1, cpu + 2)?;
    set(Resource::RLIMIT_FSIZE, limits.file_bytes, limits.file_bytes)?;
    set(Resource::RLIMIT_CORE, 0, 0)?;
    set(Resource::RLIMIT_NOFILE, 1024, 1024)?;
    #[cfg(target_os = "linux")]
    {
        let data = limits.memory_bytes.saturating_mul(2).saturating_add(256 << 20);
        set(Resource::RLIMIT_DATA, data, data)?;
        set(Resource::RLIMIT_MEMLOCK, 64 << 10, 64 << 10)?;
        set(Resource::RLIMIT_MSGQUEUE, 0, 0)?;
        set(Resource::RLIMIT_RTPRIO, 0, 0)?;
        set(Resource::RLIMIT_NICE, 0, 0)?;
        // Counts all tasks of a user. Where that user, or the namespace, is this program's alone, the limit is close;
        // else it leaves room for what the user runs besides, and still ends a program that forks without end. Root
        // himself is exempt.
        let alone = ids.dropped || (setup.mode.level == Level::Jail && setup.mode.userns && !ids.root);
        let tasks = limits.processes.saturating_mul(2).saturating_add(16);
        let besides = if alone { 0 } else { super::proc::tasks_of(geteuid().as_raw()).saturating_add(256) };
        let tasks = tasks.saturating_add(besides);
        set(Resource::RLIMIT_NPROC, tasks, tasks)?;
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (setup, ids);
    Ok(())
}

fn close_from(first: RawFd) {
    // SAFETY: called at the start, when nothing in this process owns a descriptor from `first` on.
    unsafe {
        #[cfg(target_os = "linux")]
        if libc::syscall(libc::SYS_close_range, first as u32, u32::MAX, 0) == 0 {
            return;
        }
        for fd in first..1024 {
            libc::close(fd);
        }
    }
}

/// Marks every descriptor from `first` on, so that the program does not get it. Only `keep` matters before that.
fn close_on_exec_from(first: RawFd, keep: RawFd) {
    #[cfg(target_os = "linux")]
    {
        // SAFETY: sets a flag of descriptors that may not exist.
        let done = unsafe { libc::syscall(libc::SYS_close_range, first as u32, u32::MAX, libc::CLOSE_RANGE_CLOEXEC) };
        if done == 0 {
            return;
        }
    }
    for fd in first..1024.max(keep + 1) {
        // SAFETY: sets a flag of a descriptor, which may not exist.
        unsafe { libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC) };
    }
}

static WAKE: AtomicI32 = AtomicI32::new(-1);

extern "C" fn on_child(_: libc::c_int) {
    let errno = Errno::last();
    // SAFETY: `write` may be called in a signal handler; a full pipe is fine, one byte is enough.
    unsafe { libc::write(WAKE.load(Ordering::Relaxed), [0u8].as_ptr().cast(), 1) };
    errno.set();
}

/// A descriptor that becomes readable when a child has ended.
fn wake_on_child() -> Result<OwnedFd, Errno> {
    let (read, write) = std::io::pipe().map_err(|e| Errno::from_raw(e.raw_os_error().unwrap_or(libc::EMFILE)))?;
    let (read, write) = (OwnedFd::from(read), OwnedFd::from(write));
    for fd in [&read, &write] {
        fcntl(fd, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
    }
    WAKE.store(std::os::fd::IntoRawFd::into_raw_fd(write), Ordering::Relaxed);
    let action = SigAction::new(SigHandler::Handler(on_child), SaFlags::SA_NOCLDSTOP, SigSet::empty());
    // SAFETY: the handler only calls `write`.
    unsafe { sigaction(Signal::SIGCHLD, &action) }?;
    Ok(read)
}

/// Watches one program to its end.
struct Watch<'a> {
    setup: &'a Setup,
    socket: &'a UnixStream,
    child: Pid,
    tree: Tree,
    ids: &'a Ids,
    started: Instant,
    reaped: Option<WaitStatus>,
    ended: Ended,
}

impl Watch<'_> {
    fn run(mut self, wake: &OwnedFd) -> Ended {
        let mut killed = false;
        let mut looked_at_disk = self.started;
        let mut looked_for_sleep = self.started;
        let mut asleep = Duration::ZERO;
        let _ = self.socket.set_nonblocking(true);
        while self.reaped.is_none() {
            let age = self.started.elapsed();
            let interval = if age < Duration::from_millis(200) { 4u8 } else { 10 };
            let wall = self.setup.limits.wall;
            let mut fds =
                [PollFd::new(wake.as_fd(), PollFlags::POLLIN), PollFd::new(self.socket.as_fd(), PollFlags::POLLIN)];
            let watched = if self.ended.orphaned { &mut fds[..1] } else { &mut fds[..] };
            let _ = poll(watched, PollTimeout::from(interval));
            let _ = nix::unistd::read(wake, &mut [0; 64]);
            self.reap();
            if self.reaped.is_some() {
                break;
            }
            if !self.ended.orphaned {
                self.read_orders();
            }
            if self.ended.limit.is_none() {
                let since = looked_for_sleep.elapsed();
                if since > Duration::from_millis(100) {
                    looked_for_sleep = Instant::now();
                    asleep += if self.tree.runs() { Duration::ZERO } else { since };
                }
                self.look(asleep > wall || age > wall * Limits::LONGEST);
            }
            if self.ended.limit.is_none() && looked_at_disk.elapsed() > Duration::from_millis(50) {
                looked_at_disk = Instant::now();
                self.look_at_disk();
            }
            if self.ended.limit.is_some() || self.ended.orphaned {
                if !killed {
                    killed = true;
                    self.ended.wall = self.started.elapsed();
                }
                self.kill();
            }
        }
        if !killed {
            self.ended.wall = self.started.elapsed();
        }
        if self.ended.limit.is_none() && !self.ended.orphaned {
            self.look_at_disk();
        }
        self.end_the_rest(killed);
        match self.reaped {
            Some(WaitStatus::Exited(_, code)) => self.ended.status = Some(code),
            Some(WaitStatus::Signaled(_, signal, _)) => self.ended.signal = Some(signal as i32),
            _ => {}
        }
        self.ended.cpu = cpu_of_reaped();
        if self.ended.limit.is_none() {
            self.ended.limit = self.limit_of_signal();
        }
        let _ = self.socket.set_nonblocking(false);
        self.ended
    }

    /// Collects everything that has ended.
    fn reap(&mut self) {
        loop {
            match waitpid(None::<Pid>, Some(WaitPidFlag::WNOHANG)) {
                Ok(WaitStatus::StillAlive) | Err(Errno::ECHILD) => break,
                Ok(status) if status.pid() == Some(self.child) => self.reaped = Some(status),
                Ok(_) | Err(Errno::EINTR) => {}
                Err(_) => break,
            }
        }
    }

    fn read_orders(&mut self) {
        let mut bytes = [0u8; 16];
        match (&*self.socket).read(&mut bytes) {
            Ok(0) => self.ended.orphaned = true,
            Ok(n) => {
                let limit = match bytes[n - 1] {
                    wire::KILL_OUTPUT => LimitHit::Output,
                    wire::KILL_CHANNEL => LimitHit::Channel,
                    _ => return,
                };
                self.ended.limit.get_or_insert(limit);
            }
            Err(e) if matches!(e.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::Interrupted) => {}
            Err(_) => self.ended.orphaned = true,
        }
    }

    fn look(&mut self, too_late: bool) {
        let limits = &self.setup.limits;
        let usage = self.tree.usage();
        self.ended.peak_memory = self.ended.peak_memory.max(usage.memory);
        self.ended.peak_processes = self.ended.peak_processes.max(usage.tasks);
        self.ended.limit = if usage.memory > limits.memory_bytes {
            Some(LimitHit::Memory)
        } else if usage.tasks > limits.processes {
            Some(LimitHit::Processes)
        } else if usage.cpu + cpu_of_reaped() > limits.cpu {
            Some(LimitHit::Cpu)
        } else if too_late {
            Some(LimitHit::Wall)
        } else {
            None
        };
    }

    fn look_at_disk(&mut self) {
        if let Some(folder) = &self.setup.writable
            && !fits(folder, self.setup.limits.disk_bytes)
        {
            self.ended.limit = Some(LimitHit::Disk);
        }
    }

    /// What a signal of the kernel says about a limit of the kernel.
    fn limit_of_signal(&self) -> Option<LimitHit> {
        let signal = Signal::try_from(self.ended.signal?).ok()?;
        let limits = &self.setup.limits;
        match signal {
            Signal::SIGXFSZ => Some(LimitHit::Disk),
            Signal::SIGXCPU | Signal::SIGKILL if self.ended.cpu >= limits.cpu => Some(LimitHit::Cpu),
            // The kernel's own memory killer was faster than the watcher.
            Signal::SIGKILL if self.ended.peak_memory > limits.memory_bytes / 10 * 9 => Some(LimitHit::Memory),
            _ => None,
        }
    }

    /// Kills everything that is there now.
    fn kill(&self) {
        match self.tree {
            // From an init this reaches every process of its namespace but itself.
            #[cfg(target_os = "linux")]
            Tree::Namespace => {
                let _ = kill(Pid::from_raw(-1), Signal::SIGKILL);
            }
            Tree::Descendants => {
                let _ = kill(Pid::from_raw(-self.child.as_raw()), Signal::SIGKILL);
                // What is stopped makes no more children while the others are killed.
                for signal in [Signal::SIGSTOP, Signal::SIGKILL] {
                    for pid in self.tree.pids() {
                        let _ = kill(Pid::from_raw(pid), signal);
                    }
                }
                if self.ids.dropped {
                    kill_all_of(self.ids.uid);
                }
            }
        }
    }

    /// The program has ended; what it left behind has to end too.
    fn end_the_rest(&mut self, killed: bool) {
        let mut rest = self.tree.pids().len() as u64;
        if !killed {
            self.ended.survivors = rest;
        }
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            // Also when nothing was seen: a process may have been born between two looks.
            self.kill();
            self.reap();
            rest = self.tree.pids().len() as u64;
            if rest == 0 || Instant::now() > deadline {
                break;
            }
            std::thread::sleep(Duration::from_micros(500));
        }
        if rest > 0 {
            self.ended.survivors = self.ended.survivors.max(rest);
        }
    }
}

/// Kills every process of a user id that only this run has, in one stroke that no fork can outrun.
fn kill_all_of(uid: u32) {
    // SAFETY: this process has one thread; the child only makes system calls.
    match unsafe { fork() } {
        Ok(ForkResult::Child) => {
            let uid = nix::unistd::Uid::from_raw(uid);
            // The ids decide whom -1 reaches: without the change it would be everybody.
            // SAFETY: ends this process at once.
            unsafe {
                if libc::setuid(uid.as_raw()) == 0 && libc::getuid() == uid.as_raw() {
                    libc::kill(-1, libc::SIGKILL);
                }
                libc::_exit(0)
            }
        }
        Ok(ForkResult::Parent { child }) => {
            let _ = waitpid(child, None);
        }
        Err(_) => {}
    }
}

fn cpu_of_reaped() -> Duration {
    let Ok(usage) = nix::sys::resource::getrusage(nix::sys::resource::UsageWho::RUSAGE_CHILDREN) else {
        return Duration::ZERO;
    };
    let of = |t: nix::sys::time::TimeVal| {
        Duration::new(
            u64::try_from(t.tv_sec()).unwrap_or(0),
            u32::try_from(t.tv_usec()).unwrap_or(0).saturating_mul(1000),
        )
    };
    of(usage.user_time()) + of(usage.system_time())
}

/// Whether a folder holds at most so many bytes, in at most 20,000 entries.
fn fits(folder: &std::path::Path, most: u64) -> bool {
    use std::os::unix::fs::MetadataExt;
    let mut bytes = 0u64;
    let mut entries = 0u32;
    let mut open = vec![folder.to_path_buf()];
    while let Some(dir) = open.pop() {
        let Ok(list) = std::fs::read_dir(&dir) else {
            continue;
        };
        for entry in list.flatten() {
            entries += 1;
            let Ok(meta) = entry.path().symlink_metadata() else {
                continue;
            };
            bytes = bytes.saturating_add(meta.blocks() * 512);
            if bytes > most || entries > 20_000 {
                return false;
            }
            if meta.is_dir() {
                open.push(entry.path());
            }
        }
    }
    true
}
