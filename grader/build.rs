//! Embeds what submissions are compiled with: every file under `runtime/`, the workspace's manifest
//! (for the versions) and its lock file. `grade` builds them into its cache on first use.
//!
//! Also names this build of `grade` by a hash of its sources: a gradebook's journal forgets what another build has found.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

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
    println!("cargo::rustc-env=GRADE_BUILD={}", hash_of(&grader.join("src"), &files));
}

/// Of every file below `folder`, and of `more`.
fn hash_of(folder: &Path, more: &[PathBuf]) -> String {
    let mut files = more.to_vec();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        println!("cargo::rerun-if-changed={}", folder.display());
        for entry in std::fs::read_dir(&folder).expect("our own sources") {
            let path = entry.expect("a readable folder").path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        let bytes = std::fs::read(&file).expect("our own sources");
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    }
    data_encoding::HEXLOWER.encode(&hash.finalize()[..12])
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
