//! What the children print is compared with what `/proc` says of them.

use gradekit_process::*;
use std::collections::BTreeSet;

/// Before `main`, and before each step that others can notice.
const EVERYWHERE: [Stop; 4] = [Stop::Start, Stop::Read, Stop::Write, Stop::Exit];

fn workers(count: usize) -> Program {
    program().args([count.to_string()])
}

/// Waits until `count` children are alive at the same time, each stopped before its `main`. Their ids in order of start, if
/// that can be known.
#[track_caller]
fn all_alive(run: &mut Run, count: usize) -> Vec<i32> {
    let what = format!("{count} children to be alive at the same time");
    run.until(&what, |run| run.stopped().len() >= count || run.is_over());
    run.rest();
    let children = run.children();
    assert!(!run.is_over(), "the parent ended although its children had not even begun");
    assert!(
        children.len() == count && run.children_ever() == count,
        "`workers {count}` started {} processes, {} of them its own children",
        run.children_ever(),
        children.len()
    );
    children.into_iter().map(|child| child.pid).collect()
}

/// What is said about a name on standard error.
fn named(text: &str) -> BTreeSet<usize> {
    let after = text.split("worker-").skip(1);
    after.filter_map(|rest| rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()).collect()
}

/// A block that was printed: the number of the worker, and its id if that line was printed too.
struct Block {
    number: usize,
    pid: Option<i32>,
}

/// Reads the output. Blocks are whole and in order; only those of `victims` may be missing or end early.
#[track_caller]
fn blocks(ended: &Ended, count: usize, parent: i32, victims: &[i32]) -> Vec<Block> {
    let text = ended.text();
    let shown: String = text.chars().take(600).collect();
    assert!(text.is_empty() || text.ends_with('\n'), "the last line has no end; the output is:\n{shown}");
    let mut lines = text.lines().peekable();
    let mut found = Vec::new();
    let mut missing = 0;
    for number in 1..=count {
        let wanted = [format!("process name: worker-{number}"), format!("parent process: {parent}")];
        let mut got = 0;
        for line in &wanted {
            got += usize::from(lines.next_if(|l| *l == line.as_str()).is_some());
        }
        let pid = lines.peek().and_then(|line| line.strip_prefix("process id: ")?.parse::<i32>().ok());
        if got == 2 && pid.is_some() {
            lines.next();
        }
        let blank = lines.next_if(|line| line.is_empty()).is_some();
        let whole = got == 2 && pid.is_some() && blank;
        let pid = pid.filter(|_| got == 2);
        let excused = pid.is_none_or(|pid| victims.contains(&pid));
        missing += usize::from(!whole);
        assert!(
            whole || excused && missing <= victims.len(),
            "the block of worker-{number} is not as it must be (three lines and a blank line, parent process {parent}); the output is:\n{shown}"
        );
        if got > 0 || whole {
            found.push(Block { number, pid });
        }
    }
    assert!(lines.next().is_none(), "there is more output than {count} blocks:\n{shown}");
    found
}

/// A run without a failure.
#[track_caller]
fn all_good(ended: &Ended, count: usize, parent: i32, ids: &[i32]) -> Vec<i32> {
    assert_eq!(ended.code(), Some(0), "{}, although no child failed", ended.story());
    ended.nobody_left();
    let pids: Vec<i32> = blocks(ended, count, parent, &[]).iter().filter_map(|block| block.pid).collect();
    let said: BTreeSet<i32> = pids.iter().copied().collect();
    let real: BTreeSet<i32> = ids.iter().copied().collect();
    assert!(said == real, "it printed the process ids {said:?}, but the system says that its children were {real:?}");
    pids
}

