//! One run of the submission's program.

use std::collections::hash_map::DefaultHasher;
use std::fs::{self, File};
use std::hash::{Hash, Hasher};
use std::io::{ErrorKind, Read, Write};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Output, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::Ordering::SeqCst;
use std::time::{Duration, Instant};

use protocol::Kind;

use crate::control::{Shared, Stop, at, bits};
use crate::harness::{fail, unable};
use crate::seed::Rng;
use crate::system::{self, Descriptor, Used};

/// Nothing at all has happened for so long: no process was born or died, nothing was written, no lock changed hands. Far more than
/// the slowest machine needs.
pub const NET: Duration = Duration::from_secs(30);

/// Every thread of every process sleeps, none of them until a moment in time, and none has moved for so long.
const QUIET: Duration = Duration::from_secs(6);

/// Output beyond this is not kept; no check needs more.
const MOST_OUTPUT: usize = 96 << 20;

/// Folders of this job.
struct World {
    program: PathBuf,
    control: PathBuf,
    folder: PathBuf,
}

static WORLD: OnceLock<World> = OnceLock::new();

fn world() -> &'static World {
    WORLD.get().unwrap_or_else(|| unable("no program was given to the checks".to_owned()))
}

/// Makes a copy of the program in the job's own folder, with room for the shared memory beside it.
pub(crate) fn prepare() -> Result<(), String> {
    let given = std::env::var_os("GRADE_PROGRAM").ok_or("no program was given to the checks")?;
    let make = || -> std::io::Result<World> {
        let here = std::env::current_dir()?;
        let bin = here.join("bin");
        fs::create_dir_all(&bin)?;
        let program = bin.join("student");
        fs::copy(given, &program)?;
        Ok(World { program, control: bin.join("control"), folder: here.join("work") })
    };
    let world = make().map_err(|error| format!("the program cannot be copied: {error}"))?;
    let _ = WORLD.set(world);
    Ok(())
}

/// Ends whatever an execution has left behind.
pub(crate) fn clean() {
    end_all();
    if let Some(world) = WORLD.get() {
        let _ = fs::remove_dir_all(&world.folder);
    }
}

/// Kills every process below this one and waits until none is left.
fn end_all() {
    let me = std::process::id() as i32;
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let left = system::descendants(me);
        for pid in &left {
            system::signal(*pid, libc::SIGKILL);
        }
        while system::reap().is_some() {}
        if left.is_empty() || Instant::now() > deadline {
            return;
        }
        std::thread::sleep(Duration::from_micros(300));
    }
}

enum Input {
    None,
    Closed(Vec<u8>),
    Open,
}

/// How the program is to be started.
pub struct Program {
    args: Vec<String>,
    input: Input,
    read_output: bool,
    first: u32,
    others: u32,
    most_read: u32,
}

/// The submission's program.
pub fn program() -> Program {
    Program { args: Vec::new(), input: Input::None, read_output: true, first: 0, others: 0, most_read: 0 }
}

impl Program {
    /// Its arguments.
    pub fn args<I: IntoIterator<Item = S>, S: Into<String>>(mut self, args: I) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// What it reads on standard input, which then ends. Without it there is no input.
    pub fn input(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.input = Input::Closed(bytes.into());
        self
    }

    /// Standard input stays open until [`Run::close_input`] or [`Run::end`]; see [`Run::feed`].
    pub fn open_input(mut self) -> Self {
        self.input = Input::Open;
        self
    }

    /// Nobody reads its standard output until [`Run::read_output`] or [`Run::end`].
    pub fn output_waits(mut self) -> Self {
        self.read_output = false;
        self
    }

    /// Where each of its children stops.
    pub fn children_stop_at(mut self, stops: &[Stop]) -> Self {
        self.others = bits(stops);
        self
    }

    /// Where the first process stops.
    pub fn first_stops_at(mut self, stops: &[Stop]) -> Self {
        self.first = bits(stops);
        self
    }

