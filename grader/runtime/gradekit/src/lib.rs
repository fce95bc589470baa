//! The check library of `grade`: what a course author writes checks with.
//!
//! A check is a `pub fn` without arguments in an assignment's `checks/lib.rs`. It is ordinary Rust: it calls the
//! submission, which is the crate `student`, and it fails by `assert!` or `panic!`. The same function runs under every
//! engine that the manifest lists: `bounded` and `loom` try every interleaving of a small model, `random` many of a
//! larger one, `stress` uses real threads.
//!
//! ```
//! use gradekit::*;
//! use std::sync::atomic::{AtomicU64, Ordering};
//!
//! pub fn no_update_is_lost() {
//!     let sum = AtomicU64::new(0);
//!     let threads = scale(2, 8);
//!     concurrently(threads, |_| sum.fetch_add(1, Ordering::Relaxed));
//!     assert_eq!(sum.into_inner(), threads as u64, "an addition was lost");
//! }
//! # no_update_is_lost();
//! ```
//!
//! The helpers come one family a module, and all of them are exported from the root, so that `use gradekit::*` is enough.
//!
//! | question | helpers |
//! |---|---|
//! | How large shall the model be? | [`exhaustive`], [`scale`], [`seed`], [`choose`], [`Rng`] |
//! | Who runs beside whom? | [`concurrently2`], [`concurrently3`], [`concurrently`], [`settle`], [`all_asleep`] |
//! | Must they be inside together? | [`Meeting`], [`Gate`] |
//! | What if one stops half-way? | [`stopped_somewhere`] |
//! | What if one of its threads is late? | [`hold_thread`], [`processor_time`] |
//! | Do they work beside each other, or under one lock? | [`share_under_wanted_locks`] |
//! | Is a thread left behind? | [`no_thread_left`], [`live_threads`] |
//! | Which locks does a call take? | [`locks_taken`] |
//! | Are two accesses ordered? | [`RaceCell`] |
//! | What if a job panics? | [`boom`], [`boom_static`], [`boom_value`], [`catch`] |
//! | What happened, in which order? | [`Counter`], [`Log`], [`Peak`] |
//! | Futures and wakers | [`block_on`], [`poll_once`], [`WakeFlag`], [`Executor`] |
//! | Types | [`assert_send_sync`], [`assert_send`] |

mod asynchronous;
mod freeze;
mod gate;
pub mod harness;
mod hold;
pub mod hooks;
mod locks;
mod native_run;
mod panics;
mod race;
mod record;
mod shape;
mod threads;
mod types;

pub use asynchronous::{Executor, WakeFlag, block_on, poll_once};
pub use freeze::stopped_somewhere;
pub use gate::{Gate, Meeting};
pub use hold::{Held, hold_thread, processor_time, share_under_wanted_locks};
pub use hooks::{refuse_spawn_after, spin_hints, threads_started};
pub use locks::locks_taken;
pub use panics::{boom, boom_static, boom_value, catch};
pub use race::RaceCell;
pub use record::{Counter, Log, Peak};
pub use shape::{Rng, choose, exhaustive, scale, seed};
pub use threads::{all_asleep, concurrently, concurrently2, concurrently3, live_threads, no_thread_left, settle};
pub use types::{assert_send, assert_send_sync};
