//! Checks for 08 try-lock.

use gradekit::*;
use std::cell::Cell;
use std::thread;
use std::time::{Duration, Instant};
use student::Resource;

/// Said by the compiler: a resource can be shared whenever its value can be sent.
const _: fn() = assert_send_sync::<Resource<u64>>;
const _: fn() = assert_send_sync::<Resource<Cell<u64>>>;

/// Said by the compiler: neither the value nor the result has to be anything special.
pub fn any_types<T, R>(
    resource: Resource<T>,
    f: impl FnOnce(&mut T) -> R,
    g: impl FnOnce(&mut T) -> R,
) -> (R, Option<R>, T) {
    (resource.with(f), resource.try_with(g), resource.into_inner())
}

/// Opens its gate at the end, also when a check fails: nobody need wait for ever then.
struct OpenAtEnd<'a>(&'a Gate);

impl Drop for OpenAtEnd<'_> {
    fn drop(&mut self) {
        self.0.open();
    }
}

/// Runs `meanwhile` while another thread is inside the resource; it leaves when `meanwhile` has returned. That thread came in
/// by `with` or by `try_with`: both are tried.
fn while_busy<R>(resource: &Resource<u64>, meanwhile: impl FnOnce() -> R) -> R {
    let by_try = choose(2) == 1;
    let (inside, leave) = (Gate::new(), Gate::new());
    thread::scope(|s| {
        let user = s.spawn(|| {
            let _inside = OpenAtEnd(&inside);
            let stay = |value: &mut u64| {
                *value += 1;
                inside.open();
                leave.pass();
            };
            if by_try {
                assert!(resource.try_with(stay).is_some(), "try_with says None although the resource is free");
            } else {
                resource.with(stay);
            }
        });
        inside.pass();
        let result = {
            let _leave = OpenAtEnd(&leave);
            meanwhile()
        };
        let _ = user.join();
        result
    })
}

pub fn with_waits_its_turn() {
    let resource = Resource::new(0);
    let rounds = scale(1, 3) as u64;
    let use_it = |_: usize| {
        for _ in 0..rounds {
            assert_eq!(
                resource.with(|n| {
                    *n += 1;
                    "done"
                }),
                "done",
                "with returns what f returned"
            );
        }
        0
    };
    let try_it = |_: usize| {
        (0..rounds)
            .filter_map(|_| {
                resource.try_with(|n| {
                    *n += 1;
                })
            })
            .count() as u64
    };
    // Every second thread tries; in half of the executions that is all it does, so that nobody else wakes one that waits.
    let case = choose(if exhaustive() { 3 } else { 2 });
    if case == 2 {
        return many_calls();
    }
    let only_tries = case == 1;
    let tried: u64 = concurrently(scale(2, 4), |i| match i % 2 {
        0 => use_it(i),
        _ if only_tries => try_it(i),
        _ => try_it(i) + use_it(i),
    })
    .into_iter()
    .sum();
    let using = if only_tries { scale(1, 2) } else { scale(2, 4) } as u64;
    assert_eq!(resource.into_inner(), using * rounds + tried, "calls of f that count in the value");
}

/// More calls than a small counter can count.
fn many_calls() {
    let resource = Resource::new(0);
    for n in 0..300 {
        assert_eq!(resource.with(|n| *n), n, "with, again and again; calls so far");
        assert_eq!(resource.try_with(|n| *n += 1), Some(()), "try_with after so many others: {n}");
    }
}

pub fn three_wait_their_turn() {
    let resource = Resource::new(0);
    concurrently(3, |_| resource.with(|n| *n += 1));
    assert_eq!(resource.into_inner(), 3, "calls of f that count in the value");
}

pub fn try_with_never_waits() {
    match choose(3) {
        0 => try_with_never_waits_for_one_that_stays(),
        1 => try_with_never_waits_for_one_that_comes(),
        _ => try_with_never_waits_for_the_second_of_two(),
    }
}

