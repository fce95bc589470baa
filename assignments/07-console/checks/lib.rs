//! Checks for 07 console.

use gradekit::*;
use std::cell::Cell;
use std::fmt::Debug;
use std::io::{self, Error, ErrorKind, Write};
use std::sync::Arc;
use std::thread;
use student::{Console, Level};

/// Said by the compiler: a console can be shared whenever its writer can be sent.
const _: fn() = || {
    fn derives<L: Debug + Clone + Copy + PartialEq + Eq>() {}
    derives::<Level>();
    assert_send_sync::<Level>();
    assert_send_sync::<Console<Vec<u8>>>();
    assert_send_sync::<Console<Box<dyn Write + Send>>>();
};

/// Said by the compiler: a writer has to be nothing but a `Write`.
pub fn any_writer<W: Write>(out: W) -> W {
    let console = Console::new(out);
    let _ = console.line("");
    let _ = console.log(Level::Debug, "");
    console.into_inner()
}

/// What the writer does at a call that begins with the marked byte.
#[derive(Clone, Copy, PartialEq)]
enum Trouble {
    None,
    Error(ErrorKind),
    Panic,
    /// Takes nothing, and does not say why.
    Nothing,
    /// The error that means: try again.
    Interrupted,
    /// An error, at every call from then on.
    Broken,
    /// Takes nothing, at every call from then on.
    Full,
}

/// The check's writer: takes a few bytes a call, lets others run in between, and keeps the bytes where the check sees them.
struct Paper {
    bytes: Arc<Log<u8>>,
    /// How many bytes it takes a call.
    at_once: usize,
    /// Lets others run at each call.
    slow: bool,
    /// What it does when it is given the mark; all but `Broken` and `Full` once.
    trouble: Trouble,
    mark: u8,
    /// Every call is an error.
    broken: bool,
    /// It takes nothing any more.
    full: bool,
    /// How many bytes it has taken.
    total: usize,
    /// Waits here when it is given a `~`.
    stop: Option<(Arc<Gate>, Arc<Gate>)>,
    /// `Send`, but not `Sync`.
    _not_sync: Cell<u8>,
}

/// No check writes so many bytes.
const ENOUGH: usize = 100_000;

impl Paper {
    fn new(at_once: usize) -> (Paper, Arc<Log<u8>>) {
        let bytes = Arc::new(Log::new());
        let paper = Paper {
            bytes: Arc::clone(&bytes),
            at_once,
            slow: true,
            trouble: Trouble::None,
            mark: b'!',
            broken: false,
            full: false,
            total: 0,
            stop: None,
            _not_sync: Cell::new(0),
        };
        (paper, bytes)
    }
}

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.slow {
            thread::yield_now();
        }
        let trouble = bytes.iter().take(self.at_once).position(|b| *b == self.mark);
        let mut len = bytes.len().min(self.at_once);
        if self.trouble != Trouble::None {
            match trouble {
                Some(0) => match std::mem::replace(&mut self.trouble, Trouble::None) {
                    Trouble::Error(kind) => return Err(Error::new(kind, "out of paper")),
                    Trouble::Nothing => return Ok(0),
                    Trouble::Interrupted => return Err(Error::from(ErrorKind::Interrupted)),
                    Trouble::Broken => self.broken = true,
                    Trouble::Full => self.full = true,
                    _ => boom("out of paper"),
                },
                // Takes what is before the mark.
                Some(at) => len = at,
                None => {}
            }
        }
        if self.broken {
            return self.flush().map(|()| 0);
        }
        if self.full {
            return Ok(0);
        }
        if bytes.first() == Some(&b'~')
            && let Some((inside, leave)) = self.stop.take()
        {
            inside.open();
            leave.pass();
        }
        self.total += len;
        if self.total > ENOUGH {
            hooks::fail(hooks::Kind::Assertion, "the writer was given many more bytes than all lines have together");
        }
        for byte in &bytes[..len] {
            self.bytes.push(*byte);
        }
        Ok(len)
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.broken {
            true => Err(Error::new(ErrorKind::BrokenPipe, "out of order")),
            false => Ok(()),
        }
    }
}

fn text(bytes: &Log<u8>) -> String {
    String::from_utf8_lossy(&bytes.all()).into_owned()
}

