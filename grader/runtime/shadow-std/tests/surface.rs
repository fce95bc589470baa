//! `docs/shadow-std.md` says for every item what each engine does with it. It is generated from
//! `surface.tsv`, and held here against the shadow and against the real std.
//!
//! `UPDATE=1` writes the page anew.

mod common;

use common::{external, repository, runtime, rustc};
use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::Path;

struct Item {
    path: String,
    kind: String,
    /// `modelled`, `passed` or `refused`.
    what: String,
    model: String,
    native: String,
    methods: Vec<String>,
}

fn items() -> Vec<Item> {
    let text = include_str!("../surface.tsv");
    let item = |line: &str| {
        let mut parts = line.split('\t').map(str::to_string);
        let mut next = || parts.next().expect("six columns");
        let (path, kind, what, model, native) = (next(), next(), next(), next(), next());
        let methods = next().split_whitespace().map(str::to_string).collect();
        Item { path, kind, what, model, native, methods }
    };
    text.lines().map(item).collect()
}

fn page(items: &[Item]) -> String {
    let mut out = String::from(
        "# What the shadow std does with each item\n\n\
         <!-- Generated from grader/runtime/shadow-std/surface.tsv by `UPDATE=1 cargo test -p shadow_std --test surface`. -->\n\n\
         A submission is compiled against a stand-in for `std`. Every stable item of `std::sync`, `std::thread`,\n\
         `std::time`, `std::hint`, `std::cell`, `std::panic`, `std::io`, `std::task` and `std::future` is in one of three groups:\n\n\
         - **modelled**: inside a model execution (`bounded`, `random`, `loom`) the kernel decides what happens; under\n  \
           `stress` the real thing runs, with seeded noise.\n\
         - **passed through**: the real item, for the reason given.\n\
         - **refused**: using it does not compile; the table names what to do instead.\n\n\
         `loom` uses the same items with loom's scheduler and memory. It adds no wake-ups for no reason and no early\n\
         timeouts, and a notification wakes whoever has waited longest; those choices belong to `bounded` and `random`. What loom\n\
         alone reports does not count before another engine confirms it.\n\n\
         Everything of std that is not listed (collections, strings, formatting, iterators and so on) is passed through:\n\
         it has no part in concurrency. `core::sync::atomic` and `core::hint::spin_loop` are the same items as in std. What needs\n\
         `unsafe` is refused with `unsafe` itself. The process track (18 to 21) uses the real std, without a shadow.\n",
    );
    let mut module = "?";
    for item in items {
        let m = item.path.rsplit_once("::").map_or("", |(m, _)| m);
        if m != module {
            module = m;
            let title = if m.is_empty() { "macros".to_string() } else { format!("`std::{m}`") };
            write!(out, "\n## {title}\n\n| item | | in a model execution | under `stress` |\n|---|---|---|---|\n")
                .unwrap();
        }
        let name = item.path.rsplit("::").next().unwrap_or_default();
        let name = if item.kind == "macro" { format!("{name}!") } else { name.to_string() };
        let what = if item.what == "passed" { "passed through" } else { &item.what };
        let methods: Vec<String> = item.methods.iter().map(|m| format!("`{m}`")).collect();
        let methods = if methods.is_empty() { String::new() } else { format!(": {}", methods.join(", ")) };
        writeln!(out, "| `{name}`{methods} | {what} | {} | {} |", item.model, item.native).unwrap();
    }
    out
}

#[test]
fn the_page_is_up_to_date() {
    let items = items();
    for i in &items {
        assert!(["modelled", "passed", "refused"].contains(&i.what.as_str()), "{}: {}", i.path, i.what);
        assert!(!i.model.is_empty(), "{} says nothing", i.path);
        assert_eq!(i.native.is_empty(), i.what != "modelled", "{}: the last column is for what is modelled", i.path);
    }
    let file = repository().join("docs/shadow-std.md");
    let page = page(&items);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(file.parent().expect("it is in docs")).expect("docs can be made");
        std::fs::write(&file, &page).expect("the page can be written");
    }
    let there = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(there == page, "docs/shadow-std.md is not what surface.tsv says; run with UPDATE=1");
}

