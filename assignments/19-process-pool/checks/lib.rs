//! The pool's answers are compared with arithmetic; its children with what the system says.

use std::collections::BTreeSet;

use gradekit_process::*;

const EVERYWHERE: [Stop; 4] = [Stop::Start, Stop::Read, Stop::Write, Stop::Exit];

fn pool(processes: usize, what: &str, items: &[String]) -> Program {
    program().args(["--processes", &processes.to_string(), what]).args(items.iter().cloned())
}

fn texts<T: ToString>(items: &[T]) -> Vec<String> {
    items.iter().map(T::to_string).collect()
}

/// `[1, 2]`
fn list<T: ToString>(items: &[T]) -> String {
    format!("[{}]", texts(items).join(", "))
}

#[track_caller]
fn gives(ended: &Ended, wanted: &str) {
    assert_eq!(ended.code(), Some(0), "{}, but nothing was wrong", ended.story());
    let got = ended.text().trim_end_matches(['\n', '\r']);
    let short = |text: &str| text.chars().take(300).collect::<String>();
    assert!(got == wanted, "it printed `{}` for `{}`", short(got), short(wanted));
    ended.nobody_left();
}

/// An error, and nobody left.
#[track_caller]
fn refuses(ended: &Ended, codes: &[i32], why: &str) {
    is_error(ended, codes, why);
    ended.nobody_left();
}

/// An error: nothing on standard output, a message, one of these exit codes.
#[track_caller]
fn is_error(ended: &Ended, codes: &[i32], why: &str) {
    assert!(
        ended.code().is_some_and(|code| codes.contains(&code)),
        "{why}: exit code {} is asked for, but {}",
        texts(codes).join(" or "),
        ended.story()
    );
    assert!(ended.out.is_empty(), "{why}: nothing belongs on standard output, but there is `{}`", {
        ended.text().chars().take(200).collect::<String>()
    });
    assert!(!ended.complaint().trim().is_empty(), "{why}: there is no message on standard error");
}

pub fn doubles_and_adds() {
    let mut rng = Rng::new(seed());
    let processes = 1 + rng.below(4);
    gives(&pool(3, "double", &texts(&[5, 10, 20])).run(), "[10, 20, 40]");
    gives(&pool(3, "add", &["2,3".into(), "4,5".into()]).run(), "[5, 9]");
    let edge = [i64::MAX / 2, i64::MIN / 2, -1, 0, -7];
    gives(&pool(processes, "double", &texts(&edge)).run(), &list(&edge.map(|n| n * 2)));
    let pairs = [(i64::MAX, 0), (i64::MIN, i64::MAX), (-3, -4), (i64::MAX - 1, 1), (i64::MIN + 1, -1)];
    let items: Vec<String> = pairs.iter().map(|(a, b)| format!("{a},{b}")).collect();
    gives(&pool(processes, "add", &items).run(), &list(&pairs.map(|(a, b)| a + b)));
    let many: Vec<i64> = (0..1 + rng.below(40)).map(|_| rng.number() as i32 as i64).collect();
    let doubled: Vec<i64> = many.iter().map(|n| n * 2).collect();
    gives(&pool(processes, "double", &texts(&many)).run(), &list(&doubled));
}

pub fn no_items() {
    for what in ["double", "add", "pid"] {
        gives(&pool(3, what, &[]).run(), "[]");
    }
}

pub fn bad_arguments() {
    let calls: [&[&str]; 6] = [
        &[],
        &["--processes"],
        &["--processes", "3"],
        &["--processes", "x", "double", "1"],
        &["--processes", "-1", "double", "1"],
        &["--processes", "3", "halve", "4"],
    ];
    for args in calls {
        refuses(&program().args(args.iter().copied()).run(), &[1, 2], "bad arguments");
    }
}

pub fn bad_items() {
    let mut rng = Rng::new(seed());
    let calls: [(&str, &[&str]); 13] = [
        ("double", &["9223372036854775807"]),
        ("double", &["1", "2", "-4611686018427387905"]),
        ("double", &["9223372036854775808", "1"]),
        ("double", &["1", "x", "3"]),
        ("double", &["1", "2", "3", "4", "5", ""]),
        ("double", &["1.5"]),
        ("double", &["1 2"]),
        ("double", &["1", "2,3"]),
        ("add", &["9223372036854775807,1"]),
        ("add", &["1,2", "-9223372036854775808,-1", "3,4"]),
        ("add", &["1,2", "3"]),
        ("add", &["1,2,3"]),
        ("add", &["1,", "2,3"]),
    ];
    for (what, items) in calls {
        let processes = 1 + rng.below(3);
        let items: Vec<String> = items.iter().map(|item| item.to_string()).collect();
        let why = format!("`{what} {}`", items.join(" "));
        refuses(&pool(processes, what, &items).run(), &[1, 2], &why);
    }
    // So many that what the children may have to say about them fills a pipe.
    let items: Vec<String> = (0..5000).map(|n| format!("{n} and a half")).collect();
    refuses(&pool(1 + rng.below(3), "double", &items).run(), &[1, 2], "5000 bad items");
}

