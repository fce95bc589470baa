//! What happens during a grading, as it happens. The lab emits these; whoever wants may show them.

use protocol::Engine;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The runtime is being built; a line about what is done now.
    Preparing(String),
    /// The submission is being read and checked.
    Reading,
    /// A crate is being compiled.
    Compiling(&'static str),
    /// So many runs may be needed.
    Planned {
        /// Runs, if none fails.
        runs: usize,
    },
    /// A run begins.
    RunStarted {
        /// The check's id.
        check: String,
        /// The engine.
        engine: Engine,
    },
    /// A run has ended.
    RunEnded {
        /// The check's id.
        check: String,
        /// The engine.
        engine: Engine,
        /// Executions it counted.
        executions: u64,
        /// Did it pass?
        passed: bool,
        /// Runs of this check that need not be made any more.
        skipped: usize,
    },
    /// A failing schedule is being made shorter.
    Shrinking {
        /// The check's id.
        check: String,
    },
    /// Something a person should know, whatever the verdict.
    Note(String),
}
