//! What the student calls things: `balance` instead of `Mutex #2`.
//!
//! An operation's place points at the method's name (`self.balance.lock()` at `lock`) or at the start of
//! a call (`Mutex::lock(&m)`). The expression in front of it, or the first argument, is the student's own
//! name of the object. Where the text gives none, another use of the same object does; else it stays `Mutex #2`.

use std::collections::{BTreeMap, BTreeSet};

use protocol::{Failure, Interleaving, Place, WaitFor};

use super::Sources;
use crate::report::text::{clean, trim_to, width};

/// A method chain may begin this many lines above the line of its last call.
pub(super) const LINES_ABOVE: u32 = 3;

/// Objects that a program has an expression for. Others (a thread, a park token, a notification on its way) only look
/// as if: `ready.wait(guard)` is an operation on a notification, and `ready` is not its name.
const KINDS_WITH_NAMES: [&str; 8] = ["Mutex", "RwLock", "Condvar", "Atomic", "Barrier", "Once", "channel", "data"];

/// The longest name that is shown as it is.
const LONGEST_NAME: usize = 36;

/// The names of the objects and threads of one failure.
#[derive(Debug, Default)]
pub struct Names {
    objects: BTreeMap<String, String>,
    ambiguous: BTreeSet<String>,
    threads: Vec<String>,
    /// Which thread an object such as `thread #3` stands for. Scopes have such objects, too.
    ends: BTreeMap<String, usize>,
}

impl Names {
    /// Finds the names in the source lines of the events.
    pub fn find(failure: &Failure, sources: &Sources) -> Names {
        let mut names = Names::default();
        let Some(interleaving) = &failure.interleaving else {
            return names;
        };
        names.threads = thread_names(interleaving);
        let ended = interleaving.events.iter().filter(|e| e.op == "end");
        names.ends = ended.map(|e| (e.object.clone(), e.thread)).collect();
        let mut seen: BTreeMap<&str, BTreeMap<String, usize>> = BTreeMap::new();
        for event in &interleaving.events[super::model::prologue(interleaving)..] {
            if event.object.is_empty() {
                continue;
            }
            if let Some(name) = event.place.as_ref().and_then(|p| expression(sources, p, &event.object)) {
                *seen.entry(&event.object).or_default().entry(name).or_default() += 1;
            }
        }
        let mut users: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        for (object, uses) in &seen {
            for name in uses.keys() {
                users.entry(name.clone()).or_default().insert(object);
            }
            // The most frequent expression; of equals the shortest, then the first by alphabet.
            let best = uses.iter().max_by_key(|(name, n)| (**n, std::cmp::Reverse((width(name), (*name).clone()))));
            if let Some((name, _)) = best {
                names.objects.insert((*object).to_string(), name.clone());
            }
        }
        names.ambiguous = users.into_iter().filter(|(_, o)| o.len() > 1).map(|(n, _)| n).collect();
        names
    }

    /// Like [`Names::speak`] for a text about one place: the object has the name that it has there, and its number, if
    /// elsewhere it has another name.
    pub fn speak_at(&self, sources: &Sources, place: Option<&Place>, text: &str) -> String {
        for (object, usual) in &self.objects {
            let Some(here) = place.and_then(|p| expression(sources, p, object)) else { continue };
            if replace_whole(text, object, "") != text && here != *usual {
                let mut names =
                    Names { objects: self.objects.clone(), ambiguous: self.ambiguous.clone(), ..Names::default() };
                names.objects.insert(object.clone(), here.clone());
                names.ambiguous.insert(here);
                return names.speak(text);
            }
        }
        self.speak(text)
    }

    /// What a thread waits for, in the student's names.
    pub fn awaited(&self, sources: &Sources, wait: &WaitFor) -> String {
        let text = self.speak_at(sources, wait.place.as_ref(), &wait.what);
        match wait
            .place
            .as_ref()
            .filter(|_| text == "a notification")
            .and_then(|p| expression_at(sources, p, "Condvar"))
        {
            Some(name) => format!("{text} of `{name}`"),
            None => text,
        }
    }

