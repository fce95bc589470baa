//! The picture as data: which threads get a column, which rows there are, what is folded.
//!
//! The terminal, SVG and step-by-step views all draw this. Every row that is not folded stands for one event, and
//! the order of the rows is the order of the events.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use protocol::{Event, Failure, Interleaving, Kind, Place, Switch};

use super::{Names, Sources};
use crate::report::text::{clean, count, list};

/// A picture, ready to be drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// The threads that have a column.
    pub columns: Vec<Column>,
    /// The rows, from first to last.
    pub rows: Vec<Row>,
}

/// A thread with a column of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Index into the interleaving's threads.
    pub thread: usize,
    /// Its name, harmless and unique.
    pub name: String,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// One operation.
    Step(Step),
    /// Another thread goes on, and why.
    Switch {
        /// Why, for colours.
        mark: Mark,
        /// In words.
        text: String,
    },
    /// Something that is not shown in full.
    Fold(String),
    /// The fault itself.
    Fault(String),
}

/// What sort of switch a row marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// The thread could have gone on.
    Preempted,
    /// It had to wait, ended or gave up its turn.
    Left,
    /// The thread that goes on was woken by nobody, or by the clock.
    Woken,
}

/// One operation of one thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The event's number in the interleaving; `None` for the place where a thread is stuck at the end.
    pub event: Option<usize>,
    /// The thread's name.
    pub thread: String,
    /// Its column; `None`: drawn over the whole width, with the thread's name.
    pub column: Option<usize>,
    /// The source line; `None` if it is the one that the row above shows.
    pub source: Option<Line>,
    /// The operation with its value.
    pub op: String,
    /// The thread cannot go on here.
    pub stuck: bool,
}

/// A source line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// `18`, or `checks:18` in a file other than the student's main one.
    pub label: String,
    /// The text without its indentation; empty if it is not known.
    pub text: String,
    /// The char in `text` that should stay in sight.
    pub focus: usize,
}

/// Loops are folded from so many rounds on.
const ROUNDS_TO_FOLD: usize = 4;
/// The longest loop (in operations) that is looked for.
const LONGEST_LOOP: usize = 48;

impl Picture {
    /// Lays out a failure. At most `max_rows` rows; what does not fit is left out of the middle, and a row says so.
    pub fn new(failure: &Failure, sources: &Sources, names: &Names, max_rows: usize) -> Option<Picture> {
        let interleaving = failure.interleaving.as_ref().filter(|i| !i.events.is_empty())?;
        let layout = Layout::new(failure, interleaving, sources, names);
        let mut rows = layout.rows();
        layout.ending(&mut rows);
        if rows.len() > max_rows.max(8) {
            let max = max_rows.max(8);
            let head = max / 3;
            let tail = rows.len() - (max - head - 1);
            let hidden = rows[head..tail].iter().filter(|r| matches!(r, Row::Step(_))).count();
            let note = format!("{} left out here", count(hidden as u64, "more operation"));
            rows.splice(head..tail, [Row::Fold(note)]);
        }
        Some(Picture { columns: layout.columns, rows })
    }
}

pub(super) struct Layout<'a> {
    failure: &'a Failure,
    interleaving: &'a Interleaving,
    sources: &'a Sources,
    names: &'a Names,
    columns: Vec<Column>,
    /// Threads whose operations are shown.
    related: BTreeSet<usize>,
    main_file: Option<&'a str>,
}

/// One event, or several that are folded.
enum Item {
    Event(usize),
    /// Only the switch before an event.
    Switch(usize),
    Setup(std::ops::Range<usize>),
    Others(Vec<usize>),
    Loop {
        rounds: usize,
        length: usize,
        same_values: bool,
    },
}

impl<'a> Layout<'a> {
    pub(super) fn new(
        failure: &'a Failure,
        interleaving: &'a Interleaving,
        sources: &'a Sources,
        names: &'a Names,
    ) -> Self {
        let (related, columns) = choose_threads(failure, interleaving);
        let columns = columns.into_iter().map(|thread| Column { thread, name: names.thread(thread) }).collect();
        Layout { failure, interleaving, sources, names, columns, related, main_file: main_file(failure) }
    }

