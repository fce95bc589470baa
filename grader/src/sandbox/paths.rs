//! Which folders of the system a program needs.

use std::path::{Path, PathBuf};

/// What a dynamically linked program needs to start: the C library and the loader. Only what exists.
pub fn runtime_paths() -> Vec<PathBuf> {
    existing(&[
        "/lib",
        "/lib64",
        "/lib32",
        "/usr/lib",
        "/usr/lib64",
        "/usr/lib32",
        "/etc/ld.so.cache",
        "/etc/ld.so.conf",
        "/etc/ld.so.conf.d",
        "/nix/store",
        "/gnu/store",
    ])
}

/// What `rustc` needs to compile and link: its sysroot, the C compiler and linker, the C library.
pub fn toolchain_paths(sysroot: &Path) -> Vec<PathBuf> {
    let mut paths = vec![sysroot.to_path_buf()];
    paths.extend(runtime_paths());
    paths.extend(existing(&[
        "/bin",
        "/sbin",
        "/usr/bin",
        "/usr/libexec",
        "/usr/local/bin",
        "/usr/include",
        "/etc/alternatives",
    ]));
    paths
}

fn existing(paths: &[&str]) -> Vec<PathBuf> {
    paths.iter().map(PathBuf::from).filter(|p| p.exists()).collect()
}