    /// The object's name in a sentence, with what it is: `balance` (Mutex #2) where the name alone could
    /// mean several objects.
    pub fn object(&self, object: &str) -> String {
        match self.objects.get(object) {
            Some(name) if self.ambiguous.contains(name) => format!("`{name}` ({})", clean(object)),
            Some(name) => format!("`{name}`"),
            None => format!("`{}`", clean(object)),
        }
    }

    /// The object as the receiver of an operation in a row: the expression at this place, else the object's
    /// name; and its number, if the name alone could mean several objects.
    pub(super) fn receiver(
        &self,
        sources: &Sources,
        place: Option<&Place>,
        object: &str,
    ) -> Option<(String, Option<String>)> {
        if object.is_empty() {
            return None;
        }
        let here = place.and_then(|p| expression(sources, p, object));
        let name = here.or_else(|| self.objects.get(object).cloned());
        Some(match name {
            Some(name) if self.ambiguous.contains(&name) => (name, Some(clean(object))),
            Some(name) => (name, None),
            None => (clean(object), None),
        })
    }

    /// The thread that `thread #3` (told by its end) or `park token #3` (`main` has number 1) belongs to.
    pub(super) fn thread_of(&self, object: &str) -> Option<usize> {
        if let Some(number) = object.strip_prefix("park token #") {
            return number.parse::<usize>().ok()?.checked_sub(1).filter(|i| *i < self.threads.len());
        }
        self.ends.get(object).copied()
    }

    /// The thread's name, made unique and harmless.
    pub fn thread(&self, index: usize) -> String {
        self.threads.get(index).cloned().unwrap_or_else(|| format!("thread {index}"))
    }

    /// Replaces the objects' names (`Mutex #2`, with or without quotes) in a text by the student's.
    pub fn speak(&self, text: &str) -> String {
        let mut out = clean(text);
        // Longest first, so that `Mutex #12` is not taken for `Mutex #1`.
        let mut objects: Vec<&String> = self.objects.keys().collect();
        objects.sort_by_key(|o| std::cmp::Reverse(o.len()));
        for object in objects {
            let plain = clean(object);
            if !out.contains(&plain) {
                continue;
            }
            let name = self.object(object);
            let marker = format!("\u{0}{}\u{0}", hide(&plain));
            out = out.replace(&format!("`{plain}`"), &marker);
            out = replace_whole(&out, &plain, &marker);
            out = out.replace(&marker, &name.replace(&plain, &hide(&plain)));
        }
        out.replace(HIDDEN, "#")
    }
}

/// Stands for `#` in a name that was already put in, so that it is not replaced again.
const HIDDEN: &str = "\u{1}";

fn hide(object: &str) -> String {
    object.replace('#', HIDDEN)
}

/// Replaces `from` where no digit follows.
fn replace_whole(text: &str, from: &str, to: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(from) {
        let (head, tail) = rest.split_at(at);
        let tail = &tail[from.len()..];
        out.push_str(head);
        out.push_str(if tail.starts_with(|c: char| c.is_ascii_digit()) { from } else { to });
        rest = tail;
    }
    out + rest
}

/// The threads' names: cleaned, never empty, never twice the same.
///
/// Threads that ended before it gets interesting do not count: they are not shown, so they take no name from others.
fn thread_names(interleaving: &Interleaving) -> Vec<String> {
    let from = super::model::prologue(interleaving);
    let shown: BTreeSet<usize> = interleaving.events[from..].iter().map(|e| e.thread).collect();
    let early: BTreeSet<usize> = interleaving.events[..from].iter().map(|e| e.thread).collect();
    let most = interleaving.events.iter().map(|e| e.thread + 1).max().unwrap_or(0).min(100_000);
    let mut used = BTreeSet::new();
    (0..interleaving.threads.len().max(most))
        .map(|i| {
            let given = interleaving.threads.get(i).map(|n| clean(n.trim())).unwrap_or_default();
            let base = match (given.is_empty(), i) {
                (false, _) => trim_to(&given, 40),
                (true, 0) => "main".to_string(),
                (true, _) => format!("thread {i}"),
            };
            let mut name = base.clone();
            let mut n = i;
            if early.contains(&i) && !shown.contains(&i) {
                return name;
            }
            while !used.insert(name.clone()) {
                name = format!("{base} ({n})");
                n += 1;
            }
            name
        })
        .collect()
}

