//! Views: what a thread has seen.
//!
//! A view holds a vector clock (happens-before, for data races) and, for each atomic location, the
//! oldest store that may still be read (coherence). Synchronisation joins views. This is the
//! operational, view-based presentation of C++20/RC11 without promises (Kang et al., "A Promising
//! Semantics for Relaxed-Memory Concurrency", POPL 2017; Lahav et al., "Repairing Sequential
//! Consistency in C/C++11", PLDI 2017).

use smallvec::SmallVec;

/// What a thread, a store or a synchronisation object knows.
#[derive(Debug, Clone, Default)]
pub struct View {
    clock: SmallVec<[u32; 6]>,
    locs: SmallVec<[u32; 8]>,
}

fn join_into(into: &mut SmallVec<impl smallvec::Array<Item = u32>>, from: &[u32]) {
    if into.len() < from.len() {
        into.resize(from.len(), 0);
    }
    for (a, b) in into.iter_mut().zip(from) {
        *a = (*a).max(*b);
    }
}

impl View {
    /// Learns everything that `other` knows.
    pub fn join(&mut self, other: &View) {
        join_into(&mut self.clock, &other.clock);
        join_into(&mut self.locs, &other.locs);
    }

    /// Learns which stores `other` has seen, without happens-before.
    pub fn join_locs(&mut self, other: &View) {
        join_into(&mut self.locs, &other.locs);
    }

    /// The newest moment of `task` that happens before this view.
    pub fn clock(&self, task: usize) -> u32 {
        self.clock.get(task).copied().unwrap_or(0)
    }

    /// Moves `task`'s own time on.
    pub fn tick(&mut self, task: usize) {
        if self.clock.len() <= task {
            self.clock.resize(task + 1, 0);
        }
        self.clock[task] += 1;
    }

    /// The oldest store of location `loc` that may still be read.
    pub fn loc(&self, loc: usize) -> u32 {
        self.locs.get(loc).copied().unwrap_or(0)
    }

    /// From now on no store of `loc` older than `index` may be read.
    pub fn raise_loc(&mut self, loc: usize, index: u32) {
        if self.locs.len() <= loc {
            self.locs.resize(loc + 1, 0);
        }
        let slot = &mut self.locs[loc];
        *slot = (*slot).max(index);
    }
}