    fn items(&self) -> Vec<Item> {
        let events = &self.interleaving.events;
        let mut items = Vec::new();
        let setup = self.setup();
        if setup > 1 {
            items.push(Item::Setup(0..setup));
        }
        let start = if setup > 1 { setup } else { 0 };
        let exact = keys(events, true);
        let loose = keys(events, false);
        let mut others: Vec<usize> = Vec::new();
        let mut i = start;
        while i < events.len() {
            if is_bookkeeping(&events[i].op) {
                // Not shown, but the switch before it is.
                if self.related.contains(&events[i].thread) && events[i].switch.is_some() {
                    if !others.is_empty() {
                        items.push(Item::Others(std::mem::take(&mut others)));
                    }
                    items.push(Item::Switch(i));
                }
                i += 1;
                continue;
            }
            if !self.shows(&events[i]) {
                others.push(i);
                i += 1;
                continue;
            }
            if !others.is_empty() {
                items.push(Item::Others(std::mem::take(&mut others)));
            }
            if let Some((length, rounds)) = repetition(&exact[i..]) {
                items.extend((i..i + length).map(Item::Event));
                items.push(Item::Loop { rounds: rounds - 1, length, same_values: true });
                i += length * rounds;
            } else if let Some((length, rounds)) = repetition(&loose[i..]) {
                items.extend((i..i + length).map(Item::Event));
                items.push(Item::Loop { rounds: rounds - 2, length, same_values: false });
                let last = i + length * (rounds - 1);
                items.extend((last..last + length).map(Item::Event));
                i = last + length;
            } else {
                items.push(Item::Event(i));
                i += 1;
            }
        }
        if !others.is_empty() {
            items.push(Item::Others(others));
        }
        items
    }

    /// Threads that do not matter, and what threads without a column do to start and end others, are summed up.
    fn shows(&self, event: &Event) -> bool {
        self.related.contains(&event.thread) && (self.column(event.thread).is_some() || !is_lifecycle(&event.op))
    }

    /// How many events the first thread makes before it starts another one.
    fn setup(&self) -> usize {
        let events = &self.interleaving.events;
        let end = prologue(self.interleaving);
        // What a stuck thread waits for may have been taken here: then it must be seen.
        let holders: Vec<_> = self.failure.waits.iter().filter_map(|w| w.holder.as_ref()?.place.as_ref()).collect();
        events[..end].iter().position(|e| e.place.as_ref().is_some_and(|p| holders.contains(&p))).unwrap_or(end)
    }

    fn rows(&self) -> Vec<Row> {
        let events = &self.interleaving.events;
        let mut rows = Vec::new();
        let mut held = Held::default();
        let mut shown: Option<(usize, &Place)> = None;
        for item in self.items() {
            match item {
                Item::Setup(range) => {
                    held.run(&events[range.clone()]);
                    rows.push(Row::Fold(self.setup_text(range)));
                    shown = None;
                }
                Item::Others(list) => {
                    for &i in &list {
                        held.run(&events[i..=i]);
                    }
                    rows.push(Row::Fold(self.others_text(&list)));
                    shown = None;
                }
                Item::Loop { rounds, length, same_values } => {
                    let what = if length == 1 { "this operation" } else { "these operations" };
                    let values = if same_values { "" } else { ", with other values" };
                    let span = if length == 1 { String::new() } else { format!(" ({length})") };
                    rows.push(Row::Fold(format!("{what}{span} {} more{values}", count(rounds as u64, "time"))));
                    shown = None;
                }
                Item::Switch(i) => {
                    rows.extend(self.switch(i, &held));
                    shown = None;
                }
                Item::Event(i) => {
                    let event = &events[i];
                    if let Some(row) = self.switch(i, &held) {
                        rows.push(row);
                        shown = None;
                    }
                    held.run(&events[i..=i]);
                    let place = event.place.as_ref().filter(|p| !is_internal(&p.file));
                    let guard =
                        event.op == "unlock" && place.is_some_and(|p| !self.says(p, "unlock") && !self.says(p, "drop"));
                    let repeats = matches!((shown, place), (Some((t, a)), Some(b)) if t == event.thread && a.file == b.file && a.line == b.line);
                    rows.push(Row::Step(Step {
                        event: Some(i),
                        thread: self.names.thread(event.thread),
                        column: self.column(event.thread),
                        source: if repeats || guard { None } else { place.and_then(|p| self.line(p)) },
                        op: self.operation(event, repeats),
                        stuck: false,
                    }));
                    if !guard {
                        shown = place.map(|p| (event.thread, p));
                    }
                }
            }
        }
        rows
    }

