//! What leaves the course, and what comes into it: the student's pack, and the skeleton of a new assignment.

pub mod export;
pub mod skeleton;
pub mod visible;
