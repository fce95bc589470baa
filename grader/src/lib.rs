//! The `grade` program: grades concurrent Rust programs by searching their interleavings.
//!
//! Imports run one way: `cli` -> `lab` -> {`build`, `sandbox`} -> `core`; `report` -> `core`;
//! `core` knows nothing but the protocol.

pub mod build;
pub mod cli;
pub mod core;
pub mod lab;
pub mod report;
pub mod sandbox;
