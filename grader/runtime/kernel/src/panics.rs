//! Panics of the program under test: silent, attributed to their task, and classified by their place.

use crate::exec;
use protocol::{Failure, Kind, Place};
use std::any::Any;
use std::cell::RefCell;
use std::panic::PanicHookInfo;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// A panic as the hook saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Panic {
    /// Its text; `Box<dyn Any>` if it has none.
    pub message: String,
    /// Where it began.
    pub place: Option<Place>,
    /// It is a part of the check (see [`expect_next`]).
    pub expected: bool,
    /// The name of the thread that panicked, if it is known.
    pub thread: Option<String>,
}

thread_local! {
    static EXPECTED: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
    static NATIVE_CATCHING: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
    static NATIVE_LAST: RefCell<Option<Panic>> = const { RefCell::new(None) };
}

static LAST_WORDS: OnceLock<fn(&Failure)> = OnceLock::new();

/// The next panic of the running thread is a part of the check: never a finding by itself.
pub fn expect_next() {
    EXPECTED.set(true);
}

/// The running thread goes into (or leaves) a piece of the check that catches panics. Its panics there are no findings by
/// themselves, wherever they happen: that of a `#[track_caller]` function seems to happen in the check.
pub fn catching(on: bool) {
    let count = |n: u32| if on { n + 1 } else { n.saturating_sub(1) };
    if exec::modelled() {
        exec::with(|k| {
            let task = k.exec.current_task();
            task.catching = count(task.catching);
        });
    } else {
        NATIVE_CATCHING.set(count(NATIVE_CATCHING.get()));
    }
}

fn is_caught() -> bool {
    if exec::modelled() { exec::with(|k| k.exec.current_task().catching > 0) } else { NATIVE_CATCHING.get() > 0 }
}

/// The text of a payload, as `std` would print it.
pub fn text_of(payload: &(dyn Any + Send)) -> String {
    if let Some(s) = payload.downcast_ref::<&'static str>() {
        (*s).to_string()
    } else if let Some(s) = payload.downcast_ref::<String>() {
        s.clone()
    } else {
        "Box<dyn Any>".to_string()
    }
}

/// Whether a file belongs to the author's checks.
pub fn is_check_file(file: &str) -> bool {
    file.starts_with("checks/") || file.contains("gradekit")
}

/// What kind of failure an unexpected panic at this place is.
pub fn kind_of(p: &Panic) -> Kind {
    let in_check = p.place.as_ref().is_some_and(|p| is_check_file(&p.file));
    if in_check || p.message.starts_with("assertion ") { Kind::Assertion } else { Kind::Panic }
}

/// The failure that an unexpected, uncaught panic is.
pub fn failure_of(p: &Panic, thread: &str) -> Failure {
    let kind = kind_of(p);
    let message = if kind == Kind::Assertion {
        p.message.clone()
    } else {
        let at = p.place.as_ref().map(|p| format!(" at line {}", p.line)).unwrap_or_default();
        format!("{} panicked{at}: {}", p.thread.as_deref().unwrap_or(thread), p.message)
    };
    Failure::new(kind, message, p.place.clone())
}

/// Installs the hook: nothing is printed; every panic is remembered for its task, and a check's own
/// failed assertion is a failure at once, even if student code catches the panic.
pub fn install_hook(last_words: fn(&Failure)) {
    let _ = LAST_WORDS.set(last_words);
    std::panic::set_hook(Box::new(hook));
}

/// shuttle wraps the hook in one of its own, which prints, when its first execution begins: called after
/// that, this puts ours back.
pub(crate) fn reinstall_hook() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        if LAST_WORDS.get().is_some() {
            std::panic::set_hook(Box::new(hook));
        }
    });
}

