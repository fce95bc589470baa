//! Which system calls a program may make.
//!
//! A list of what is allowed; everything else answers ENOSYS, as an older kernel would, so that
//! programs use what they used before the call existed (`clone3` is the important one: its flags
//! cannot be inspected, `clone`'s can).

use std::collections::BTreeMap;

use libc::c_long;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen as Len, SeccompCmpOp as Op, SeccompCondition as Cond, SeccompFilter,
    SeccompRule,
};

use super::{Level, Network};

/// What the filter depends on.
pub(super) struct Needs {
    pub level: Level,
    pub network: Network,
    pub children: bool,
    /// Whether Landlock keeps signals inside; without it a program may only signal itself.
    pub signals_scoped: bool,
}

/// Calls that are allowed whatever their arguments are.
const ALLOWED: &[c_long] = &[
    // Files.
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_readv,
    libc::SYS_writev,
    libc::SYS_pread64,
    libc::SYS_pwrite64,
    libc::SYS_preadv,
    libc::SYS_pwritev,
    libc::SYS_preadv2,
    libc::SYS_pwritev2,
    libc::SYS_openat,
    libc::SYS_openat2,
    libc::SYS_close,
    libc::SYS_close_range,
    libc::SYS_fstat,
    libc::SYS_newfstatat,
    libc::SYS_statx,
    libc::SYS_statfs,
    libc::SYS_fstatfs,
    libc::SYS_lseek,
    libc::SYS_getdents64,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_readlinkat,
    libc::SYS_getcwd,
    libc::SYS_chdir,
    libc::SYS_fchdir,
    libc::SYS_mkdirat,
    libc::SYS_unlinkat,
    libc::SYS_renameat,
    libc::SYS_renameat2,
    libc::SYS_linkat,
    libc::SYS_symlinkat,
    libc::SYS_ftruncate,
    libc::SYS_truncate,
    libc::SYS_fallocate,
    libc::SYS_fsync,
    libc::SYS_fdatasync,
    libc::SYS_flock,
    libc::SYS_fcntl,
    libc::SYS_dup,
    libc::SYS_dup3,
    libc::SYS_pipe2,
    libc::SYS_umask,
    libc::SYS_fadvise64,
    libc::SYS_readahead,
    libc::SYS_copy_file_range,
    libc::SYS_sendfile,
    libc::SYS_splice,
    libc::SYS_tee,
    libc::SYS_sync_file_range,
    libc::SYS_getxattr,
    libc::SYS_fgetxattr,
    libc::SYS_lgetxattr,
    libc::SYS_listxattr,
    libc::SYS_flistxattr,
    libc::SYS_llistxattr,
    libc::SYS_inotify_init1,
    libc::SYS_inotify_add_watch,
    libc::SYS_inotify_rm_watch,
    // Waiting.
    libc::SYS_ppoll,
    libc::SYS_pselect6,
    libc::SYS_epoll_create1,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    libc::SYS_epoll_pwait2,
    libc::SYS_eventfd2,
    libc::SYS_timerfd_create,
    libc::SYS_timerfd_settime,
    libc::SYS_timerfd_gettime,
    libc::SYS_signalfd4,
    // Memory.
    libc::SYS_mmap,
    libc::SYS_munmap,
    libc::SYS_mprotect,
    libc::SYS_mremap,
    libc::SYS_brk,
    libc::SYS_madvise,
    libc::SYS_msync,
    libc::SYS_mincore,
    libc::SYS_mlock,
    libc::SYS_mlock2,
    libc::SYS_munlock,
    libc::SYS_mlockall,
    libc::SYS_munlockall,
    libc::SYS_membarrier,
    libc::SYS_pkey_alloc,
    libc::SYS_pkey_free,
    libc::SYS_pkey_mprotect,
    libc::SYS_get_mempolicy,
    // Threads and scheduling.
    libc::SYS_futex,
    libc::SYS_set_robust_list,
    libc::SYS_get_robust_list,
    libc::SYS_set_tid_address,
    libc::SYS_rseq,
    libc::SYS_gettid,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_sched_setaffinity,
    libc::SYS_sched_getparam,
    libc::SYS_sched_setparam,
    libc::SYS_sched_getscheduler,
    libc::SYS_sched_setscheduler,
    libc::SYS_sched_getattr,
    libc::SYS_sched_setattr,
    libc::SYS_sched_get_priority_max,
    libc::SYS_sched_get_priority_min,
    libc::SYS_sched_rr_get_interval,
    libc::SYS_getpriority,
    libc::SYS_setpriority,
    libc::SYS_getcpu,
    FUTEX_WAKE,
    FUTEX_WAIT,
    FUTEX_REQUEUE,
    FUTEX_WAITV,
    // Signals to itself.
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_rt_sigpending,
    libc::SYS_rt_sigsuspend,
    libc::SYS_rt_sigtimedwait,
    libc::SYS_sigaltstack,
    libc::SYS_restart_syscall,
    // Time.
    libc::SYS_nanosleep,
    libc::SYS_clock_nanosleep,
    libc::SYS_clock_gettime,
    libc::SYS_clock_getres,
    libc::SYS_gettimeofday,
    libc::SYS_times,
    libc::SYS_getitimer,
    libc::SYS_setitimer,
    libc::SYS_timer_create,
    libc::SYS_timer_settime,
    libc::SYS_timer_gettime,
    libc::SYS_timer_getoverrun,
    libc::SYS_timer_delete,
    // Who and where am I.
    libc::SYS_getpid,
    libc::SYS_getppid,
    libc::SYS_getuid,
    libc::SYS_geteuid,
    libc::SYS_getgid,
    libc::SYS_getegid,
    libc::SYS_getresuid,
    libc::SYS_getresgid,
    libc::SYS_getgroups,
    libc::SYS_getpgid,
    libc::SYS_getsid,
    libc::SYS_setsid,
    libc::SYS_setpgid,
    libc::SYS_uname,
    libc::SYS_sysinfo,
    libc::SYS_getrusage,
    libc::SYS_getrandom,
    libc::SYS_capget,
    libc::SYS_prctl,
    // Starting and ending. What may be executed is Landlock's and the mounts' business.
    libc::SYS_execve,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_wait4,
    libc::SYS_waitid,
    // Pairs of sockets have no address; the calls that use them are harmless.
    libc::SYS_sendto,
    libc::SYS_recvfrom,
    libc::SYS_sendmsg,
    libc::SYS_recvmsg,
    libc::SYS_shutdown,
    libc::SYS_getsockopt,
    libc::SYS_setsockopt,
    libc::SYS_getsockname,
    libc::SYS_getpeername,
    // Changing a file's owner or mode works where mounts say what may be written; guard answers
    // "done" and does nothing (see `quiet`).
    libc::SYS_fchmod,
    libc::SYS_fchmodat,
    SYS_FCHMODAT2,
    libc::SYS_utimensat,
    libc::SYS_fchown,
    libc::SYS_fchownat,
];

