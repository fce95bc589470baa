//! `core` as a submission sees it: the way round std is closed.
//!
//! `core::sync::atomic` and `core::hint::spin_loop` are the shadow's; everything else is the real core.

#![no_std]

pub use core::*;

/// `core::hint`.
pub mod hint {
    pub use core::hint::*;
    pub use shadow_std::hint::spin_loop;
}

/// `core::sync`.
pub mod sync {
    pub use core::sync::*;

    /// `core::sync::atomic`: the same types as in `std::sync::atomic`.
    pub mod atomic {
        pub use shadow_std::sync::atomic::*;
    }
}

/// `core::prelude`.
pub mod prelude {
    pub use core::prelude::*;
}