    /// Where threads are stuck at the end, and the fault.
    fn ending(&self, rows: &mut Vec<Row>) {
        let stuck = matches!(self.failure.kind, Kind::Deadlock | Kind::LostWakeup | Kind::ThreadLeak | Kind::Livelock);
        let waits = if stuck { self.failure.waits.as_slice() } else { &[] };
        let mut others = Vec::new();
        for wait in waits {
            let mut text = super::waiting(&self.names.awaited(self.sources, wait));
            if let Some(holder) = &wait.holder {
                let who =
                    if holder.thread == wait.thread { "itself".to_string() } else { self.names.thread(holder.thread) };
                text += &format!(", held by {who}");
                if let Some(place) = holder.place.as_ref().filter(|p| !is_internal(&p.file)) {
                    text += &format!(" since {}", self.spot(place));
                }
            }
            let Some(column) = self.column(wait.thread) else {
                others.push(format!("{} {text}", self.names.thread(wait.thread)));
                continue;
            };
            let last = rows
                .last()
                .and_then(|r| if let Row::Step(s) = r { s.event.filter(|_| s.column == Some(column)) } else { None });
            let last = last.and_then(|i| self.interleaving.events[i].place.as_ref());
            let repeats = matches!((last, &wait.place), (Some(a), Some(b)) if a.file == b.file && a.line == b.line);
            rows.push(Row::Step(Step {
                event: None,
                thread: self.names.thread(wait.thread),
                column: Some(column),
                source: wait.place.as_ref().filter(|p| !repeats && !is_internal(&p.file)).and_then(|p| self.line(p)),
                op: text,
                stuck: true,
            }));
        }
        if !others.is_empty() {
            let more = others.len().saturating_sub(4);
            others.truncate(4);
            let more =
                if more > 0 { format!("; {} wait, too", count(more as u64, "more thread")) } else { String::new() };
            rows.push(Row::Fold(format!("{}{more}", others.join("; "))));
        }
        if waits.is_empty() {
            let at = self
                .failure
                .place
                .as_ref()
                .filter(|p| !is_internal(&p.file))
                .map(|p| format!("{}: ", self.spot(p)))
                .unwrap_or_default();
            rows.push(Row::Fault(format!("{at}{}", self.names.speak(first_line(&self.failure.message)))));
        }
    }

    fn column(&self, thread: usize) -> Option<usize> {
        self.columns.iter().position(|c| c.thread == thread)
    }

    fn switch(&self, i: usize, held: &Held) -> Option<Row> {
        let event = &self.interleaving.events[i];
        let before = self.interleaving.events[..i].last()?.thread;
        let prev = self.names.thread(before);
        let next = self.names.thread(event.thread);
        let switch = event.switch.as_ref()?;
        let (mark, text) = match switch {
            Switch::Preempted => (Mark::Preempted, format!("{prev} is preempted; {next} goes on")),
            Switch::Blocked(what) => {
                let mut text = format!("{prev} {}", super::waiting(&self.names.speak(what)));
                if !what.contains("held by")
                    && let Some((thread, place)) = held.owner_in(what)
                {
                    let who = if thread == before { "itself".into() } else { self.names.thread(thread) };
                    text += &format!(" held by {who}");
                    if let Some(place) = place {
                        text += &format!(" since {}", self.spot(place));
                    }
                }
                (Mark::Left, format!("{text}; {next} goes on"))
            }
            Switch::Ended => (Mark::Left, format!("{prev} has ended; {next} goes on")),
            Switch::Yielded => (Mark::Left, format!("{prev} gives up its turn; {next} goes on")),
            Switch::WokenSpuriously => (Mark::Woken, format!("{next} is woken spuriously: nobody notified it")),
            Switch::TimedOut => (Mark::Woken, format!("{next} has timed out: it waits no longer")),
        };
        Some(Row::Switch { mark, text })
    }