fn try_with_never_waits_for_one_that_stays() {
    // On the thread that is inside already.
    let resource = Resource::new(7);
    let nested = resource.with(|_| resource.try_with(|_| ()));
    assert_eq!(nested, None, "try_with inside with, on the same thread");
    let nested = resource.try_with(|_| resource.try_with(|_| ()));
    assert_eq!(nested, Some(None), "try_with inside try_with, on the same thread");
    // Beside another thread that stays inside.
    let called = Counter::new();
    let (answer, rounds, time) = while_busy(&resource, || {
        let (hints, begin) = (spin_hints(), Instant::now());
        let answer = resource.try_with(|_| called.add(1));
        (answer, spin_hints() - hints, begin.elapsed())
    });
    assert_eq!(answer, None, "try_with while another thread is inside");
    assert_eq!(called.get(), 0, "try_with called f although the resource is busy");
    assert_eq!(
        rounds, 0,
        "while another thread stays inside, try_with has to say None at once; it called yield_now or spin_loop so often"
    );
    // In a model only sleeping takes time.
    assert!(
        hooks::is_native() || time.is_zero(),
        "while another thread stays inside, try_with has to say None at once; it slept for {time:?}"
    );
}

/// Another thread comes at the same time. If it gets in first, it stays inside until try_with has answered.
fn try_with_never_waits_for_one_that_comes() {
    let resource = Resource::new(0);
    let answered = Gate::new();
    let by_try = choose(2) == 1;
    concurrently2(
        || {
            let stay = |_: &mut u64| answered.pass();
            if by_try {
                resource.try_with(stay);
            } else {
                resource.with(stay);
            }
        },
        || {
            let _answered = OpenAtEnd(&answered);
            resource.try_with(|_| ());
        },
    );
}

/// Two come at the same time, and the second one stays inside: the end of the first does not make the resource free.
fn try_with_never_waits_for_the_second_of_two() {
    let resource = Resource::new(0);
    let by_try = choose(2) == 1;
    let (inside, leave) = (Gate::new(), Gate::new());
    thread::scope(|s| {
        s.spawn(|| {
            let _inside = OpenAtEnd(&inside);
            resource.with(|_| {
                inside.open();
                leave.pass();
            });
        });
        s.spawn(|| {
            let short = |n: &mut u64| {
                thread::yield_now();
                *n += 1;
            };
            if by_try {
                resource.try_with(short);
            } else {
                resource.with(short);
            }
        });
        inside.pass();
        let _leave = OpenAtEnd(&leave);
        let answer = resource.try_with(|_| ());
        assert_eq!(
            answer, None,
            "try_with while one thread is inside, and another one has come at the same time as that one"
        );
    });
}

pub fn try_with_never_waits_behind_a_waiting_with() {
    let resource = Resource::new(0);
    thread::scope(|s| {
        while_busy(&resource, || {
            s.spawn(|| resource.with(|n| *n += 10));
            settle();
            let answer = resource.try_with(|n| *n += 100);
            assert_eq!(answer, None, "try_with while one thread is inside and another one waits");
        });
    });
    assert_eq!(resource.into_inner(), 11, "the with that waited has run");
}

pub fn a_refusal_changes_nothing() {
    let resource = Resource::new(0);
    let refusals = 1 + choose(2);
    while_busy(&resource, || {
        for _ in 0..refusals {
            assert_eq!(resource.try_with(|_| ()), None, "try_with while another thread is inside");
        }
    });
    assert_eq!(resource.try_with(|n| *n += 1), Some(()), "try_with on a free resource that was busy before");
    assert_eq!(resource.with(|n| *n), 2);
}