    /// Each read of its processes gives at most so many bytes, as the system may always decide.
    pub fn reads_give_at_most(mut self, bytes: u32) -> Self {
        self.most_read = bytes;
        self
    }

    /// Starts it. Only one can run at a time.
    // Waited for in `Run::reap`, with all others.
    #[allow(clippy::zombie_processes)]
    pub fn start(self) -> Run {
        let world = world();
        end_all();
        let trouble = |what: &str, error: std::io::Error| -> ! { unable(format!("{what}: {error}")) };
        fs::create_dir_all(&world.folder).unwrap_or_else(|error| trouble("no folder for the program", error));
        let shared = Shared::create(&world.control, self.first, self.others);
        let shared = shared.unwrap_or_else(|error| trouble("no memory to share with the program", error));
        shared.set_most_read(self.most_read);
        let mut command = Command::new(&world.program);
        command.args(&self.args).current_dir(&world.folder).env_clear().env("TMPDIR", &world.folder);
        command.stdin(if matches!(self.input, Input::None) { Stdio::null() } else { Stdio::piped() });
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| trouble("the program cannot be started", error));
        let mut run = Run {
            root: child.id() as i32,
            shared,
            status: None,
            left: Vec::new(),
            stdin: child.stdin.take().map(|pipe| ours(pipe.into())),
            pending: Vec::new(),
            given: 0,
            fed: 0,
            close: true,
            stdout: child.stdout.take().map(|pipe| ours(pipe.into())),
            stderr: child.stderr.take().map(|pipe| ours(pipe.into())),
            read_output: self.read_output,
            out: Vec::new(),
            err: Vec::new(),
            started: self.args,
        };
        match self.input {
            Input::None => {}
            Input::Closed(bytes) => run.pending = bytes,
            Input::Open => run.close = false,
        }
        if system::process(run.root).is_none() && system::signal(run.root, 0) {
            unable("the sandbox shows no processes in /proc".to_owned());
        }
        run
    }

    /// Starts it and waits for its end.
    pub fn run(self) -> Ended {
        self.start().end()
    }
}

/// Our end of a pipe: it never waits.
fn ours(pipe: OwnedFd) -> File {
    // SAFETY: plain numbers, and the descriptor is open.
    unsafe {
        let flags = libc::fcntl(pipe.as_raw_fd(), libc::F_GETFL);
        libc::fcntl(pipe.as_raw_fd(), libc::F_SETFL, flags | libc::O_NONBLOCK);
    }
    File::from(pipe)
}

/// The folder in which the program runs; it is made anew for every execution of the check.
pub fn folder() -> &'static Path {
    let world = world();
    let _ = fs::create_dir_all(&world.folder);
    &world.folder
}

/// A process that the program has started, directly or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Child {
    /// Its id.
    pub pid: i32,
    /// Whose child it is now.
    pub parent: i32,
}

/// A process that stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stopped {
    /// Its id.
    pub pid: i32,
    /// Which process it is in order of start; 0 is the first one.
    pub index: usize,
    /// Where.
    pub at: Stop,
    /// The descriptor that it is about to use; -1: none.
    pub fd: i32,
    /// Bytes that it is about to read or write; 0: unknown.
    pub length: u64,
}

/// A program that runs.
pub struct Run {
    root: i32,
    shared: Shared,
    status: Option<i32>,
    /// Alive when the first process had ended.
    left: Vec<i32>,
    stdin: Option<File>,
    pending: Vec<u8>,
    /// How much of `pending` is gone.
    given: usize,
    fed: u64,
    /// Close standard input when nothing is pending.
    close: bool,
    stdout: Option<File>,
    stderr: Option<File>,
    read_output: bool,
    out: Vec<u8>,
    err: Vec<u8>,
    started: Vec<String>,
}

/// Remembers when something last happened.
struct Nets {
    progress: (u64, Instant),
    quiet: Option<(u64, Instant)>,
    looked: Instant,
}

