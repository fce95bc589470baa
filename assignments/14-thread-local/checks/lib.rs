//! Checks of assignment 14.

use gradekit::*;
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use student::Local;

const _: () = assert_send_sync::<Local<String>>();
const _: () = assert_send_sync::<Local<Cell<u8>>>();

fn zero() -> u64 {
    0
}

pub fn every_thread_has_its_own_value() {
    let local = Local::new(zero);
    local.set(100);
    let threads = scale(2, 5);
    concurrently(threads, |i| {
        let i = i as u64;
        assert_eq!(local.get(), 0, "the first use in a new thread");
        local.set(i + 1);
        thread::yield_now();
        assert_eq!(local.get(), i + 1, "thread {i} has set its value to {}", i + 1);
        let result = local.with(|value| {
            *value += 10;
            "result"
        });
        assert_eq!(result, "result", "`with` returns what `f` returns");
        thread::yield_now();
        assert_eq!(local.get(), i + 11, "thread {i} has added 10 to {}", i + 1);
    });
    assert_eq!(local.get(), 100, "the main thread has set its value to 100");
    // A type that cannot leave its thread is welcome in one.
    let local = Local::new(|| Rc::new(Cell::new(1)));
    local.with(|value| value.set(2));
    assert_eq!(local.get().get(), 2, "`with` has changed the value");
}

pub fn threads_never_share_a_value() {
    let local = Local::new(zero);
    // One after the other, all with the same name, and in a model more of them than a byte can count: real ones would take
    // seconds with a list that is searched step by step.
    let threads = if hooks::is_native() { 40 } else { scale(3, 270) };
    for i in 1..=threads as u64 {
        thread::scope(|s| {
            let run = || {
                assert_eq!(local.get(), 0, "a new thread sees the value of another one");
                local.set(i);
                assert_eq!(local.get(), i);
            };
            let thread = thread::Builder::new().name("worker".into()).spawn_scoped(s, run);
            thread.unwrap().join().unwrap();
        });
    }
    // Two at the same time.
    let meeting = Meeting::new(2);
    thread::scope(|s| {
        for i in 1..=2 {
            let (local, meeting) = (&local, &meeting);
            let run = move || {
                local.set(i);
                meeting.arrive("two threads of the same name");
                assert_eq!(local.get(), i, "two threads of the same name share a value");
            };
            thread::Builder::new().name("worker".into()).spawn_scoped(s, run).unwrap();
        }
    });
}

pub fn locals_are_independent() {
    let (a, b) = (Local::new(zero), Local::new(zero));
    a.set(1);
    assert_eq!(b.get(), 0, "two locals of one type: the second has the value of the first");
    b.set(2);
    assert_eq!(a.get(), 1, "two locals of one type: `set` of the second has changed the first");
    let c: Local<String> = Local::new(String::new);
    c.set("text".into());
    assert_eq!((a.get(), b.get(), c.get()), (1, 2, "text".to_string()));
    // A `Local` is a value like any other.
    let moved = Box::new(a);
    assert_eq!(moved.get(), 1, "a `Local` was moved and has lost its value");
    let again = *moved;
    assert_eq!(again.get(), 1, "a `Local` was moved and has lost its value");
    // A new one may lie where an old one was.
    for i in 1..=20 {
        let local = Local::new(zero);
        assert_eq!(local.get(), 0, "a new local has the value of one that was dropped");
        local.set(i);
    }
    for i in 1..=20 {
        let local = Box::new(Local::new(zero));
        concurrently(1, |_| {
            assert_eq!(local.get(), 0, "a new local has the value of one that was dropped");
            local.set(i);
        });
        assert_eq!(local.get(), 0, "a new local has the value of one that was dropped");
        local.set(i);
    }
    // The thread that drops one is not the only one that has used it.
    thread::scope(|s| {
        let (give, given) = mpsc::channel::<Box<Local<u64>>>();
        let (give_back, back) = mpsc::channel();
        s.spawn(move || {
            for local in given {
                let first = local.get();
                local.set(7);
                give_back.send((local, first)).unwrap();
            }
        });
        for _ in 0..8 {
            give.send(Box::new(Local::new(zero))).unwrap();
            let (local, first) = back.recv().unwrap();
            assert_eq!(first, 0, "a new local has the value of one that another thread has dropped");
            drop(local);
        }
        drop(give);
    });
    assert_eq!((again.get(), b.get()), (1, 2));
    // Two that are made at the same time.
    let (x, y) = concurrently2(|| Local::new(zero), || Local::new(zero));
    x.set(3);
    assert_eq!(y.get(), 0, "two locals were made at the same time: the second has the value of the first");
    // More of them than a byte can count.
    let many: Vec<Local<u64>> = (0..scale(3, 300)).map(|_| Local::new(zero)).collect();
    for (i, local) in many.iter().enumerate() {
        assert_eq!(local.get(), 0, "a new local has the value of another one");
        local.set(i as u64 + 1);
    }
    // One that goes takes the values of ended threads along.
    let value = Arc::new(());
    let local: Local<Option<Arc<()>>> = Local::new(|| None);
    for _ in 0..2 {
        thread::scope(|s| s.spawn(|| local.set(Some(value.clone()))).join().unwrap());
    }
    drop(local);
    let left = Arc::strong_count(&value) - 1;
    assert_eq!(left, 0, "values of two ended threads that are left after the local was dropped");
}

