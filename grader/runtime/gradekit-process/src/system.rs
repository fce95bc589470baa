//! What the system says about processes: `/proc`, signals, `wait`.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

/// One look at a thread or process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Task {
    /// `R`, `S`, `D`, `T`, `Z`, ...
    pub state: u8,
    pub parent: i32,
    /// Clock ticks of processor time.
    pub ticks: u64,
}

impl Task {
    /// It could go on this very moment, or is about to.
    pub fn runs(self) -> bool {
        !matches!(self.state, b'S' | b'T' | b't' | b'Z' | b'X' | b'I')
    }

    pub fn gone(self) -> bool {
        matches!(self.state, b'Z' | b'X')
    }
}

fn stat(path: &str) -> Option<Task> {
    let text = fs::read(path).ok()?;
    // The name stands in brackets and may contain anything.
    let after = text.iter().rposition(|b| *b == b')')? + 1;
    let rest = std::str::from_utf8(&text[after..]).ok()?;
    let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
    let state = *fields.first()?.as_bytes().first()?;
    let ticks = fields.get(11..13)?.iter().filter_map(|f| f.parse::<u64>().ok()).sum();
    Some(Task { state, parent: fields.get(1)?.parse().ok()?, ticks })
}

/// The process as a whole.
pub(crate) fn process(pid: i32) -> Option<Task> {
    stat(&format!("/proc/{pid}/stat"))
}

fn numbers(dir: &str) -> Vec<i32> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    entries.filter_map(|e| e.file_name().to_str()?.parse().ok()).collect()
}

/// All threads of a process.
pub(crate) fn tasks(pid: i32) -> Vec<(i32, Task)> {
    let stat = |tid: i32| Some((tid, stat(&format!("/proc/{pid}/task/{tid}/stat"))?));
    numbers(&format!("/proc/{pid}/task")).into_iter().filter_map(stat).collect()
}

/// What the threads of a process have had of the processors so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Used {
    /// One of them runs now, or would.
    pub runs: bool,
    pub time: Duration,
    /// How often one of them got a processor.
    pub turns: u64,
}

pub(crate) fn used(pid: i32) -> Used {
    let mut used = Used { runs: false, time: Duration::ZERO, turns: 0 };
    for (tid, task) in tasks(pid) {
        used.runs |= task.runs();
        let text = fs::read_to_string(format!("/proc/{pid}/task/{tid}/schedstat")).unwrap_or_default();
        let fields: Vec<u64> = text.split_ascii_whitespace().filter_map(|field| field.parse().ok()).collect();
        match fields[..] {
            [time, _, turns] => {
                used.time += Duration::from_nanos(time);
                used.turns += turns;
            }
            // A kernel without these counts.
            _ => used.time += Duration::from_millis(task.ticks * 10),
        }
    }
    used
}

/// How often a thread has given up the processor to wait.
pub(crate) fn waits(pid: i32, tid: i32) -> u64 {
    let text = fs::read_to_string(format!("/proc/{pid}/task/{tid}/status")).unwrap_or_default();
    let count = |line: &str| line.strip_prefix("voluntary_ctxt_switches:")?.trim().parse().ok();
    text.lines().find_map(count).unwrap_or(0)
}

/// Does a thread wait for a moment in time? False where the kernel does not say.
pub(crate) fn sleeps_for_a_time(pid: i32, tid: i32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/task/{tid}/wchan")).is_ok_and(|name| name.contains("nanosleep"))
}

/// All processes below `root`, in no order.
pub(crate) fn descendants(root: i32) -> Vec<i32> {
    let mut found = Vec::new();
    let mut open = vec![root];
    while let Some(pid) = open.pop() {
        let Some(children) = children(pid) else { return by_parent(root) };
        for child in children {
            if !found.contains(&child) {
                found.push(child);
                open.push(child);
            }
        }
    }
    found
}

/// In order of birth. `None`: this kernel has no such lists.
fn children(pid: i32) -> Option<Vec<i32>> {
    let mut all = Vec::new();
    for task in numbers(&format!("/proc/{pid}/task")) {
        match fs::read_to_string(format!("/proc/{pid}/task/{task}/children")) {
            Ok(text) => all.extend(text.split_ascii_whitespace().filter_map(|p| p.parse::<i32>().ok())),
            Err(_) if fs::exists(format!("/proc/{pid}/task/{task}/stat")).unwrap_or(false) => return None,
            Err(_) => {}
        }
    }
    Some(all)
}

