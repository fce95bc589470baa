//! Checks for 06 chunked-work.

use gradekit::*;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::thread::{self, ThreadId};

/// Said by the compiler: `f` and its results have to be nothing more than this.
pub fn any_types<R, F>(items: usize, groups: NonZeroUsize, f: F) -> Vec<R>
where
    R: Send,
    F: Fn(usize) -> R + Sync,
{
    student::for_each(items, groups, |i| drop(f(i)));
    student::map(items, groups, f)
}

/// Said by the compiler: the same for `for_each`.
pub fn any_closure<F>(items: usize, groups: NonZeroUsize, f: F)
where
    F: Fn(usize) + Sync,
{
    student::for_each(items, groups, f);
}

fn n(groups: usize) -> NonZeroUsize {
    NonZeroUsize::new(groups).unwrap_or(NonZeroUsize::MIN)
}

/// (items, groups) that divide evenly, with every kind of remainder, and with more groups than items.
fn shapes() -> impl Iterator<Item = (usize, usize)> {
    let small = (0..=25).flat_map(|items| (1..=9).map(move |groups| (items, groups)));
    small.chain([(100, 7), (1000, 999), (1000, 64), (12345, 100)])
}

pub fn groups_cover_all_items() {
    for (items, groups) in shapes() {
        let ranges = student::groups(items, n(groups));
        let mut next = 0;
        for range in &ranges {
            assert!(
                range.start == next && range.end >= next,
                "groups({items}, {groups}): {range:?} should begin at {next}, where the group before ended: {ranges:?}"
            );
            next = range.end;
        }
        assert_eq!(next, items, "groups({items}, {groups}): the end of the last group: {ranges:?}");
    }
}

/// The largest and the smallest size.
fn sizes(ranges: &[Range<usize>]) -> (usize, usize) {
    let size = |range: &Range<usize>| range.end.saturating_sub(range.start);
    (ranges.iter().map(size).max().unwrap_or(0), ranges.iter().map(size).min().unwrap_or(0))
}

pub fn group_sizes_differ_by_at_most_one() {
    for (items, groups) in shapes() {
        let ranges = student::groups(items, n(groups));
        if items >= groups {
            assert_eq!(ranges.len(), groups, "groups({items}, {groups}): the number of groups: {ranges:?}");
        }
        let (largest, smallest) = sizes(&ranges);
        assert!(largest - smallest <= 1, "groups({items}, {groups}): sizes from {smallest} to {largest}: {ranges:?}");
    }
}

pub fn no_group_is_empty() {
    for (items, groups) in shapes() {
        let ranges = student::groups(items, n(groups));
        if items < groups {
            assert_eq!(ranges.len(), items, "groups({items}, {groups}): the number of groups: {ranges:?}");
        }
        assert!(
            ranges.iter().all(|range| range.start < range.end),
            "groups({items}, {groups}): a group without items: {ranges:?}"
        );
    }
}

pub fn groups_work_for_the_largest_numbers() {
    const MAX: usize = usize::MAX;
    for (items, groups) in [(MAX, 1), (MAX, 3), (MAX, 1000), (MAX - 1, 7), (MAX / 2 + 2, 5), (3, MAX), (0, MAX), (1, 1)]
    {
        let ranges = student::groups(items, n(groups));
        assert_eq!(ranges.len(), items.min(groups), "groups({items}, {groups}): the number of groups");
        let mut next = 0;
        for range in &ranges {
            assert!(
                range.start == next && range.end > next,
                "groups({items}, {groups}): {range:?} should begin at {next}"
            );
            next = range.end;
        }
        assert_eq!(next, items, "groups({items}, {groups}): the end of the last group");
        let (largest, smallest) = sizes(&ranges);
        assert!(largest - smallest <= 1, "groups({items}, {groups}): sizes from {smallest} to {largest}");
    }
}

/// Either `for_each` or `map` with a closure that gives back the index: both are tried.
fn run(items: usize, groups: usize, f: impl Fn(usize) + Sync) {
    if choose(2) == 0 {
        student::for_each(items, n(groups), f);
    } else {
        let given = |i| {
            f(i);
            i
        };
        let results = student::map(items, n(groups), given);
        assert!(
            results.into_iter().eq(0..items),
            "map: the results are not those of the items 0, 1, 2, ... in this order"
        );
    }
}

/// Some of the larger shapes are much larger: a few groups at a time are not all groups.
fn many(small: usize, large: usize) -> usize {
    match seed() % 16 {
        _ if exhaustive() => small,
        0 => 36,
        // More threads than a run may have of the system's own.
        1 if !hooks::is_native() => 100,
        _ => large,
    }
}

pub fn all_groups_run_at_the_same_time() {
    if choose(3) == 2 {
        return a_call_inside_a_call();
    }
    let groups = many(2, 5);
    // One call for each group has to be inside at the same time. With two items a group, only the first call of a thread waits.
    let items = if choose(2) == 0 { groups } else { 2 * groups };
    let meeting = Meeting::new(groups);
    let met = Log::new();
    run(items, groups, |_| {
        let me = thread::current().id();
        if !met.all().contains(&me) {
            met.push(me);
            meeting.arrive("for_each");
        }
    });
}

