//! What checks of programs with several processes are written with.
//!
//! The submission is a program of its own, built against the real std. A check starts it with [`program`], gives it arguments and
//! input, and looks at what the *system* says: which processes there are, whose children they are, which descriptors and locks they
//! hold, how they ended. What the program prints is compared with that.
//!
//! ```no_run
//! use gradekit_process::*;
//!
//! pub fn the_first_child_may_end_last() {
//!     let mut run = program().args(["2"]).children_stop_at(&[Stop::Start]).start();
//!     run.settle();
//!     let children = run.children();
//!     run.release(children[1].pid);
//!     run.settle();
//!     run.release(children[0].pid);
//!     run.end().assert().success();
//! }
//! ```
//!
//! A small object is linked into the program. It stops each process where the check wants it ([`Stop`]): at its start, before each write,
//! before a lock, before its end. So the check decides who goes first ([`Run::shuffle`] takes a seeded order) and a kill hits the step
//! that it is meant for. Nothing here depends on how fast the machine is: [`Run::settle`] returns when every process waits, stands still or
//! is gone. A wait fails the check only if everything sleeps for good, or if nothing at all has happened for [`NET`].

#![cfg(unix)]

mod control;
pub mod harness;
mod program;
mod seed;
mod system;

pub use control::Stop;
pub use harness::{Kind, fail};
pub use program::{Child, Ended, NET, Program, Run, Stopped, folder, program};
pub use seed::{Rng, execution, seed};
pub use system::{Descriptor, Side};
