//! Many submissions at once: found, graded on all cores, kept in a journal, written as a gradebook.
//!
//! What a batch has found is kept by content: the key of a result is a hash of all that it depends on (the submission's
//! files, the assignment's, the seed, the budget, the toolchain, this build of `grade`). So one table is both the journal
//! that a killed batch goes on from and the cache that grades nothing twice.

pub mod content;
pub mod gradebook;
pub mod journal;
pub mod merge;
pub mod publish;
pub mod roster;
pub mod run;
pub mod shard;