/// Calls are independent of each other.
fn a_call_inside_a_call() {
    let seen = Log::new();
    run(2, 2, |i| student::for_each(2, n(1), |k| seen.push((i, k))));
    let mut seen = seen.take();
    seen.sort();
    assert_eq!(seen, [(0, 0), (0, 1), (1, 0), (1, 1)], "for_each inside f: the pairs of outer and inner items");
}

pub fn one_new_thread_a_group() {
    let shapes: &[(usize, usize)] =
        if exhaustive() { &[(3, 2), (1, 3)] } else { &[(7, 3), (2, 5), (8, 4), (0, 2), (3, 1)] };
    let (items, groups) = shapes[choose(shapes.len())];
    let count = items.min(groups);
    let calls: Log<(ThreadId, usize)> = Log::new();
    let before = threads_started();
    run(items, groups, |i| calls.push((thread::current().id(), i)));
    let started = threads_started() - before;
    let calls = calls.take();

    let mut called: Vec<usize> = calls.iter().map(|call| call.1).collect();
    called.sort();
    assert!(
        called.into_iter().eq(0..items),
        "f must be called once for each item; {items} items, the calls: {calls:?}"
    );

    let mut threads: Vec<(ThreadId, Vec<usize>)> = Vec::new();
    for (thread, i) in calls {
        match threads.iter_mut().find(|(known, _)| *known == thread) {
            Some((_, group)) => group.push(i),
            None => threads.push((thread, vec![i])),
        }
    }
    let me = thread::current().id();
    assert!(threads.iter().all(|(thread, _)| *thread != me), "the calling thread called f");
    assert_eq!(threads.len(), count, "threads that called f, for {items} items in {groups} groups");
    for (_, group) in &mut threads {
        group.sort();
        let contiguous = group.windows(2).all(|pair| pair[1] == pair[0] + 1);
        assert!(contiguous, "one thread had the items {group:?}, which are not contiguous");
        let size = group.len();
        assert!(
            size == items / count || size == items.div_ceil(count),
            "one thread had the items {group:?}; {items} items in {groups} groups"
        );
    }
    assert_eq!(started, count, "threads started, for {items} items in {groups} groups");
}

pub fn map_keeps_the_order() {
    if hooks::is_native() && seed().is_multiple_of(4) {
        // More items than sixteen bits can count.
        let results = student::map(70_000, n(3), |i| i);
        assert!(results.into_iter().eq(0..70_000), "map: the results of 70,000 items are not in their order");
    }
    let groups = scale(2, 4);
    let items = scale(3, 11);
    // The first item, and so the first group, ends after the last one.
    let last_ended = Gate::new();
    let results = student::map(items, n(groups), |i| {
        if i == 0 {
            last_ended.pass();
        } else if i == items - 1 {
            last_ended.open();
        }
        format!("item {i}")
    });
    let expected: Vec<String> = (0..items).map(|i| format!("item {i}")).collect();
    assert_eq!(results, expected, "the results of map");
    let nothing: Vec<u8> = student::map(0, n(3), |_| 1);
    assert!(nothing.is_empty(), "map over no items");
}

pub fn a_panic_reaches_the_caller() {
    let groups = scale(2, 4);
    let items = scale(2, 8);
    let bad = choose(items);
    let payload = if bad == 0 { choose(4) } else { 0 };
    let inside = Peak::new();
    let by_map = choose(2) == 1;
    let work = |i: usize| {
        // Once, two of them.
        if i == bad || (payload == 3 && i == items - 1) {
            // Whatever a panic carries, it is one.
            match payload {
                0 => boom("this item is bad"),
                1 => boom_static("this item is bad"),
                _ => boom_value(i),
            }
        }
        let _inside = inside.enter();
        thread::yield_now();
        i
    };
    let result = catch(|| {
        if by_map {
            student::map(items, n(groups), work);
        } else {
            student::for_each(items, n(groups), |i| {
                work(i);
            });
        }
    });
    let name = if by_map { "map" } else { "for_each" };
    assert!(result.is_err(), "{name} must panic when f panicked; it returned");
    assert_eq!(inside.now(), 0, "{name} panicked while f was still running for other items");
    assert_eq!(student::map(1, n(1), |i| i), [0], "the results of map, after another call has panicked");
    let beside = |i| {
        let inner = catch(|| student::for_each(1, n(1), |_| boom("a call inside of a call")));
        assert!(inner.is_err(), "for_each must panic when f panicked; it returned");
        i
    };
    assert_eq!(student::map(2, n(1), beside), [0, 1], "the results of map, after calls inside of it have panicked");
}

pub fn waiting_means_sleeping() {
    run(2, 2, |i| {
        if i == 0 {
            all_asleep();
        }
    });
}
