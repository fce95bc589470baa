//! The pages of `grade explain KIND`: what a kind of finding is, an example, how to fix it.

use protocol::Kind;

/// The page, in Markdown that reads well as plain text.
pub fn page(kind: Kind) -> &'static str {
    match kind {
        Kind::Build => include_str!("explain/build.md"),
        Kind::Interface => include_str!("explain/interface.md"),
        Kind::Forbidden => include_str!("explain/forbidden.md"),
        Kind::Assertion => include_str!("explain/assertion.md"),
        Kind::Panic => include_str!("explain/panic.md"),
        Kind::Deadlock => include_str!("explain/deadlock.md"),
        Kind::LostWakeup => include_str!("explain/lost-wakeup.md"),
        Kind::Livelock => include_str!("explain/livelock.md"),
        Kind::DataRace => include_str!("explain/data-race.md"),
        Kind::ThreadLeak => include_str!("explain/thread-leak.md"),
        Kind::Timeout => include_str!("explain/timeout.md"),
        Kind::Memory => include_str!("explain/memory.md"),
        Kind::Crash => include_str!("explain/crash.md"),
        Kind::Output => include_str!("explain/output.md"),
        Kind::BusyPoll => include_str!("explain/busy-poll.md"),
        Kind::LockOrder => include_str!("explain/lock-order.md"),
    }
}

/// The page's first line.
pub fn title(kind: Kind) -> &'static str {
    page(kind).lines().next().unwrap_or("").trim_start_matches("# ")
}

/// The page's first paragraph.
pub fn summary(kind: Kind) -> &'static str {
    page(kind).split("\n\n").nth(1).unwrap_or("").trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_page_with_all_its_parts() {
        for kind in Kind::ALL {
            let page = page(kind);
            assert!(page.starts_with("# "), "{}", kind.name());
            assert!(page.contains("\n## An example\n") && page.contains("\n## How to fix it\n"), "{}", kind.name());
            assert!(
                title(kind).to_lowercase().contains(&kind.name().replace('-', " ")[..4]),
                "{}: {}",
                kind.name(),
                title(kind)
            );
            assert!(summary(kind).len() > 40, "{}", kind.name());
            for line in page.lines() {
                assert!(line.chars().count() <= 100, "{}: {line}", kind.name());
            }
            let example: Vec<&str> = page.split("```").nth(1).unwrap_or("").lines().collect();
            assert!((4..=16).contains(&example.len()), "{}: {} lines", kind.name(), example.len());
        }
    }
}