impl Run {
    /// The first process.
    pub fn root(&self) -> i32 {
        self.root
    }

    /// Has the first process ended?
    pub fn is_over(&mut self) -> bool {
        self.turn();
        self.status.is_some()
    }

    /// How many processes the program has started so far, those that have ended already too.
    pub fn children_ever(&self) -> usize {
        self.shared.started().saturating_sub(1)
    }

    /// The ids of all processes that it has started so far, in the order in which they began to run. At most 127.
    pub fn ids_ever(&self) -> Vec<i32> {
        self.shared.slots().skip(1).map(|(_, slot)| slot.pid.load(SeqCst) as i32).filter(|pid| *pid > 0).collect()
    }

    /// The children of the first process that are alive, in order of birth (as far as one of its threads bore them).
    pub fn children(&self) -> Vec<Child> {
        let alive = |pid: &i32| system::process(*pid).is_some_and(|task| !task.gone());
        let pids = system::children_of(self.root).into_iter().filter(alive);
        pids.map(|pid| Child { pid, parent: self.root }).collect()
    }

    /// Did one thread of the first process start all its children? Only then their order is known.
    pub fn one_thread_starts_all(&self) -> bool {
        let tasks = system::tasks(self.root);
        let bore = |tid: i32| {
            fs::read_to_string(format!("/proc/{}/task/{tid}/children", self.root))
                .is_ok_and(|text| !text.trim().is_empty())
        };
        tasks.iter().filter(|(tid, _)| bore(*tid)).count() == 1
    }

    /// All processes of the program that are alive, the first one excepted.
    pub fn alive(&self) -> Vec<Child> {
        let me = std::process::id() as i32;
        let see = |pid: i32| system::process(pid).filter(|task| !task.gone()).map(|t| Child { pid, parent: t.parent });
        system::descendants(me).into_iter().filter(|pid| *pid != self.root).filter_map(see).collect()
    }

    /// Is this process alive?
    pub fn is_alive(&self, pid: i32) -> bool {
        system::process(pid).is_some_and(|task| !task.gone())
    }

    /// The open descriptors of a process.
    pub fn descriptors(&self, pid: i32) -> Vec<Descriptor> {
        system::descriptors(pid)
    }

    /// The most memory that a process has had so far, in KiB; 0 when it is gone.
    pub fn peak_memory(&self, pid: i32) -> u64 {
        system::peak_memory(pid)
    }

    /// How often the processes have asked for a file lock.
    pub fn locks_asked_for(&self) -> u64 {
        self.shared.slots().map(|(_, slot)| slot.locks.load(SeqCst)).sum()
    }

    /// What it has printed so far.
    pub fn printed(&mut self) -> &[u8] {
        self.turn();
        &self.out
    }

    /// What it has written to standard error so far.
    pub fn complained(&mut self) -> &[u8] {
        self.turn();
        &self.err
    }

