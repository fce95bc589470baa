//! Hand-made interleavings of small programs, drawn at 100 and 80 columns.

use protocol::{Event, Failure, Holder, Interleaving, Kind, Place, Switch, WaitFor};

use super::*;

/// A program's text and the events that happened in it.
pub(crate) struct Story {
    source: &'static str,
    threads: Vec<String>,
    events: Vec<Event>,
    pub(crate) sources: Sources,
}

impl Story {
    pub(crate) fn new(source: &'static str, threads: &[&str]) -> Story {
        let mut sources = Sources::new();
        sources.add("src/lib.rs", source);
        Story { source, threads: threads.iter().map(|t| t.to_string()).collect(), events: Vec::new(), sources }
    }

    /// The place of a text: `needle` itself, or what follows the `|` in it.
    pub(crate) fn place(&self, needle: &str) -> Place {
        let whole = needle.replacen('|', "", 1);
        let skip = needle.find('|').unwrap_or(0);
        let at = self.source.find(&whole).unwrap_or_else(|| panic!("`{whole}` is not in the program")) + skip;
        let before = &self.source[..at];
        let line = before.matches('\n').count() as u32 + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() as u32 + 1;
        Place { file: "src/lib.rs".into(), line, column }
    }

    pub(crate) fn event(&mut self, thread: usize, op: &str, object: &str, value: &str, needle: &str) -> &mut Self {
        let place = Some(self.place(needle));
        self.events.push(Event {
            thread,
            op: op.into(),
            object: object.into(),
            value: value.into(),
            place,
            switch: None,
        });
        self
    }

    pub(crate) fn after(&mut self, switch: Switch) -> &mut Self {
        self.events.last_mut().unwrap().switch = Some(switch);
        self
    }

    pub(crate) fn failure(&self, kind: Kind, message: &str, waits: Vec<WaitFor>) -> Failure {
        let preemptions = self.events.iter().filter(|e| e.switch == Some(Switch::Preempted)).count() as u32;
        let switches = self.events.iter().filter(|e| e.switch.is_some()).count() as u32;
        Failure {
            kind,
            message: message.into(),
            place: self.events.last().and_then(|e| e.place.clone()),
            schedule: Some("s1".into()),
            interleaving: Some(Interleaving {
                threads: self.threads.clone(),
                events: self.events.clone(),
                preemptions,
                switches,
            }),
            rate: None,
            waits,
        }
    }

    fn wait(&self, thread: usize, what: &str, needle: &str, holder: Option<(usize, &str)>) -> WaitFor {
        WaitFor {
            thread,
            name: self.threads[thread].clone(),
            what: what.into(),
            place: Some(self.place(needle)),
            holder: holder.map(|(h, n)| Holder {
                thread: h,
                name: self.threads[h].clone(),
                place: Some(self.place(n)),
            }),
        }
    }
}

const ACCOUNT: &str = "\
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

pub struct Account {
    balance: AtomicU64,
}

impl Account {
    pub fn withdraw(&self, amount: u64) -> bool {
        let balance = self.balance.load(SeqCst);
        if balance < amount {
            return false;
        }
        self.balance.store(balance - amount, SeqCst);
        true
    }
}

// main
let first = thread::spawn(move || one.withdraw(30));
let second = thread::spawn(move || two.withdraw(30));
first.join();
second.join();
assert_eq!(account.balance.load(SeqCst), 20);
";

pub(crate) fn lost_update() -> (Failure, Sources) {
    let mut s = Story::new(ACCOUNT, &["main", "worker-1", "worker-2"]);
    let load = "let balance = self.balance.|load";
    let store = "self.balance.|store";
    s.event(0, "spawn", "", "worker-1", "first = |thread").event(0, "spawn", "", "worker-2", "second = |thread");
    s.event(1, "load", "Atomic #1", "-> 50 (SeqCst)", load)
        .after(Switch::Blocked("waits for the end of worker-1".into()));
    s.event(2, "load", "Atomic #1", "-> 50 (SeqCst)", load).after(Switch::Preempted);
    s.event(2, "store", "Atomic #1", "20 (SeqCst)", store);
    s.event(1, "store", "Atomic #1", "20 (SeqCst)", store).after(Switch::Ended);
    // The grader's own places and the ends of threads are no part of the picture.
    let own = Place { file: "grader/runtime/gradekit/src/threads.rs".into(), line: 93, column: 17 };
    for (thread, object) in [(1, "thread #2"), (2, "thread #3")] {
        let at = s.events.iter().rposition(|e| e.thread == thread).unwrap() + 1;
        let end = Event {
            thread,
            op: "end".into(),
            object: object.into(),
            value: String::new(),
            place: Some(own.clone()),
            switch: None,
        };
        s.events.insert(at, end);
    }
    s.event(0, "join", "thread #2", "", "first.|join").after(Switch::Ended);
    s.event(0, "join", "thread #3", "", "second.|join");
    s.event(0, "load", "Atomic #1", "-> 20 (SeqCst)", "account.balance.|load");
    (s.failure(Kind::Assertion, "both withdrawals succeeded: 60 was paid out of 50", vec![]), s.sources)
}

