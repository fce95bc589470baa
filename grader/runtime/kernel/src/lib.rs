//! The model under every shadow: tasks, happens-before, weak memory, virtual time, searches.
//!
//! `exec` is one execution, `strategy` chooses, `run` drives a search, `replay` and `shrink` follow and
//! shorten schedules, `native` is the other side: real threads with seeded noise and a watchdog.

pub mod endless;
pub mod exec;
pub mod failure;
pub mod loomrt;
pub mod native;
pub mod object;
pub mod panics;
pub mod parts;
pub mod replay;
pub mod run;
mod shrink;
pub mod start;
pub mod statics;
pub mod strategy;
mod system;
mod view;

pub use exec::{Loc, Op, WaitOpts, modelled};
pub use object::{Obj, ObjId, ObjKind};