pub fn started_once_and_reused() {
    let mut rng = Rng::new(seed());
    let processes = 1 + rng.below(4);
    let mut items: Vec<String> = texts(&(0..processes * 5 + rng.below(7)).collect::<Vec<_>>());
    // Anything is an item.
    items[rng.below(3)] = "long ".repeat(2000);
    items[3] = "a b".to_owned();
    let mut run = pool(processes, "pid", &items).children_stop_at(&[Stop::Start]).start();
    let root = run.root();
    let mut seen: Vec<i32> = Vec::new();
    // Everyone who is born is looked at before `main`.
    loop {
        run.until("the pool to go on", |run| run.is_over() || !run.stopped().is_empty());
        if run.is_over() {
            break;
        }
        if seen.is_empty() {
            run.rest();
        }
        for one in run.stopped() {
            if !seen.contains(&one.pid) {
                seen.push(one.pid);
                let parent = run.alive().iter().find(|child| child.pid == one.pid).map(|child| child.parent);
                assert!(parent == Some(root), "process {} is no child of the pool {root}", one.pid);
            }
            run.release(one.pid);
        }
        assert!(
            run.children_ever() <= processes,
            "{} children were started, but `--processes {processes}` allows {processes}",
            run.children_ever()
        );
    }
    let ids = run.ids_ever();
    let ended = run.end();
    assert_eq!(ended.code(), Some(0), "{}, but nothing was wrong", ended.story());
    ended.nobody_left();
    assert!(
        ended.children_ever <= processes,
        "{} children were started for {} items, but `--processes {processes}` allows {processes}",
        ended.children_ever,
        items.len()
    );
    let text = ended.text().trim_end();
    let inside = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    let pids: Option<Vec<i32>> = inside.and_then(|text| text.split(", ").map(|pid| pid.parse().ok()).collect());
    let Some(pids) = pids.filter(|pids| pids.len() == items.len()) else {
        panic!("a list of {} process ids is asked for, but it printed `{text}`", items.len());
    };
    for pid in pids {
        assert!(
            ids.contains(&pid),
            "it printed the process id {pid}, but the system says that its children were {ids:?}"
        );
    }
}

/// The children take turns at every step, in any order.
pub fn in_input_order() {
    let mut rng = Rng::new(seed());
    let processes = 2 + rng.below(3);
    let items: Vec<i64> = (0..4 + rng.below(8)).map(|_| rng.below(2000) as i64 - 1000).collect();
    let doubled: Vec<i64> = items.iter().map(|n| n * 2).collect();
    let mut run = pool(processes, "double", &texts(&items)).children_stop_at(&EVERYWHERE).start();
    run.rest();
    run.shuffle(&mut rng, 600);
    gives(&run.end(), &list(&doubled));
}

/// Far more than pipes hold, both ways.
pub fn any_length() {
    let mut rng = Rng::new(seed());
    let processes = 1 + rng.below(2);
    let items: Vec<i64> = (0..40_000).map(|_| 1_000_000_000_000_000_000 + (rng.number() >> 8) as i64).collect();
    let doubled: Vec<i64> = items.iter().map(|n| n * 2).collect();
    let mut run = pool(processes, "double", &texts(&items)).start();
    // One who starts a child for each item would take minutes.
    run.until("the pool to end", |run| run.is_over() || run.children_ever() > processes);
    assert!(run.children_ever() <= processes, "more than {processes} children were started");
    gives(&run.end(), &list(&doubled));
    // More than two bytes can number.
    let items: Vec<u32> = (0..70_000).map(|n| n % 100).collect();
    let doubled: Vec<u32> = items.iter().map(|n| n * 2).collect();
    gives(&pool(processes, "double", &texts(&items)).run(), &list(&doubled));
}

