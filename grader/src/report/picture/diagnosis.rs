//! The sentences that name a fault, from facts: the events, and who waits for whom.
//!
//! Nothing here guesses. Where the facts do not say more, the failure's own message is all there is.

use std::collections::BTreeMap;

use protocol::{Event, Failure, Interleaving, Kind, Place, WaitFor};

use super::model::{is_internal, main_file, place_label, repetition_of, spot};
use super::names::expression_at;
use super::{Names, Sources};
use crate::report::text::{clean, count, list, rate, thousands};

/// One to four plain sentences that name the fault.
pub fn diagnosis(failure: &Failure, sources: &Sources) -> String {
    let names = Names::find(failure, sources);
    let facts = Facts {
        failure,
        sources,
        names: &names,
        events: failure.interleaving.as_ref().map_or(&[], |i| &i.events),
        main_file: main_file(failure),
    };
    let mut said: Vec<String> = match failure.kind {
        Kind::Deadlock => facts.deadlock(),
        Kind::LostWakeup => facts.lost_wakeup(),
        Kind::Livelock => facts.livelock(),
        Kind::DataRace => facts.data_race(),
        Kind::ThreadLeak => facts.thread_leak(),
        Kind::Panic | Kind::Crash => facts.first_panic(),
        Kind::Assertion => {
            [facts.stale_read(), facts.lost_update(), facts.check_then_act()].into_iter().flatten().take(1).collect()
        }
        Kind::BusyPoll => facts.busy_poll(),
        _ => Vec::new(),
    };
    if said.is_empty() {
        said.push(sentence(&names.speak(&failure.message)));
    }
    if let Some(seen) = failure.rate {
        said.push(format!("Seen in {}.", rate(seen)));
    }
    if let Some(interleaving) = &failure.interleaving {
        said.extend(shape(interleaving));
    }
    said.join(" ")
}

/// How long the way to the failure is.
fn shape(interleaving: &Interleaving) -> Option<String> {
    if interleaving.switches == 0 {
        return None;
    }
    let switches = if interleaving.switches == 1 {
        "1 switch".into()
    } else {
        format!("{} switches", thousands(interleaving.switches.into()))
    };
    Some(match interleaving.preemptions {
        0 => format!("It takes {switches} between threads and no preemption."),
        n => format!(
            "It takes {switches} between threads, {} of them {}.",
            thousands(n.into()),
            if n == 1 { "a preemption" } else { "preemptions" }
        ),
    })
}

struct Facts<'a> {
    failure: &'a Failure,
    sources: &'a Sources,
    names: &'a Names,
    events: &'a [Event],
    main_file: Option<&'a str>,
}

impl<'a> Facts<'a> {
    fn at(&self, place: Option<&Place>) -> String {
        place.filter(|p| !is_internal(&p.file)).map(|p| format!(" at {}", spot(p, self.main_file))).unwrap_or_default()
    }

    fn since(&self, place: Option<&Place>) -> String {
        place
            .filter(|p| !is_internal(&p.file))
            .map(|p| format!(" since {}", spot(p, self.main_file)))
            .unwrap_or_default()
    }

    fn thread(&self, index: usize, given: &str) -> String {
        if self.failure.interleaving.is_some() || given.is_empty() { self.names.thread(index) } else { clean(given) }
    }

    fn waiter(&self, wait: &WaitFor) -> String {
        self.thread(wait.thread, &wait.name)
    }

    fn waits_for(&self, wait: &WaitFor) -> String {
        let what = self.names.awaited(self.sources, wait);
        format!("{} {}{}", self.waiter(wait), super::waiting(&what), self.at(wait.place.as_ref()))
    }

