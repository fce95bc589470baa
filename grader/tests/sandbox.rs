//! The sandbox's own tests: every promise of `grader::sandbox`, at every level, as the user who runs the tests and, if
//! that is root, once more as an ordinary user.
#![cfg(target_os = "linux")]

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use grader::sandbox::{Command, Error, Exit, Level, LimitHit, Limits, Network, Policy, Sandbox, runtime_paths};

/// Names the folder with the ready payload, when the tests run a second time as an ordinary user.
const AGAIN: &str = "GRADE_TEST_PAYLOAD";

struct Lab {
    payload: PathBuf,
}

/// A folder that lives as long as this test program: a static is never dropped.
fn lasting_folder() -> PathBuf {
    static FOLDERS: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());
    extern "C" fn remove() {
        for folder in FOLDERS.lock().unwrap_or_else(|e| e.into_inner()).drain(..) {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
    let folder = folder().keep();
    let mut folders = FOLDERS.lock().unwrap();
    if folders.is_empty() {
        // SAFETY: the function takes nothing and lives as long as the program.
        unsafe { libc::atexit(remove) };
    }
    folders.push(folder.clone());
    folder
}

fn lab() -> &'static Lab {
    static LAB: OnceLock<Lab> = OnceLock::new();
    LAB.get_or_init(|| {
        if let Some(folder) = std::env::var_os(AGAIN) {
            let folder = PathBuf::from(folder);
            grader::sandbox::set_helper_program(folder.join("grade"));
            return Lab { payload: folder.join("payload") };
        }
        let folder = lasting_folder();
        let payload = folder.join("payload");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sandbox_payload/payload.rs");
        let status = std::process::Command::new("rustc")
            .args(["--edition", "2024", "-C", "opt-level=1", "-o"])
            .arg(&payload)
            .arg(source)
            .status()
            .unwrap();
        assert!(status.success());
        grader::sandbox::set_helper_program(env!("CARGO_BIN_EXE_grade").into());
        Lab { payload }
    })
}

fn open(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// Every level this machine has; the trial runs have to find at least one with walls.
fn levels() -> Vec<Sandbox> {
    lab();
    let all: Vec<Sandbox> = [Level::None, Level::Guard, Level::Jail]
        .into_iter()
        .filter_map(|level| match Sandbox::new(Policy::Exactly(level)) {
            Ok(sandbox) => Some(sandbox),
            Err(e) => {
                eprintln!("not tested: {e}");
                None
            }
        })
        .collect();
    assert!(all.len() > 1, "no level with walls works here");
    all
}

fn walls() -> Vec<Sandbox> {
    levels().into_iter().filter(|s| s.level() != Level::None).collect()
}

fn payload(args: &[&str]) -> Command {
    let mut command = Command::new(&lab().payload);
    command.args = args.iter().map(Into::into).collect();
    command.readonly = runtime_paths();
    command.limits.wall = Duration::from_secs(30);
    command
}

fn run(sandbox: &Sandbox, command: &Command) -> Exit {
    sandbox.run(command, &mut |_| {}).unwrap_or_else(|e| panic!("{}: {e}", sandbox.level()))
}

fn says(sandbox: &Sandbox, command: &Command) -> String {
    let exit = run(sandbox, command);
    assert!(exit.success(), "{}: {exit:?}", sandbox.level());
    exit.stdout.text().trim().to_string()
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::Builder::new().prefix("grade-sandbox-").tempdir().unwrap();
    open(folder.path(), 0o755);
    folder
}

/// Processes whose program is the payload.
fn payloads_alive() -> Vec<i32> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|n| n.parse::<i32>().ok()) else {
            continue;
        };
        let Ok(line) = std::fs::read(entry.path().join("cmdline")) else {
            continue;
        };
        if line.starts_with(lab().payload.to_str().unwrap().as_bytes()) {
            found.push(pid);
        }
    }
    found
}