pub fn nobody_waits_for_a_neighbour() {
    let local = Local::new(zero);
    if choose(2) == 0 {
        let meeting = Meeting::new(2);
        concurrently(2, |_| local.with(|_| meeting.arrive("Local::with")));
    } else {
        let (inside, leave) = (Gate::new(), Gate::new());
        concurrently2(
            || {
                local.with(|_| {
                    inside.open();
                    leave.pass();
                });
            },
            || {
                inside.pass();
                local.set(7);
                assert_eq!(local.get(), 7);
                // Now and then many more, should only some of the threads have a lock in common.
                let more = if !exhaustive() && choose(10) == 0 { 40 } else { 0 };
                for _ in 0..more {
                    thread::scope(|s| s.spawn(|| local.set(8)).join().unwrap());
                }
                leave.open();
            },
        );
    }
}

pub fn one_inside_another() {
    let (a, b) = (Local::new(zero), Local::new(zero));
    let text: Local<String> = Local::new(String::new);
    concurrently(2, |i| {
        let i = i as u64 + 1;
        let seen = a.with(|x| {
            *x = i;
            text.with(|t| t.push('x'));
            b.set(10 * i);
            b.with(|y| {
                *y += *x;
                text.set(format!("{}{y}", text.get()));
            });
            b.get()
        });
        assert_eq!(seen, 11 * i);
        assert_eq!((a.get(), b.get(), text.get()), (i, 11 * i, format!("x{}", 11 * i)));
    });
}

static INITS: Counter = Counter::new();

fn counted() -> u64 {
    INITS.add(1);
    0
}

pub fn init_is_called_once() {
    let before = INITS.get();
    let local = Local::new(counted);
    assert_eq!(INITS.get() - before, 0, "`new` has called `init`");
    let threads = 2;
    concurrently(threads, |_| {
        local.with(|value| *value += 1);
        assert_eq!(local.get(), 1);
        local.with(|value| *value += 1);
        local.set(5);
        assert_eq!(local.get(), 5);
    });
    assert_eq!(INITS.get() - before, threads as u64, "calls of `init` for {threads} threads");
    for which in ["first", "second"] {
        assert_eq!(local.get(), 0, "the {which} use in the main thread");
    }
    assert_eq!(INITS.get() - before, threads as u64 + 1, "calls of `init` for {} threads", threads + 1);
}

pub fn set_needs_no_init() {
    let before = INITS.get();
    let local = Local::new(counted);
    concurrently(2, |i| {
        local.set(i as u64 + 7);
        assert_eq!(local.get(), i as u64 + 7, "the value that was set");
        local.with(|value| assert_eq!(*value, i as u64 + 7, "the value that was set"));
    });
    assert_eq!(INITS.get() - before, 0, "`set` came first, but `init` was called");
}

pub fn a_panic_keeps_the_value() {
    let before = INITS.get();
    let local = Local::new(counted);
    let panics = |n| {
        let result = catch(|| {
            local.with(|value| {
                *value += n;
                boom("in with")
            })
        });
        assert_eq!(result, Err::<(), _>("in with".to_string()), "a panic of `f` reaches the caller");
    };
    local.set(5);
    panics(1);
    assert_eq!(local.get(), 6, "`f` has added 1 to 5, then it panicked");
    panics(1);
    local.with(|value| assert_eq!(*value, 7));
    local.set(8);
    assert_eq!(local.get(), 8, "`set` after a panic of `f`");
    assert_eq!(INITS.get() - before, 0, "`f` panicked and `init` was called again");
    // The first use of a thread panics; another thread does not notice.
    concurrently2(
        || {
            panics(3);
            assert_eq!(local.get(), 3, "`f` has added 3 to the first value, then it panicked");
        },
        || {
            local.set(4);
            assert_eq!(local.get(), 4);
        },
    );
    assert_eq!(local.get(), 8);
    assert_eq!(INITS.get() - before, 1, "calls of `init` by a thread whose `f` panicked");
}