    /// The switch before an event, in words.
    pub(super) fn switch_text(&self, i: usize, held: &Held) -> Option<String> {
        match self.switch(i, held)? {
            Row::Switch { text, .. } => Some(text),
            _ => None,
        }
    }

    fn line(&self, place: &Place) -> Option<Line> {
        let mut joined = self.sources.line(&place.file, place.line).unwrap_or_default().to_string();
        let mut column = place.column as usize;
        // The later part of a chain of calls (`.lock()`) says little without its beginning.
        for above in 1..=super::names::LINES_ABOVE {
            if !joined.trim_start().starts_with('.') {
                break;
            }
            let Some(line) = place.line.checked_sub(above).and_then(|n| self.sources.line(&place.file, n)) else {
                break;
            };
            let cut = joined.chars().take_while(|c| c.is_whitespace()).count();
            let line = line.trim_end();
            column = (column + line.chars().count()).saturating_sub(cut);
            joined = format!("{line}{}", joined.trim_start());
        }
        let full: Vec<char> = joined.chars().collect();
        let indent = full.iter().take_while(|c| c.is_whitespace()).count();
        let text: String = full[indent..].iter().collect();
        let mut focus = column.saturating_sub(1).saturating_sub(indent).min(full.len() - indent);
        // The expression before the method belongs to what must be seen.
        let chars = &full[indent..];
        while focus > 0 && (chars[focus - 1].is_alphanumeric() || matches!(chars[focus - 1], '_' | '.' | ':')) {
            focus -= 1;
        }
        let head: String = chars[..focus].iter().collect();
        Some(Line { label: self.label(place), focus: clean(&head).chars().count(), text: clean(text.trim_end()) })
    }

    fn spot(&self, place: &Place) -> String {
        spot(place, self.main_file)
    }

    fn label(&self, place: &Place) -> String {
        place_label(place, self.main_file)
    }

    pub(super) fn operation(&self, event: &Event, repeats: bool) -> String {
        let op = clean(&event.op);
        let value = self.names.speak(&event.value);
        let value = if value.is_empty() { String::new() } else { format!(" {value}") };
        if let Some(thread) = self.names.thread_of(&event.object) {
            // `end` and `park` are about the thread itself.
            let own = thread == event.thread;
            let who = if own { String::new() } else { format!(" {}", self.names.thread(thread)) };
            return format!("{op}{who}{value}");
        }
        if op == "sleep" {
            return op;
        }
        // A wait is an operation on a notification to come; for the student it is one on the condition variable.
        if event.object.starts_with("notification #") {
            let name = event.place.as_ref().and_then(|p| super::names::expression_at(self.sources, p, "Condvar"));
            let call = name.map_or(op.clone(), |name| format!("{name}.{op}"));
            return if value.is_empty() { format!("{call}()") } else { format!("{call}{value}") };
        }
        let numbered = event.object.rsplit_once(" #").is_some_and(|(_, n)| n.parse::<u64>().is_ok());
        let simple = !op.is_empty() && op.chars().all(|c| c.is_alphanumeric() || c == '_');
        let receiver = self.names.receiver(self.sources, event.place.as_ref().filter(|_| numbered), &event.object);
        match receiver {
            Some((name, number)) if numbered => {
                let number = number.map(|n| format!(" [{n}]")).unwrap_or_default();
                // A guard gives its lock back without a word in the program's text.
                if op == "unlock"
                    && !repeats
                    && let Some(place) =
                        event.place.as_ref().filter(|p| !self.says(p, "unlock") && !self.says(p, "drop"))
                    && !is_internal(&place.file)
                {
                    return format!("{name}.unlock(){number} (locked at {})", self.spot(place));
                }
                if op == "woken" {
                    let how = value.strip_prefix(" -> ").unwrap_or("woken");
                    return format!("{name}: {how}{number}");
                }
                if op.starts_with("wait") || op.starts_with("notify") {
                    return format!("{name}.{op}(){value}{number}");
                }
                match (simple, value.is_empty()) {
                    (true, true) => format!("{name}.{op}(){number}"),
                    (true, false) => format!("{name}.{op}{value}{number}"),
                    (false, _) => format!("{name}: {op}{value}{number}"),
                }
            }
            Some((name, _)) => format!("{op} {name}{value}"),
            None => format!("{op}{value}"),
        }
    }

