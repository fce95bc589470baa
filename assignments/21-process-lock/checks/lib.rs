//! What is in the file is the proof; who holds which lock is asked from the system.

use gradekit_process::*;
use std::fs;
use std::path::PathBuf;

const EVERYWHERE: [Stop; 7] =
    [Stop::Start, Stop::Read, Stop::Write, Stop::Lock, Stop::Unlock, Stop::Truncate, Stop::Exit];

fn file() -> PathBuf {
    let folder = folder();
    folder.canonicalize().unwrap_or_else(|_| folder.to_owned()).join("stamps.txt")
}

fn stamp(processes: usize, lines: usize) -> Program {
    program().args([file().display().to_string(), processes.to_string(), lines.to_string()])
}

fn short(text: &str) -> String {
    let cut: String = text.chars().take(400).collect();
    if cut.len() < text.len() { cut + "..." } else { cut }
}

/// The file holds `before`, then whole lines, each worker's in order. All of them, but for the workers that were killed: at most
/// `victims` may have fewer.
#[track_caller]
fn holds(before: &str, processes: usize, lines: usize, victims: usize) {
    let bytes = fs::read(file()).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let Some(new) = text.strip_prefix(before) else {
        panic!("what was in the file has changed; it begins with `{}`", short(&text));
    };
    assert!(new.is_empty() || new.ends_with('\n'), "the last line is not whole; the file ends with `{}`", {
        new.lines().last().unwrap_or_default()
    });
    let mut done = vec![0; processes];
    for line in new.lines() {
        let words = line.strip_prefix("worker-").and_then(|rest| rest.split_once(" line-"));
        let numbers = words.and_then(|(k, j)| Some((k.parse::<usize>().ok()?, j.parse::<usize>().ok()?)));
        let whole = numbers.filter(|(k, j)| format!("worker-{k} line-{j}") == line && (1..=processes).contains(k));
        let Some((k, j)) = whole else {
            panic!("`{}` is no line of any of {processes} workers; the file is `{}`", short(line), short(new));
        };
        let next = done[k - 1] + 1;
        assert!(
            j == next && j <= lines,
            "of worker-{k}, line {j} comes where line {next} of {lines} belongs; the file is `{}`",
            short(new)
        );
        done[k - 1] = j;
    }
    let missing: Vec<String> = (0..processes)
        .filter(|k| done[*k] < lines)
        .map(|k| format!("worker-{} has {} of {lines} lines", k + 1, done[k]))
        .collect();
    assert!(
        missing.len() <= victims,
        "lines are lost ({victims} children were killed, and {}); the file is `{}`",
        missing.join(", "),
        short(new)
    );
}

#[track_caller]
fn good(ended: &Ended, processes: usize) {
    assert_eq!(ended.code(), Some(0), "{}, but nothing was wrong", ended.story());
    assert!(
        ended.children_ever == processes,
        "it started {} processes, but {processes} are asked for",
        ended.children_ever
    );
    ended.nobody_left();
}

/// Nothing of an earlier run keeps the next one from its work.
#[track_caller]
fn usable_again() {
    let before = fs::read_to_string(file()).unwrap_or_default();
    good(&stamp(2, 2).run(), 2);
    holds(&before, 2, 2, 0);
}

pub fn writes_every_line() {
    let mut rng = Rng::new(seed());
    // More than nine in the second execution: a name may have two digits.
    let (processes, lines) =
        if execution() == 1 { (10 + rng.below(3), 12) } else { (1 + rng.below(4), 1 + rng.below(400)) };
    good(&stamp(processes, lines).run(), processes);
    holds("", processes, lines, 0);
}

pub fn what_was_there_stays() {
    let before = "worker-1 line-1\nsomebody's text, with an ü\n\n  \nworker-7 line-\n";
    fs::write(file(), before).expect("the folder can be written");
    good(&stamp(2, 5).run(), 2);
    holds(before, 2, 5, 0);
    let before = fs::read_to_string(file()).unwrap_or_default();
    good(&stamp(3, 3).run(), 3);
    holds(&before, 3, 3, 0);
}