/// The student's expression for the object of an operation at this place.
pub(super) fn expression(sources: &Sources, place: &Place, object: &str) -> Option<String> {
    if !KINDS_WITH_NAMES.iter().any(|kind| object.starts_with(kind)) {
        return None;
    }
    expression_at(sources, place, object)
}

/// The expression in front of (or in) the call at this place, whatever the object is.
pub(super) fn expression_at(sources: &Sources, place: &Place, object: &str) -> Option<String> {
    let line: Vec<char> = sources.line(&place.file, place.line)?.chars().collect();
    let at = (place.column as usize).checked_sub(1)?;
    if at >= line.len() {
        return None;
    }
    let call: String = line[at..].iter().collect();
    let word: String = call.chars().take_while(|c| is_word(*c)).collect();
    // `cv.wait(guard)` also unlocks and locks the guard's mutex: `cv` is not the mutex's name.
    let waits = word.starts_with("wait") || word.starts_with("notify");
    if waits && (object.starts_with("Mutex") || object.starts_with("RwLock")) {
        return None;
    }
    let mut before: String = line[..at].iter().collect();
    let found = if before.trim_end().ends_with('.') {
        let mut number = place.line;
        // A chain over several lines: `self` / `.balance` / `.lock()`.
        while before.trim_start().starts_with('.') && number > 1 && place.line - number < LINES_ABOVE {
            number -= 1;
            let above = sources.line(&place.file, number)?;
            before = format!("{}{}", above.trim_end(), before.trim_start());
        }
        receiver(before.trim_end().strip_suffix('.')?)
    } else if word.is_empty() {
        None
    } else {
        argument(&call)
    }?;
    tidy(&found)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The expression that ends at the end of the text: names, paths, fields, calls, indexing.
fn receiver(text: &str) -> Option<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut start = chars.len();
    loop {
        let mut i = start;
        // Calls and indexes, `?`.
        while i > 0 && matches!(chars[i - 1], ')' | ']' | '?') {
            if chars[i - 1] == '?' {
                i -= 1;
                continue;
            }
            i = matching(&chars, i - 1)?;
        }
        let end = i;
        while i > 0 && is_word(chars[i - 1]) {
            i -= 1;
        }
        if i == end && end == start {
            return None;
        }
        start = i;
        // `a.b`, `a::b`; everything else begins the expression.
        if start > 0 && chars[start - 1] == '.' && !(start > 1 && chars[start - 2] == '.') {
            start -= 1;
        } else if start > 1 && chars[start - 1] == ':' && chars[start - 2] == ':' {
            start -= 2;
        } else {
            break;
        }
    }
    Some(chars[start..].iter().collect())
}

/// Where the bracket that closes at `close` opens.
fn matching(chars: &[char], close: usize) -> Option<usize> {
    let mut depth = 0;
    for i in (0..=close).rev() {
        match chars[i] {
            ')' | ']' | '}' => depth += 1,
            '(' | '[' | '{' => {
                depth -= 1;
                if depth == 0 {
                    return Some(i);
                }
            }
            _ => {}
        }
    }
    None
}

/// The first argument of `path::to::function(argument, ...)`.
fn argument(call: &str) -> Option<String> {
    let open = call.find('(')?;
    if !call[..open].contains("::") || !call[..open].chars().all(|c| is_word(c) || c == ':') {
        return None;
    }
    let mut depth = 0;
    let mut end = None;
    for (i, c) in call[open..].char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 1 => end = Some(i),
            _ => {}
        }
        if end.is_some() || depth == 0 {
            end = end.or(Some(i));
            break;
        }
    }
    let inner = call[open + 1..open + end?].trim().trim_start_matches('&').trim();
    let inner = inner.strip_prefix("mut ").unwrap_or(inner);
    (!inner.is_empty() && inner.chars().all(|c| is_word(c) || matches!(c, '.' | '[' | ']' | ':' | '*')))
        .then(|| inner.to_string())
}