    /// Does the call at this place bear this name?
    fn says(&self, place: &Place, word: &str) -> bool {
        let line = self.sources.line(&place.file, place.line).unwrap_or_default();
        let at = line.char_indices().nth((place.column as usize).saturating_sub(1)).map_or(line.len(), |(i, _)| i);
        line[at..].starts_with(word)
    }

    fn setup_text(&self, range: std::ops::Range<usize>) -> String {
        let events = &self.interleaving.events[range.clone()];
        let threads: BTreeSet<usize> = events.iter().map(|e| e.thread).collect();
        if threads.len() > 1 {
            return format!(
                "before: {} of {}, which have ended; all ran one after the other",
                count(range.len() as u64, "operation"),
                count(threads.len() as u64 - 1, "thread"),
            );
        }
        let who = self.names.thread(events[0].thread);
        format!(
            "{who} alone, before it starts a thread: {}{}",
            count(range.len() as u64, "operation"),
            self.lines_text(events)
        )
    }

    fn others_text(&self, list_of: &[usize]) -> String {
        let events = &self.interleaving.events;
        let mut parts: Vec<(usize, Vec<String>)> = Vec::new();
        for &i in list_of {
            let op = self.operation(&events[i], true);
            match parts.last_mut() {
                Some((thread, ops)) if *thread == events[i].thread => ops.push(op),
                _ => parts.push((events[i].thread, vec![op])),
            }
        }
        if parts.len() > 3 {
            let threads: BTreeSet<usize> = parts.iter().map(|(t, _)| *t).collect();
            let who: Vec<String> = threads.iter().take(4).map(|t| self.names.thread(*t)).collect();
            let who = if threads.len() > 4 { format!("{} other threads", threads.len()) } else { list(&who) };
            return format!(
                "{who}: {} that {} not matter here",
                count(list_of.len() as u64, "operation"),
                if list_of.len() == 1 { "does" } else { "do" }
            );
        }
        let text = |(thread, ops): &(usize, Vec<String>)| {
            let who = self.names.thread(*thread);
            if ops.len() <= 3 {
                format!("{who}: {}", ops.join(", "))
            } else {
                format!("{who}: {}", count(ops.len() as u64, "operation"))
            }
        };
        parts.iter().map(text).collect::<Vec<_>>().join("; ")
    }

    fn lines_text(&self, events: &[Event]) -> String {
        let places: Vec<&Place> =
            events.iter().filter_map(|e| e.place.as_ref()).filter(|p| !is_internal(&p.file)).collect();
        let Some(first) = places.first() else { return String::new() };
        if places.iter().any(|p| p.file != first.file) {
            return String::new();
        }
        let low = places.iter().map(|p| p.line).min().unwrap_or(first.line);
        let high = places.iter().map(|p| p.line).max().unwrap_or(first.line);
        let label = place_label(&Place { line: low, ..(*first).clone() }, self.main_file);
        if low == high { format!(" (line {label})") } else { format!(" (lines {label} to {high})") }
    }
}