#[test]
fn exit_codes_and_signals_are_told_apart() {
    for sandbox in levels() {
        assert_eq!(run(&sandbox, &payload(&["exit", "0"])).status, Some(0));
        assert_eq!(run(&sandbox, &payload(&["exit", "137"])).status, Some(137));
        assert_eq!(run(&sandbox, &payload(&["exit", "137"])).signal, None);
        let aborted = run(&sandbox, &payload(&["abort"]));
        assert_eq!((aborted.status, aborted.signal), (None, Some(libc::SIGABRT)));
        let overflow = run(&sandbox, &payload(&["overflow"]));
        assert_eq!(overflow.signal, Some(libc::SIGABRT), "{overflow:?}");
        assert!(overflow.stderr.text().contains("overflowed its stack"), "{}: {overflow:?}", sandbox.level());
        let closed = run(&sandbox, &payload(&["close-all"]));
        assert_eq!((closed.status, closed.limit), (Some(3), None));
    }
}

#[test]
fn input_output_channel_and_environment() {
    for sandbox in levels() {
        let mut command = payload(&["echo"]);
        command.stdin = (0..300_000u32).map(|i| i as u8).collect();
        let exit = run(&sandbox, &command);
        assert_eq!(exit.stdout.bytes, command.stdin);
        assert_eq!(exit.stderr.text(), "read 300000\n");
        // Nobody reads it.
        let mut command = payload(&["exit", "0"]);
        command.stdin = vec![0; 1 << 20];
        assert!(run(&sandbox, &command).success());

        let mut command = payload(&["channel", "1000"]);
        command.channel = true;
        let mut lines = Vec::new();
        let exit = sandbox.run(&command, &mut |line| lines.push(line.to_string())).unwrap();
        assert!(exit.success());
        assert_eq!(lines.len(), 1001);
        assert_eq!((lines[999].as_str(), lines[1000].as_str()), ("line 999", "no end"));

        let mut command = payload(&["env"]);
        command.env.insert("ONLY".into(), "this".into());
        assert_eq!(says(&sandbox, &command), "ONLY=this");
    }
}

#[test]
fn a_program_that_cannot_start_is_not_a_program_that_failed() {
    for sandbox in levels() {
        let command = Command::new("/nonexistent/program");
        let error = sandbox.run(&command, &mut |_| {}).unwrap_err();
        assert!(matches!(error, Error::Start { .. } | Error::Setup(_)), "{error}");
        let folder = folder();
        let text = folder.path().join("text");
        std::fs::write(&text, "no program").unwrap();
        open(&text, 0o755);
        let mut command = Command::new(&text);
        command.readonly = runtime_paths();
        let error = sandbox.run(&command, &mut |_| {}).unwrap_err();
        assert!(matches!(error, Error::Start { .. }), "{error}");
    }
}

/// Runs a command that must hit a limit, and soon.
fn hits(sandbox: &Sandbox, command: &Command, limit: LimitHit) -> Exit {
    let start = Instant::now();
    let exit = run(sandbox, command);
    assert_eq!(exit.limit, Some(limit), "{}: {:?}: {exit:?}", sandbox.level(), command.args);
    assert!(!exit.success());
    assert!(start.elapsed() < Duration::from_secs(20), "{:?} took {:?}", command.args, start.elapsed());
    exit
}

#[test]
fn every_limit_strikes_and_is_named() {
    for sandbox in levels() {
        let mut command = payload(&["spin", "2"]);
        command.limits.cpu = Duration::from_millis(300);
        let exit = hits(&sandbox, &command, LimitHit::Cpu);
        assert!(exit.cpu >= Duration::from_millis(300), "{exit:?}");
        let mut command = payload(&["spin-children"]);
        command.limits.cpu = Duration::from_millis(600);
        command.children = true;
        hits(&sandbox, &command, LimitHit::Cpu);
        let mut command = payload(&["sleep"]);
        command.limits.wall = Duration::from_millis(300);
        hits(&sandbox, &command, LimitHit::Wall);
        // What does not sleep may take its processor time, however long that takes.
        let mut command = payload(&["spin", "1"]);
        command.limits.cpu = Duration::from_millis(550);
        command.limits.wall = Duration::from_millis(500);
        let exit = run(&sandbox, &command);
        let starved = exit.limit == Some(LimitHit::Wall) && exit.wall >= command.limits.wall * Limits::LONGEST;
        assert!(exit.limit == Some(LimitHit::Cpu) || starved, "{}: {exit:?}", sandbox.level());
        let mut command = payload(&["alloc"]);
        command.limits.memory_bytes = 100 << 20;
        let exit = hits(&sandbox, &command, LimitHit::Memory);
        assert!(exit.peak_memory < 600 << 20, "{exit:?}");
        hits(&sandbox, &payload(&["alloc-huge"]), LimitHit::Memory);
        let mut command = payload(&["alloc-children"]);
        command.limits.memory_bytes = 200 << 20;
        command.children = true;
        hits(&sandbox, &command, LimitHit::Memory);
        let mut command = payload(&["threads", "1000"]);
        command.limits.processes = 20;
        hits(&sandbox, &command, LimitHit::Processes);
        hits(&sandbox, &payload(&["output"]), LimitHit::Output);
        let mut command = payload(&["channel-flood"]);
        command.channel = true;
        command.limits.channel_bytes = 1 << 20;
        hits(&sandbox, &command, LimitHit::Channel);
        let room = folder();
        let mut command = payload(&["bigfile"]);
        command.writable = Some(room.path().into());
        command.cwd = room.path().into();
        command.limits.file_bytes = 1 << 20;
        hits(&sandbox, &command, LimitHit::Disk);
        let mut command = payload(&["manyfiles"]);
        command.writable = Some(room.path().into());
        command.cwd = room.path().into();
        command.limits.disk_bytes = 8 << 20;
        hits(&sandbox, &command, LimitHit::Disk);
    }
    assert_eq!(payloads_alive_of_this_test(&["alloc", "spin", "threads", "manyfiles"]), 0);
}