/// Newer than some C libraries' headers; the numbers are the same on every architecture.
const SYS_FCHMODAT2: c_long = 452;
const FUTEX_WAITV: c_long = 449;
const FUTEX_WAKE: c_long = 454;
const FUTEX_WAIT: c_long = 455;
const FUTEX_REQUEUE: c_long = 456;

/// Old calls that only x86-64 still has.
#[cfg(target_arch = "x86_64")]
const ALLOWED_OLD: &[c_long] = &[
    libc::SYS_open,
    libc::SYS_creat,
    libc::SYS_stat,
    libc::SYS_lstat,
    libc::SYS_access,
    libc::SYS_readlink,
    libc::SYS_mkdir,
    libc::SYS_rmdir,
    libc::SYS_unlink,
    libc::SYS_rename,
    libc::SYS_link,
    libc::SYS_symlink,
    libc::SYS_dup2,
    libc::SYS_pipe,
    libc::SYS_poll,
    libc::SYS_select,
    libc::SYS_epoll_create,
    libc::SYS_epoll_wait,
    libc::SYS_eventfd,
    libc::SYS_signalfd,
    libc::SYS_inotify_init,
    libc::SYS_getdents,
    libc::SYS_arch_prctl,
    libc::SYS_time,
    libc::SYS_alarm,
    libc::SYS_pause,
    libc::SYS_getpgrp,
    libc::SYS_chmod,
    libc::SYS_chown,
    libc::SYS_lchown,
    libc::SYS_utime,
    libc::SYS_utimes,
    libc::SYS_futimesat,
    libc::SYS_getrlimit,
];
#[cfg(not(target_arch = "x86_64"))]
const ALLOWED_OLD: &[c_long] = &[];

/// At level guard a program runs as the user who grades, and Landlock has no say in modes, owners and times.
/// These answer "done" and do nothing, because linkers insist on them.
#[cfg(target_arch = "x86_64")]
const QUIET_OLD: &[c_long] =
    &[libc::SYS_chmod, libc::SYS_chown, libc::SYS_lchown, libc::SYS_utime, libc::SYS_utimes, libc::SYS_futimesat];
#[cfg(not(target_arch = "x86_64"))]
const QUIET_OLD: &[c_long] = &[];
const QUIET: &[c_long] =
    &[libc::SYS_fchmod, libc::SYS_fchmodat, SYS_FCHMODAT2, libc::SYS_fchown, libc::SYS_fchownat, libc::SYS_utimensat];

