//! What the parent and the helper say to each other over their socket.
//!
//! Down: one [`Setup`] (a length, then JSON) with the program's pipes attached to the first byte; later
//! single bytes, each an order to kill the program. Up: one [`Report`]. The end of the stream, seen by
//! the helper, means that the parent is gone.

use std::ffi::OsString;
use std::io::{IoSlice, IoSliceMut, Read, Write};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::Duration;

use nix::sys::socket::{ControlMessage, ControlMessageOwned, MsgFlags, recvmsg, sendmsg};
use serde::{Deserialize, Serialize};

use super::{LimitHit, Limits, Mode, Network};

/// The name under which `grade` starts itself as a helper.
pub(super) const HELPER: &str = "__sandbox-helper";
/// The name under which `grade` starts itself inside a sandbox, to try whether it holds.
pub(super) const PROBE: &str = "__sandbox-probe";

/// Order: kill, the output is too long.
pub(super) const KILL_OUTPUT: u8 = b'o';
/// Order: kill, the channel's messages are too long.
pub(super) const KILL_CHANNEL: u8 = b'c';

/// A command, as sent to the helper.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Setup {
    pub mode: Mode,
    pub program: PathBuf,
    pub args: Vec<OsString>,
    pub env: Vec<(OsString, OsString)>,
    pub cwd: PathBuf,
    pub readonly: Vec<PathBuf>,
    pub writable: Option<PathBuf>,
    pub limits: Limits,
    pub network: Network,
    pub children: bool,
    pub processes: bool,
    pub channel: bool,
}

/// What the helper found out.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Report {
    /// The program ran and ended, and nothing of it is left.
    Ended(Ended),
    /// The program could not be started.
    Start(String),
    /// The walls could not be built.
    Setup(String),
}

/// The facts about a program that ended.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Ended {
    pub status: Option<i32>,
    pub signal: Option<i32>,
    pub limit: Option<LimitHit>,
    pub cpu: Duration,
    pub wall: Duration,
    pub peak_memory: u64,
    pub peak_processes: u64,
    pub survivors: u64,
    /// The parent is gone: the program was killed for that.
    pub orphaned: bool,
}

/// At most this many descriptors travel with a setup: three standard ones and the channel.
const MAX_FDS: usize = 4;
/// A setup or a report is never larger.
const MAX_MESSAGE: usize = 16 << 20;

/// Sends a value with its descriptors.
pub(super) fn send<T: Serialize>(socket: &UnixStream, value: &T, fds: &[RawFd]) -> std::io::Result<()> {
    let json = serde_json::to_vec(value)?;
    let length = u32::try_from(json.len()).map_err(std::io::Error::other)?.to_le_bytes();
    if fds.is_empty() {
        (&*socket).write_all(&length)?;
    } else {
        let rights = [ControlMessage::ScmRights(fds)];
        let sent = sendmsg::<()>(socket.as_raw_fd(), &[IoSlice::new(&length)], &rights, MsgFlags::empty(), None)?;
        (&*socket).write_all(&length[sent..])?;
    }
    (&*socket).write_all(&json)
}

/// Receives what [`send`] sent. `None`: the other side is gone.
pub(super) fn receive<T: for<'de> Deserialize<'de>>(socket: &UnixStream) -> std::io::Result<Option<(T, Vec<OwnedFd>)>> {
    let mut length = [0u8; 4];
    let mut fds = Vec::new();
    let got = {
        let mut space = nix::cmsg_space!([RawFd; MAX_FDS]);
        let mut parts = [IoSliceMut::new(&mut length)];
        #[cfg(target_os = "linux")]
        let flags = MsgFlags::MSG_CMSG_CLOEXEC;
        #[cfg(not(target_os = "linux"))]
        let flags = MsgFlags::empty();
        let message = loop {
            match recvmsg::<()>(socket.as_raw_fd(), &mut parts, Some(&mut space), flags) {
                Err(nix::Error::EINTR) => continue,
                other => break other?,
            }
        };
        for part in message.cmsgs()? {
            if let ControlMessageOwned::ScmRights(received) = part {
                for fd in received {
                    // SAFETY: the kernel has just made this descriptor for us; nobody else owns it.
                    fds.push(unsafe { OwnedFd::from_raw_fd(fd) });
                }
            }
        }
        message.bytes
    };
    if got == 0 {
        return Ok(None);
    }
    (&*socket).read_exact(&mut length[got..])?;
    let length = u32::from_le_bytes(length) as usize;
    if length > MAX_MESSAGE {
        return Err(std::io::Error::other("message too long"));
    }
    let mut json = vec![0; length];
    (&*socket).read_exact(&mut json)?;
    Ok(Some((serde_json::from_slice(&json)?, fds)))
}
