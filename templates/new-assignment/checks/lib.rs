//! Checks of @FOLDER@.
//!
//! A check is a `pub fn` without arguments. It fails by a panic: `assert!` with a message that tells the student what was
//! expected. The submission is the crate `student`; `std` is the modelled one. See ARCHITECTURE.md for `gradekit`.

use gradekit::*;

/// TODO: say what this looks at.
pub fn first_check() {
    let (a, b) = concurrently2(|| 1, || 2);
    todo!("use what the student wrote from two threads, and look at the results {a} and {b}");
}

/// TODO
pub fn second_check() {
    todo!();
}
