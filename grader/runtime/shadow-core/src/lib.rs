pub use core::*;
