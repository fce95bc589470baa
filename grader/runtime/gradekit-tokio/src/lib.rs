//! What checks of assignments with tokio need besides `gradekit`. A crate of its own, so that the other assignments do not
//! build tokio.
//!
//! tokio is the real one, on the real std: these checks run under the engine `stress`. Time is another matter:
//!
//! | helper | clock | for |
//! |---|---|---|
//! | [`run`] | paused: it jumps to the next timer when everything waits, so durations are exact | timeouts, chains |
//! | [`sockets`], [`soon`], [`Server`] | real: only a generous net, never a measure | servers and clients |
//!
//! [`Watched`] follows one future: how often it was polled, whether it is done, whether it was dropped.
//!
//! Why not a model of tokio: shuttle's wrapper for tokio has no paused clock (its timers are due at any moment) and no
//! sockets, and the assignments here compare exact durations or speak TCP.

mod clock;
mod net;
mod watch;

pub use clock::{Clock, run};
pub use net::{Server, Stop, sockets, soon};
pub use watch::{Watch, Watched};