    /// Who holds what, who waits for what, and whether they form a ring.
    fn deadlock(&self) -> Vec<String> {
        let waits = &self.failure.waits;
        let ring = ring(waits);
        let mut said = Vec::new();
        match ring.as_slice() {
            [] => {
                let parts: Vec<String> = waits.iter().map(|w| self.waits_for(w) + &self.held_by(w)).collect();
                if parts.is_empty() {
                    return said;
                }
                said.push(format!("Deadlock: {}.", parts.join("; ")));
                said.push("No thread is left that could end the waiting.".to_string());
            }
            [own] => {
                let wait = &waits[*own];
                let taken = wait.holder.as_ref().and_then(|h| h.place.as_ref());
                said.push(format!(
                    "Deadlock: {}, but it holds that itself{}.",
                    self.waits_for(wait),
                    self.since(taken)
                ));
                said.push("Nobody else can give it back.".to_string());
                said.extend(self.others(&ring));
            }
            ring => {
                let parts: Vec<String> =
                    ring.iter().map(|i| self.holds(*i, ring) + &self.held_by(&waits[*i])).collect();
                let all = if ring.len() == 2 {
                    "Each waits for the other".to_string()
                } else {
                    format!("The {} threads wait for each other in a ring", ring.len())
                };
                said.push(format!("Deadlock: {}.", parts.join("; ")));
                said.push(format!("{all}: none of them can ever go on."));
                said.extend(self.others(ring));
            }
        }
        said
    }

    /// "worker-1 holds `a` since line 3 and waits for `b` at line 4".
    fn holds(&self, index: usize, ring: &[usize]) -> String {
        let wait = &self.failure.waits[index];
        let text = self.waits_for(wait);
        // Whoever waits for this thread says what it holds.
        let back = ring
            .iter()
            .map(|i| &self.failure.waits[*i])
            .find_map(|w| w.holder.as_ref().filter(|h| h.thread == wait.thread).map(|h| (w, h)));
        let Some((waiter, holder)) = back else { return text };
        let name = self.waiter(wait);
        let held = self.names.speak_at(self.sources, holder.place.as_ref(), &waiter.what);
        let rest = text.strip_prefix(&name).unwrap_or(&text);
        format!(
            "{name} holds {}{} and{rest}",
            held.strip_prefix("lock ").unwrap_or(&held),
            self.since(holder.place.as_ref())
        )
    }

    fn held_by(&self, wait: &WaitFor) -> String {
        match &wait.holder {
            Some(h) if h.thread == wait.thread => {
                format!(", which it holds itself{}", self.since(h.place.as_ref()))
            }
            Some(h) => {
                format!(", which {} holds{}", self.thread(h.thread, &h.name), self.since(h.place.as_ref()))
            }
            None => String::new(),
        }
    }

    /// Threads that are stuck behind the ring.
    fn others(&self, ring: &[usize]) -> Option<String> {
        let rest: Vec<String> = self
            .failure
            .waits
            .iter()
            .enumerate()
            .filter(|(i, _)| !ring.contains(i))
            .map(|(_, w)| self.waiter(w))
            .collect();
        match rest.len() {
            0 => None,
            1 => Some(format!("{} waits behind them.", rest[0])),
            2..=4 => Some(format!("{} wait behind them.", list(&rest))),
            n => Some(format!("{n} other threads wait behind them.")),
        }
    }

    /// Who waits since when, and the notification that came too early, or none.
    fn lost_wakeup(&self) -> Vec<String> {
        let asleep = |w: &&WaitFor| w.holder.is_none() && !w.what.starts_with("the end of ");
        let mut sleepers: Vec<(u8, String)> =
            self.failure.waits.iter().filter(asleep).map(|w| self.sleeper(w)).collect();
        if sleepers.is_empty() {
            return self.failure.waits.iter().map(|w| format!("{}{}.", self.waits_for(w), self.held_by(w))).collect();
        }
        // The thread whose notification was lost is the fault; others sleep because of it.
        sleepers.sort_by_key(|(rank, _)| *rank);
        let mut said: Vec<String> = sleepers.into_iter().take(3).map(|(_, text)| text).collect();
        said[0] = format!("Lost wake-up: {}", said[0]);
        let behind: Vec<String> =
            self.failure.waits.iter().filter(|w| !asleep(w)).map(|w| self.waiter(w)).take(5).collect();
        match behind.len() {
            0 => {}
            1 => said.push(format!("{} waits behind it.", behind[0])),
            _ => said.push(format!("{} wait behind it.", list(&behind))),
        }
        said
    }

