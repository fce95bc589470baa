//! Checks of types, made by the compiler.

/// Compiles only if `T` can be shared between threads.
///
/// ```
/// const _: fn() = || gradekit::assert_send_sync::<std::sync::Mutex<u64>>();
/// ```
pub const fn assert_send_sync<T: Send + Sync + ?Sized>() {}

/// Compiles only if the value can be moved to another thread.
///
/// ```
/// let future = gradekit::assert_send(async { 7 });
/// assert_eq!(gradekit::block_on(future), 7);
/// ```
pub fn assert_send<T: Send>(value: T) -> T {
    value
}
