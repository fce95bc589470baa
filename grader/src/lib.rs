//! The `grade` program: grades concurrent Rust programs by searching their interleavings.
//!
//! Imports run one way: `cli` -> `batch` -> {`lab`, `report`}; `lab` -> {`build`, `sandbox`} -> `core`; `report` -> `core`;
//! `core` knows nothing but the protocol.

pub mod batch;
pub mod build;
pub mod cli;
pub mod core;
pub mod lab;
pub mod pack;
pub mod report;
pub mod sandbox;
