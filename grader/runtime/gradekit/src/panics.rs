//! Panics on purpose, and panics that the check looks at.

use crate::hooks;
use std::any::Any;
use std::panic::AssertUnwindSafe;

/// A panic that is part of the check, in a job that is given to the submission: never a finding by itself. Its payload is a
/// `String`, as that of `panic!("{x}")`.
///
/// ```
/// use gradekit::*;
/// let text = catch(|| -> u64 { boom("no luck") });
/// assert_eq!(text, Err("no luck".to_string()));
/// ```
pub fn boom(text: &str) -> ! {
    boom_value(text.to_owned())
}

/// As [`boom`], with a payload of type `&'static str`, as that of `panic!("text")`.
///
/// ```
/// use gradekit::*;
/// assert_eq!(catch(|| -> u64 { boom_static("no luck") }), Err("no luck".to_string()));
/// ```
pub fn boom_static(text: &'static str) -> ! {
    boom_value(text)
}

/// As [`boom`], with any payload, as `std::panic::panic_any`: a panic without a text.
///
/// ```
/// use gradekit::*;
/// assert_eq!(catch(|| -> u64 { boom_value(42) }), Err("Box<dyn Any>".to_string()));
/// ```
pub fn boom_value<P: Any + Send>(payload: P) -> ! {
    hooks::expect_panic();
    std::panic::panic_any(payload)
}

/// Runs `f`; if it panics, the panic's text ("Box<dyn Any>" if it has none). A panic in it is expected, so it is
/// no finding. So put no assertion of the check's into it: a panic of a `#[track_caller]` function of the submission has its place
/// in the check's file too, and nothing tells the two apart.
///
/// ```
/// use gradekit::*;
/// assert_eq!(catch(|| 5), Ok(5));
/// ```
pub fn catch<R>(f: impl FnOnce() -> R) -> Result<R, String> {
    let _catching = hooks::catching();
    shadow_std::panic::catch_unwind(AssertUnwindSafe(f)).map_err(|payload| {
        let text = match payload.downcast_ref::<&'static str>() {
            Some(text) => (*text).to_owned(),
            None => payload.downcast_ref::<String>().cloned().unwrap_or_else(|| "Box<dyn Any>".to_owned()),
        };
        // A payload of the submission's may panic when it is dropped.
        std::mem::forget(payload);
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_that_of_the_panic() {
        assert_eq!(catch(|| -> () { panic!("a literal") }).unwrap_err(), "a literal");
        let n = 3;
        assert_eq!(catch(|| -> () { panic!("number {n}") }).unwrap_err(), "number 3");
    }
}
