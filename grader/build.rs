//! Embeds what submissions are compiled with: every file under `runtime/`, the workspace's manifest
//! (for the versions) and its lock file. `grade` builds them into its cache on first use.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() {
    let grader = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let workspace = grader.parent().expect("the grader is a member of the workspace");
    let mut files = Vec::new();
    collect(&grader.join("runtime"), &mut files);
    files.push(workspace.join("Cargo.toml"));
    files.push(workspace.join("Cargo.lock"));
    files.sort();

    let mut table = String::from("&[\n");
    for file in &files {
        let name = file.strip_prefix(workspace).expect("inside the workspace");
        let name = name.to_str().expect("our own names are UTF-8").replace('\\', "/");
        writeln!(table, "    ({name:?}, include_bytes!({:?})),", file.display().to_string()).expect("a string");
        println!("cargo::rerun-if-changed={}", file.display());
    }
    table.push_str("]\n");
    println!("cargo::rerun-if-changed={}", grader.join("runtime").display());
    println!("cargo::rerun-if-changed=build.rs");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    std::fs::write(out.join("runtime.rs"), table).expect("OUT_DIR is writable");
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).expect("the runtime is part of the sources");
    for entry in entries {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            // Tests of the runtime crates are no part of what a submission is compiled with.
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if !matches!(name, "target" | "tests" | "benches" | "examples") {
                println!("cargo::rerun-if-changed={}", path.display());
                collect(&path, files);
            }
        } else if path.extension().is_some_and(|e| e == "rs" || e == "toml" || e == "md") {
            files.push(path);
        }
    }
}