pub fn try_with_does_not_give_up_on_a_free_resource() {
    let resource = Resource::new(0);
    assert_eq!(resource.try_with(|n| *n += 1), Some(()), "try_with on a new resource");
    assert_eq!(resource.try_with(|n| *n += 1), Some(()), "try_with after a try_with");
    let other = Resource::new(0);
    let nested = resource.with(|_| other.try_with(|n| *n += 1));
    assert_eq!(nested, Some(()), "try_with on a free resource, inside with of another resource");
    // One thread is inside. Another one tries, once, at any moment; the first one leaves and tries too.
    thread::scope(|s| {
        let other = s.spawn(|| resource_try(&resource));
        resource.with(|n| *n += 1);
        let mine = resource_try(&resource);
        let theirs = other.join().unwrap_or(false);
        assert!(mine || theirs, "two threads called try_with on a resource that nobody used, and both were refused");
    });
}

fn resource_try(resource: &Resource<u64>) -> bool {
    resource.try_with(|n| *n += 1).is_some()
}

/// After a panic with the value 1 inside.
fn works_as_before(resource: Resource<u64>) {
    assert_eq!(resource.try_with(|n| *n), Some(1), "try_with after a panic");
    assert_eq!(resource.with(|n| *n), 1, "what f wrote before it panicked");
    assert_eq!(resource.try_with(|n| *n += 1), Some(()), "try_with after a panic");
    assert_eq!(resource.into_inner(), 2, "into_inner after a panic");
}

const SAME_PANIC: &str = "the panic of f reaches the caller as it is, also one that is no text";

/// Uses the resource in its destructor.
struct UsedAtEnd<'a>(&'a Resource<u64>);

impl Drop for UsedAtEnd<'_> {
    fn drop(&mut self) {
        self.0.with(|n| *n += 1);
    }
}

pub fn a_panic_in_with_frees_the_resource() {
    let resource = Resource::new(0);
    let text = catch(|| {
        resource.with(|n| -> u64 {
            *n = 1;
            boom("out of paper")
        })
    });
    assert_eq!(text, Err("out of paper".to_string()), "the panic of f reaches the caller");
    works_as_before(resource);
    // A panic without a text.
    let resource = Resource::new(1);
    assert_eq!(catch(|| resource.with(|_| -> u64 { boom_value(42) })), Err("Box<dyn Any>".to_string()), "{SAME_PANIC}");
    works_as_before(resource);
    // A destructor uses the resource while a panic unwinds that has nothing to do with it.
    let resource = Resource::new(0);
    let _ = catch(|| {
        let _use = UsedAtEnd(&resource);
        boom("out of paper")
    });
    works_as_before(resource);
    // Another thread waits meanwhile.
    let resource = Resource::new(0);
    concurrently2(
        || {
            let _ = catch(|| resource.with(|_| boom("out of paper")));
        },
        || resource.with(|n| *n += 1),
    );
    works_as_before(resource);
}

pub fn a_panic_in_try_with_frees_the_resource() {
    let resource = Resource::new(0);
    let text = catch(|| {
        resource.try_with(|n| -> u64 {
            *n = 1;
            boom("out of paper")
        })
    });
    assert_eq!(text, Err("out of paper".to_string()), "the panic of f reaches the caller");
    works_as_before(resource);
    // A panic without a text.
    let resource = Resource::new(1);
    assert_eq!(
        catch(|| resource.try_with(|_| -> u64 { boom_value(42) })),
        Err("Box<dyn Any>".to_string()),
        "{SAME_PANIC}"
    );
    works_as_before(resource);
    // Another thread waits meanwhile.
    let resource = Resource::new(0);
    concurrently2(
        || {
            let _ = catch(|| resource.try_with(|_| boom("out of paper")));
        },
        || resource.with(|n| *n += 1),
    );
    works_as_before(resource);
}

pub fn waiting_means_sleeping() {
    let resource = Resource::new(0);
    thread::scope(|s| {
        while_busy(&resource, || {
            s.spawn(|| resource.with(|n| *n += 1));
            all_asleep();
            if !exhaustive() {
                // However long it takes.
                thread::sleep(Duration::from_secs(65));
            }
        });
    });
    assert_eq!(resource.into_inner(), 2, "calls of f that count in the value");
}
