//! The trial program: runs inside a sandbox and tries what must not work there.
//!
//! Prints what it could do but must not, a line each, and says `held` on the channel if that was nothing.

use std::ffi::OsString;
use std::io::Write;
use std::os::fd::FromRawFd;
use std::path::PathBuf;

pub(super) fn main(mut args: impl Iterator<Item = OsString>) -> i32 {
    let level = args.next().unwrap_or_default();
    let canary = PathBuf::from(args.next().unwrap_or_default());
    let parent: i32 = args.next().and_then(|p| p.to_str()?.parse().ok()).unwrap_or(0);
    let mut could: Vec<&str> = Vec::new();
    if std::thread::Builder::new().spawn(|| ()).map(|t| t.join().is_err()).unwrap_or(true) {
        could.push("not start a thread");
    }
    if std::env::vars_os().any(|(key, _)| key != "GRADE_PROBE") {
        could.push("see the environment");
    }
    if level != "none" {
        if std::fs::read(&canary).is_ok() {
            could.push("read a file outside");
        }
        if std::fs::write(canary.with_extension("new"), "x").is_ok() {
            could.push("write a file outside");
        }
        if std::net::TcpListener::bind("127.0.0.1:0").is_ok() {
            could.push("make a socket");
        }
        // In a namespace of its own small numbers are its own processes.
        // SAFETY: signal 0 only asks.
        if parent > 10 && unsafe { libc::kill(parent, 0) } == 0 {
            could.push("signal a process outside");
        }
        // SAFETY: a child, should there be one, ends at once.
        unsafe {
            let child = libc::fork();
            if child == 0 {
                libc::_exit(0);
            }
            if child > 0 {
                could.push("start a process");
            }
        }
        // SAFETY: plain numbers; both must fail.
        unsafe {
            if libc::unshare(libc::CLONE_NEWUSER) == 0 {
                could.push("make a namespace");
            }
            if libc::ptrace(libc::PTRACE_TRACEME, 0, 0, 0) == 0 {
                could.push("be traced");
            }
        }
    }
    for one in &could {
        println!("{one}");
    }
    if could.is_empty() {
        // SAFETY: descriptor 3 is the channel, and nobody else here uses it.
        let mut channel = unsafe { std::fs::File::from_raw_fd(3) };
        if channel.write_all(b"held\n").is_err() {
            println!("not write to the channel");
        }
    }
    0
}