/// A run in which `victims` were killed or failed. `born`: the children in order of start, if that is known.
#[track_caller]
fn with_victims(ended: &Ended, count: usize, parent: i32, victims: &[i32], ids: &[i32], born: Option<&[i32]>) {
    ended.nobody_left();
    let found = blocks(ended, count, parent, victims);
    for block in &found {
        if let (Some(pid), Some(born)) = (block.pid, born) {
            assert!(
                born[block.number - 1] == pid,
                "worker-{} was started as process {}, but its block says {pid}",
                block.number,
                born[block.number - 1]
            );
        }
        if let Some(pid) = block.pid {
            assert!(ids.contains(&pid), "it printed the process id {pid}, but there was no such child");
        }
    }
    assert!(
        ended.code() == Some(1),
        "{} of {count} children were killed or failed, but {}; exit code 1 is asked for",
        victims.len(),
        ended.story()
    );
    // The workers that are known to have failed, by their name.
    let failed: BTreeSet<usize> = match born {
        Some(born) => (1..=count).filter(|n| victims.contains(&born[n - 1])).collect(),
        None => {
            let good = |n: &usize| found.iter().any(|b| b.number == *n && b.pid.is_some_and(|p| !victims.contains(&p)));
            (1..=count).filter(|n| !good(n)).collect()
        }
    };
    let said = named(&ended.complaint());
    for number in &failed {
        assert!(
            said.contains(number),
            "worker-{number} did not end well, but its name is not on standard error; {}",
            ended.story()
        );
    }
    // What it says even when all is well accuses nobody.
    let usual = named(&workers(count).run().complaint());
    let accused: Vec<usize> = said.iter().copied().filter(|n| !failed.contains(n) && !usual.contains(n)).collect();
    assert!(
        accused.is_empty(),
        "standard error names worker-{} as well, which ended well; {}",
        accused[0],
        ended.story()
    );
}

/// The children in order of birth, if the parent has started them from one thread.
fn born(run: &Run, children: &[i32]) -> Option<Vec<i32>> {
    run.one_thread_starts_all().then(|| children.to_vec())
}

pub fn prints_who_they_are() {
    let count = 1 + Rng::new(seed()).below(6);
    let mut run = workers(count).start();
    let parent = run.root();
    run.until("the program to end", |run| run.is_over());
    let ids = run.ids_ever();
    let ended = run.end();
    assert!(
        ended.children_ever == count,
        "`workers {count}` started {} processes; {}",
        ended.children_ever,
        ended.story()
    );
    all_good(&ended, count, parent, &ids);
}

pub fn no_workers() {
    let ended = workers(0).run();
    ended.nobody_left();
    assert!(ended.children_ever == 0, "`workers 0` started {} processes", ended.children_ever);
    ended.assert().success().stdout("");
}