    /// Gives it more input.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.pending.extend_from_slice(bytes);
        self.turn();
    }

    /// Bytes that it (or the pipe) has taken so far, and bytes that wait.
    pub fn taken(&self) -> (u64, usize) {
        (self.fed, self.pending.len() - self.given)
    }

    /// The input ends when all that was fed is taken.
    pub fn close_input(&mut self) {
        self.close = true;
        self.turn();
    }

    /// Its output is read from now on.
    pub fn read_output(&mut self) {
        self.read_output = true;
        self.turn();
    }

    /// Returns when every process has stopped, waits for something or somebody, or is gone.
    ///
    /// A process that only looks again and again whether it may go on (with sleeps in between, or without) counts as one that waits.
    pub fn settle(&mut self) {
        let mut nets = self.nets();
        let mut calm = 0;
        let mut busy: Option<(u64, Instant, u64)> = None;
        loop {
            let moved = self.turn();
            let me = std::process::id() as i32;
            let mut runs = false;
            let mut ticks = 0;
            for pid in system::descendants(me) {
                for (_, task) in system::tasks(pid) {
                    runs |= task.runs();
                    ticks += task.ticks;
                }
            }
            calm = if runs || moved { 0 } else { calm + 1 };
            if calm >= 2 {
                return;
            }
            let progress = self.progress();
            match busy {
                Some((before, since, used)) if before == progress => {
                    // It runs without doing anything, and not for want of a processor: 0.2 s of it, at 100 ticks a second.
                    if runs && since.elapsed() > Duration::from_millis(600) && ticks >= used + 20 {
                        return;
                    }
                }
                _ => busy = Some((progress, Instant::now(), ticks)),
            }
            if calm == 0 {
                self.look(&mut nets, "its processes to come to rest");
                std::thread::sleep(Duration::from_micros(100));
            }
        }
    }

    /// As [`Run::settle`], and whoever waits sleeps: [`Run::all_sleep`].
    #[track_caller]
    pub fn rest(&mut self) {
        self.settle();
        self.all_sleep();
    }

    /// Nobody has anything to do now. The check fails if a process uses the processor all the same: 0.2 s of it.
    ///
    /// The state that `/proc` shows is not enough: it is `S` in the middle of a `wait4` that does not wait.
    #[track_caller]
    pub fn all_sleep(&self) {
        let mut all = vec![self.root];
        all.extend(self.alive().iter().map(|one| one.pid));
        let look = || all.iter().map(|pid| system::used(*pid)).collect::<Vec<Used>>();
        let sum = |used: &[Used]| used.iter().map(|one| one.time).sum::<Duration>();
        let start = look();
        let (mut last, mut window, mut calm) = (start.clone(), sum(&start), 0);
        for number in 1..=600 {
            // The system counts the time of what runs every 10 ms, or more often.
            std::thread::sleep(Duration::from_millis(5));
            let now = look();
            let most = now.iter().zip(&start).map(|(now, start)| now.time.saturating_sub(start.time)).max();
            assert!(
                most.unwrap_or_default() < Duration::from_millis(200),
                "a process that can do nothing but wait has used 0.2 s of processor time: it must sleep, not look again and again"
            );
            let runs = now.iter().any(|one| one.runs);
            calm = if runs || now != last { 0 } else { calm + 1 };
            if calm == 4 {
                return;
            }
            if number % 20 == 0 {
                // A look now and then, with a sleep in between, is no loop.
                if !runs && sum(&now).saturating_sub(window) < Duration::from_millis(5) {
                    return;
                }
                window = sum(&now);
            }
            last = now;
        }
    }

    /// Waits until `fact` holds. If it never can, the check fails: it waited for `what`, in vain.
    #[track_caller]
    pub fn until(&mut self, what: &str, mut fact: impl FnMut(&mut Run) -> bool) {
        let mut nets = self.nets();
        loop {
            self.turn();
            if fact(self) {
                return;
            }
            self.look(&mut nets, what);
            self.pause();
        }
    }

    /// The processes that stand still now. Call [`Run::settle`] before.
    pub fn stopped(&self) -> Vec<Stopped> {
        let see = |(index, slot): (usize, &crate::control::Slot)| {
            let pid = slot.pid.load(SeqCst) as i32;
            let still = system::process(pid).is_some_and(|task| task.state == b'T');
            let at = at(slot).filter(|_| still)?;
            let (fd, length) = (slot.fd.load(SeqCst) as i32, slot.length.load(SeqCst));
            Some(Stopped { pid, index, at, fd, length })
        };
        self.shared.slots().filter_map(see).collect()
    }

    /// Where children stop from now on.
    pub fn children_stop_at(&mut self, stops: &[Stop]) {
        self.shared.set_others(bits(stops));
    }

    /// Lets a stopped process go on to its next stop.
    pub fn go_on(&mut self, pid: i32) {
        self.send(pid, libc::SIGCONT);
    }

    /// Lets a process go on for good.
    pub fn release(&mut self, pid: i32) {
        if let Some(slot) = self.slot(pid) {
            slot.free.store(1, SeqCst);
        }
        self.send(pid, libc::SIGCONT);
    }

    /// Kills a process with SIGKILL and waits until it is dead.
    pub fn kill(&mut self, pid: i32) {
        self.send(pid, libc::SIGKILL);
        self.gone(pid);
    }

    /// Lets a stopped process end with this exit code, and waits until it has.
    pub fn let_fail(&mut self, pid: i32, code: u8) {
        if let Some(slot) = self.slot(pid) {
            slot.end.store(u32::from(code) + 1, SeqCst);
        }
        self.send(pid, libc::SIGCONT);
        self.gone(pid);
    }

    fn gone(&mut self, pid: i32) {
        self.until("a process to end that was killed", |run| {
            !run.is_alive(pid) || run.status.is_some() && pid == run.root
        });
    }

    fn slot(&self, pid: i32) -> Option<&'static crate::control::Slot> {
        self.shared.slots().map(|(_, slot)| slot).find(|slot| slot.pid.load(SeqCst) as i32 == pid)
    }

    fn send(&self, pid: i32, signal: i32) {
        if pid <= 1 || !system::signal(pid, signal) {
            unable("the sandbox does not let the check send signals to the program".to_owned());
        }
    }

    /// Takes the stopped processes one step further in a seeded order, until the first process has ended or so many steps are done.
    /// True: it has ended.
    pub fn shuffle(&mut self, rng: &mut Rng, steps: usize) -> bool {
        for _ in 0..steps {
            self.settle();
            let mut stopped = self.stopped();
            if stopped.is_empty() {
                self.until("one of its processes to go on", |run| run.status.is_some() || !run.stopped().is_empty());
                stopped = self.stopped();
            }
            if self.status.is_some() {
                return true;
            }
            if !stopped.is_empty() {
                let one = stopped[rng.below(stopped.len())];
                self.go_on(one.pid);
            }
        }
        self.is_over()
    }

    /// Lets everybody go on for good, closes the input, reads the output, and waits until the first process has ended.
    #[track_caller]
    pub fn end(mut self) -> Ended {
        self.close = true;
        self.read_output = true;
        if self.status.is_none() {
            self.shared.free_all();
            let mut all: Vec<i32> = self.alive().iter().map(|child| child.pid).collect();
            all.push(self.root);
            for pid in all {
                system::signal(pid, libc::SIGCONT);
            }
            // One may have decided to stop just before it was freed.
            self.until("the program to end", |run| {
                for one in run.stopped() {
                    system::signal(one.pid, libc::SIGCONT);
                }
                run.status.is_some()
            });
        }
        self.settle();
        self.turn();
        let still: Vec<i32> = self.left.iter().copied().filter(|pid| self.is_alive(*pid)).collect();
        let started = self.shared.started();
        let result = Ended {
            raw: self.status.unwrap_or(0),
            args: std::mem::take(&mut self.started),
            out: std::mem::take(&mut self.out),
            err: std::mem::take(&mut self.err),
            // One that was left behind may have been stopped before it was counted.
            children_ever: started.saturating_sub(1).max(still.len()),
            left_behind: still,
        };
        drop(self);
        result
    }

    /// Moves bytes and collects the dead. True: bytes were moved.
    fn turn(&mut self) -> bool {
        self.reap();
        let mut moved = self.write_input();
        if self.read_output {
            moved |= read(&mut self.stdout, &mut self.out);
        }
        moved |= read(&mut self.stderr, &mut self.err);
        if self.out.len() > MOST_OUTPUT || self.err.len() > MOST_OUTPUT {
            fail(Kind::Output, &format!("the program printed more than {} MiB", MOST_OUTPUT >> 20));
        }
        moved
    }

    fn reap(&mut self) {
        while let Some((pid, status)) = system::reap() {
            if pid == self.root && self.status.is_none() {
                self.status = Some(status);
                // Whoever is alive now was left behind. They are stopped, so that they cannot slip away before they are seen; those
                // that were killed die all the same.
                let left: Vec<i32> = self.alive().iter().map(|child| child.pid).collect();
                for pid in &left {
                    system::signal(*pid, libc::SIGSTOP);
                }
                self.left = left;
            }
        }
    }

    fn write_input(&mut self) -> bool {
        let Some(file) = &mut self.stdin else { return false };
        let mut moved = false;
        while self.given < self.pending.len() {
            match file.write(&self.pending[self.given..]) {
                Ok(0) => break,
                Ok(n) => {
                    self.given += n;
                    self.fed += n as u64;
                    moved = true;
                }
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) if e.kind() == ErrorKind::WouldBlock => break,
                Err(_) => {
                    // Nobody reads any more.
                    self.stdin = None;
                    return moved;
                }
            }
        }
        if self.given == self.pending.len() {
            self.pending.clear();
            self.given = 0;
            if self.close {
                self.stdin = None;
            }
        }
        moved
    }

    /// Waits a moment, or until there is something to read.
    fn pause(&self) {
        let mut fds = Vec::new();
        let mut add = |file: &Option<File>, events| {
            if let Some(file) = file {
                fds.push(libc::pollfd { fd: file.as_raw_fd(), events, revents: 0 });
            }
        };
        if self.read_output {
            add(&self.stdout, libc::POLLIN);
        }
        add(&self.stderr, libc::POLLIN);
        if !self.pending.is_empty() {
            add(&self.stdin, libc::POLLOUT);
        }
        // SAFETY: the pointer and the length are those of a living vector.
        unsafe { libc::poll(fds.as_mut_ptr(), fds.len() as libc::nfds_t, 1) };
    }

    fn nets(&self) -> Nets {
        let now = Instant::now();
        Nets { progress: (self.progress(), now), quiet: None, looked: now }
    }

    /// Changes when anything happens that the outside can see.
    fn progress(&self) -> u64 {
        let mut hash = DefaultHasher::new();
        (self.shared.started(), self.shared.deeds(), self.out.len(), self.err.len(), self.fed).hash(&mut hash);
        self.status.hash(&mut hash);
        let mut pids = system::descendants(std::process::id() as i32);
        pids.sort_unstable();
        pids.hash(&mut hash);
        hash.finish()
    }

    /// Fails the check if nothing can happen any more.
    #[track_caller]
    fn look(&self, nets: &mut Nets, what: &str) {
        let now = Instant::now();
        if now - nets.looked < Duration::from_millis(25) {
            return;
        }
        nets.looked = now;
        let progress = self.progress();
        if nets.progress.0 != progress {
            nets.progress = (progress, now);
            nets.quiet = None;
            return;
        }
        match (self.quiet(), nets.quiet) {
            (None, _) => nets.quiet = None,
            (Some(hash), Some((before, since))) if hash == before => {
                if now - since > QUIET {
                    let text =
                        format!("{} waits for ever: {}. The check waited for {what}", self.named(), self.asleep());
                    fail(Kind::Deadlock, &text);
                }
            }
            (Some(hash), _) => nets.quiet = Some((hash, now)),
        }
        if now - nets.progress.1 > NET {
            let text =
                format!("{} does nothing any more, but goes on running. The check waited for {what}", self.named());
            fail(Kind::Livelock, &text);
        }
    }

    /// What everybody looks like, if nobody can move by himself.
    fn quiet(&self) -> Option<u64> {
        let mut hash = DefaultHasher::new();
        let mut pids = system::descendants(std::process::id() as i32);
        pids.sort_unstable();
        for pid in pids {
            for (tid, task) in system::tasks(pid) {
                if task.runs() || system::sleeps_for_a_time(pid, tid) {
                    return None;
                }
                (pid, tid, task.state, task.ticks, system::waits(pid, tid)).hash(&mut hash);
            }
        }
        Some(hash.finish())
    }

    fn named(&self) -> String {
        command(&self.started)
    }

    /// Who sleeps, in words.
    fn asleep(&self) -> String {
        let mut words = Vec::new();
        if self.status.is_none() {
            words.push("the first process sleeps".to_owned());
        }
        let alive = self.alive();
        let still = alive.iter().filter(|child| system::process(child.pid).is_some_and(|t| t.state == b'T')).count();
        let sleep = alive.len() - still;
        if sleep > 0 {
            words.push(format!("{sleep} of its processes sleep"));
        }
        if still > 0 {
            words.push(format!("{still} are held by the check"));
        }
        if alive.is_empty() {
            words.push("no other process is alive".to_owned());
        }
        words.join(", ")
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        end_all();
    }
}