pub fn bad_arguments() {
    let name = file().display().to_string();
    let calls: [&[&str]; 6] =
        [&[], &[&name], &[&name, "2"], &[&name, "x", "2"], &[&name, "2", "-1"], &[&name, "2", "many"]];
    for args in calls {
        let ended = program().args(args.iter().copied()).run();
        assert!(
            matches!(ended.code(), Some(1 | 2)),
            "bad arguments must end with exit code 2 or 1, but {}",
            ended.story()
        );
        assert!(ended.out.is_empty(), "bad arguments must print nothing on standard output; {}", ended.story());
        assert!(!ended.complaint().trim().is_empty(), "bad arguments need a message; {}", ended.story());
    }
}

/// The children take turns at every step.
pub fn lines_do_not_mix() {
    if execution() == 1 {
        return held_for_long();
    }
    let mut rng = Rng::new(seed());
    let (processes, lines) = (2 + rng.below(2), 2 + rng.below(2));
    let before = ["", "old\n"][rng.below(2)];
    if !before.is_empty() {
        fs::write(file(), before).expect("the folder can be written");
    }
    let mut run = stamp(processes, lines).children_stop_at(&EVERYWHERE).start();
    run.shuffle(&mut rng, 1500);
    good(&run.end(), processes);
    holds(before, processes, lines, 0);
}

