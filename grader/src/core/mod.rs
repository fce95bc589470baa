//! Pure: no files, no processes, no environment, no clock.

pub mod event;
pub mod manifest;
pub mod names;
pub mod observation;
pub mod plan;
pub mod result;
pub mod score;
pub mod token;
pub mod verdict;
pub mod verify;
