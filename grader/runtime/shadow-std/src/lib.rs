//! `std` as a submission sees it.
//!
//! Everything that is not about concurrency, time or the outside world is the real std, re-exported.
//! What is about concurrency asks [`kernel::modelled`] at run time: inside a model execution it is
//! the kernel's, otherwise it passes through to the real std with seeded noise.
//! `docs/shadow-std.md` says for every item what happens to it.
//!
//! The crate is handed to rustc as `--extern std=...`, so that an ordinary program gets it unchanged.

pub use std::*;

#[macro_use]
mod macros;
pub mod hint;
pub mod io;
pub mod panic;
pub mod sync;
mod system_time;
pub mod thread;
pub mod time;

/// Refused: a submission has no files.
pub mod fs {}
/// Refused: a submission starts no processes.
pub mod process {
    // What a `main` may return.
    pub use std::process::{ExitCode, Termination};
}
/// Refused: a submission has no network; addresses are data.
pub mod net {
    pub use std::net::{AddrParseError, IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
}
/// Refused: a submission sees nothing of the system around it.
pub mod env {}
/// Refused: raw handles of the system.
pub mod os {}
/// Refused: without files there are no paths.
pub mod path {}

/// What every module of a program sees without an import.
pub mod prelude {
    /// The first version of the prelude.
    pub mod v1 {
        pub use crate::{dbg, eprint, eprintln, print, println, thread_local};
        pub use std::prelude::v1::*;
    }
    /// Edition 2015.
    pub mod rust_2015 {
        pub use crate::{dbg, eprint, eprintln, print, println, thread_local};
        pub use std::prelude::rust_2015::*;
    }
    /// Edition 2018.
    pub mod rust_2018 {
        pub use crate::{dbg, eprint, eprintln, print, println, thread_local};
        pub use std::prelude::rust_2018::*;
    }
    /// Edition 2021.
    pub mod rust_2021 {
        pub use crate::{dbg, eprint, eprintln, print, println, thread_local};
        pub use std::prelude::rust_2021::*;
    }
    /// Edition 2024.
    pub mod rust_2024 {
        pub use crate::{dbg, eprint, eprintln, print, println, thread_local};
        pub use std::prelude::rust_2024::*;
    }
}

/// What the macros and the harness need; not a part of std.
#[doc(hidden)]
pub mod rt {
    /// `print!`: captured; the order of prints is a part of the interleaving.
    #[track_caller]
    pub fn print(text: std::fmt::Arguments<'_>) {
        // Formatting may run the program's own code: before the step.
        let text = text.to_string();
        crate::io::print(&text, std::panic::Location::caller());
    }

    /// `eprint!`: formatted and dropped.
    pub fn eprint(text: std::fmt::Arguments<'_>) {
        drop(text.to_string());
    }

    pub use crate::thread::local::run_destructors;
}