/// Compiles `source` against the shadows (or the real std); the numbers of the lines that name what is not there.
fn missing(source: &str, shadows: bool, scratch: &Path) -> Vec<usize> {
    let name = if shadows { "shadowed" } else { "real" };
    let file = scratch.join(format!("{name}.rs"));
    std::fs::write(&file, source).expect("the scratch folder can be written");
    let mut args: Vec<OsString> =
        ["--edition", "2024", "-A", "warnings", "--crate-type", "rlib", "--emit=metadata"].map(Into::into).into();
    args.push("--error-format=json".into());
    args.push("--out-dir".into());
    args.push(scratch.into());
    args.push(file.into());
    if shadows {
        let libraries = runtime();
        let mut deps = OsString::from("dependency=");
        deps.push(libraries["gradekit"].with_file_name("deps"));
        args.extend(["-L".into(), deps]);
        args.extend(external("std", &libraries["shadow_std"]));
        args.extend(external("core", &libraries["shadow_core"]));
    }
    let out = rustc(args);
    let mut lines = Vec::new();
    for line in String::from_utf8_lossy(&out.stderr).lines() {
        let Ok(v) = serde_json::from_str::<serde_json::Value>(line) else { continue };
        let code = v["code"]["code"].as_str().unwrap_or_default();
        // Not found, or private; that a type cannot be inferred is no matter here.
        if ["E0432", "E0433", "E0599", "E0603", "E0425", "E0412", "E0405"].contains(&code) {
            lines.extend(
                v["spans"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(|s| s["line_start"].as_u64())
                    .map(|n| n as usize),
            );
        }
    }
    lines
}

/// A type that has the item's methods.
fn example(path: &str, method: &str) -> String {
    let generic = match path {
        "sync::Mutex"
        | "sync::RwLock"
        | "sync::OnceLock"
        | "sync::LazyLock"
        | "sync::PoisonError"
        | "sync::atomic::AtomicPtr"
        | "sync::mpsc::Receiver"
        | "sync::mpsc::Sender"
        | "sync::mpsc::SyncSender"
        | "thread::JoinHandle" => "<u8>",
        "sync::RwLockWriteGuard" | "thread::ScopedJoinHandle" => "<'static, u8>",
        "thread::LocalKey" if method.starts_with("with_borrow") => "<std::cell::RefCell<u8>>",
        "thread::LocalKey" => "<std::cell::Cell<u8>>",
        "thread::Scope" => "<'static, 'static>",
        _ => "",
    };
    format!("std::{path}{generic}")
}

#[test]
fn the_page_is_true() {
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join("surface");
    std::fs::create_dir_all(&scratch).expect("the scratch folder can be made");
    let items = items();
    // One line for each item and each method.
    let mut uses = String::new();
    let mut used = Vec::new();
    for i in &items {
        writeln!(uses, "mod m{} {{ pub use std::{} as it; }}", used.len(), i.path).unwrap();
        used.push(i);
    }
    let wrong = missing(&uses, false, &scratch);
    assert!(wrong.is_empty(), "not in std: {:?}", wrong.iter().map(|n| &used[n - 1].path).collect::<Vec<_>>());
    let absent = missing(&uses, true, &scratch);
    for (n, i) in used.iter().enumerate() {
        assert_eq!(i.what == "refused", absent.contains(&(n + 1)), "std::{} is said to be {}", i.path, i.what);
    }
    let mut calls = String::new();
    let mut called = Vec::new();
    for i in items.iter().filter(|i| i.what != "refused") {
        for m in &i.methods {
            // `from_ptr` and the like need `unsafe`, which a submission does not have.
            if ["from_ptr", "spawn_unchecked"].contains(&m.as_str()) {
                continue;
            }
            writeln!(calls, "fn f{}() {{ let _ = <{}>::{m}; }}", called.len(), example(&i.path, m)).unwrap();
            called.push(format!("{}::{m}", i.path));
        }
    }
    assert!(called.len() > 250, "{} methods", called.len());
    for shadows in [false, true] {
        let absent: Vec<&String> = missing(&calls, shadows, &scratch).into_iter().map(|n| &called[n - 1]).collect();
        assert!(absent.is_empty(), "missing (in the shadow: {shadows}): {absent:?}");
    }
}