/// The lines of what was written, sorted. The last one has to be ended.
#[track_caller]
fn sorted_lines(bytes: &Log<u8>) -> Vec<String> {
    let text = text(bytes);
    assert!(text.ends_with('\n'), "the last line has no end: {text:?}");
    let mut lines: Vec<String> = text.lines().map(str::to_string).collect();
    lines.sort();
    lines
}

/// `into_inner` gives this writer back and writes nothing.
#[track_caller]
fn given_back(console: Console<Paper>, bytes: &Arc<Log<u8>>) {
    let before = text(bytes);
    let Ok(paper) = catch(|| console.into_inner()) else {
        panic!("into_inner() panicked");
    };
    assert!(Arc::ptr_eq(&paper.bytes, bytes), "into_inner gives back another writer");
    assert_eq!(text(bytes), before, "what the writer has, after and before into_inner()");
}

#[track_caller]
fn ok(result: io::Result<()>) {
    assert!(result.is_ok(), "the writer took everything, and the call says {result:?}");
}

fn in_thread<R: Send>(name: Option<&str>, f: impl FnOnce() -> R + Send) -> R {
    let builder = match name {
        Some(name) => thread::Builder::new().name(name.to_string()),
        None => thread::Builder::new(),
    };
    thread::scope(|s| {
        let thread = builder.spawn_scoped(s, f).expect("a thread starts");
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

pub fn the_format_of_line_and_log() {
    let (mut paper, bytes) = Paper::new(usize::MAX);
    paper.slow = false;
    let console = Console::new(paper);
    let mut expected = String::new();
    let long = "0123456789".repeat(2000);
    for line in ["hello", "", "  двери — закрываются  ", "{} %s \\n", "two\nlines\n", &long] {
        ok(console.line(line));
        expected += &format!("{line}\n");
    }
    assert!(text(&bytes) == expected, "the lines that were written: {:.200?}", text(&bytes));

    bytes.take();
    in_thread(Some("printer 7"), || {
        ok(console.log(Level::Debug, "one"));
        ok(console.log(Level::Info, "two"));
        ok(console.log(Level::Warning, "three (3) [three]"));
        ok(console.log(Level::Error, ""));
    });
    let expected = "[DEBUG] (printer 7) one\n[INFO] (printer 7) two\n[WARNING] (printer 7) three (3) [three]\n[ERROR] (printer 7) \n";
    assert_eq!(text(&bytes), expected, "the four levels, logged by a thread named `printer 7`");

    bytes.take();
    in_thread(None, || ok(console.log(Level::Info, "nobody")));
    assert_eq!(text(&bytes), "[INFO] (?) nobody\n", "logged by a thread without a name");
    bytes.take();
    in_thread(Some(""), || ok(console.log(Level::Info, "two\nlines \n")));
    assert_eq!(
        text(&bytes),
        "[INFO] () two\nlines \n\n",
        "logged by a thread whose name is the empty text, with ends of lines in the message"
    );
    bytes.take();
    ok(console.log(Level::Info, "from main"));
    assert_eq!(text(&bytes), "[INFO] (main) from main\n", "logged by the thread `main`");
    given_back(console, &bytes);
}

pub fn lines_are_whole_one_byte_at_a_time() {
    let (mut paper, bytes) = Paper::new(1);
    paper.slow = false;
    let console = Console::new(paper);
    ok(console.line("привет"));
    in_thread(Some("t"), || ok(console.log(Level::Warning, "x")));
    assert_eq!(text(&bytes), "привет\n[WARNING] (t) x\n", "the writer takes one byte a call");
}

pub fn a_line_is_there_when_the_call_returns() {
    let (mut paper, bytes) = Paper::new(3);
    paper.slow = false;
    let console = Console::new(paper);
    ok(console.line("first"));
    assert_eq!(text(&bytes), "first\n", "what the writer has when line() has returned");
    in_thread(Some("t"), || ok(console.log(Level::Info, "second")));
    assert_eq!(text(&bytes), "first\n[INFO] (t) second\n", "what the writer has when log() has returned");
}

pub fn lines_never_mix() {
    // A single byte a call under the random schedules; a part of a line a call where every order is tried. A writer that
    // takes all gets lines that are longer than a buffer too.
    let how = choose(3);
    let at_once = if exhaustive() { [4, usize::MAX, usize::MAX] } else { [1, 5, usize::MAX] }[how];
    let long = "x".repeat(if how == 2 { scale(9000, 2000) } else { 0 });
    let (mut paper, bytes) = Paper::new(at_once);
    paper.slow = long.is_empty();
    let console = Console::new(paper);
    let with_log = choose(2) == 1;
    let mut expected = Vec::new();
    let threads = scale(2, 3);
    for i in 0..threads {
        expected.push(if with_log && i == 0 { format!("[INFO] (t0) abc{long}") } else { format!("line {i}{long}") });
    }
    expected.sort();
    concurrently(threads, |i| {
        ok(if with_log && i == 0 {
            console.log(Level::Info, &format!("abc{long}"))
        } else {
            console.line(&format!("line {i}{long}"))
        });
    });
    let lines = sorted_lines(&bytes);
    assert!(lines == expected, "what was written: {:.200?}", text(&bytes));
}

pub fn no_line_is_lost() {
    let (mut paper, bytes) = Paper::new(usize::MAX);
    let (inside, leave) = (Arc::new(Gate::new()), Arc::new(Gate::new()));
    paper.stop = Some((Arc::clone(&inside), Arc::clone(&leave)));
    let console = Console::new(paper);
    // One thread is in the middle of a line when the other one begins.
    concurrently3(
        || ok(console.line("~ long line")),
        || {
            inside.pass();
            ok(console.line("short line"));
        },
        || {
            inside.pass();
            settle();
            leave.open();
        },
    );
    assert_eq!(sorted_lines(&bytes), ["short line", "~ long line"], "two lines, the second one begun within the first");
}

/// The line that goes wrong is `ab!c`: `ab` is written. Another thread writes a line at the same time, and all write afterwards.
fn with_trouble(trouble: Trouble, failing: impl FnOnce(&Console<Paper>) + Send) {
    let (mut paper, bytes) = Paper::new(usize::MAX);
    paper.trouble = trouble;
    let console = Console::new(paper);
    concurrently2(|| failing(&console), || ok(console.line("other")));
    let so_far = text(&bytes);
    assert!(
        so_far == "abother\n" || so_far == "other\nab",
        "a line that broke off after `ab`, and the line `other` of another thread; written was {so_far:?}"
    );
    ok(console.line("next"));
    ok(in_thread(Some("t"), || console.log(Level::Error, "last")));
    assert_eq!(
        text(&bytes).strip_prefix(so_far.as_str()),
        Some("next\n[ERROR] (t) last\n"),
        "written by two calls after the one that broke off"
    );
    given_back(console, &bytes);
}

pub fn an_error_does_not_break_the_console() {
    if choose(2) == 0 {
        return an_interrupted_line_is_one_line();
    }
    with_trouble(Trouble::Error(ErrorKind::BrokenPipe), |console| {
        let result = console.line("ab!c");
        assert_eq!(
            result.map_err(|error| error.kind()),
            Err(ErrorKind::BrokenPipe),
            "the writer said BrokenPipe; the answer of line()"
        );
    });
    // The same for log, for other errors, and at the end of the line.
    for (kind, mark, begun) in
        [(ErrorKind::BrokenPipe, b'!', "ab"), (ErrorKind::WouldBlock, b'!', "ab"), (ErrorKind::Other, b'\n', "ab!c")]
    {
        let (mut paper, bytes) = Paper::new(usize::MAX);
        (paper.trouble, paper.mark) = (Trouble::Error(kind), mark);
        let console = Console::new(paper);
        let result = in_thread(Some("t"), || console.log(Level::Info, "ab!c"));
        assert_eq!(result.map_err(|error| error.kind()), Err(kind), "the writer said {kind:?}; the answer of log()");
        ok(console.line("next"));
        assert_eq!(text(&bytes), format!("[INFO] (t) {begun}next\n"), "written by a call after the one that broke off");
    }
    // A writer that takes nothing, once: who says Ok must have tried again.
    let (mut paper, bytes) = Paper::new(usize::MAX);
    paper.trouble = Trouble::Nothing;
    let console = Console::new(paper);
    let result = console.line("ab!c");
    ok(console.line("next"));
    let expected = if result.is_ok() { "ab!c\nnext\n" } else { "abnext\n" };
    assert_eq!(
        text(&bytes),
        expected,
        "written by line(\"ab!c\") and line(\"next\"); the writer had said Ok(0) once, and line() had said {result:?}"
    );
    // A writer that stays broken.
    let (mut paper, bytes) = Paper::new(usize::MAX);
    paper.trouble = Trouble::Broken;
    let console = Console::new(paper);
    for line in ["ab!c", "next"] {
        assert!(console.line(line).is_err(), "the writer gives nothing but errors, and line() says Ok");
    }
    given_back(console, &bytes);
    // A writer that is full, as a slice is at its end.
    let (mut paper, bytes) = Paper::new(usize::MAX);
    paper.trouble = Trouble::Full;
    let console = Console::new(paper);
    for line in ["ab!c", "next"] {
        assert!(console.line(line).is_err(), "the writer takes nothing any more, and line() says Ok");
    }
    given_back(console, &bytes);
}

/// `Interrupted` means: try again. `write_all` does so; who does not gives the error to the caller. Others stay out in any case.
fn an_interrupted_line_is_one_line() {
    let (mut paper, bytes) = Paper::new(usize::MAX);
    paper.trouble = Trouble::Interrupted;
    let console = Console::new(paper);
    let (result, ()) = concurrently2(|| console.line("ab!c"), || ok(console.line("other")));
    let written = match result.map_err(|error| error.kind()) {
        Ok(()) => "ab!c\n",
        Err(ErrorKind::Interrupted) => "ab",
        Err(other) => panic!("the writer said Interrupted, and line() says {other:?}"),
    };
    let so_far = text(&bytes);
    assert!(
        so_far == format!("{written}other\n") || so_far == format!("other\n{written}"),
        "line(\"ab!c\"), to which the writer said Interrupted after `ab`, and line(\"other\") of another thread; written was {so_far:?}"
    );
    given_back(console, &bytes);
}

pub fn a_panic_does_not_break_the_console() {
    with_trouble(Trouble::Panic, |console| {
        let result = catch(|| console.line("ab!c"));
        assert!(!matches!(result, Ok(Ok(()))), "the writer panicked, and line() says Ok");
    });
    let (mut paper, bytes) = Paper::new(usize::MAX);
    paper.trouble = Trouble::Panic;
    let console = Console::new(paper);
    let result = in_thread(Some("t"), || catch(|| console.log(Level::Info, "ab!c")));
    assert!(!matches!(result, Ok(Ok(()))), "the writer panicked, and log() says Ok");
    ok(console.line("next"));
    assert_eq!(text(&bytes), "[INFO] (t) abnext\n", "written by a call after the one that broke off");
}

pub fn line_and_log_together() {
    let (paper, bytes) = Paper::new(usize::MAX);
    let console = Console::new(paper);
    let rounds = scale(1, 3);
    concurrently(scale(2, 4), |i| {
        for _ in 0..rounds {
            ok(if i % 2 == 0 { console.line("line") } else { console.log(Level::Debug, "log") });
        }
    });
    assert_eq!(sorted_lines(&bytes).len(), scale(2, 4) * rounds, "lines written: {:?}", text(&bytes));
}

pub fn log_names_the_calling_thread() {
    let (paper, bytes) = Paper::new(usize::MAX);
    let console = Console::new(paper);
    concurrently2(|| ok(console.log(Level::Info, "zero")), || ok(console.log(Level::Error, "one")));
    assert_eq!(sorted_lines(&bytes), ["[ERROR] (t1) one", "[INFO] (t0) zero"], "logged by the threads t0 and t1");
}

pub fn waiting_means_sleeping() {
    let (mut paper, bytes) = Paper::new(usize::MAX);
    let (inside, leave) = (Arc::new(Gate::new()), Arc::new(Gate::new()));
    paper.stop = Some((Arc::clone(&inside), Arc::clone(&leave)));
    let console = Console::new(paper);
    concurrently3(
        || ok(console.line("~")),
        || {
            inside.pass();
            ok(console.line("second"));
        },
        || {
            inside.pass();
            all_asleep();
            leave.open();
        },
    );
    assert_eq!(text(&bytes), "~\nsecond\n", "two lines");
}
