//! Parsers of bytes that strangers write: nothing makes them panic, and what they accept is what was meant.
//!
//! Each case is a good text with seeded edits (`proptest` shrinks a failing one and keeps it in `proptest-regressions/`).
//! `PROPTEST_CASES=100000 cargo test --release --test fuzz` runs for longer.

mod common;

use std::path::Path;

use common::{ASSIGNMENT, MANIFEST, workspace};
use grader::batch::roster;
use grader::build::submission;
use grader::build::toolchain::Toolchain;
use grader::core::manifest::{Expect, Manifest};
use grader::core::observation::Channel;
use grader::core::plan::Effort;
use grader::core::token::Token;
use grader::lab::course::Course;
use proptest::prelude::*;
use proptest::sample::Index;

/// A change of a text, at a place that is drawn.
#[derive(Debug, Clone)]
enum Edit {
    Insert(Index, String),
    Remove(Index, u8),
    Repeat(Index, u8),
    Swap(Index, Index),
}

fn edit() -> impl Strategy<Value = Edit> {
    let pieces = prop_oneof![
        any::<char>().prop_map(String::from),
        prop::sample::select(vec![
            "\"",
            "\\",
            "[",
            "]",
            "{",
            "}",
            "=",
            ",",
            "\n",
            "\0",
            "#",
            "..",
            "/",
            "-1",
            "18446744073709551616",
            "1e999",
            "[[checks]]",
            "\u{1b}[2J",
            "\u{202e}",
            "null",
            "true",
        ])
        .prop_map(String::from),
    ];
    prop_oneof![
        (any::<Index>(), pieces).prop_map(|(at, text)| Edit::Insert(at, text)),
        (any::<Index>(), any::<u8>()).prop_map(|(at, n)| Edit::Remove(at, n)),
        (any::<Index>(), any::<u8>()).prop_map(|(at, n)| Edit::Repeat(at, n)),
        (any::<Index>(), any::<Index>()).prop_map(|(a, b)| Edit::Swap(a, b)),
    ]
}

/// A good text, spoilt.
fn spoilt(good: String) -> impl Strategy<Value = String> {
    prop::collection::vec(edit(), 0..6).prop_map(move |edits| {
        let mut text: Vec<char> = good.chars().collect();
        for edit in edits {
            let size = text.len().max(1);
            match edit {
                Edit::Insert(at, new) => {
                    let at = at.index(text.len() + 1);
                    text.splice(at..at, new.chars());
                }
                Edit::Remove(at, n) => {
                    let at = at.index(size).min(text.len());
                    let end = (at + usize::from(n) % 40).min(text.len());
                    text.drain(at..end);
                }
                Edit::Repeat(at, n) => {
                    let at = at.index(size).min(text.len());
                    let end = (at + usize::from(n)).min(text.len());
                    let part: Vec<char> = text[at..end].to_vec();
                    text.splice(at..at, part);
                }
                Edit::Swap(a, b) if !text.is_empty() => {
                    let (a, b) = (a.index(text.len()), b.index(text.len()));
                    text.swap(a, b);
                }
                Edit::Swap(..) => {}
            }
        }
        text.into_iter().collect()
    })
}

const MESSAGES: [&str; 4] = [
    r#"{"nonce":"n","seq":0,"body":"started"}"#,
    r#"{"nonce":"n","seq":1,"body":{"progress":{"executions":7}}}"#,
    r#"{"nonce":"n","seq":2,"body":{"report":{"executions":9,"complete":true,"preemption_bound":2,"outcome":"passed","outcomes":[],"warnings":[]}}}"#,
    r#"{"nonce":"n","seq":3,"body":"done"}"#,
];

#[test]
fn the_messages_of_the_corpus_are_the_harnesss() {
    let mut channel = Channel::default();
    for line in MESSAGES {
        channel.line("n", line);
    }
    assert_eq!((channel.fault.as_deref(), channel.done, channel.executions), (None, true, 9));
}

fn expect_text() -> &'static str {
    "summary = \"a lost update\"\ncheck = \"counts\"\nkinds = [\"assertion\"]\nengines = [\"bounded\"]\n"
}

