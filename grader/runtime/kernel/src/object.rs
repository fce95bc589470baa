//! Synchronisation objects as the kernel sees them.

use crate::view::View;
use std::panic::Location;
use std::sync::atomic::{AtomicU64, Ordering};

/// Index of an object in the running execution.
pub type ObjId = usize;

/// The identity that every shadow object carries. It is assigned at the first use in an execution,
/// so constructors can be `const`.
#[derive(Debug)]
pub struct Obj(AtomicU64);

impl Default for Obj {
    fn default() -> Self {
        Self::new()
    }
}

impl Obj {
    /// An object that no execution has seen yet.
    pub const fn new() -> Self {
        Obj(AtomicU64::new(0))
    }

    pub(crate) fn get(&self) -> (u32, u32) {
        let raw = self.0.load(Ordering::Relaxed);
        ((raw >> 32) as u32, raw as u32)
    }

    pub(crate) fn set(&self, epoch: u32, index: u32) {
        self.0.store((u64::from(epoch) << 32) | u64::from(index), Ordering::Relaxed);
    }

    /// Forgets the identity: the next use registers the object anew, with its present value.
    pub fn forget(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

/// What an object is, for traces and diagnoses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum ObjKind {
    Mutex,
    RwLock,
    Condvar,
    Atomic,
    Barrier,
    Once,
    Channel,
    Thread,
    Park,
    Gate,
    Cell,
    Output,
    Ticket,
}

impl ObjKind {
    /// As a student would call it.
    pub fn name(self) -> &'static str {
        match self {
            ObjKind::Mutex => "Mutex",
            ObjKind::RwLock => "RwLock",
            ObjKind::Condvar => "Condvar",
            ObjKind::Atomic => "Atomic",
            ObjKind::Barrier => "Barrier",
            ObjKind::Once => "Once",
            ObjKind::Channel => "channel",
            ObjKind::Thread => "thread",
            ObjKind::Park => "park token",
            ObjKind::Gate => "meeting",
            ObjKind::Cell => "data",
            ObjKind::Output => "standard output",
            ObjKind::Ticket => "notification",
        }
    }
}

/// A store in the modification order of an atomic.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    pub value: u64,
    pub hash: u64,
    /// What an acquire load that reads this store learns.
    pub message: Option<View>,
    pub task: usize,
    pub place: &'static Location<'static>,
}

/// An access to plain data.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Access {
    pub task: usize,
    pub clock: u32,
    pub place: &'static Location<'static>,
}

#[derive(Debug)]
pub(crate) struct Object {
    pub kind: ObjKind,
    /// "Mutex #2": counted by kind, in order of first use.
    pub number: usize,
    /// What is available: 1 for a free mutex, messages in a channel, 1 for an ended thread...
    pub permits: i64,
    /// What the next one to acquire it learns.
    pub view: View,
    /// Changes with every operation on it; names its history.
    pub version: u64,
    /// Tasks that hold it, and where they took it.
    pub holders: Vec<(usize, &'static Location<'static>)>,
    /// Condition variables: tickets and tasks that wait.
    pub queue: Vec<(ObjId, usize)>,
    /// Atomics: stores in modification order; index 0 is number `base`.
    pub stores: Vec<Store>,
    pub base: u32,
    /// Plain data: last write, reads since.
    pub write: Option<Access>,
    pub reads: Vec<Access>,
    /// Index in views; only atomics have one.
    pub loc: usize,
}

impl Object {
    pub(crate) fn new(kind: ObjKind, number: usize, permits: i64, loc: usize) -> Self {
        Object {
            kind,
            number,
            permits,
            view: View::default(),
            version: 0,
            holders: Vec::new(),
            queue: Vec::new(),
            stores: Vec::new(),
            base: 0,
            write: None,
            reads: Vec::new(),
            loc,
        }
    }

    /// "Mutex #2"
    pub(crate) fn title(&self) -> String {
        match self.kind {
            ObjKind::Output => self.kind.name().to_string(),
            kind => format!("{} #{}", kind.name(), self.number),
        }
    }
}