pub fn bad_arguments() {
    for args in [&[][..], &["x"], &["-1"], &["1.5"], &[""], &["99999999999999999999999999"]] {
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

/// None of the children gets to its `main` before all of them are there.
pub fn all_start_before_any_is_waited_for() {
    let count = 2 + Rng::new(seed()).below(5);
    let mut run = workers(count).children_stop_at(&[Stop::Start]).start();
    let parent = run.root();
    all_alive(&mut run, count);
    let ids = run.ids_ever();
    all_good(&run.end(), count, parent, &ids);
}

/// One child after the other runs to its end, the last one first or in any order.
pub fn in_order_of_start() {
    let mut rng = Rng::new(seed());
    let count = 3 + rng.below(3);
    let mut run = workers(count).children_stop_at(&[Stop::Start]).start();
    let parent = run.root();
    let children = all_alive(&mut run, count);
    let born = born(&run, &children);
    let mut order = children;
    order.reverse();
    if rng.below(2) == 0 {
        rng.shuffle(&mut order);
    }
    for pid in order {
        run.release(pid);
        run.settle();
    }
    let ids = run.ids_ever();
    let printed = all_good(&run.end(), count, parent, &ids);
    if let Some(born) = born {
        assert!(printed == born, "the children were started in the order {born:?}, but printed as {printed:?}");
    }
}

/// The children take turns at every step.
pub fn lines_do_not_mix() {
    let mut rng = Rng::new(seed());
    let count = 2 + rng.below(3);
    let mut run = workers(count).children_stop_at(&EVERYWHERE).start();
    let parent = run.root();
    all_alive(&mut run, count);
    let ids = run.ids_ever();
    run.shuffle(&mut rng, 400);
    all_good(&run.end(), count, parent, &ids);
}

/// One or two children, before their `main` or when they have done all and are about to end.
pub fn a_killed_child_is_an_error() {
    let mut rng = Rng::new(seed());
    let count = 2 + rng.below(3);
    let mut run = workers(count).children_stop_at(&[Stop::Start, Stop::Exit]).start();
    let parent = run.root();
    let children = all_alive(&mut run, count);
    let born = born(&run, &children);
    let ids = run.ids_ever();
    let mut chosen = children;
    // The one that was started first, or last, in some executions: the others must not hide it, whoever comes after it.
    chosen.sort();
    match execution() % 6 {
        0 => {}
        3 => chosen.reverse(),
        _ => rng.shuffle(&mut chosen),
    }
    let mut victims = Vec::new();
    for pid in chosen.into_iter().take(1 + execution() % 2) {
        if execution() % 4 >= 2 {
            bring_to_its_end(&mut run, pid);
        }
        // On the way of another one to its end it may have ended well.
        if run.is_alive(pid) {
            run.kill(pid);
            victims.push(pid);
        }
    }
    let ended = run.end();
    if victims.is_empty() {
        all_good(&ended, count, parent, &ids);
    } else {
        with_victims(&ended, count, parent, &victims, &ids, born.as_deref());
    }
}

/// Lets it go on until it is about to end; the others, if it waits for them.
fn bring_to_its_end(run: &mut Run, pid: i32) {
    run.go_on(pid);
    for _ in 0..100 {
        run.settle();
        let stopped = run.stopped();
        if stopped.is_empty() || stopped.iter().any(|one| one.pid == pid && one.at == Stop::Exit) {
            return;
        }
        run.go_on(stopped[0].pid);
    }
}

pub fn a_failed_child_is_an_error() {
    let mut rng = Rng::new(seed());
    let count = 2 + rng.below(3);
    let mut run = workers(count).children_stop_at(&[Stop::Start]).start();
    let parent = run.root();
    let children = all_alive(&mut run, count);
    let born = born(&run, &children);
    let ids = run.ids_ever();
    let victim = children[rng.below(count)];
    run.let_fail(victim, 3);
    with_victims(&run.end(), count, parent, &[victim], &ids, born.as_deref());
}

/// One child is killed, or has ended well, while the others have not even begun.
pub fn no_child_outlives_the_parent() {
    let mut rng = Rng::new(seed());
    let count = 3 + rng.below(2);
    let mut run = workers(count).children_stop_at(&[Stop::Start, Stop::Exit]).start();
    let parent = run.root();
    let mut children = all_alive(&mut run, count);
    let born = born(&run, &children);
    let ids = run.ids_ever();
    let mut victims = Vec::new();
    // The first one, the last one, nobody, any one.
    if let Some(index) = [Some(0), Some(count - 1), None, Some(rng.below(count))][execution() % 4] {
        let victim = children.remove(index);
        run.kill(victim);
        victims.push(victim);
    }
    // The others come to their end one by one, and are held there.
    for pid in &children {
        run.settle();
        stays(&mut run);
        run.go_on(*pid);
    }
    run.settle();
    stays(&mut run);
    let ended = run.end();
    if victims.is_empty() {
        all_good(&ended, count, parent, &ids);
    } else {
        with_victims(&ended, count, parent, &victims, &ids, born.as_deref());
    }
}

#[track_caller]
fn stays(run: &mut Run) {
    // First whether it is over: who is alive afterwards was left behind.
    if run.is_over() {
        run.settle();
        let alive = run.alive().len();
        assert!(alive == 0, "the parent has ended while {alive} of its children were still alive");
    }
}

pub fn killed_at_any_moment() {
    let mut rng = Rng::new(seed());
    let count = 2 + rng.below(4);
    let mut run = workers(count).children_stop_at(&EVERYWHERE).start();
    let parent = run.root();
    let children = all_alive(&mut run, count);
    let born = born(&run, &children);
    let ids = run.ids_ever();
    let mut victims = Vec::new();
    for _ in 0..1 + rng.below(2) {
        let steps = rng.below(4 * count);
        run.shuffle(&mut rng, steps);
        run.settle();
        let stopped = run.stopped();
        if !stopped.is_empty() {
            let victim = stopped[rng.below(stopped.len())].pid;
            run.kill(victim);
            victims.push(victim);
        }
    }
    run.shuffle(&mut rng, 400);
    let ended = run.end();
    if victims.is_empty() {
        all_good(&ended, count, parent, &ids);
    } else {
        with_victims(&ended, count, parent, &victims, &ids, born.as_deref());
    }
}