    /// What a sleeping thread waits for, and what became of the notifications; and how much that explains (0: most).
    fn sleeper(&self, wait: &WaitFor) -> (u8, String) {
        let waits = format!("{}.", self.waits_for(wait));
        let Some((object, name)) = self.awaited(wait) else { return (2, waits) };
        let since = self.events.iter().rposition(|e| e.thread == wait.thread && is_wait(&e.op));
        let mut calls = self
            .events
            .iter()
            .enumerate()
            .filter(|(_, e)| is_wake(&e.op) && e.thread != wait.thread && self.is_of(e, object, &name));
        let Some((last, call)) = calls.next_back() else {
            // Several may have the same name: one in each slot of a list.
            let twin = |e: &Event| is_wake(&e.op) && Some(e.object.as_str()) != object && self.is_of(e, None, &name);
            let whom = match object.filter(|_| self.events.iter().any(twin)) {
                Some(object) => format!("this `{name}` ({object})"),
                None => format!("`{name}`"),
            };
            return (1, format!("{waits} No thread ever notifies {whom}."));
        };
        let caller = self.names.thread(call.thread);
        let did = format!("{caller} called `{}`{}", clean(&call.op), self.at(call.place.as_ref()));
        if since.is_some_and(|s| last > s) {
            let became = match call.value.strip_prefix("wakes ") {
                Some(woken) => format!("That woke {}, and {} sleeps on.", clean(woken), self.waiter(wait)),
                None => "That notification did not wake it.".to_owned(),
            };
            return (1, format!("{waits} After it fell asleep, {did}. {became}"));
        }
        if call.value.contains("wakes") {
            let text = "The last notification came before that, and woke another thread";
            return (1, format!("{waits} {text}: {did}."));
        }
        let lost = "a notification that nobody waits for is lost";
        (0, format!("{waits} {did} before that, when {} did not wait yet; {lost}.", self.waiter(wait)))
    }

    /// The loop that the last events repeat.
    fn livelock(&self) -> Vec<String> {
        // Look back from the end: the longest stretch that is one loop.
        let from = self.events.len().saturating_sub(400);
        let found = (from..self.events.len()).find_map(|i| {
            let (length, rounds) = repetition_of(&self.events[i..])?;
            (i + length * (rounds + 1) > self.events.len()).then_some(&self.events[i..i + length])
        });
        let Some(round) = found else { return Vec::new() };
        let mut threads: BTreeMap<usize, Vec<&Place>> = BTreeMap::new();
        for event in round {
            threads.entry(event.thread).or_default().extend(event.place.as_ref());
        }
        let parts: Vec<String> = threads
            .iter()
            .map(|(thread, places)| {
                let low = places.iter().min_by_key(|p| p.line);
                let high = places.iter().max_by_key(|p| p.line);
                let lines = match (low, high) {
                    (Some(a), Some(b)) if a.line == b.line => {
                        format!(" at {}", spot(a, self.main_file))
                    }
                    (Some(a), Some(b)) => {
                        format!(" in lines {} to {}", place_label(a, self.main_file), b.line)
                    }
                    _ => String::new(),
                };
                format!("{}{lines}", self.names.thread(*thread))
            })
            .collect();
        let verb = if parts.len() == 1 { "repeats" } else { "repeat" };
        let what = if round.len() == 1 {
            "the same operation".to_string()
        } else {
            format!("the same {}", count(round.len() as u64, "operation"))
        };
        let mut said = vec![format!("Livelock: {} {verb} {what} again and again, without end.", list(&parts))];
        if !round.iter().any(|e| is_write(&e.op)) {
            said.push("Nothing in this loop changes what it waits for.".to_string());
        }
        said
    }

    /// Both accesses.
    fn data_race(&self) -> Vec<String> {
        let Some((last, second)) = self.events.iter().enumerate().rev().find(|(_, e)| {
            e.object.starts_with("data")
                && matches!(e.op.as_str(), "read" | "write")
                && (self.failure.place.is_none() || e.place == self.failure.place)
        }) else {
            return Vec::new();
        };
        let Some(first) = self.events[..last].iter().rev().find(|e| {
            e.object == second.object && e.thread != second.thread && (is_write(&e.op) || is_write(&second.op))
        }) else {
            return Vec::new();
        };
        let says = |e: &Event| {
            format!(
                "{} {} it{}",
                self.names.thread(e.thread),
                if is_write(&e.op) { "writes" } else { "reads" },
                self.at(e.place.as_ref())
            )
        };
        let mut said = vec![
            format!("Data race on {}: {} and {}.", self.names.object(&second.object), says(first), says(second)),
            "Nothing puts the one before the other: no lock, no join, no release that an acquire reads.".to_string(),
        ];
        let from = self.events.iter().position(|e| std::ptr::eq(e, first)).unwrap_or(0);
        said.extend(self.handover(&self.events[from..last], first.thread, second.thread));
        said
    }

