//! The parent's side: start a helper, feed it, read the pipes within bounds, collect the report.

use std::collections::HashMap;
use std::io::Write;
use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant};

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::wire::{self, Report, Setup};
use super::{Command, Error, Exit, LimitHit, Limits, Mode, Output};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
static NEXT: AtomicU64 = AtomicU64::new(0);
/// The sockets of all helpers that live now. Closing one ends its program.
static LIVE: LazyLock<Mutex<HashMap<u64, Arc<UnixStream>>>> = LazyLock::new(Mutex::default);
/// Another program to start as helper; for tests, whose own program is not `grade`.
static HELPER_PROGRAM: Mutex<Option<PathBuf>> = Mutex::new(None);

/// How long after the report the pipes may stay open.
const GRACE: Duration = Duration::from_secs(2);
/// How much longer than the wall limit a helper may take.
const NET: Duration = Duration::from_secs(20);

pub(super) fn kill_all() {
    INTERRUPTED.store(true, Ordering::SeqCst);
    let deadline = Instant::now() + Duration::from_secs(5);
    loop {
        let live: Vec<_> = lock(&LIVE).values().cloned().collect();
        if live.is_empty() || Instant::now() > deadline {
            return;
        }
        for socket in live {
            let _ = socket.shutdown(std::net::Shutdown::Both);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

pub(super) fn set_helper_program(path: PathBuf) {
    *lock(&HELPER_PROGRAM) = Some(path);
}

/// The program that [`super::helper_main`] answers in.
pub(super) fn helper_program() -> std::io::Result<PathBuf> {
    match lock(&HELPER_PROGRAM).clone() {
        Some(path) => Ok(path),
        // Works even if the file has been replaced meanwhile.
        None if cfg!(target_os = "linux") => Ok("/proc/self/exe".into()),
        None => std::env::current_exe(),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Takes part in [`LIVE`] while it lives.
struct Registered(u64);

impl Registered {
    fn new(socket: &Arc<UnixStream>) -> Registered {
        let key = NEXT.fetch_add(1, Ordering::Relaxed);
        lock(&LIVE).insert(key, socket.clone());
        Registered(key)
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        lock(&LIVE).remove(&self.0);
    }
}

/// A helper process; waited for whatever happens.
struct Helper(Child);

impl Helper {
    /// Waits until it is gone, by force after a while.
    fn end(&mut self) {
        let deadline = Instant::now() + Duration::from_secs(15);
        let mut pause = Duration::from_micros(100);
        while Instant::now() < deadline {
            match self.0.try_wait() {
                Ok(None) => std::thread::sleep(pause),
                _ => return,
            }
            pause = (pause * 2).min(Duration::from_millis(20));
        }
        #[cfg(target_os = "linux")]
        for pid in super::proc::descendants(self.0.id() as i32) {
            let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), nix::sys::signal::Signal::SIGKILL);
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        self.end();
    }
}

pub(super) fn run(mode: Mode, command: &Command, on_line: &mut dyn FnMut(&str)) -> Result<Exit, Error> {
    let setup_error = |e: std::io::Error| Error::Setup(e.to_string());
    if INTERRUPTED.load(Ordering::SeqCst) {
        return Err(Error::Interrupted);
    }
    let (ours, theirs) = UnixStream::pair().map_err(setup_error)?;
    let program = helper_program().map_err(setup_error)?;
    let child = std::process::Command::new(program)
        .arg(wire::HELPER)
        .env_clear()
        .stdin(Stdio::from(OwnedFd::from(theirs)))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(setup_error)?;
    let ours = Arc::new(ours);
    // Dropped in the opposite order: first the socket, which ends the helper, then the wait for it.
    let mut helper = Helper(child);
    let registered = Registered::new(&ours);

    let (stdin_read, stdin_write) = std::io::pipe().map_err(setup_error)?;
    let (stdout_read, stdout_write) = std::io::pipe().map_err(setup_error)?;
    let (stderr_read, stderr_write) = std::io::pipe().map_err(setup_error)?;
    let (channel_read, channel_write) = std::io::pipe().map_err(setup_error)?;
    let setup = Setup {
        mode,
        program: command.program.clone(),
        args: command.args.clone(),
        env: command.env.iter().map(|(k, v)| (k.clone(), v.clone())).collect(),
        cwd: command.cwd.clone(),
        readonly: command.readonly.clone(),
        writable: command.writable.clone(),
        limits: command.limits.clone(),
        network: command.network,
        children: command.children,
        processes: command.processes,
        channel: command.channel,
    };
    let mut given: Vec<RawFd> = vec![stdin_read.as_raw_fd(), stdout_write.as_raw_fd(), stderr_write.as_raw_fd()];
    if command.channel {
        given.push(channel_write.as_raw_fd());
    }
    let sent = wire::send(&ours, &setup, &given);
    drop((stdin_read, stdout_write, stderr_write, channel_write));

    let mut pump = Pump {
        socket: &ours,
        command,
        stdin: Some((OwnedFd::from(stdin_write), 0)),
        stdout: Some(OwnedFd::from(stdout_read)),
        stderr: Some(OwnedFd::from(stderr_read)),
        channel: Some(OwnedFd::from(channel_read)),
        out: Output::default(),
        err: Output::default(),
        seen: 0,
        line: Vec::new(),
        channel_bytes: 0,
        over: None,
        report: None,
    };
    let result = match sent {
        Ok(()) => pump.run(on_line),
        Err(e) => Err(Error::Lost(e.to_string())),
    };
    let report = pump.report.take();
    let (out, err, channel_bytes, over) = (pump.out, pump.err, pump.channel_bytes, pump.over);
    let _ = ours.shutdown(std::net::Shutdown::Both);
    helper.end();
    drop(registered);
    if INTERRUPTED.load(Ordering::SeqCst) {
        return Err(Error::Interrupted);
    }
    result?;
    match report {
        Some(Report::Ended(ended)) => {
            let mut exit = Exit {
                status: ended.status,
                signal: ended.signal,
                limit: over.or(ended.limit),
                stdout: out,
                stderr: err,
                channel_bytes,
                cpu: ended.cpu,
                wall: ended.wall,
                peak_memory: ended.peak_memory,
                peak_processes: ended.peak_processes,
                survivors: ended.survivors,
            };
            if exit.limit.is_none() && refused_memory(&exit) {
                exit.limit = Some(LimitHit::Memory);
            }
            Ok(exit)
        }
        Some(Report::Start(why)) => Err(Error::Start { program: command.program.display().to_string(), why }),
        Some(Report::Setup(why)) => Err(Error::Setup(why)),
        None => Err(Error::Lost(format!("{:?}", helper.0.try_wait().ok().flatten()))),
    }
}

/// An abort after the allocator was refused memory: the limit of the kernel was faster than the watcher.
/// Only ever turns one way to fail into another.
fn refused_memory(exit: &Exit) -> bool {
    exit.signal == Some(libc::SIGABRT) && {
        let tail = &exit.stderr.bytes[exit.stderr.bytes.len().saturating_sub(200)..];
        let text = String::from_utf8_lossy(tail);
        text.contains("memory allocation of ") && text.contains(" bytes failed")
    }
}

/// Moves bytes between the program and us, in one thread.
struct Pump<'a> {
    socket: &'a UnixStream,
    command: &'a Command,
    stdin: Option<(OwnedFd, usize)>,
    stdout: Option<OwnedFd>,
    stderr: Option<OwnedFd>,
    channel: Option<OwnedFd>,
    out: Output,
    err: Output,
    /// Bytes of standard output and error so far, kept or not.
    seen: u64,
    line: Vec<u8>,
    channel_bytes: u64,
    over: Option<LimitHit>,
    report: Option<Report>,
}

#[derive(Clone, Copy, PartialEq)]
enum Which {
    Socket,
    Stdin,
    Stdout,
    Stderr,
    Channel,
}

impl Pump<'_> {
    fn run(&mut self, on_line: &mut dyn FnMut(&str)) -> Result<(), Error> {
        let fail = |e: nix::Error| Error::Setup(format!("pipes: {e}"));
        for fd in [self.stdin.as_ref().map(|s| &s.0), self.stdout.as_ref(), self.stderr.as_ref(), self.channel.as_ref()]
            .into_iter()
            .flatten()
        {
            fcntl(fd, FcntlArg::F_SETFL(OFlag::O_NONBLOCK)).map_err(fail)?;
        }
        let net = Instant::now() + self.command.limits.wall * Limits::LONGEST + NET;
        let mut reported_at = None;
        loop {
            if self.report.is_some() && self.stdout.is_none() && self.stderr.is_none() && self.channel.is_none() {
                break;
            }
            let now = Instant::now();
            let deadline = match reported_at {
                Some(at) => at + GRACE,
                None => net,
            };
            if now >= deadline {
                if self.report.is_none() {
                    return Err(Error::Lost("it did not end in time".into()));
                }
                break;
            }
            let ready = self.wait(deadline - now).map_err(fail)?;
            for which in ready {
                match which {
                    Which::Stdin => self.feed(),
                    Which::Stdout | Which::Stderr => self.read_output(which),
                    Which::Channel => self.read_channel(on_line),
                    Which::Socket => {
                        match wire::receive::<Report>(self.socket) {
                            Ok(Some((report, _))) => self.report = Some(report),
                            Ok(None) => return Ok(()),
                            Err(e) => return Err(Error::Lost(e.to_string())),
                        }
                        reported_at = Some(Instant::now());
                        self.stdin = None;
                    }
                }
            }
        }
        if !self.line.is_empty() {
            let line = std::mem::take(&mut self.line);
            on_line(&String::from_utf8_lossy(&line));
        }
        Ok(())
    }

    fn wait(&self, longest: Duration) -> Result<Vec<Which>, nix::Error> {
        let mut which = Vec::with_capacity(5);
        let mut fds = Vec::with_capacity(5);
        if self.report.is_none() {
            which.push(Which::Socket);
            fds.push(PollFd::new(self.socket.as_fd(), PollFlags::POLLIN));
        }
        if let Some((fd, _)) = &self.stdin {
            which.push(Which::Stdin);
            fds.push(PollFd::new(fd.as_fd(), PollFlags::POLLOUT));
        }
        for (name, fd) in
            [(Which::Channel, &self.channel), (Which::Stdout, &self.stdout), (Which::Stderr, &self.stderr)]
        {
            if let Some(fd) = fd {
                which.push(name);
                fds.push(PollFd::new(fd.as_fd(), PollFlags::POLLIN));
            }
        }
        let timeout = PollTimeout::try_from(longest.min(Duration::from_secs(60)) + Duration::from_millis(1))
            .unwrap_or(PollTimeout::MAX);
        match poll(&mut fds, timeout) {
            Ok(_) => {}
            Err(nix::Error::EINTR) => return Ok(Vec::new()),
            Err(e) => return Err(e),
        }
        // Whatever the program wrote comes before the report of its end.
        let mut ready: Vec<Which> = which
            .iter()
            .zip(&fds)
            .filter(|(_, fd)| fd.revents().is_some_and(|r| !r.is_empty()))
            .map(|(w, _)| *w)
            .collect();
        ready.reverse();
        Ok(ready)
    }

    fn feed(&mut self) {
        let Some((fd, at)) = &mut self.stdin else {
            return;
        };
        let rest = &self.command.stdin[*at..];
        if !rest.is_empty() {
            match nix::unistd::write(&*fd, rest) {
                Ok(n) => *at += n,
                Err(nix::Error::EAGAIN | nix::Error::EINTR) => return,
                Err(_) => *at = self.command.stdin.len(),
            }
        }
        if *at >= self.command.stdin.len() {
            self.stdin = None;
        }
    }

    fn read_output(&mut self, which: Which) {
        let (fd, output) =
            if which == Which::Stdout { (&mut self.stdout, &mut self.out) } else { (&mut self.stderr, &mut self.err) };
        let mut buffer = [0u8; 16 << 10];
        let got = match read(fd, &mut buffer) {
            Some(got) => got,
            None => return,
        };
        let most = self.command.limits.output_bytes;
        let room = usize::try_from(most.saturating_sub(self.seen)).unwrap_or(usize::MAX);
        output.bytes.extend_from_slice(&buffer[..got.min(room)]);
        self.seen += got as u64;
        if got > room {
            output.truncated = true;
            self.stop(LimitHit::Output, wire::KILL_OUTPUT);
        }
    }

    fn read_channel(&mut self, on_line: &mut dyn FnMut(&str)) {
        let mut buffer = [0u8; 16 << 10];
        let got = match read(&mut self.channel, &mut buffer) {
            Some(got) => got,
            None => return,
        };
        self.channel_bytes += got as u64;
        if self.channel_bytes > self.command.limits.channel_bytes {
            self.line.clear();
            self.stop(LimitHit::Channel, wire::KILL_CHANNEL);
            return;
        }
        for part in buffer[..got].split_inclusive(|b| *b == b'\n') {
            match part.strip_suffix(b"\n") {
                Some(end) => {
                    self.line.extend_from_slice(end);
                    on_line(&String::from_utf8_lossy(&self.line));
                    self.line.clear();
                }
                None => self.line.extend_from_slice(part),
            }
        }
    }

    fn stop(&mut self, limit: LimitHit, order: u8) {
        if self.over.is_none() {
            self.over = Some(limit);
            let _ = (&*self.socket).write_all(&[order]);
        }
    }
}

/// `None`: nothing now, or the end, which closes it.
fn read(fd: &mut Option<OwnedFd>, buffer: &mut [u8]) -> Option<usize> {
    let open = fd.as_ref()?;
    match nix::unistd::read(open, buffer) {
        Ok(0) => *fd = None,
        Ok(n) => return Some(n),
        Err(nix::Error::EAGAIN | nix::Error::EINTR) => {}
        Err(_) => *fd = None,
    }
    None
}
