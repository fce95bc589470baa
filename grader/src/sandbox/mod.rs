//! Runs other people's programs: bounded, watched, and leaving nothing behind.
//!
//! A [`Command`] names everything a process may have: its arguments, its environment, the folders it
//! may read, the one folder it may write, its limits. [`Sandbox::run`] blocks until the process *and
//! every process it started* has ended, and returns the facts as an [`Exit`]. It decides nothing.
//!
//! How: `grade` starts itself again under a private name (see [`helper_main`]). That helper receives
//! the command and the pipes over a socket, builds the walls, starts the program and watches it. The
//! socket is also the lifeline: when `grade` ends for whatever reason, SIGKILL included, the kernel
//! closes it and the helper kills everything. The exit status comes back over the same socket, so
//! the program cannot forge it.
//!
//! Outside Linux only [`Level::None`] exists.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

mod choose;
mod folder;
#[cfg(unix)]
mod helper;
#[cfg(target_os = "linux")]
mod jail;
#[cfg(target_os = "linux")]
mod landlock;
mod paths;
#[cfg(target_os = "linux")]
mod probe;
#[cfg(target_os = "linux")]
mod proc;
#[cfg(all(unix, not(target_os = "linux")))]
#[path = "proc_elsewhere.rs"]
mod proc;
#[cfg(unix)]
mod run;
#[cfg(target_os = "linux")]
mod seccomp;
mod survey;
#[cfg(unix)]
mod wire;

pub use folder::{WorkFolder, sweep};
pub use paths::{runtime_paths, toolchain_paths};
pub use survey::{Layer, Survey, Trial, survey};

/// How strong the walls around a program are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Limits, a process group and a clean end; no walls at all. Only on request.
    None,
    /// The file system, the network and dangerous system calls are closed (Landlock, seccomp), but
    /// names and times of other people's files and processes can still be seen.
    Guard,
    /// Namespaces of its own: the program sees only the folders it was given, no network, no other
    /// process.
    Jail,
}

impl Level {
    /// The name on the command line and in results.
    pub fn name(self) -> &'static str {
        match self {
            Level::None => "none",
            Level::Guard => "guard",
            Level::Jail => "jail",
        }
    }
}

impl std::fmt::Display for Level {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// Which level to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Policy {
    /// The strongest that passes a full trial run; never [`Level::None`].
    #[default]
    Auto,
    /// This level or a stronger one, else an error.
    Require(Level),
    /// Exactly this level, if it works. `Exactly(Level::None)` is what `--sandbox none` means.
    Exactly(Level),
}

impl std::str::FromStr for Policy {
    type Err = String;
    /// `auto`, `none`, `jail`, `guard`, `require=jail`, `require=guard`.
    fn from_str(s: &str) -> Result<Self, String> {
        match s {
            "auto" => Ok(Policy::Auto),
            "none" => Ok(Policy::Exactly(Level::None)),
            "guard" => Ok(Policy::Exactly(Level::Guard)),
            "jail" => Ok(Policy::Exactly(Level::Jail)),
            "require=guard" => Ok(Policy::Require(Level::Guard)),
            "require=jail" => Ok(Policy::Require(Level::Jail)),
            _ => {
                Err(format!("there is no sandbox `{s}`; write auto, jail, guard, none, require=jail or require=guard"))
            }
        }
    }
}

/// What network a program may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Network {
    /// None: it cannot even make a socket.
    #[default]
    None,
    /// A loopback interface of its own, with nobody else on it. Needs [`Level::Jail`], or
    /// [`Level::Guard`] as root; refused where it cannot be had.
    Loopback,
}

/// What a program may use up. Every limit counts for the whole tree of processes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Processor time, user and system, of all threads together.
    pub cpu: Duration,
    /// The safety net: wall time in which every thread sleeps. While one runs, or would if the machine were less busy, the
    /// clock stands still; `cpu` ends what runs. After [`Limits::LONGEST`] times this everything is over.
    pub wall: Duration,
    /// Memory (anonymous and shared pages, and swap).
    pub memory_bytes: u64,
    /// Processes and threads at one time.
    pub processes: u64,
    /// Standard output and standard error together.
    pub output_bytes: u64,
    /// The channel (descriptor 3).
    pub channel_bytes: u64,
    /// One file.
    pub file_bytes: u64,
    /// All files in the writable folder together.
    pub disk_bytes: u64,
}

impl Limits {
    /// How many times `wall` a program may take if it never sleeps: that is a machine which hardly lets it run.
    pub const LONGEST: u32 = 5;
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            cpu: Duration::from_secs(60),
            wall: Duration::from_secs(120),
            memory_bytes: 512 << 20,
            processes: 64,
            output_bytes: 1 << 20,
            channel_bytes: 64 << 20,
            file_bytes: 64 << 20,
            disk_bytes: 128 << 20,
        }
    }
}

/// A program to run and everything it may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The program's path (absolute; the `PATH` is not searched). Must lie in a `readonly` folder, or be one of them.
    pub program: PathBuf,
    /// Its arguments, without its own name.
    pub args: Vec<OsString>,
    /// The whole environment; nothing is inherited.
    pub env: BTreeMap<OsString, OsString>,
    /// Written to its standard input, which is then closed.
    pub stdin: Vec<u8>,
    /// Whether it gets a pipe as descriptor 3, whose lines [`Sandbox::run`] hands on as they come.
    pub channel: bool,
    /// Where it starts: the writable folder, or a readable one.
    pub cwd: PathBuf,
    /// Files and folders it may read and execute, at the same path inside as outside.
    ///
    /// As root the program runs under another user id where it can: then what is listed here must be
    /// readable by others (`go+rX`), and at level guard so must the folders above it be.
    pub readonly: Vec<PathBuf>,
    /// The one folder it may write. As root its owner is changed to the program's user id.
    pub writable: Option<PathBuf>,
    /// What it may use up.
    pub limits: Limits,
    /// What network it may use.
    pub network: Network,
    /// Whether it may start other processes. Threads are always allowed.
    pub children: bool,
    /// Whether it may look at processes in `/proc`: at level jail there are only its own, at level guard it sees names and
    /// times of others, not more.
    pub processes: bool,
}