    /// Where one thread passes on to another through an atomic, with orderings too weak to take plain data along.
    fn handover(&self, events: &[Event], from: usize, to: usize) -> Option<String> {
        let given = |e: &Event| {
            e.thread == from && e.object.starts_with("Atomic") && is_write(&e.op) && !e.value.starts_with("found")
        };
        for (i, write) in events.iter().enumerate().filter(|(_, e)| given(e)) {
            let takes = |e: &&Event| e.thread == to && e.object == write.object && e.op != "store";
            let Some(read) = events[i + 1..].iter().rfind(takes) else { continue };
            let (Some(w), Some(r)) = (ordering(&write.value), ordering(&read.value)) else { continue };
            let weak_write = !matches!(w, "Release" | "AcqRel" | "SeqCst");
            let weak_read = !matches!(r, "Acquire" | "AcqRel" | "SeqCst");
            let why = match (weak_write, weak_read) {
                (false, false) => continue,
                (true, false) => format!("a {w} write does not publish what was done before it"),
                (false, true) => format!("a {r} read does not take over what was done before the write"),
                (true, true) => "that hands over this value alone, and nothing that was done before".to_string(),
            };
            return Some(format!(
                "{} writes {}{} with {w} and {} reads it{} with {r}: {why}.",
                self.names.thread(from),
                self.names.object(&write.object),
                self.at(write.place.as_ref()),
                self.names.thread(to),
                self.at(read.place.as_ref()),
            ));
        }
        None
    }

    fn thread_leak(&self) -> Vec<String> {
        if self.failure.waits.is_empty() {
            return Vec::new();
        }
        let parts: Vec<String> =
            self.failure.waits.iter().take(4).map(|w| self.waits_for(w) + &self.held_by(w)).collect();
        vec![sentence(&self.names.speak(&self.failure.message)), format!("{}.", parts.join("; "))]
    }

    /// The panic that came first: a later one (a poisoned lock, a second panic while unwinding) is only its echo.
    fn first_panic(&self) -> Vec<String> {
        let panics: Vec<&Event> = self.events.iter().filter(|e| e.op == "panic" || e.op == "panics").collect();
        let (Some(first), true) = (panics.first(), panics.len() > 1) else { return Vec::new() };
        let mut said = vec![sentence(&self.names.speak(&self.failure.message))];
        let text = self.names.speak(&first.value);
        let text = if text.is_empty() { String::new() } else { format!(": {text}") };
        said.push(format!(
            "The first panic was {}'s{}{text}.",
            self.names.thread(first.thread),
            self.at(first.place.as_ref())
        ));
        let last = panics[panics.len() - 1];
        if last.thread == first.thread {
            said.push("A second panic while the first one unwinds ends the process.".to_string());
        } else if self.failure.message.to_lowercase().contains("poison") {
            said.push("It poisoned the lock that the thread held.".to_string());
        }
        said
    }

    fn busy_poll(&self) -> Vec<String> {
        let Some(last) = self.events.iter().rev().find(|e| e.op.starts_with("poll")) else {
            return Vec::new();
        };
        let wake = self.events.iter().rev().find(|e| is_wake(&e.op));
        let mut said = vec![sentence(&self.names.speak(&self.failure.message))];
        said.push(match wake {
            Some(e) => format!(
                "{} polled{}; the last wake-up was {}'s{}.",
                self.names.thread(last.thread),
                self.at(last.place.as_ref()),
                self.names.thread(e.thread),
                self.at(e.place.as_ref())
            ),
            None => format!(
                "{} polled{}, and nobody had woken the task.",
                self.names.thread(last.thread),
                self.at(last.place.as_ref())
            ),
        });
        said
    }