/// Far more than pipes hold, and every child is killed when it wants to write: somebody may still wait for room in a pipe.
fn all_are_killed(rng: &mut Rng) {
    let processes = 1 + rng.below(2);
    let items: Vec<i64> = (0..40_000).map(|_| 1_000_000_000_000_000_000 + (rng.number() >> 8) as i64).collect();
    let mut run = pool(processes, "double", &texts(&items)).children_stop_at(&[Stop::Write]).start();
    let mut killed = BTreeSet::new();
    loop {
        run.settle();
        run.until("the pool to see that all are dead", |run| run.is_over() || !run.stopped().is_empty());
        if run.is_over() {
            break;
        }
        for one in run.stopped() {
            if one.fd == 2 {
                run.go_on(one.pid);
            } else {
                run.kill(one.pid);
                killed.insert(one.pid);
            }
        }
        assert!(killed.len() <= processes, "a new child was started in the place of one that was killed");
    }
    refuses(&run.end(), &[1], "all children were killed before they had written a result");
}

/// Nobody is killed before he is about to write something, and then there is something that only he knows.
pub fn a_killed_child_is_an_error() {
    let mut rng = Rng::new(seed());
    if execution().is_multiple_of(4) {
        all_are_killed(&mut rng);
    }
    let processes = 1 + execution() % 3;
    // Sometimes there is much to do, and it is one of several who is killed, in the midst of it.
    let long = execution() % 4 == 1;
    let count = if long { 12 * processes } else { 5 + rng.below(6) };
    let items: Vec<i64> = (1..=count as i64).collect();
    let doubled: Vec<i64> = items.iter().map(|n| n * 2).collect();
    let mut run = pool(processes, "double", &texts(&items)).children_stop_at(&[Stop::Write, Stop::Exit]).start();
    run.rest();
    let mut skip = if long { 0 } else { rng.below(items.len() / processes) };
    let mut writes: Vec<i32> = Vec::new();
    let mut killed = false;
    let mut in_mid_work = false;
    while !killed {
        run.settle();
        run.until("a child to write its results", |run| run.is_over() || !run.stopped().is_empty());
        if run.is_over() {
            break;
        }
        let stopped = run.stopped();
        let one = stopped[rng.below(stopped.len())];
        let to_write = one.at != Stop::Exit && one.fd != 2;
        let written = writes.iter().filter(|pid| **pid == one.pid).count();
        // It has written several times, so it has said hello long ago; and not even one write for each item has been done.
        let busy = written >= 4 && writes.len() < items.len();
        if !to_write || skip > 0 || long && !busy {
            skip = skip.saturating_sub(1);
            if to_write {
                writes.push(one.pid);
            }
            run.go_on(one.pid);
        } else {
            run.kill(one.pid);
            killed = true;
            in_mid_work = busy;
        }
    }
    // If it ends now, it leaves those behind who are held at their work or just before their end.
    run.settle();
    let ended = run.end();
    // A child among several may have had nothing to do, and only said hello.
    if !killed || processes > 1 && !in_mid_work && ended.code() == Some(0) {
        gives(&ended, &list(&doubled));
    } else {
        refuses(&ended, &[1], "a child was killed before it had written its results");
    }
}

pub fn killed_at_any_moment() {
    let mut rng = Rng::new(seed());
    let processes = 1 + rng.below(4);
    let items: Vec<i64> = (1..2 + rng.below(12) as i64).collect();
    let doubled: Vec<i64> = items.iter().map(|n| n * 2).collect();
    let mut run = pool(processes, "double", &texts(&items)).children_stop_at(&EVERYWHERE).start();
    run.rest();
    let mut killed = false;
    for _ in 0..1 + rng.below(2) {
        let steps = rng.below(6 * processes);
        if run.shuffle(&mut rng, steps) {
            break;
        }
        run.settle();
        let alive = run.children();
        if !alive.is_empty() {
            run.kill(alive[rng.below(alive.len())].pid);
            killed = true;
        }
    }
    run.shuffle(&mut rng, 600);
    let ended = run.end();
    // It may have been after the last result. Then the others are about to end by themselves, and it is not held against a program that
    // it does not wait for them; a kill in mid-work is another check.
    let complete = ended.text().trim_end() == list(&doubled);
    if !killed {
        gives(&ended, &list(&doubled));
    } else if complete {
        assert!(matches!(ended.code(), Some(0 | 1)), "a child was killed, and {}", ended.story());
    } else {
        is_error(&ended, &[1], "a child was killed");
    }
}