const BANK: &str = "\
impl Bank {
    pub fn transfer(&self, from: usize, to: usize, amount: u64) -> Result<(), TransferError> {
        let mut debit = self.accounts[from].lock().unwrap();
        let mut credit = self.accounts[to].lock().unwrap();
        *debit -= amount;
    }
}
// main
let a = thread::spawn(|| bank.transfer(0, 1, 5));
let b = thread::spawn(|| bank.transfer(1, 0, 5));
a.join();
";

pub(crate) fn deadlock() -> (Failure, Sources) {
    let mut s = Story::new(BANK, &["main", "worker-1", "worker-2"]);
    let (debit, credit) = ("accounts[from].|lock", "accounts[to].|lock");
    s.event(0, "spawn", "", "worker-1", "a = |thread").event(0, "spawn", "", "worker-2", "b = |thread");
    s.event(1, "lock", "Mutex #1", "", debit).after(Switch::Blocked("waits for the end of worker-1".into()));
    s.event(2, "lock", "Mutex #2", "", debit).after(Switch::Preempted);
    let waits = vec![
        s.wait(0, "the end of worker-1", "a.|join", None),
        s.wait(1, "Mutex #2", credit, Some((2, debit))),
        s.wait(2, "Mutex #1", credit, Some((1, debit))),
    ];
    (s.failure(Kind::Deadlock, "threads wait for each other", waits), s.sources)
}

const EVENT: &str = "\
pub fn wait(&self) {
    let mut set = self.set.lock().unwrap();
    if !*set {
        drop(set);
        set = self.changed.wait(self.set.lock().unwrap()).unwrap();
    }
}
pub fn set(&self) {
    *self.set.lock().unwrap() = true;
    self.changed.notify_all();
}
// main
let waiter = thread::spawn(|| event.wait());
";

fn lost_wakeup() -> (Failure, Sources) {
    let mut s = Story::new(EVENT, &["main", "waiter"]);
    s.event(0, "spawn", "", "waiter", "waiter = |thread");
    s.event(1, "lock", "Mutex #1", "", "set = self.set.|lock").after(Switch::Preempted);
    s.event(1, "unlock", "Mutex #1", "", "|drop(set)");
    s.event(0, "lock", "Mutex #1", "", "*self.set.|lock").after(Switch::Preempted);
    s.event(0, "unlock", "Mutex #1", "", "*self.set.|lock");
    s.event(0, "notify_all", "Condvar #1", "wakes nobody", "changed.|notify_all");
    s.event(1, "lock", "Mutex #1", "", "wait(self.set.|lock")
        .after(Switch::Blocked("waits for the end of waiter".into()));
    s.event(1, "wait", "notification #1", "", "changed.|wait");
    let waits = vec![s.wait(1, "a notification", "changed.|wait", None)];
    (s.failure(Kind::LostWakeup, "waiter sleeps for ever", waits), s.sources)
}

const FLAG: &str = "\
fn publish(&self) {
    self.data.store(42, Relaxed);
    self.ready.store(1, Relaxed);
}
fn consume(&self) -> u64 {
    while self.ready.load(Relaxed) == 0 {}
    self.data.load(Relaxed)
}
";

fn stale() -> (Failure, Sources) {
    let mut s = Story::new(FLAG, &["main", "producer", "consumer"]);
    s.event(1, "store", "Atomic #1", "42 (Relaxed)", "data.|store");
    s.event(1, "store", "Atomic #2", "1 (Relaxed)", "ready.|store");
    s.event(2, "load", "Atomic #2", "-> 1 (Relaxed)", "ready.|load").after(Switch::Ended);
    s.event(2, "load", "Atomic #1", "-> 0 (Relaxed; the first value; the newest is 42)", "data.|load");
    (s.failure(Kind::Assertion, "consumed 0, published 42", vec![]), s.sources)
}