    /// A load that returned something else than the newest store: weak memory.
    fn stale_read(&self) -> Option<String> {
        let mut newest: BTreeMap<&str, Option<(&Event, String)>> = BTreeMap::new();
        let mut found = None;
        for event in self.events.iter().filter(|e| e.object.starts_with("Atomic")) {
            match event.op.as_str() {
                "load" => {
                    if let Some(Some((store, value))) = newest.get(event.object.as_str())
                        && let Some(read) = result(&event.value)
                        && read != value
                        && store.thread != event.thread
                    {
                        found = Some((event, *store, read.to_string(), value.clone()));
                    }
                }
                "store" => {
                    newest.insert(&event.object, Some((event, argument(&event.value).to_string())));
                }
                // A read-modify-write that failed changed nothing.
                _ if event.value.starts_with("found") => {}
                // Else `old -> new`; and if it does not say so, the newest value is not known.
                _ => {
                    newest.insert(&event.object, result(&event.value).map(|new| (event, new.to_string())));
                }
            }
        }
        let (load, store, read, value) = found?;
        let orderings = match (ordering(&store.value), ordering(&load.value)) {
            (Some(s), Some(l)) => format!(" With a {s} store and a {l} load that is allowed."),
            _ => String::new(),
        };
        Some(format!(
            "{} reads the old value {read} of {}{}, although {} has stored {value}{} before: it could have read either.{orderings}",
            self.names.thread(load.thread),
            self.names.object(&load.object),
            self.at(load.place.as_ref()),
            self.names.thread(store.thread),
            self.at(store.place.as_ref()),
        ))
    }

    /// Read, another thread writes, write: the write in between is lost.
    fn lost_update(&self) -> Option<String> {
        for (k, store) in self
            .events
            .iter()
            .enumerate()
            .filter(|(_, e)| matches!(e.op.as_str(), "store" | "set" | "write") && is_data(e))
        {
            let own = self.events[..k].iter().rposition(|e| e.object == store.object && e.thread == store.thread);
            let Some(read) = own.filter(|i| matches!(self.events[*i].op.as_str(), "load" | "get" | "read")) else {
                continue;
            };
            let between = self.events[read + 1..k].iter().rfind(|e| e.object == store.object && is_write(&e.op));
            let Some(lost) = between else { continue };
            let name = self.names.object(&store.object);
            let load = &self.events[read];
            let (was, now) =
                (result(&load.value).map(|v| format!(" ({v})")).unwrap_or_default(), argument(&store.value));
            let now = if now.is_empty() { String::new() } else { format!(" ({now})") };
            return Some(format!(
                "{t} reads {name}{was}{} and writes it{now}{}; in between {} changes it{}, and that change is overwritten.",
                self.at(load.place.as_ref()),
                self.at(store.place.as_ref()),
                self.names.thread(lost.thread),
                self.at(lost.place.as_ref()),
                t = self.names.thread(store.thread),
            ));
        }
        None
    }

    /// The same lock taken twice by one thread, with another thread's turn in between.
    fn check_then_act(&self) -> Option<String> {
        let takes = |e: &Event| matches!(e.op.as_str(), "lock" | "write" | "read") && !is_data(e);
        for (j, second) in self.events.iter().enumerate().filter(|(_, e)| takes(e)) {
            let Some(i) = self.events[..j]
                .iter()
                .rposition(|e| takes(e) && e.object == second.object && e.thread == second.thread)
            else {
                continue;
            };
            let first = &self.events[i];
            if first.place == second.place {
                continue;
            }
            let between = self.events[i + 1..j].iter().find(|e| {
                e.object == second.object && e.thread != second.thread && matches!(e.op.as_str(), "lock" | "write")
            });
            let Some(other) = between else { continue };
            return Some(format!(
                "{} takes {}{}, lets go of it, and takes it again{}; in between {} has it{}, so what was true the first time need not be true the second time.",
                self.names.thread(second.thread),
                self.names.object(&second.object),
                self.at(first.place.as_ref()),
                self.at(second.place.as_ref()),
                self.names.thread(other.thread),
                self.at(other.place.as_ref()),
            ));
        }
        None
    }

    /// What a sleeping thread waits to be notified by: its object (if the text says so) and the student's name of it.
    fn awaited(&self, wait: &WaitFor) -> Option<(Option<&'a str>, String)> {
        let slept = self.events.iter().rfind(|e| e.thread == wait.thread && is_wait(&e.op));
        let slept_on = slept.map(|e| e.object.as_str()).filter(|o| o.starts_with("Condvar"));
        let object = self.object_in(&wait.what).or(slept_on.filter(|_| wait.what.contains("notification")));
        let here = wait.place.as_ref().and_then(|p| expression_at(self.sources, p, object.unwrap_or("Condvar")));
        match (object, here) {
            (Some(o), here) => Some((Some(o), here.unwrap_or_else(|| self.names.object(o).replace('`', "")))),
            (None, Some(here)) if wait.what.contains("notification") => Some((None, here)),
            _ if wait.what.contains("unpark") => Some((None, self.waiter(wait))),
            _ => None,
        }
    }

