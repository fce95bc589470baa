//! `std::panic`: panics belong to model threads, and the hook stays the grader's.

pub use std::panic::*;

/// Runs `f` and catches its panic.
pub fn catch_unwind<F: FnOnce() -> R + UnwindSafe, R>(f: F) -> std::thread::Result<R> {
    let depth = if kernel::modelled() { Some(kernel::exec::panic_depth()) } else { None };
    let result = std::panic::catch_unwind(f);
    if result.is_err()
        && let Some(depth) = depth
    {
        kernel::exec::panics_caught(depth);
    }
    result
}

/// Goes on with a panic that was caught; no hook runs.
pub fn resume_unwind(payload: Box<dyn std::any::Any + Send>) -> ! {
    if kernel::modelled() {
        kernel::exec::panic_begins();
    }
    std::panic::resume_unwind(payload)
}

/// Accepted and dropped: the hook is the grader's. A program that replaces it to be silent is silent.
pub fn set_hook(hook: Box<dyn Fn(&PanicHookInfo<'_>) + Sync + Send + 'static>) {
    drop(hook);
}

/// A hook that does nothing: the grader's cannot be taken.
pub fn take_hook() -> Box<dyn Fn(&PanicHookInfo<'_>) + Sync + Send + 'static> {
    Box::new(|_| {})
}