fn spin(rounds: usize) -> (Failure, Sources) {
    let mut s = Story::new(FLAG, &["main", "producer", "consumer"]);
    s.event(1, "store", "Atomic #1", "42 (Relaxed)", "data.|store");
    for i in 0..rounds {
        s.event(2, "load", "Atomic #2", "-> 0 (Relaxed)", "ready.|load");
        if i == 0 {
            s.after(Switch::Preempted);
        }
    }
    (s.failure(Kind::Livelock, "threads run for ever", vec![]), s.sources)
}

fn many(threads: usize) -> (Failure, Sources) {
    let names: Vec<String> = (0..=threads).map(|i| if i == 0 { "main".into() } else { format!("t{i}") }).collect();
    let mut s = Story::new(ACCOUNT, &names.iter().map(String::as_str).collect::<Vec<_>>());
    for round in ["let balance = self.balance.|load", "self.balance.|store"] {
        for t in 1..=threads {
            let (op, value) =
                if round.ends_with("load") { ("load", "-> 50 (SeqCst)") } else { ("store", "20 (SeqCst)") };
            s.event(t, op, "Atomic #1", value, round).after(Switch::Preempted);
        }
    }
    (s.failure(Kind::Assertion, "more was paid out than there was", vec![]), s.sources)
}

pub(crate) fn hostile() -> (Failure, Sources) {
    let source = "let g = \u{1b}[2Jself.日本語.lock(); // \u{202e}gnirts\u{7} \u{1b}]0;owned\u{7}\nself.日本語.lock(); <script>alert('x')</script> & \"quotes\"\n";
    let mut s =
        Story::new("", &["main", "\u{1b}[31mred\u{202e}", "<b>bold</b>\n::error::x", "<b>bold</b>\n::error::x"]);
    s.sources.add("src/lib.rs", source);
    for (thread, line, column) in [(1, 1, 22), (2, 2, 10), (3, 2, 10), (1, 2, 10)] {
        s.events.push(Event {
            thread,
            op: "lo\u{1b}[0mck".into(),
            object: "Mutex #1\u{9b}2J".into(),
            value: "-> \u{1b}]8;;http://x\u{7}click\u{2028}\u{200b}".into(),
            place: Some(Place { file: "src/lib.rs".into(), line, column }),
            switch: Some(Switch::Blocked("\u{1b}[5mblink".into())),
        });
    }
    (
        s.failure(Kind::Panic, "panicked: \u{1b}[2J</pre><img src=x onerror=alert(1)>\n::stop-commands::now", vec![]),
        s.sources,
    )
}

fn draw(story: &(Failure, Sources), width: usize) -> String {
    let text = render(&story.0, &story.1, &Options { width, ..Options::default() });
    for line in text.lines() {
        assert!(crate::report::text::width(line) <= width.max(40), "{width}: {line}");
        assert!(!line.contains('\u{1b}'), "{line:?}");
    }
    text
}

macro_rules! snapshot {
    ($name:expr, $text:expr) => {
        insta::with_settings!({prepend_module_to_snapshot => false, omit_expression => true}, {
            insta::assert_snapshot!($name, $text);
        })
    };
}

#[test]
fn a_lost_update() {
    let story = lost_update();
    snapshot!("lost_update_100", draw(&story, 100));
    snapshot!("lost_update_80", draw(&story, 80));
}

#[test]
fn a_deadlock() {
    let story = deadlock();
    snapshot!("deadlock_100", draw(&story, 100));
    snapshot!("deadlock_80", draw(&story, 80));
}

#[test]
fn a_lost_wakeup() {
    let story = lost_wakeup();
    snapshot!("lost_wakeup_100", draw(&story, 100));
    snapshot!("lost_wakeup_80", draw(&story, 80));
}

#[test]
fn a_notification_that_woke_another_thread() {
    let mut s = Story::new(EVENT, &["main", "first", "second"]);
    s.event(1, "wait", "Condvar #1", "", "changed.|wait");
    s.event(2, "wait", "Condvar #1", "", "changed.|wait");
    s.event(0, "notify_one", "Condvar #1", "wakes first", "changed.|notify_all");
    let waits = vec![s.wait(2, "a notification of `Condvar #1`", "changed.|wait", None)];
    let text = draw(&(s.failure(Kind::LostWakeup, "second sleeps for ever", waits), s.sources), 200);
    assert!(text.contains("That woke first, and second sleeps on."), "{text}");
}

#[test]
fn a_condition_variable_beside_another_of_the_same_name() {
    let mut s = Story::new(EVENT, &["main", "waiter"]);
    s.event(0, "notify_all", "Condvar #1", "nobody waits", "changed.|notify_all");
    s.event(1, "wait", "Condvar #2", "", "changed.|wait");
    let waits = vec![s.wait(1, "a notification of `Condvar #2`", "changed.|wait", None)];
    let text = draw(&(s.failure(Kind::LostWakeup, "waiter sleeps for ever", waits), s.sources), 200);
    assert!(text.contains("No thread ever notifies this `changed` (Condvar #2)."), "{text}");
}

