//! What the tests share: building the runtime and calling rustc.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The repository's root.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..").canonicalize().expect("the repository is there")
}

/// Builds the runtime, optimised; library files by crate name.
pub fn runtime() -> BTreeMap<String, PathBuf> {
    // The folder that this test was built in: cargo has let go of it by now.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("tmp is in the target folder");
    let out = Command::new(env!("CARGO"))
        .args([
            "build",
            "--release",
            "--message-format=json",
            "-p",
            "gradekit",
            "-p",
            "shadow_std",
            "-p",
            "shadow_core",
        ])
        .current_dir(repository())
        .env("CARGO_TARGET_DIR", target)
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo runs");
    assert!(out.status.success(), "the runtime does not build");
    let mut libraries = BTreeMap::new();
    for line in String::from_utf8_lossy(&out.stdout).lines() {
        let Ok(v) = serde_json::from_str::<serde_json::Value>(line) else { continue };
        if v["reason"] == "compiler-artifact" {
            let name = v["target"]["name"].as_str().unwrap_or_default().to_string();
            let files = v["filenames"].as_array().into_iter().flatten().filter_map(|f| f.as_str());
            if let Some(rlib) = files.filter(|f| f.ends_with(".rlib")).map(PathBuf::from).next() {
                libraries.insert(name, rlib);
            }
        }
    }
    libraries
}

/// Calls rustc.
pub fn rustc(args: Vec<OsString>) -> Output {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    Command::new(rustc).args(args).output().expect("rustc runs")
}

/// `--extern name=file`.
pub fn external(name: &str, file: &Path) -> [OsString; 2] {
    let mut value = OsString::from(format!("{name}="));
    value.push(file);
    ["--extern".into(), value]
}
