//! `std::hint`.

pub use std::hint::*;

/// One round of a spin loop: other threads get their turn.
#[track_caller]
pub fn spin_loop() {
    if kernel::modelled() {
        kernel::exec::yield_now("spin_loop", std::panic::Location::caller());
    } else {
        kernel::native::spin_hint();
        kernel::native::op();
        std::hint::spin_loop();
    }
}
