//! The check's side of the memory that it shares with the program's processes.

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::path::Path;
use std::sync::atomic::Ordering::SeqCst;

#[path = "../../process-stops/src/layout.rs"]
mod layout;

pub(crate) use layout::Slot;
use layout::{Control, SLOTS};

/// Where a process can be stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stop {
    /// At its start, before `main`.
    Start,
    /// Before a read.
    Read,
    /// Before a write.
    Write,
    /// Before it asks for a file lock.
    Lock,
    /// Before it gives a file lock back (not when it just closes the file).
    Unlock,
    /// Before it gives a file another length.
    Truncate,
    /// Before it ends by itself, when all its output is out.
    Exit,
}

impl Stop {
    const ALL: [(Stop, u32); 7] = [
        (Stop::Start, layout::START),
        (Stop::Read, layout::READ),
        (Stop::Write, layout::WRITE),
        (Stop::Lock, layout::LOCK),
        (Stop::Unlock, layout::UNLOCK),
        (Stop::Truncate, layout::TRUNCATE),
        (Stop::Exit, layout::EXIT),
    ];

    fn bit(self) -> u32 {
        Stop::ALL.iter().find(|(stop, _)| *stop == self).map_or(0, |(_, bit)| *bit)
    }

    fn of_bit(bit: u32) -> Option<Stop> {
        Stop::ALL.iter().find(|(_, b)| *b == bit).map(|(stop, _)| *stop)
    }
}

pub(crate) fn bits(stops: &[Stop]) -> u32 {
    stops.iter().fold(0, |all, stop| all | stop.bit())
}

/// The mapped file.
pub(crate) struct Shared(&'static Control);

impl Shared {
    /// Makes the file anew, all zero, and maps it.
    pub fn create(path: &Path, first: u32, others: u32) -> io::Result<Shared> {
        let _ = std::fs::remove_file(path);
        let file = File::options().read(true).write(true).create_new(true).open(path)?;
        let length = size_of::<Control>();
        file.set_len(length as u64)?;
        let access = libc::PROT_READ | libc::PROT_WRITE;
        // SAFETY: a new mapping of a file that is as long as the structure, all of whose parts are atomics.
        let control = unsafe {
            let memory = libc::mmap(std::ptr::null_mut(), length, access, libc::MAP_SHARED, file.as_raw_fd(), 0);
            if memory == libc::MAP_FAILED {
                return Err(io::Error::last_os_error());
            }
            &*memory.cast::<Control>()
        };
        control.first.store(first, SeqCst);
        control.others.store(others, SeqCst);
        Ok(Shared(control))
    }

    /// Processes started so far.
    pub fn started(&self) -> usize {
        self.0.started.load(SeqCst) as usize
    }

    /// The slots in use, in order of start.
    pub fn slots(&self) -> impl Iterator<Item = (usize, &'static Slot)> + use<> {
        self.0.slots[..self.started().min(SLOTS)].iter().enumerate()
    }

    /// Where the processes after the first stop from now on.
    pub fn set_others(&self, others: u32) {
        self.0.others.store(others, SeqCst);
    }

    /// A read gives at most so many bytes.
    pub fn set_most_read(&self, bytes: u32) {
        self.0.most_read.store(bytes, SeqCst);
    }

    /// Nobody stops any more.
    pub fn free_all(&self) {
        self.0.first.store(0, SeqCst);
        self.0.others.store(0, SeqCst);
    }

    /// What all processes together have done to the world.
    pub fn deeds(&self) -> u64 {
        self.slots().map(|(_, slot)| slot.deeds.load(SeqCst)).sum()
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        let memory = (self.0 as *const Control).cast_mut().cast();
        // SAFETY: made by `create` and given to nobody who outlives a run: slots are looked at only through the run.
        unsafe { libc::munmap(memory, size_of::<Control>()) };
    }
}

/// A slot's process and where it stands.
pub(crate) fn at(slot: &Slot) -> Option<Stop> {
    Stop::of_bit(slot.at.load(SeqCst))
}