/// Reads all that is there. True: there was something.
fn read(file: &mut Option<File>, into: &mut Vec<u8>) -> bool {
    let Some(open) = file else { return false };
    let before = into.len();
    let mut buffer = [0u8; 64 << 10];
    loop {
        match open.read(&mut buffer) {
            Ok(0) => {
                *file = None;
                break;
            }
            Ok(n) => into.extend_from_slice(&buffer[..n]),
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            Err(e) if e.kind() == ErrorKind::WouldBlock => break,
            Err(_) => {
                *file = None;
                break;
            }
        }
        if into.len() - before > 4 << 20 {
            break;
        }
    }
    into.len() > before
}

/// A call of the program, for messages.
fn command(args: &[String]) -> String {
    let mut text: String = args.join(" ").chars().take(60).collect();
    if args.join(" ").chars().count() > 60 {
        text.push_str(" ...");
    }
    format!("the program (arguments: `{text}`)")
}

/// A program that has ended.
pub struct Ended {
    raw: i32,
    args: Vec<String>,
    /// Standard output.
    pub out: Vec<u8>,
    /// Standard error.
    pub err: Vec<u8>,
    /// Processes that were alive when the first one had ended, and would have stayed so.
    pub left_behind: Vec<i32>,
    /// How many processes it has started.
    pub children_ever: usize,
}

