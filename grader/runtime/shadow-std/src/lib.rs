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
pub mod panic;
pub mod sync;
pub mod thread;
pub mod time;

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
    use kernel::{Loc, Obj, ObjKind};

    static STDOUT: Obj = Obj::new();

    /// `print!`: captured; the order of prints is a part of the interleaving.
    #[track_caller]
    pub fn print(text: std::fmt::Arguments<'_>) {
        let place: Loc = std::panic::Location::caller();
        // Formatting may run the program's own code: before the step.
        let text = text.to_string();
        if kernel::modelled() {
            let id = kernel::exec::object(&STDOUT, ObjKind::Output, 1);
            kernel::exec::step(kernel::Op { name: "print", object: Some(id), place });
            kernel::exec::print(&text);
            kernel::exec::note("print", Some(id), place, true, || format!("{:?}", text.trim_end()));
        } else {
            kernel::native::op();
            kernel::native::print(&text);
        }
    }

    /// `eprint!`: formatted and dropped.
    pub fn eprint(text: std::fmt::Arguments<'_>) {
        drop(text.to_string());
    }

    pub use crate::thread::local::run_destructors;
}