fn payloads_alive_of_this_test(names: &[&str]) -> usize {
    payloads_alive()
        .into_iter()
        .filter(|pid| {
            let line = std::fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            names.iter().any(|n| line.split('\0').nth(1) == Some(n))
        })
        .count()
}

#[test]
fn a_fork_bomb_ends_and_leaves_nothing() {
    for sandbox in walls() {
        let mut command = payload(&["forkbomb"]);
        command.children = true;
        command.limits.processes = 30;
        hits(&sandbox, &command, LimitHit::Processes);
        assert_eq!(payloads_alive_of_this_test(&["forkbomb"]), 0, "{}", sandbox.level());
        // Where it may not fork at all, it just spins.
        command.children = false;
        command.limits.cpu = Duration::from_millis(200);
        hits(&sandbox, &command, LimitHit::Cpu);
    }
}

#[test]
fn orphans_that_hold_the_pipes_are_killed_and_counted() {
    for sandbox in levels() {
        let mut command = payload(&["orphans"]);
        command.children = true;
        let start = Instant::now();
        let exit = run(&sandbox, &command);
        assert!(exit.success(), "{exit:?}");
        assert_eq!(exit.stdout.text(), "done\n");
        assert!(exit.survivors >= 5, "{}: {exit:?}", sandbox.level());
        assert!(start.elapsed() < Duration::from_secs(5));
        assert_eq!(payloads_alive_of_this_test(&["orphans"]), 0);
    }
}