/// The student's file that most operations come from; line numbers without a file's name mean this one.
pub(super) fn main_file(failure: &Failure) -> Option<&str> {
    let mut files: BTreeMap<&str, usize> = BTreeMap::new();
    for place in super::sources::places(failure) {
        if !place.file.starts_with("checks/") && !is_internal(&place.file) {
            *files.entry(&place.file).or_default() += 1;
        }
    }
    files.into_iter().max_by_key(|(name, n)| (*n, std::cmp::Reverse(*name))).map(|(name, _)| name)
}

/// A file of the grader's own runtime: its lines mean nothing to a student.
pub(super) fn is_internal(file: &str) -> bool {
    file.starts_with('/')
        || file.contains("runtime/gradekit")
        || file.contains("runtime/shadow-")
        || file.contains("runtime/kernel")
}

/// A line's number; with its file if that is not the main one.
pub(super) fn place_label(place: &Place, main_file: Option<&str>) -> String {
    if main_file == Some(place.file.as_str()) {
        return place.line.to_string();
    }
    let short = match place.file.strip_prefix("checks/") {
        Some("lib.rs") => "check",
        Some(rest) => rest,
        None => place.file.rsplit('/').next().unwrap_or(&place.file),
    };
    format!("{}:{}", crate::report::text::trim_to(&clean(short), 20), place.line)
}

/// `line 18`, or `check:18` in another file.
pub(super) fn spot(place: &Place, main_file: Option<&str>) -> String {
    let label = place_label(place, main_file);
    if label.contains(':') { label } else { format!("line {label}") }
}

pub(super) fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or("")
}

fn is_spawn(op: &str) -> bool {
    op.starts_with("spawn")
}

/// How many events there are before it gets interesting: what `main` does before it starts a thread, and before that whole
/// rounds of threads which have all ended again, if no thread was interrupted in them.
pub(super) fn prologue(interleaving: &Interleaving) -> usize {
    let events = &interleaving.events;
    let remarkable = |e: &Event| {
        matches!(e.switch, Some(Switch::Preempted | Switch::WokenSpuriously | Switch::TimedOut))
            || e.value.contains("; the newest is")
    };
    let limit = events.iter().position(remarkable).unwrap_or(events.len());
    let mut alive = 0;
    let mut end = 0;
    for (i, event) in events.iter().enumerate().take(limit + 1) {
        if alive == 0 && is_spawn(&event.op) && event.thread == 0 {
            end = i;
        }
        if alive == 0 && event.thread != 0 {
            break;
        }
        match event.op.as_str() {
            "end" if event.thread != 0 => alive -= 1,
            op if is_spawn(op) => alive += 1,
            _ => {}
        }
    }
    end
}

/// Operations that only start and end threads.
fn is_lifecycle(op: &str) -> bool {
    is_spawn(op) || is_bookkeeping(op) || matches!(op, "join" | "is_finished")
}

/// The end of a thread or a scope: nothing that stands in the program's text. The switch that follows says it.
pub(super) fn is_bookkeeping(op: &str) -> bool {
    matches!(op, "start" | "end" | "leave scope" | "end of scope")
}