/// Flags of `clone` that make namespaces.
const NEW_NAMESPACES: [u64; 8] = [
    libc::CLONE_NEWUSER as u64,
    libc::CLONE_NEWNS as u64,
    libc::CLONE_NEWPID as u64,
    libc::CLONE_NEWNET as u64,
    libc::CLONE_NEWIPC as u64,
    libc::CLONE_NEWUTS as u64,
    libc::CLONE_NEWCGROUP as u64,
    0x80, // CLONE_NEWTIME
];

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// The filters for a process, in the order in which they are to be installed. `me` is the PID of the process that
/// installs them.
pub(super) fn filters(needs: &Needs, me: u32) -> Result<Vec<BpfProgram>, String> {
    let mut filters = Vec::new();
    if needs.level == Level::Guard {
        let mut quiet = Rules::new();
        for call in QUIET.iter().chain(QUIET_OLD) {
            quiet.insert(*call, Vec::new());
        }
        filters.push(compile(quiet, SeccompAction::Allow, SeccompAction::Errno(0))?);
    }
    filters.push(compile(
        allowed(needs, u64::from(me)).map_err(|e| e.to_string())?,
        SeccompAction::Errno(libc::ENOSYS as u32),
        SeccompAction::Allow,
    )?);
    Ok(filters)
}

/// Installs a filter on the calling thread.
pub(super) fn install(filter: &BpfProgram) -> Result<(), String> {
    seccompiler::apply_filter(filter).map_err(|e| e.to_string())
}

fn compile(rules: Rules, mismatch: SeccompAction, matched: SeccompAction) -> Result<BpfProgram, String> {
    let arch = std::env::consts::ARCH
        .try_into()
        .map_err(|_| format!("no system call filter for {}", std::env::consts::ARCH))?;
    let filter = SeccompFilter::new(rules, mismatch, matched, arch).map_err(|e| e.to_string())?;
    filter.try_into().map_err(|e: seccompiler::BackendError| e.to_string())
}

fn allowed(needs: &Needs, me: u64) -> Result<Rules, seccompiler::BackendError> {
    let mut rules = Rules::new();
    for call in ALLOWED.iter().chain(ALLOWED_OLD) {
        rules.insert(*call, Vec::new());
    }
    let rule = |conditions: Vec<Cond>| SeccompRule::new(conditions);
    let eq = |arg: u8, value: u64| Cond::new(arg, Len::Dword, Op::Eq, value);

    // clone: no new namespaces; only threads where no children are allowed.
    let mut plain = Vec::new();
    for flag in NEW_NAMESPACES {
        plain.push(Cond::new(0, Len::Dword, Op::MaskedEq(flag), 0)?);
    }
    if !needs.children {
        let thread = libc::CLONE_THREAD as u64;
        plain.push(Cond::new(0, Len::Dword, Op::MaskedEq(thread), thread)?);
    }
    rules.insert(libc::SYS_clone, vec![rule(plain)?]);
    if needs.children {
        #[cfg(target_arch = "x86_64")]
        for call in [libc::SYS_fork, libc::SYS_vfork] {
            rules.insert(call, Vec::new());
        }
        rules.insert(libc::SYS_execveat, Vec::new());
    }

    // Signals: to itself; to others only where others outside cannot be reached.
    let reach = needs.children && (needs.level == Level::Jail || needs.signals_scoped);
    for call in [libc::SYS_kill, libc::SYS_tgkill, libc::SYS_rt_sigqueueinfo, libc::SYS_rt_tgsigqueueinfo] {
        rules.insert(call, if reach { Vec::new() } else { vec![rule(vec![eq(0, me)?])?] });
    }
    if reach {
        for call in [libc::SYS_tkill, libc::SYS_pidfd_open, libc::SYS_pidfd_send_signal] {
            rules.insert(call, Vec::new());
        }
    }

    // Limits of its own only.
    rules.insert(libc::SYS_prlimit64, vec![rule(vec![eq(0, 0)?])?, rule(vec![eq(0, me)?])?]);
    // Asking for the personality, not changing it.
    rules.insert(libc::SYS_personality, vec![rule(vec![eq(0, 0xffff_ffff)?])?]);
    // Terminals: no typing into somebody else's.
    rules.insert(
        libc::SYS_ioctl,
        vec![rule(vec![
            Cond::new(1, Len::Dword, Op::Ne, 0x5412)?, // TIOCSTI
            Cond::new(1, Len::Dword, Op::Ne, 0x541c)?, // TIOCLINUX
            Cond::new(1, Len::Dword, Op::Ne, 0x540e)?, // TIOCSCTTY
        ])?],
    );

    rules.insert(libc::SYS_socketpair, vec![rule(vec![eq(0, libc::AF_UNIX as u64)?])?]);
    if needs.network == Network::Loopback {
        let families = [libc::AF_INET, libc::AF_INET6, libc::AF_NETLINK];
        let mut sockets = Vec::new();
        for family in families {
            sockets.push(rule(vec![eq(0, family as u64)?])?);
        }
        rules.insert(libc::SYS_socket, sockets);
        for call in [
            libc::SYS_bind,
            libc::SYS_connect,
            libc::SYS_listen,
            libc::SYS_accept4,
            libc::SYS_accept,
            libc::SYS_sendmmsg,
            libc::SYS_recvmmsg,
        ] {
            rules.insert(call, Vec::new());
        }
    }
    Ok(rules)
}