#[test]
fn files_outside_are_closed() {
    let outside = folder();
    let secret = outside.path().join("secret");
    std::fs::write(&secret, "marks").unwrap();
    open(outside.path(), 0o777);
    open(&secret, 0o666);
    let shown = folder();
    std::fs::write(shown.path().join("given"), "input").unwrap();
    let room = folder();
    let text = |p: &Path| p.to_str().unwrap().to_string();
    for sandbox in walls() {
        let ask = |what: &str, paths: &[&str]| {
            let mut args = vec![what];
            args.extend(paths);
            let mut command = payload(&args);
            command.readonly.push(shown.path().into());
            command.writable = Some(room.path().into());
            command.cwd = room.path().into();
            says(&sandbox, &command)
        };
        let level = sandbox.level();
        for closed in [
            text(&secret),
            "/etc/passwd".into(),
            "/etc/shadow".into(),
            "/root/.cargo/config.toml".into(),
            "/proc/1/environ".into(),
        ] {
            assert_eq!(ask("read", &[&closed]), "no", "{level}: {closed}");
        }
        for closed in ["/", "/etc", "/home", "/root", &text(outside.path()), "/tmp", "/sys", "/var"] {
            if level == Level::Guard || closed != "/" && closed != "/etc" && closed != "/tmp" {
                assert_eq!(ask("list", &[closed]), "no", "{level}: {closed}");
            }
        }
        let given = text(&shown.path().join("given"));
        assert_eq!(ask("read", &[&given]), "yes", "{level}");
        for closed in [&given, &text(&secret), &text(&outside.path().join("new")), &text(&shown.path().join("new"))] {
            assert_eq!(ask("write", &[closed]), "no", "{level}: {closed}");
        }
        for closed in ["/new", "/tmp/new", "/etc/new", "/dev/shm/new", "/usr/lib/new", "/proc/self/comm", "/dev/tty"] {
            assert_eq!(ask("write", &[closed]), "no", "{level}: {closed}");
        }
        assert_eq!(ask("hardlink", &[&given, &text(&room.path().join("link"))]), "no", "{level}");
        assert_eq!(ask("write", &[&text(&room.path().join("own"))]), "yes", "{level}");
        assert_eq!(ask("read", &[&text(&room.path().join("own"))]), "yes", "{level}");
        // A link out of the own folder leads nowhere.
        let link = room.path().join("out");
        let _ = std::fs::remove_file(&link);
        std::os::unix::fs::symlink(&secret, &link).unwrap();
        assert_eq!(ask("read", &[&text(&link)]), "no", "{level}");
        assert_eq!(ask("write", &[&text(&link)]), "no", "{level}");
        let _ = std::fs::remove_file(&link);

        for path in [&secret, &shown.path().join("given")] {
            let mut command = payload(&["chmod", path.to_str().unwrap()]);
            command.readonly.push(shown.path().into());
            let _ = run(&sandbox, &command);
            assert_ne!(std::fs::metadata(path).unwrap().mode() & 0o777, 0, "{level}: {}", path.display());
        }
        assert_eq!(std::fs::read_to_string(&secret).unwrap(), "marks");
        assert_eq!(std::fs::read_dir(outside.path()).unwrap().count(), 1);
        let _ = std::fs::remove_file(room.path().join("own"));
    }
}

#[test]
fn other_processes_cannot_be_signalled() {
    struct Victim(std::process::Child);
    impl Drop for Victim {
        fn drop(&mut self) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }
    let quiet = std::process::Stdio::null;
    let victim =
        std::process::Command::new("/bin/sleep").arg("1000").stdin(quiet()).stdout(quiet()).stderr(quiet()).spawn();
    let mut victim = Victim(victim.unwrap());
    let pid = victim.0.id().to_string();
    for sandbox in walls() {
        for children in [false, true] {
            for args in [&["signal", &pid, "9"][..], &["signal", &pid, "0"], &["signal-parent"], &["signal-all"]] {
                let mut command = payload(args);
                command.children = children;
                let exit = run(&sandbox, &command);
                assert!(exit.success(), "{} {args:?} {exit:?}", sandbox.level());
                if args[0] == "signal" {
                    assert_eq!(exit.stdout.text().trim(), "no", "{} {args:?}", sandbox.level());
                }
            }
        }
    }
    assert!(victim.0.try_wait().unwrap().is_none(), "the victim is dead");
}

#[test]
fn other_processes_cannot_be_seen_in_jail() {
    for sandbox in walls().iter().filter(|s| s.level() == Level::Jail) {
        // Landlock closes even the list; what is behind it holds the init and itself.
        assert_eq!(says(sandbox, &payload(&["pids"])), "0");
    }
}

#[test]
fn no_network_but_a_loopback_of_its_own() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let name = format!("grade-test-{}", std::process::id());
    use std::os::linux::net::SocketAddrExt;
    let unix = std::os::unix::net::SocketAddr::from_abstract_name(&name).unwrap();
    let _unix = std::os::unix::net::UnixListener::bind_addr(&unix).unwrap();
    for sandbox in walls() {
        assert_eq!(says(&sandbox, &payload(&["connect", &address])), "no");
        assert_eq!(says(&sandbox, &payload(&["abstract", &name])), "no");
        let mut command = payload(&["loopback"]);
        command.network = Network::Loopback;
        match sandbox.run(&command, &mut |_| {}) {
            Ok(exit) => assert_eq!(exit.stdout.text().trim(), "yes", "{}: {exit:?}", sandbox.level()),
            Err(Error::Setup(_)) if sandbox.level() == Level::Guard => continue,
            Err(e) => panic!("{}: {e}", sandbox.level()),
        }
        for args in [["connect", &address], ["abstract", &name]] {
            let mut command = payload(&args);
            command.network = Network::Loopback;
            assert_eq!(says(&sandbox, &command), "no", "{}", sandbox.level());
        }
    }
}