/// The threads that matter, and those of them that need a column: they run while another one does.
fn choose_threads(failure: &Failure, interleaving: &Interleaving) -> (BTreeSet<usize>, Vec<usize>) {
    let events = &interleaving.events[prologue(interleaving)..];
    let busy = || events.iter().enumerate().filter(|(_, e)| !is_lifecycle(&e.op));
    let mut users: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    let mut spans: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for (i, event) in busy() {
        if !event.object.is_empty() {
            users.entry(&event.object).or_default().insert(event.thread);
        }
        spans.entry(event.thread).and_modify(|s| s.1 = i).or_insert((i, i));
    }
    let mut related: BTreeSet<usize> = users.values().filter(|t| t.len() > 1).flatten().copied().collect();
    for wait in &failure.waits {
        related.extend(
            std::iter::once(wait.thread)
                .chain(wait.holder.as_ref().map(|h| h.thread))
                .filter(|t| spans.contains_key(t)),
        );
    }
    if related.is_empty() {
        related.extend(spans.keys());
    }
    if related.is_empty() {
        related.extend(events.iter().map(|e| e.thread));
        return (related.clone(), related.into_iter().collect());
    }
    // The thread that failed is worth seeing, if it did more than start and end others.
    if let Some(last) = events.last().filter(|e| !is_lifecycle(&e.op)) {
        related.insert(last.thread);
    }
    let overlaps = |t: usize| {
        let Some(&(from, to)) = spans.get(&t) else { return false };
        let meets = related.iter().filter(|o| **o != t).filter_map(|o| spans.get(o)).any(|&(a, b)| a < to && from < b);
        meets || failure.waits.iter().any(|w| w.thread == t || w.holder.as_ref().is_some_and(|h| h.thread == t))
    };
    let mut columns: Vec<usize> = related.iter().copied().filter(|t| overlaps(*t)).collect();
    // One thread after the other: then all of them have a column.
    if columns.is_empty() {
        columns = related.iter().copied().collect();
    }
    (related, columns)
}

/// Numbers for events such that equal events have equal numbers.
fn keys(events: &[Event], with_values: bool) -> Vec<u32> {
    let mut seen: HashMap<_, u32> = HashMap::new();
    events
        .iter()
        .map(|e| {
            let switch = e.switch.as_ref().map(std::mem::discriminant);
            let key = (e.thread, &e.op, &e.object, &e.place, switch, with_values.then_some(&e.value));
            let next = seen.len() as u32;
            *seen.entry(key).or_insert(next)
        })
        .collect()
}

/// The loop at the start of the keys that covers most: its length and number of rounds.
pub(super) fn repetition_of(events: &[Event]) -> Option<(usize, usize)> {
    repetition(&keys(events, false))
}

fn repetition(keys: &[u32]) -> Option<(usize, usize)> {
    let mut best: Option<(usize, usize)> = None;
    for length in 1..=LONGEST_LOOP.min(keys.len() / ROUNDS_TO_FOLD) {
        let same = keys.iter().zip(&keys[length..]).take_while(|(a, b)| a == b).count();
        let rounds = same / length + 1;
        if rounds >= ROUNDS_TO_FOLD && best.is_none_or(|(l, r)| length * rounds > l * r) {
            best = Some((length, rounds));
        }
    }
    best
}

/// Who holds which lock, as far as the events say so.
#[derive(Debug, Default)]
pub(super) struct Held<'a> {
    owners: BTreeMap<&'a str, (usize, Option<&'a Place>)>,
}

impl<'a> Held<'a> {
    pub(super) fn run(&mut self, events: &'a [Event]) {
        for event in events {
            let refused = ["would wait", "WouldBlock", "None", "false"].iter().any(|no| event.value.contains(no));
            match event.op.as_str() {
                "lock" | "write" => {
                    self.owners.insert(&event.object, (event.thread, event.place.as_ref()));
                }
                "try_lock" | "try_write" if !refused => {
                    self.owners.insert(&event.object, (event.thread, event.place.as_ref()));
                }
                op if op.starts_with("unlock") => {
                    self.owners.remove(event.object.as_str());
                }
                // A wait gives a lock back, and the event does not say which one.
                op if op.starts_with("wait") => self.owners.retain(|_, (thread, _)| *thread != event.thread),
                _ => {}
            }
        }
    }

    /// All locks that are held, and by which thread.
    pub(super) fn all(&self) -> impl Iterator<Item = (&'a str, usize)> + '_ {
        self.owners.iter().map(|(object, (thread, _))| (*object, *thread))
    }

    /// The owner of the lock that a text names.
    fn owner_in(&self, text: &str) -> Option<(usize, Option<&'a Place>)> {
        let named = |object: &str| {
            text.match_indices(object).any(|(i, _)| !text[i + object.len()..].starts_with(|c: char| c.is_ascii_digit()))
        };
        self.owners.iter().find(|(object, _)| !object.is_empty() && named(object)).map(|(_, owner)| *owner)
    }
}
