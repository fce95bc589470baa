//! Outside Linux: no `/proc`, so nothing is known about a tree but its process group.

use std::time::Duration;

/// One look at a tree.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Usage {
    /// Not known.
    pub memory: u64,
    /// Not known.
    pub tasks: u64,
    /// Not known; the kernel's own limit for one process holds.
    pub cpu: Duration,
}

/// Which processes belong to the tree.
#[derive(Debug, Clone, Copy)]
pub(super) enum Tree {
    /// The descendants of the caller.
    Descendants,
}

impl Tree {
    /// Not known.
    pub fn pids(self) -> Vec<i32> {
        Vec::new()
    }

    /// Not known: all wall time counts.
    pub fn runs(self) -> bool {
        false
    }

    /// Not known.
    pub fn usage(self) -> Usage {
        Usage::default()
    }
}