#[test]
fn a_stale_read() {
    let story = stale();
    snapshot!("stale_100", draw(&story, 100));
    snapshot!("stale_80", draw(&story, 80));
}

#[test]
fn a_loop_is_folded() {
    let story = spin(5000);
    snapshot!("spin_100", draw(&story, 100));
    snapshot!("spin_80", draw(&story, 80));
}

#[test]
fn many_threads_share_one_column() {
    let story = many(6);
    snapshot!("many_100", draw(&story, 100));
    snapshot!("many_80", draw(&story, 80));
}

#[test]
fn hostile_names_and_values_are_harmless() {
    let story = hostile();
    snapshot!("hostile_100", draw(&story, 100));
    draw(&story, 80);
    draw(&story, 1);
}

#[test]
fn every_event_that_is_not_folded_has_its_row_in_order() {
    for (failure, sources) in [lost_update(), deadlock(), lost_wakeup(), stale(), many(12)] {
        let names = Names::find(&failure, &sources);
        let picture = model::Picture::new(&failure, &sources, &names, 1000).unwrap();
        let shown: Vec<usize> =
            picture.rows.iter().filter_map(|r| if let model::Row::Step(s) = r { s.event } else { None }).collect();
        assert!(shown.is_sorted_by(|a, b| a < b), "{shown:?}");
        let folded = picture.rows.iter().any(|r| matches!(r, model::Row::Fold(_)));
        let all = failure.interleaving.unwrap().events.iter().filter(|e| !model::is_bookkeeping(&e.op)).count();
        assert!(folded || shown.len() == all, "{} of {all} events are shown, and nothing is folded", shown.len());
    }
}

#[test]
fn a_long_picture_says_what_it_leaves_out() {
    let (failure, sources) = many(100);
    let text = render(&failure, &sources, &Options { max_rows: 40, ..Options::default() });
    assert!(text.contains("more operations left out here"), "{text}");
    assert!(text.lines().count() < 100);
}

#[test]
fn colours_only_when_asked() {
    let (failure, sources) = lost_update();
    let plain = render(&failure, &sources, &Options::default());
    let colored = render(&failure, &sources, &Options { color: true, ..Options::default() });
    assert!(colored.contains("\u{1b}["));
    let mut stripped = String::new();
    let mut rest = colored.as_str();
    while let Some((head, tail)) = rest.split_once('\u{1b}') {
        stripped += head;
        rest = tail.split_once('m').unwrap().1;
    }
    stripped += rest;
    let trim = |text: &str| text.lines().map(|l| l.trim_end().to_string()).collect::<Vec<_>>();
    assert_eq!(trim(&stripped), trim(&plain));
}

#[test]
fn without_an_interleaving_there_is_still_a_sentence() {
    let (mut failure, sources) = deadlock();
    failure.interleaving = None;
    failure.rate = Some(protocol::Rate { failed: 3, runs: 1000 });
    let text = render(&failure, &sources, &Options::default());
    assert!(
        text.starts_with("Deadlock: worker-1 holds Mutex #1 since line 3 and waits for Mutex #2 at line 4"),
        "{text}"
    );
    assert!(text.contains("Seen in 3 of 1,000 runs"), "{text}");
}

#[test]
fn an_excerpt_is_enough_to_draw_the_same_picture() {
    for (failure, sources) in [lost_update(), deadlock(), lost_wakeup()] {
        let part = sources.excerpt(&failure);
        assert_eq!(render(&failure, &part, &Options::default()), render(&failure, &sources, &Options::default()));
        let json = serde_json::to_string(&part).unwrap();
        assert_eq!(serde_json::from_str::<Sources>(&json).unwrap(), part);
    }
}

#[test]
fn a_chain_of_calls_is_shown_from_its_beginning() {
    let mut s = Story::new("self\n    .shared\n    .lock();\nother.lock();\n", &["main", "a", "b"]);
    s.event(1, "lock", "Mutex #1", "", ".|lock();\nother").event(2, "lock", "Mutex #1", "", "other.|lock");
    let text = draw(&(s.failure(Kind::Panic, "boom", vec![]), s.sources.clone()), 100);
    assert!(text.contains("3 self.shared.lock();"), "{text}");
    assert!(text.contains("> shared.lock()"), "{text}");
}