impl Ended {
    /// The exit code; `None`: it was ended by a signal.
    pub fn code(&self) -> Option<i32> {
        ExitStatus::from_raw(self.raw).code()
    }

    /// How it was called and how it ended, for messages.
    pub fn story(&self) -> String {
        let how = match (self.code(), ExitStatus::from_raw(self.raw).signal()) {
            (Some(code), _) => format!("ended with exit code {code}"),
            (None, Some(signal)) => format!("was ended by signal {signal}"),
            (None, None) => "ended".to_owned(),
        };
        let said = String::from_utf8_lossy(&self.err);
        let said: String = said.trim().chars().take(300).collect();
        let said = if said.is_empty() { "nothing".to_owned() } else { format!("`{said}`") };
        format!("{} {how}; on standard error it said {said}", command(&self.args))
    }

    /// Standard output as text.
    #[track_caller]
    pub fn text(&self) -> &str {
        match std::str::from_utf8(&self.out) {
            Ok(text) => text,
            Err(_) => fail(Kind::Assertion, &format!("{}; its output is not UTF-8 text", self.story())),
        }
    }

    /// Standard error as text.
    pub fn complaint(&self) -> String {
        String::from_utf8_lossy(&self.err).into_owned()
    }

    /// Fails the check if a process was left behind.
    #[track_caller]
    pub fn nobody_left(&self) {
        if !self.left_behind.is_empty() {
            let text = format!("{}, but {} of its children still lived then", self.story(), self.left_behind.len());
            fail(Kind::Assertion, &text);
        }
    }

    /// For assert_cmd's ways to look at exit code and output.
    pub fn assert(self) -> assert_cmd::assert::Assert {
        let status = ExitStatus::from_raw(self.raw);
        assert_cmd::assert::Assert::new(Output { status, stdout: self.out, stderr: self.err })
    }
}