    /// Is this a notification of that object (or of the one that the student calls so), or an unpark of that thread?
    fn is_of(&self, event: &Event, object: Option<&str>, name: &str) -> bool {
        if let Some(object) = object {
            return event.object == object;
        }
        if let Some(thread) = self.names.thread_of(&event.object) {
            return self.names.thread(thread) == name;
        }
        event.place.as_ref().and_then(|p| expression_at(self.sources, p, "Condvar")).is_some_and(|n| n == name)
    }

    /// The object that a text like "a notification of `Condvar #1`" names.
    fn object_in(&self, text: &str) -> Option<&'a str> {
        let named = |object: &str| {
            text.match_indices(object).any(|(i, _)| !text[i + object.len()..].starts_with(|c: char| c.is_ascii_digit()))
        };
        self.events.iter().map(|e| e.object.as_str()).find(|o| !o.is_empty() && named(o))
    }
}

/// The wait of the thread that a thread waits for: the lock's holder, or the thread whose end it waits for.
fn next(waits: &[WaitFor], at: usize) -> Option<usize> {
    let wait = &waits[at];
    match &wait.holder {
        Some(holder) => waits.iter().position(|w| w.thread == holder.thread),
        None => {
            let name = wait.what.strip_prefix("the end of ")?;
            let name = name.strip_prefix("thread ").unwrap_or(name);
            waits.iter().position(|w| w.name == name && w.thread != wait.thread)
        }
    }
}

/// The waits that form a ring (by their index), in the order in which each waits for the next.
fn ring(waits: &[WaitFor]) -> Vec<usize> {
    for start in 0..waits.len() {
        let mut path = vec![start];
        let mut at = start;
        while let Some(next) = next(waits, at) {
            if let Some(again) = path.iter().position(|i| *i == next) {
                return path.split_off(again);
            }
            path.push(next);
            at = next;
        }
    }
    Vec::new()
}

fn is_wait(op: &str) -> bool {
    op.starts_with("wait") || op.starts_with("park")
}

fn is_wake(op: &str) -> bool {
    op.starts_with("notify") || op.starts_with("unpark") || op.starts_with("wake")
}

fn is_data(event: &Event) -> bool {
    event.object.starts_with("Atomic") || event.object.starts_with("data")
}

fn is_write(op: &str) -> bool {
    op.starts_with("store")
        || op.starts_with("fetch")
        || op.starts_with("swap")
        || op.starts_with("compare")
        || op.starts_with("set")
        || op.starts_with("write")
        || op.starts_with("update")
        || op.starts_with("replace")
}

/// The value that an operation on an atomic left there, if it wrote one.
pub(super) fn written(event: &Event) -> Option<String> {
    match event.op.as_str() {
        "load" => None,
        "store" => Some(clean(argument(&event.value))),
        _ if event.value.starts_with("found") => None,
        _ => result(&event.value).map(clean),
    }
}

/// What an operation returned: `50` in `-> 50 (Relaxed)`.
fn result(value: &str) -> Option<&str> {
    let (_, after) = value.split_once("-> ")?;
    Some(argument(after))
}

/// The value without the ordering: `20` in `20 (Release)`.
fn argument(value: &str) -> &str {
    match value.rsplit_once(" (") {
        Some((head, tail)) if ORDERINGS.iter().any(|o| tail.starts_with(o)) => head.trim(),
        _ => value.trim(),
    }
}

const ORDERINGS: [&str; 5] = ["Relaxed", "Release", "Acquire", "AcqRel", "SeqCst"];

fn ordering(value: &str) -> Option<&'static str> {
    let (_, tail) = value.rsplit_once('(')?;
    ORDERINGS.into_iter().find(|o| tail.starts_with(o))
}

/// Ends with a full stop, on one line.
fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() || text.ends_with(['.', '!', '?', ':']) { text.to_string() } else { format!("{text}.") }
}