/// `self.balance` is `balance`; too long or odd expressions are no names.
fn tidy(expression: &str) -> Option<String> {
    let text: String = clean(expression).chars().filter(|c| *c != ' ').collect();
    let text = match text.strip_prefix("self.") {
        Some(rest) if rest.starts_with(|c: char| c.is_alphabetic() || c == '_') => rest.to_string(),
        _ => text,
    };
    let fine = text.chars().any(char::is_alphabetic) && width(&text) <= LONGEST_NAME;
    fine.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(source: &str, needle: &str, object: &str) -> Option<String> {
        let mut sources = Sources::new();
        sources.add("src/lib.rs", source);
        let (row, line) = source.lines().enumerate().find(|(_, l)| l.contains(needle)).unwrap();
        let column = line[..line.find(needle).unwrap()].chars().count() + 1;
        let place = Place { file: "src/lib.rs".into(), line: row as u32 + 1, column: column as u32 };
        expression(&sources, &place, object)
    }

    #[test]
    fn the_receiver_of_a_method() {
        assert_eq!(at("let g = self.balance.lock().unwrap();", "lock()", "Mutex #1").unwrap(), "balance");
        assert_eq!(at("let g = accounts[from].lock();", "lock()", "Mutex #1").unwrap(), "accounts[from]");
        assert_eq!(at("if (shared.lock()) {", "lock()", "Mutex #1").unwrap(), "shared");
        assert_eq!(at("self.0.lock()", "lock()", "Mutex #1").unwrap(), "self.0");
        assert_eq!(at("&self.rows[i + 1].inner().lock()", "lock()", "Mutex #1").unwrap(), "rows[i+1].inner()");
        assert_eq!(at("STATE::FLAG.store(true, SeqCst)", "store", "AtomicBool #1").unwrap(), "STATE::FLAG");
        assert_eq!(at("for i in 0..n.load(Relaxed) {", "load", "AtomicUsize #1").unwrap(), "n");
        assert_eq!(at("größe.lock()", "lock()", "Mutex #1").unwrap(), "größe");
        assert_eq!(at("    self\n        .balance\n        .lock()", "lock()", "Mutex #1").unwrap(), "balance");
    }

    #[test]
    fn the_first_argument_of_a_path_call() {
        assert_eq!(at("Mutex::lock(&self.balance).unwrap()", "Mutex::", "Mutex #1").unwrap(), "balance");
        assert_eq!(at("AtomicUsize::fetch_add(&n, 1, Relaxed)", "Atomic", "AtomicUsize #1").unwrap(), "n");
        assert_eq!(at("thread::spawn(move || ())", "thread::", "thread 1"), None);
        assert_eq!(at("drop(guard)", "drop", "Mutex #1"), None);
    }

    #[test]
    fn a_condvar_is_no_mutex() {
        assert_eq!(at("g = self.ready.wait(g).unwrap();", "wait(g)", "Mutex #1"), None);
        assert_eq!(at("g = self.ready.wait(g).unwrap();", "wait(g)", "Condvar #1").unwrap(), "ready");
    }

    #[test]
    fn odd_text_gives_no_name_and_no_panic() {
        for source in ["", ".", ")", "]).lock()", ".lock()", "((.lock()", "\u{1b}[2J.lock()", "..lock()"] {
            for column in 0..12 {
                let mut sources = Sources::new();
                sources.add("f", source);
                let place = Place { file: "f".into(), line: 1, column };
                if let Some(name) = expression(&sources, &place, "Mutex #1") {
                    assert!(!name.contains('\u{1b}'), "{name:?}");
                }
            }
        }
    }

    #[test]
    fn objects_in_sentences() {
        let mut names = Names::default();
        names.objects.insert("Mutex #1".into(), "left".into());
        names.objects.insert("Mutex #2".into(), "left".into());
        names.objects.insert("Mutex #12".into(), "queue".into());
        names.ambiguous.insert("left".into());
        assert_eq!(names.speak("lock `Mutex #1`"), "lock `left` (Mutex #1)");
        assert_eq!(
            names.speak("Mutex #12, Mutex #1, Mutex #3, Mutex #2"),
            "`queue`, `left` (Mutex #1), Mutex #3, `left` (Mutex #2)"
        );
    }
}