#[test]
fn privileges_are_gone() {
    for sandbox in walls() {
        let said = says(&sandbox, &payload(&["uid"]));
        assert!(said.contains("CapPrm:\t0000000000000000"), "{said}");
        assert!(said.contains("CapEff:\t0000000000000000"), "{said}");
        if nix::unistd::geteuid().is_root() {
            assert!(!said.contains("Uid:\t0"), "{}: {said}", sandbox.level());
        }
    }
}

#[test]
fn other_programs_run_only_where_children_are_allowed() {
    for sandbox in walls() {
        let mut command = payload(&["run", "/usr/bin/true"]);
        command.readonly.push("/usr/bin".into());
        assert_eq!(says(&sandbox, &command), "no");
        command.children = true;
        assert_eq!(says(&sandbox, &command), "yes", "{}", sandbox.level());
    }
}

#[test]
fn rustc_compiles_and_links_inside() {
    let Ok(rustc) = std::process::Command::new("rustc").args(["--print", "sysroot"]).output() else {
        return;
    };
    if !rustc.status.success() {
        return;
    }
    let sysroot = PathBuf::from(String::from_utf8(rustc.stdout).unwrap().trim());
    let source = folder();
    let file = source.path().join("main.rs");
    std::fs::write(&file, "fn main() { println!(\"compiled inside\"); }").unwrap();
    open(&file, 0o644);
    for sandbox in levels() {
        let out = folder();
        let compile = |name: &str| {
            let mut command = Command::new(sysroot.join("bin/rustc"));
            command.readonly = grader::sandbox::toolchain_paths(&sysroot);
            command.readonly.push(source.path().into());
            command.writable = Some(out.path().into());
            command.cwd = out.path().into();
            command.env.insert("PATH".into(), "/usr/bin:/bin".into());
            command.env.insert("TMPDIR".into(), out.path().into());
            command.args = vec![file.clone().into(), "-o".into(), name.into()];
            command.children = true;
            command.limits.memory_bytes = 2 << 30;
            command
        };
        let command = compile("made");
        let exit = run(&sandbox, &command);
        assert!(exit.success(), "{}: {}", sandbox.level(), exit.stderr.text());
        let made = out.path().join("made");
        let mut command = Command::new(&made);
        command.readonly = runtime_paths();
        assert_eq!(says(&sandbox, &command), "compiled inside", "{}", sandbox.level());

        // The compiler reads no file that is not the student's.
        std::fs::write(&file, "fn main() { print!(\"{}\", include_str!(\"/etc/passwd\")); }").unwrap();
        let command = compile("made2");
        let exit = run(&sandbox, &command);
        assert_eq!(exit.success(), sandbox.level() == Level::None, "{}", exit.stderr.text());
        std::fs::write(&file, "fn main() { println!(\"compiled inside\"); }").unwrap();
    }
}

#[test]
fn many_runs_at_once_leave_no_descriptor_and_no_process() {
    let handles = || std::fs::read_dir("/proc/self/fd").unwrap().count();
    let sandboxes = levels();
    let before = handles();
    std::thread::scope(|scope| {
        for i in 0..4 {
            let sandboxes = &sandboxes;
            scope.spawn(move || {
                for k in 0..15 {
                    let code = (i * 15 + k) % 100;
                    let exit = run(&sandboxes[k % sandboxes.len()], &payload(&["exit", &code.to_string()]));
                    assert_eq!(exit.status, Some(code as i32));
                }
            });
        }
    });
    // Other tests of this file run at the same time and have handles of their own.
    let deadline = Instant::now() + Duration::from_secs(5);
    while handles() > before + 60 && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(handles() <= before + 60, "{} handles before, {} after", before, handles());
}

/// The name that makes this test binary a grader which starts a long run and is then killed.
const DOOMED: &str = "GRADE_TEST_DOOMED";