fn hook(info: &PanicHookInfo<'_>) {
    if exec::modelled() && exec::is_busy() {
        return;
    }
    let place = info.location().map(|l| Place { file: l.file().to_string(), line: l.line(), column: l.column() });
    let message = info
        .payload()
        .downcast_ref::<&'static str>()
        .map(|s| (*s).to_string())
        .or_else(|| info.payload().downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "Box<dyn Any>".to_string());
    let expected = EXPECTED.replace(false);
    let panic = Panic { message, place, expected, thread: thread_name() };
    let aborts = panic.message == "panic in a destructor during cleanup"
        || panic.message == "panic in a function that cannot unwind";
    if aborts && let Some(say) = LAST_WORDS.get() {
        let first = last();
        let mut failure = failure_of(first.as_ref().unwrap_or(&panic), "a thread");
        failure.kind = Kind::Crash;
        failure.message = match first {
            Some(first) => format!(
                "A destructor panicked while its thread was already panicking, so the program aborted. The first panic: {}",
                first.message
            ),
            None => "A destructor panicked while its thread was already panicking, so the program aborted.".into(),
        };
        say(&failure);
        return;
    }
    let in_check = panic.place.as_ref().is_some_and(|p| is_check_file(&p.file)) && !is_caught();
    if exec::modelled() {
        exec::panic_begins();
        if in_check && !expected {
            let cause = cause_of(&panic).unwrap_or_else(|| panic.clone());
            exec::with(|k| {
                if k.exec.stop.is_none() {
                    let mut failure = failure_of(&cause, "a thread");
                    if cause == panic {
                        failure.message.clone_from(&panic.message);
                    }
                    k.exec.stop = Some(crate::exec::Stop::Failed(Box::new(failure)));
                }
            });
        }
        exec::with(|k| {
            let me = k.exec.current;
            k.exec.tasks[me].last_panic = Some(panic);
        });
    } else {
        if in_check && !expected {
            let cause = cause_of(&panic).unwrap_or_else(|| panic.clone());
            crate::native::failed(failure_of(&cause, "a thread"));
        }
        if !expected && !handed_on(&panic) {
            native_first().get_or_insert_with(|| panic.clone());
        }
        NATIVE_LAST.with_borrow_mut(|l| *l = Some(panic));
    }
}

fn thread_name() -> Option<String> {
    if exec::modelled() {
        return Some(exec::with(|k| k.exec.task_name(k.exec.current)));
    }
    let thread = std::thread::current();
    thread.name().map(|n| if n == crate::native::MAIN_THREAD { "main".into() } else { n.to_string() })
}

static NATIVE_FIRST: Mutex<Option<Panic>> = Mutex::new(None);

fn native_first() -> MutexGuard<'static, Option<Panic>> {
    NATIVE_FIRST.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A native run begins.
pub(crate) fn begin_native() {
    *native_first() = None;
}

/// Whether this panic only says that another thread has panicked.
fn handed_on(panic: &Panic) -> bool {
    panic.message.ends_with("Any { .. }") || panic.message == "a scoped thread panicked"
}

/// The other thread's panic, if this one only hands it on.
fn cause_of(panic: &Panic) -> Option<Panic> {
    if !handed_on(panic) {
        None
    } else if exec::modelled() {
        let cause = |p: &&Panic| !p.expected && !handed_on(p);
        // A lock that was found poisoned is a consequence too, where there is something else.
        let poison = |p: &&Panic| p.message.ends_with("PoisonError { .. }");
        exec::with(|k| {
            let all = || k.exec.tasks.iter().filter_map(|task| task.last_panic.as_ref()).filter(cause);
            all().find(|p| !poison(p)).or_else(|| all().next()).cloned()
        })
    } else {
        native_first().clone()
    }
}

/// The running thread's last panic.
pub fn last() -> Option<Panic> {
    if exec::modelled() {
        exec::with(|k| {
            let me = k.exec.current;
            k.exec.tasks[me].last_panic.clone()
        })
    } else {
        NATIVE_LAST.with_borrow(Clone::clone)
    }
}

/// The panic that ended the check itself, from its payload. A panic that was handed on with `resume_unwind` began in another
/// thread, and no hook saw it here: it counts all the same.
pub fn of_payload(payload: &(dyn Any + Send)) -> Panic {
    let message = text_of(payload);
    let same = |p: &Panic| p.message == message;
    let seen = if exec::modelled() {
        last()
            .filter(same)
            .or_else(|| exec::with(|k| k.exec.tasks.iter().rev().filter_map(|task| task.last_panic.clone()).find(same)))
    } else {
        last().filter(same)
    };
    let mut panic = seen.unwrap_or(Panic { message, place: None, expected: false, thread: None });
    panic.expected = false;
    cause_of(&panic).unwrap_or(panic)
}

/// A thread ended by a panic; until somebody looks at its result, that is a failure of its own.
pub fn unseen(task: usize) {
    exec::with(|k| {
        let me = k.exec.current;
        if let Some(p) = k.exec.tasks[me].last_panic.clone()
            && !p.expected
        {
            k.exec.unseen.push((task, p));
        }
    });
}

/// Somebody has looked at the result of `task`.
pub fn seen(task: usize) {
    exec::with(|k| k.exec.unseen.retain(|u| u.0 != task));
}
