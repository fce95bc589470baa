//! The memory that a check shares with the processes of the program: who there is, and where each of them stopped.
//!
//! A file beside the program's executable, mapped by everybody.

use core::sync::atomic::{AtomicU32, AtomicU64};

/// So many processes have a slot; those that start later are only counted.
pub const SLOTS: usize = 128;

/// A process has started; `main` has not begun.
pub const START: u32 = 1;
/// Before a read.
pub const READ: u32 = 2;
/// Before a write.
pub const WRITE: u32 = 4;
/// Before a file lock is asked for.
pub const LOCK: u32 = 8;
/// Before a file lock is given back.
pub const UNLOCK: u32 = 16;
/// Before a file gets another length.
pub const TRUNCATE: u32 = 32;
/// Before the process ends by itself.
pub const EXIT: u32 = 64;

/// The whole file.
#[repr(C)]
pub struct Control {
    /// Processes started so far, the first one included.
    pub started: AtomicU32,
    /// Where the first process stops.
    pub first: AtomicU32,
    /// Where all others stop.
    pub others: AtomicU32,
    /// Not 0: a read gives at most so many bytes.
    pub most_read: AtomicU32,
    /// In order of start.
    pub slots: [Slot; SLOTS],
}

/// One process.
#[repr(C)]
pub struct Slot {
    /// Its id; written last when it starts.
    pub pid: AtomicU32,
    /// Where it has stopped; 0: it runs.
    pub at: AtomicU32,
    /// The descriptor that it is about to use.
    pub fd: AtomicU32,
    /// Not 0: it stops no more.
    pub free: AtomicU32,
    /// Not 0: when it goes on, it ends with this exit code less 1.
    pub end: AtomicU32,
    /// One thread at a time may stop the process.
    pub busy: AtomicU32,
    /// Bytes that it is about to read or write.
    pub length: AtomicU64,
    /// Writes, locks that were had, changes of length: what changes the world.
    pub deeds: AtomicU64,
    /// How often it has asked for a file lock.
    pub locks: AtomicU64,
}