#[test]
fn when_the_grader_is_killed_everything_goes() {
    lab();
    if let Ok(level) = std::env::var(DOOMED) {
        for signal in [libc::SIGTERM, libc::SIGHUP, libc::SIGINT] {
            // SAFETY: the default action. Under `nohup`, or in the background of a script, the shell has them ignored.
            unsafe { libc::signal(signal, libc::SIG_DFL) };
        }
        let level = match level.as_str() {
            "jail" => Level::Jail,
            "guard" => Level::Guard,
            _ => Level::None,
        };
        let sandbox = Sandbox::new(Policy::Exactly(level)).unwrap();
        let mut command = payload(&["alloc-children"]);
        command.children = true;
        command.limits.wall = Duration::from_secs(100);
        println!("running");
        let _ = sandbox.run(&command, &mut |_| {});
        return;
    }
    for sandbox in levels() {
        for signal in [libc::SIGKILL, libc::SIGTERM, libc::SIGHUP, libc::SIGINT] {
            let mut doomed = std::process::Command::new(std::env::current_exe().unwrap());
            doomed
                .args(["--exact", "when_the_grader_is_killed_everything_goes", "--nocapture", "--test-threads=1"])
                .env(DOOMED, sandbox.level().name())
                .env(AGAIN, payload_folder())
                .stdout(std::process::Stdio::null())
                .stderr(std::process::Stdio::null());
            let mut doomed = doomed.spawn().unwrap();
            let deadline = Instant::now() + Duration::from_secs(20);
            while payloads_of(doomed.id()) < 5 && Instant::now() < deadline {
                std::thread::sleep(Duration::from_millis(5));
            }
            assert!(payloads_of(doomed.id()) >= 5, "{}: it never started", sandbox.level());
            let pids = descendants(doomed.id());
            // SAFETY: sends a signal to our own child.
            unsafe { libc::kill(doomed.id() as i32, signal) };
            doomed.wait().unwrap();
            let deadline = Instant::now() + Duration::from_secs(5);
            let alive = || pids.iter().filter(|p| Path::new(&format!("/proc/{p}")).exists()).count();
            while alive() > 0 && Instant::now() < deadline {
                std::thread::sleep(Duration::from_millis(5));
            }
            assert_eq!(alive(), 0, "{} {signal}", sandbox.level());
        }
    }
}

/// A folder with `payload` and `grade` in it, for a second process.
fn payload_folder() -> PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    if let Some(folder) = std::env::var_os(AGAIN) {
        return folder.into();
    }
    FOLDER
        .get_or_init(|| {
            let folder = lasting_folder();
            std::fs::copy(&lab().payload, folder.join("payload")).unwrap();
            std::fs::copy(env!("CARGO_BIN_EXE_grade"), folder.join("grade")).unwrap();
            folder
        })
        .clone()
}

fn descendants(root: u32) -> Vec<u32> {
    let mut parents = std::collections::HashMap::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|n| n.parse::<u32>().ok()) else {
            continue;
        };
        let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else {
            continue;
        };
        let Some(rest) = stat.rsplit_once(')') else {
            continue;
        };
        if let Some(parent) = rest.1.split_ascii_whitespace().nth(1).and_then(|p| p.parse::<u32>().ok()) {
            parents.insert(pid, parent);
        }
    }
    let mut found = vec![root];
    let mut next = 0;
    while next < found.len() {
        let parent = found[next];
        found.extend(parents.iter().filter(|(_, p)| **p == parent).map(|(pid, _)| *pid));
        next += 1;
    }
    found
}

fn payloads_of(root: u32) -> usize {
    descendants(root)
        .into_iter()
        .filter(|pid| {
            std::fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default().split('\0').nth(1)
                == Some("alloc-children")
        })
        .count()
}

/// Everything above once more as a user without privileges.
#[test]
fn the_same_as_an_ordinary_user() {
    use std::os::unix::process::CommandExt;
    if !nix::unistd::geteuid().is_root() || std::env::var_os(AGAIN).is_some() {
        return;
    }
    let folder = folder();
    std::fs::copy(&lab().payload, folder.path().join("payload")).unwrap();
    std::fs::copy(env!("CARGO_BIN_EXE_grade"), folder.path().join("grade")).unwrap();
    let tests = folder.path().join("tests");
    std::fs::copy(std::env::current_exe().unwrap(), &tests).unwrap();
    let user = 61_199;
    let output = std::process::Command::new(&tests)
        .args(["--test-threads=2"])
        .env_clear()
        .env(AGAIN, folder.path())
        .env("PATH", "/usr/bin:/bin")
        .current_dir("/")
        .uid(user)
        .gid(user)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
