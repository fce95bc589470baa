//! One file a format; each renders the one versioned result.

pub mod human;
pub mod json;
pub mod picture;
pub mod text;