fn package_files(manifest: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("src")).expect("a folder");
    std::fs::write(folder.path().join("src/lib.rs"), "pub fn f() {}\n").expect("a file");
    std::fs::write(folder.path().join("Cargo.toml"), manifest).expect("a file");
    folder
}

proptest! {
    #[test]
    fn harness_messages(lines in prop::collection::vec(prop::sample::select(MESSAGES.to_vec()).prop_flat_map(|m| spoilt(m.into())), 0..6)) {
        let mut channel = Channel::default();
        for line in &lines {
            let faulty = channel.fault.is_some();
            channel.line("n", line);
            // After the first fault nothing is believed, and a stranger's word never counts.
            prop_assert!(!faulty || channel.fault.is_some());
        }
        let mut stranger = Channel::default();
        for line in &lines {
            stranger.line("another run's secret", line);
        }
        prop_assert!(!stranger.started && !stranger.done && stranger.report.is_none());
    }

    #[test]
    fn manifests(text in spoilt(ASSIGNMENT.into())) {
        match Manifest::parse(&text, "assignment.toml") {
            Ok(manifest) => {
                prop_assert!(!manifest.checks.is_empty());
                prop_assert_eq!(manifest.checks.iter().map(|check| check.points).sum::<u32>(), manifest.points);
            }
            Err(mistakes) => prop_assert!(!mistakes.is_empty()),
        }
    }

    #[test]
    fn expectations(text in spoilt(expect_text().into())) {
        let manifest = Manifest::parse(ASSIGNMENT, "assignment.toml").expect("a good manifest");
        if let Err(mistakes) = Expect::parse(&text, "expect.toml", &manifest) {
            prop_assert!(!mistakes.is_empty());
        }
    }

    #[test]
    fn tokens(schedule in "[0-9a-f]{1,16}~[0-9a-z.]{0,60}", seed in any::<u64>(), edits in prop::collection::vec(edit(), 1..3), garbage in ".{0,80}") {
        let engine = protocol::Engine::Bounded;
        let token = Token {
            assignment: "01-bank-race".into(), check: "counts".into(), engine, seed, effort: Effort::Normal,
            schedule: Some(schedule), source: [7; 8],
        };
        let word = token.encode();
        prop_assert_eq!(Token::decode(&word).ok(), Some(token));
        let _ = Token::decode(&garbage);
        let mut chars: Vec<char> = word.chars().collect();
        for edit in edits {
            if let Edit::Swap(a, b) = edit {
                let (a, b) = (a.index(chars.len()), b.index(chars.len()));
                chars.swap(a, b);
            }
        }
        let other: String = chars.into_iter().collect();
        if other != word {
            prop_assert!(Token::decode(&other).is_err(), "a mistyped token is not another one");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn packages(text in spoilt(MANIFEST.into())) {
        let manifest = Manifest::parse(ASSIGNMENT, "assignment.toml").expect("a good manifest");
        let toolchain = Toolchain::find().expect("a toolchain");
        let folder = package_files(&text);
        let copy = tempfile::tempdir().expect("a folder");
        if let Ok(read) = submission::read(folder.path(), &copy.path().join("copy"), &toolchain, &manifest) {
            prop_assert!(!Path::new(&read.entry).is_absolute() && !read.entry.contains(".."), "{}", read.entry);
            prop_assert!(read.dependencies.is_empty());
        }
    }

    #[test]
    fn rosters(text in spoilt("student,assignment,path\nann,1,ann\nbob,1,bob\n".into())) {
        let course = Course::open(&workspace()).expect("the course");
        let folder = tempfile::tempdir().expect("a folder");
        for student in ["ann", "bob"] {
            std::fs::create_dir(folder.path().join(student)).expect("a folder");
            std::fs::write(folder.path().join(student).join("Cargo.toml"), MANIFEST).expect("a file");
        }
        let list = folder.path().join("roster.csv");
        std::fs::write(&list, &text).expect("a file");
        if let Ok(roster) = roster::find(&list, &course, &[]) {
            let pairs: std::collections::BTreeSet<_> =
                roster.found.iter().map(|found| (found.student.clone(), found.assignment.folder())).collect();
            prop_assert_eq!(pairs.len(), roster.found.len());
        }
    }
}
