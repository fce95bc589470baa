//! What a tree of processes uses, read from `/proc`.

use std::time::Duration;

/// One look at a tree.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Usage {
    /// Anonymous and shared pages and swap, in bytes.
    pub memory: u64,
    /// Threads of all processes.
    pub tasks: u64,
    /// Processor time, that of reaped children included.
    pub cpu: Duration,
}

/// Which processes belong to the tree.
#[derive(Debug, Clone, Copy)]
pub(super) enum Tree {
    /// Every process of this PID namespace but its init (which is the caller).
    Namespace,
    /// The descendants of the caller.
    Descendants,
}

impl Tree {
    /// The processes that are alive now (zombies included).
    pub fn pids(self) -> Vec<i32> {
        match self {
            Tree::Namespace => numbers("/proc").into_iter().filter(|p| *p != 1).collect(),
            Tree::Descendants => descendants(std::process::id() as i32),
        }
    }

    /// Does one of their threads run, or wait for a processor or the disk?
    pub fn runs(self) -> bool {
        let threads = |pid: i32| numbers(&format!("/proc/{pid}/task")).into_iter().map(move |tid| (pid, tid));
        let mut states = self.pids().into_iter().flat_map(threads).filter_map(|(pid, tid)| thread(pid, tid));
        states.any(|stat| matches!(stat.state, b'R' | b'D'))
    }

    /// What they use.
    pub fn usage(self) -> Usage {
        let mut sum = Usage::default();
        for pid in self.pids() {
            let Some(one) = usage_of(pid) else { continue };
            sum.memory += one.memory;
            sum.tasks += one.tasks;
            sum.cpu += one.cpu;
        }
        sum
    }
}

fn numbers(dir: &str) -> Vec<i32> {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return Vec::new();
    };
    entries.flatten().filter_map(|e| e.file_name().to_str()?.parse().ok()).collect()
}

/// All processes below `root`, parents before children.
pub(super) fn descendants(root: i32) -> Vec<i32> {
    let mut found: Vec<i32> = Vec::new();
    let mut open = vec![root];
    while let Some(pid) = open.pop() {
        let Some(children) = children(pid) else {
            return by_parent(root);
        };
        for child in children {
            // A pid that is reused between two reads could otherwise make a ring.
            if !found.contains(&child) {
                found.push(child);
                open.push(child);
            }
        }
    }
    found
}

/// `None`: this kernel has no lists of children.
fn children(pid: i32) -> Option<Vec<i32>> {
    let mut all = Vec::new();
    for task in numbers(&format!("/proc/{pid}/task")) {
        match std::fs::read_to_string(format!("/proc/{pid}/task/{task}/children")) {
            Ok(text) => all.extend(text.split_ascii_whitespace().filter_map(|p| p.parse::<i32>().ok())),
            Err(e)
                if e.kind() == std::io::ErrorKind::NotFound
                    && std::path::Path::new(&format!("/proc/{pid}/task/{task}/stat")).exists() =>
            {
                return None;
            }
            Err(_) => {}
        }
    }
    Some(all)
}

/// The slow way: read every process's parent.
fn by_parent(root: i32) -> Vec<i32> {
    let all: Vec<(i32, i32)> =
        numbers("/proc").into_iter().filter_map(|pid| Some((pid, process(pid)?.parent))).collect();
    let mut found = Vec::new();
    let mut open = vec![root];
    while let Some(parent) = open.pop() {
        for (pid, _) in all.iter().filter(|(_, p)| *p == parent) {
            if !found.contains(pid) {
                found.push(*pid);
                open.push(*pid);
            }
        }
    }
    found
}

struct Stat {
    state: u8,
    parent: i32,
    cpu: Duration,
}

fn process(pid: i32) -> Option<Stat> {
    stat(&format!("/proc/{pid}/stat"))
}

fn thread(pid: i32, tid: i32) -> Option<Stat> {
    stat(&format!("/proc/{pid}/task/{tid}/stat"))
}

/// Reads a `stat` file.
fn stat(path: &str) -> Option<Stat> {
    let text = std::fs::read(path).ok()?;
    // The name stands in brackets and may contain anything, brackets and spaces included.
    let after = text.iter().rposition(|b| *b == b')')? + 1;
    let rest = std::str::from_utf8(&text[after..]).ok()?;
    let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
    // fields[0] is the state, field 3 of proc(5).
    let state = *fields.first()?.as_bytes().first()?;
    let parent = fields.get(1)?.parse().ok()?;
    let ticks: u64 = (11..15).filter_map(|i| fields.get(i)?.parse::<u64>().ok()).sum();
    Some(Stat { state, parent, cpu: Duration::from_millis(ticks * 1000 / ticks_per_second()) })
}

fn ticks_per_second() -> u64 {
    // SAFETY: sysconf only reads.
    let ticks = unsafe { libc::sysconf(libc::_SC_CLK_TCK) };
    u64::try_from(ticks).ok().filter(|t| *t > 0).unwrap_or(100)
}

fn usage_of(pid: i32) -> Option<Usage> {
    let cpu = process(pid)?.cpu;
    let status = std::fs::read(format!("/proc/{pid}/status")).ok()?;
    let status = String::from_utf8_lossy(&status);
    let mut usage = Usage { cpu, tasks: 1, memory: 0 };
    for line in status.lines() {
        let Some((key, value)) = line.split_once(':') else {
            continue;
        };
        let number = || value.split_ascii_whitespace().next().and_then(|n| n.parse::<u64>().ok()).unwrap_or(0);
        match key {
            "Threads" => usage.tasks = number(),
            "RssAnon" | "RssShmem" | "VmSwap" => usage.memory += number() * 1024,
            _ => {}
        }
    }
    Some(usage)
}

/// Processes and threads that a user has now, as `/proc` shows them.
#[cfg(target_os = "linux")]
pub(super) fn tasks_of(user: u32) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    let own = |pid: &i32| std::fs::metadata(format!("/proc/{pid}")).is_ok_and(|meta| meta.uid() == user);
    numbers("/proc").into_iter().filter(own).map(|pid| numbers(&format!("/proc/{pid}/task")).len().max(1) as u64).sum()
}