/// One is held in the middle of a line for so long that another one, if it asks again and again, has asked very often.
fn held_for_long() {
    let mut rng = Rng::new(seed());
    let (processes, lines) = (2, 2);
    let mut run = stamp(processes, lines).children_stop_at(&[Stop::Write]).start();
    // Until a child is about to write the rest of a line.
    loop {
        run.settle();
        run.until("a child to write to the file", |run| run.is_over() || !run.stopped().is_empty());
        let stopped = run.stopped();
        if run.is_over() || half_a_line() && stopped.iter().any(|one| writes_to_it(&run, one)) {
            break;
        }
        run.go_on(stopped[rng.below(stopped.len())].pid);
    }
    // Who sleeps in `lock` asks once; then nothing changes any more. This is only about how long to look, not about who is right.
    let (first, mut before, mut calm) = (run.locks_asked_for(), 0, 0);
    for _ in 0..150 {
        let asked = run.locks_asked_for();
        calm = if asked == before { calm + 1 } else { 0 };
        if calm == 5 || asked - first > 500 {
            break;
        }
        before = asked;
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    run.shuffle(&mut rng, 1500);
    good(&run.end(), processes);
    holds("", processes, lines, 0);
}

/// Is this process about to write to the file?
fn writes_to_it(run: &Run, one: &Stopped) -> bool {
    let name = file().display().to_string();
    one.at == Stop::Write && run.descriptors(one.pid).iter().any(|d| d.number == one.fd && d.what == name)
}

pub fn written_under_the_lock() {
    let mut rng = Rng::new(seed());
    let (processes, lines) = (2, 3);
    let mut run = stamp(processes, lines).children_stop_at(&[Stop::Start, Stop::Write]).start();
    loop {
        run.settle();
        run.until("a child to go on", |run| run.is_over() || !run.stopped().is_empty());
        if run.is_over() {
            break;
        }
        let stopped = run.stopped();
        for one in &stopped {
            if !writes_to_it(&run, one) {
                continue;
            }
            let holds = |pid: i32| run.descriptors(pid).iter().any(|descriptor| descriptor.locked);
            // Other kinds of locks are known by the file that stands for them.
            let others = || fs::read_dir(folder()).map_or(0, |entries| entries.count()) > 1;
            let locked = holds(one.pid) || holds(run.root()) || run.locks_asked_for() == 0 && others();
            assert!(locked, "a child is about to write to the file, but it does not hold a lock");
        }
        let one = stopped[rng.below(stopped.len())];
        run.go_on(one.pid);
    }
    good(&run.end(), processes);
    holds("", processes, lines, 0);
}

/// Is a part of a line in the file?
fn half_a_line() -> bool {
    fs::read(file()).is_ok_and(|bytes| bytes.last().is_some_and(|last| *last != b'\n'))
}

#[track_caller]
fn after_a_kill(ended: &Ended, processes: usize, lines: usize, before: &str, victims: usize) {
    assert!(
        ended.code() == Some(1),
        "{victims} of its children were killed, so exit code 1 is asked for, but {}",
        ended.story()
    );
    ended.nobody_left();
    holds(before, processes, lines, victims);
    usable_again();
}

/// One is killed before it writes to the file: in the middle of a line where there is one, or at any write.
pub fn a_killed_holder() {
    let mut rng = Rng::new(seed());
    // Alone, nobody comes after it.
    let processes = [1, 3, 2, 3][execution() % 4];
    let lines = 2 + rng.below(3);
    let before = ["", "old\n"][rng.below(2)];
    if !before.is_empty() {
        fs::write(file(), before).expect("the folder can be written");
    }
    let wants_a_half_line = execution() % 8 < 5;
    let mut skip = rng.below(processes * lines);
    let mut run = stamp(processes, lines).children_stop_at(&[Stop::Write]).start();
    let mut killed = 0;
    while killed == 0 {
        run.settle();
        run.until("a child to write to the file", |run| run.is_over() || !run.stopped().is_empty());
        if run.is_over() {
            break;
        }
        let stopped = run.stopped();
        let one = stopped[rng.below(stopped.len())];
        let fits = writes_to_it(&run, &one) && (half_a_line() || !wants_a_half_line);
        if fits && skip == 0 {
            run.kill(one.pid);
            killed = 1;
        } else {
            skip = skip.saturating_sub(usize::from(fits));
            run.go_on(one.pid);
        }
    }
    let ended = run.end();
    if killed == 0 {
        good(&ended, processes);
        holds(before, processes, lines, 0);
    } else {
        after_a_kill(&ended, processes, lines, before, 1);
    }
}

pub fn a_killed_child_is_an_error() {
    let mut rng = Rng::new(seed());
    let (processes, lines) = (2 + rng.below(3), 1 + rng.below(4));
    let mut run = stamp(processes, lines).children_stop_at(&[Stop::Start]).start();
    let what = format!("{processes} children to be alive");
    run.until(&what, |run| run.is_over() || run.stopped().len() >= processes);
    let children = run.children();
    assert!(!children.is_empty(), "it has no children");
    // The first one, the last one, any one: somebody waits for them in some order.
    let last = children.len() - 1;
    run.kill(children[[0, last, rng.below(last + 1), rng.below(last + 1)][execution() % 4]].pid);
    run.settle();
    after_a_kill(&run.end(), processes, lines, "", 1);
}

pub fn killed_at_any_moment() {
    let mut rng = Rng::new(seed());
    let (processes, lines) = (1 + rng.below(3), 1 + rng.below(3));
    let mut run = stamp(processes, lines).children_stop_at(&EVERYWHERE).start();
    let mut killed = 0;
    for _ in 0..1 + rng.below(2) {
        let steps = rng.below(30);
        if run.shuffle(&mut rng, steps) {
            break;
        }
        run.settle();
        let stopped = run.stopped();
        if !run.is_over() && !stopped.is_empty() {
            run.kill(stopped[rng.below(stopped.len())].pid);
            killed += 1;
        }
    }
    run.shuffle(&mut rng, 1500);
    let ended = run.end();
    if killed == 0 {
        good(&ended, processes);
        holds("", processes, lines, 0);
    } else {
        after_a_kill(&ended, processes, lines, "", killed);
    }
}
