//! Macros that stand in for std's.

/// Prints to the captured standard output.
#[macro_export]
macro_rules! print {
    ($($arg:tt)*) => { $crate::rt::print($crate::format_args!($($arg)*)) };
}

/// Prints to the captured standard output, with a newline.
#[macro_export]
macro_rules! println {
    () => { $crate::rt::print($crate::format_args!("\n")) };
    ($($arg:tt)*) => { $crate::rt::print($crate::format_args!("{}\n", $crate::format_args!($($arg)*))) };
}

/// Formats, and drops the text.
#[macro_export]
macro_rules! eprint {
    ($($arg:tt)*) => { $crate::rt::eprint($crate::format_args!($($arg)*)) };
}

/// Formats, and drops the text.
#[macro_export]
macro_rules! eprintln {
    () => { () };
    ($($arg:tt)*) => { $crate::rt::eprint($crate::format_args!($($arg)*)) };
}

/// Returns its value; the text is formatted and dropped.
#[macro_export]
macro_rules! dbg {
    () => { () };
    ($val:expr $(,)?) => {
        match $val { tmp => { $crate::rt::eprint($crate::format_args!("{:?}", &tmp)); tmp } }
    };
    ($($val:expr),+ $(,)?) => { ($($crate::dbg!($val)),+,) };
}

/// Declares thread-locals.
#[macro_export]
macro_rules! thread_local {
    () => {};
    ($(#[$attr:meta])* $vis:vis static $name:ident : $t:ty = const $init:block $(; $($rest:tt)*)?) => {
        $(#[$attr])* $vis static $name: $crate::thread::LocalKey<$t> = {
            const __VALUE: fn() -> $t = || const $init;
            $crate::thread::LocalKey::__new(__VALUE)
        };
        $($crate::thread_local!($($rest)*);)?
    };
    ($(#[$attr:meta])* $vis:vis static $name:ident : $t:ty = $init:expr $(; $($rest:tt)*)?) => {
        $(#[$attr])* $vis static $name: $crate::thread::LocalKey<$t> = {
            fn __init() -> $t { $init }
            $crate::thread::LocalKey::__new(__init)
        };
        $($crate::thread_local!($($rest)*);)?
    };
}