impl Command {
    /// A program with no arguments, an empty environment, nothing to read or write, default limits.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Command {
            program: program.into(),
            args: Vec::new(),
            env: BTreeMap::new(),
            stdin: Vec::new(),
            channel: false,
            cwd: PathBuf::from("/"),
            readonly: Vec::new(),
            writable: None,
            limits: Limits::default(),
            network: Network::None,
            children: false,
            processes: false,
        }
    }
}

/// A limit that was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LimitHit {
    /// [`Limits::cpu`].
    Cpu,
    /// [`Limits::wall`].
    Wall,
    /// [`Limits::memory_bytes`].
    Memory,
    /// [`Limits::processes`].
    Processes,
    /// [`Limits::output_bytes`].
    Output,
    /// [`Limits::channel_bytes`].
    Channel,
    /// [`Limits::file_bytes`] or [`Limits::disk_bytes`].
    Disk,
}

impl std::fmt::Display for LimitHit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            LimitHit::Cpu => "processor time",
            LimitHit::Wall => "wall time",
            LimitHit::Memory => "memory",
            LimitHit::Processes => "processes and threads",
            LimitHit::Output => "output",
            LimitHit::Channel => "messages of the harness",
            LimitHit::Disk => "disk space",
        })
    }
}

/// Bytes a program wrote, up to the limit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Output {
    /// The first bytes.
    pub bytes: Vec<u8>,
    /// Whether there was more.
    pub truncated: bool,
}

impl Output {
    /// As text; bytes that are not UTF-8 become U+FFFD.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// How a program ended, as seen from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exit {
    /// The exit code, if it ended by itself.
    pub status: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// The limit that was reached. Unless the program happened to end at the same moment, it was killed for it.
    pub limit: Option<LimitHit>,
    /// Standard output.
    pub stdout: Output,
    /// Standard error.
    pub stderr: Output,
    /// Bytes that came over the channel.
    pub channel_bytes: u64,
    /// Processor time of the whole tree.
    pub cpu: Duration,
    /// From the start of the program to its end.
    pub wall: Duration,
    /// The most memory the tree was seen to use.
    pub peak_memory: u64,
    /// The most processes and threads the tree was seen to have.
    pub peak_processes: u64,
    /// Processes that were still alive when the program had ended, and were killed.
    pub survivors: u64,
}

impl Exit {
    /// Ended by itself with code 0, within all limits.
    pub fn success(&self) -> bool {
        self.status == Some(0) && self.limit.is_none()
    }
}

/// Why a program could not be run. Never the fault of the program.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No level that the policy allows works here.
    #[error("no sandbox of the asked strength works here:\n{0}")]
    NoLevel(String),
    /// The program cannot be started (it does not exist, or is not executable).
    #[error("cannot start {program}: {why}")]
    Start {
        /// Its path.
        program: String,
        /// What the system says.
        why: String,
    },
    /// The walls could not be built.
    #[error("the sandbox could not be set up: {0}")]
    Setup(String),
    /// The helper ended without an answer (somebody killed it, or the machine has no memory left).
    #[error("the sandbox helper ended without an answer: {0}")]
    Lost(String),
    /// [`kill_all`] was called.
    #[error("interrupted")]
    Interrupted,
}

/// Runs programs at one [`Level`]. Cheap to clone; shared by worker threads.
#[derive(Debug, Clone)]
pub struct Sandbox {
    mode: Mode,
}

/// A level and how it is built on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Mode {
    level: Level,
    /// Jail: whether a user namespace is made. Root can do without where they are switched off.
    userns: bool,
}

impl Sandbox {
    /// Finds the level: each candidate has to pass a full trial run. The answer is remembered for this process.
    pub fn new(policy: Policy) -> Result<Sandbox, Error> {
        choose::choose(policy)
    }

    /// The level in use.
    pub fn level(&self) -> Level {
        self.mode.level
    }

    /// Runs a program until it and everything it started has ended. May be called from several threads at once.
    ///
    /// `on_line` gets each line of the channel, without its end, as it comes; a last line without an end too.
    /// Bytes that are not UTF-8 become U+FFFD.
    pub fn run(&self, command: &Command, on_line: &mut dyn FnMut(&str)) -> Result<Exit, Error> {
        #[cfg(unix)]
        return run::run(self.mode, command, on_line);
        #[cfg(not(unix))]
        {
            let _ = (command, on_line);
            Err(Error::Setup("programs can only be run on Linux and other Unix systems".into()))
        }
    }
}

/// Kills every program that a [`Sandbox`] of this process runs, waits (a few seconds at most) until they are gone,
/// and lets every further [`Sandbox::run`] fail with [`Error::Interrupted`]. For Ctrl-C and SIGTERM.
pub fn kill_all() {
    #[cfg(unix)]
    run::kill_all();
}

/// Names the program to start as helper, when that is not the running one: a test's own program has no
/// [`helper_main`], `grade` has.
#[doc(hidden)]
pub fn set_helper_program(path: PathBuf) {
    #[cfg(unix)]
    run::set_helper_program(path);
    #[cfg(not(unix))]
    let _ = path;
}

/// Must be the first thing `main` does: when this process is a sandbox helper, does its work and never returns;
/// else returns at once.
pub fn helper_main() {
    #[cfg(unix)]
    helper::main();
}