/// The slow way: read every process's parent.
fn by_parent(root: i32) -> Vec<i32> {
    let parents: BTreeMap<i32, i32> =
        numbers("/proc").into_iter().filter_map(|pid| Some((pid, process(pid)?.parent))).collect();
    let below = |mut pid: i32| {
        // As many steps as there are processes: a pid that is reused meanwhile cannot make it go round for ever.
        for _ in 0..parents.len() {
            match parents.get(&pid) {
                Some(parent) if *parent == root => return true,
                Some(parent) => pid = *parent,
                None => return false,
            }
        }
        false
    };
    parents.keys().copied().filter(|pid| below(*pid)).collect()
}

/// In order of birth, as far as one thread bore them.
pub(crate) fn children_of(pid: i32) -> Vec<i32> {
    children(pid).unwrap_or_else(|| {
        let is_child = |p: &i32| process(*p).is_some_and(|task| task.parent == pid);
        numbers("/proc").into_iter().filter(is_child).collect()
    })
}

/// Which end of a pipe, or how a file is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// For reading only.
    Read,
    /// For writing only.
    Write,
    /// For both.
    Both,
}

/// An open descriptor of a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Descriptor {
    /// Its number.
    pub number: i32,
    /// What `/proc` says that it is: a path, or `pipe:[123]`.
    pub what: String,
    /// Which way it can be used.
    pub side: Side,
    /// It holds an exclusive `flock` of this file.
    pub locked: bool,
}

impl Descriptor {
    /// Is it a pipe?
    pub fn is_pipe(&self) -> bool {
        self.what.starts_with("pipe:")
    }
}

pub(crate) fn descriptors(pid: i32) -> Vec<Descriptor> {
    let mut all: Vec<Descriptor> = numbers(&format!("/proc/{pid}/fd"))
        .into_iter()
        .filter_map(|number| {
            let what = fs::read_link(format!("/proc/{pid}/fd/{number}")).ok()?.to_string_lossy().into_owned();
            let info = fs::read_to_string(format!("/proc/{pid}/fdinfo/{number}")).ok()?;
            let flags = info.lines().find_map(|line| line.strip_prefix("flags:"))?;
            let side = match u32::from_str_radix(flags.trim(), 8).ok()? & 3 {
                0 => Side::Read,
                1 => Side::Write,
                _ => Side::Both,
            };
            let locked = info.lines().any(|l| l.starts_with("lock:") && l.contains("FLOCK") && l.contains("WRITE"));
            Some(Descriptor { number, what, side, locked })
        })
        .collect();
    all.sort_by_key(|descriptor| descriptor.number);
    all
}

/// The most memory that a process has had so far, in KiB. 0: it has none any more.
pub(crate) fn peak_memory(pid: i32) -> u64 {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let value = |line: &str| line.strip_prefix("VmHWM:")?.trim().strip_suffix("kB")?.trim().parse().ok();
    text.lines().find_map(value).unwrap_or(0)
}

/// False: the system refuses.
pub(crate) fn signal(pid: i32, signal: i32) -> bool {
    // SAFETY: plain numbers.
    unsafe { libc::kill(pid, signal) == 0 || *errno() != libc::ENOSYS && *errno() != libc::EPERM }
}

#[cfg(any(target_os = "linux", target_os = "emscripten"))]
unsafe fn errno() -> *mut i32 {
    // SAFETY: always points to the calling thread's own.
    unsafe { libc::__errno_location() }
}

#[cfg(not(any(target_os = "linux", target_os = "emscripten")))]
unsafe fn errno() -> *mut i32 {
    // SAFETY: always points to the calling thread's own.
    unsafe { libc::__error() }
}

/// A child that has ended, and its wait status; `None`: nobody has.
pub(crate) fn reap() -> Option<(i32, i32)> {
    let mut status = 0;
    // SAFETY: the status is written to a variable of our own.
    let pid = unsafe { libc::waitpid(-1, &raw mut status, libc::WNOHANG) };
    (pid > 0).then_some((pid, status))
}
