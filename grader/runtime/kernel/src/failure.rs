//! Sentences about who waits for whom, from the kernel's tables.

use protocol::{Kind, WaitFor};

fn line(w: &WaitFor) -> String {
    w.place.as_ref().map(|p| format!(" at line {}", p.line)).unwrap_or_default()
}

fn one(w: &WaitFor) -> String {
    match &w.holder {
        Some(h) if h.thread == w.thread => {
            let since = h.place.as_ref().map(|p| format!(", which it has held itself since line {}", p.line));
            format!("{} waits{} for {}{}", w.name, line(w), w.what, since.unwrap_or_default())
        }
        Some(h) => {
            let since = h.place.as_ref().map(|p| format!(" since line {}", p.line)).unwrap_or_default();
            format!("{} waits{} for {}, held by {}{}", w.name, line(w), w.what, h.name, since)
        }
        None => format!("{} waits{} for {}", w.name, line(w), w.what),
    }
}

/// "A waits at line 3 for Mutex #1, held by B since line 9; B waits ..."
pub fn describe_cycle(cycle: &[usize], waits: &[WaitFor]) -> String {
    let parts: Vec<String> = cycle.iter().filter_map(|&t| waits.iter().find(|w| w.thread == t)).map(one).collect();
    match parts.len() {
        1 => format!("A thread waits for itself: {}.", parts[0]),
        _ => format!("The threads wait for each other in a circle: {}.", parts.join("; ")),
    }
}

/// What everybody waits for, when there is no circle.
pub fn describe_waits(kind: Kind, waits: &[WaitFor]) -> String {
    let parts: Vec<String> = waits.iter().map(one).collect();
    let rest = parts.join("; ");
    match kind {
        Kind::LostWakeup => format!("A thread sleeps and nobody is left to wake it: {rest}."),
        _ => format!("Nobody can go on: {rest}."),
    }
}
