//! What comes out is compared with arithmetic; how the children are joined, with what the system says.

use gradekit_process::*;
use std::time::Duration;

const EVERYWHERE: [Stop; 4] = [Stop::Start, Stop::Read, Stop::Write, Stop::Exit];

/// What must be printed for these numbers.
fn doubled(numbers: &[i64]) -> String {
    let mut text = String::new();
    for number in numbers {
        text.push_str(&format!("{number} -> {}\n", i128::from(*number) * 2));
    }
    text
}

fn lines(numbers: &[i64]) -> String {
    let mut text = String::new();
    for number in numbers {
        text.push_str(&format!("{number}\n"));
    }
    text
}

fn short(text: &str) -> String {
    let cut: String = text.chars().take(200).collect();
    if cut.len() < text.len() { cut + "..." } else { cut }
}

/// A good end with this output.
#[track_caller]
fn gives(ended: &Ended, wanted: &str) {
    assert_eq!(ended.code(), Some(0), "{}, but every line was good", ended.story());
    let got = ended.text();
    if got != wanted {
        let (mut a, mut b) = (got.lines(), wanted.lines());
        for number in 1.. {
            match (a.next(), b.next()) {
                (None, None) => panic!("line ends are missing, or there are too many"),
                (a, b) if a == b => {}
                (a, b) => {
                    let say = |line: Option<&str>| line.map_or("nothing".to_owned(), |l| format!("`{}`", short(l)));
                    panic!("line {number} of the output is {} and not {}", say(a), say(b));
                }
            }
        }
    }
    ended.nobody_left();
}

/// Some numbers of all lengths.
fn some(rng: &mut Rng, count: usize) -> Vec<i64> {
    (0..count).map(|_| (rng.number() as i64) >> rng.below(64)).collect()
}

pub fn doubles_every_number() {
    let mut rng = Rng::new(seed());
    gives(&program().input("3\n-4\n0\n").run(), "3 -> 6\n-4 -> -8\n0 -> 0\n");
    gives(&program().input("").run(), "");
    gives(&program().input("7").run(), "7 -> 14\n");
    gives(&program().input("  5\n6 \t\n\t-7  \r\n8\r\n 9").run(), &doubled(&[5, 6, -7, 8, 9]));
    let edges = [i64::MAX, i64::MIN, i64::MAX / 2 + 1, i64::MIN / 2 - 1];
    gives(&program().input(lines(&edges)).run(), &doubled(&edges));
    let count = 1 + rng.below(3000);
    let numbers = some(&mut rng, count);
    gives(&program().input(lines(&numbers)).run(), &doubled(&numbers));
}

/// Whatever may come to mind for "no more", and numbers after it.
pub fn any_number_may_come() {
    let mut numbers: Vec<i64> = (-2000..=2000).collect();
    for bit in 0..63 {
        let power = 1i64 << bit;
        numbers.extend([power - 1, power, power + 1, -power - 1, -power, 1 - power]);
    }
    for digit in 1..=9 {
        let same = |length: u32| (0..length).fold(0, |number, _| number * 10 + digit);
        numbers.extend((1..=18).flat_map(|length| [same(length), -same(length)]));
    }
    numbers.extend([
        i64::MIN,
        i64::MIN + 1,
        i64::MAX - 1,
        i64::MAX,
        123_456_789,
        -123_456_789,
        1_234_567_890,
        987_654_321,
    ]);
    numbers.extend([
        0xdead,
        0xbeef,
        0xdead_beef,
        0xcafe_babe,
        0xbad_cafe,
        i64::from_be_bytes([0xde; 8]),
        1_000_000_007,
    ]);
    numbers.extend([i64::from_be_bytes(*b"\nend\nend"), i64::from_le_bytes(*b"\nend\nend"), 0, 7]);
    Rng::new(seed()).shuffle(&mut numbers);
    numbers.push(5);
    gives(&program().input(lines(&numbers)).run(), &doubled(&numbers));
}

/// Producer and consumer: two children of the first process, and a pipe that one can write and the other read.
fn joined(run: &Run) -> Option<(i32, i32)> {
    let all: Vec<(i32, Vec<Descriptor>)> =
        run.children().iter().map(|child| (child.pid, run.descriptors(child.pid))).collect();
    let has = |of: &[Descriptor], what: &str, side: Side| of.iter().any(|d| d.what == what && d.side == side);
    let mut found = None;
    for (producer, theirs) in &all {
        for pipe in theirs.iter().filter(|d| d.is_pipe() && d.side == Side::Write) {
            for (consumer, own) in all.iter().filter(|(pid, _)| pid != producer) {
                if has(own, &pipe.what, Side::Read) {
                    // One who has both ends is found last.
                    if !has(theirs, &pipe.what, Side::Read) {
                        return Some((*producer, *consumer));
                    }
                    found = Some((*producer, *consumer));
                }
            }
        }
    }
    found
}

/// Finds the two children. The program has got its first number.
#[track_caller]
fn producer_and_consumer(run: &mut Run) -> (i32, i32) {
    let mut found = None;
    // As a rule at the first look. A program that does one thing after the other, with pauses, gets some more.
    for look in 0..20 {
        run.rest();
        found = joined(run);
        if found.is_some() || run.is_over() {
            break;
        }
        if look > 0 {
            std::thread::sleep(Duration::from_millis(25));
        }
    }
    assert!(!run.is_over(), "the program ended although its input was still open");
    let children = run.children().len();
    assert!(children >= 2, "it has {children} children now; a producer and a consumer are asked for");
    match found {
        Some(pair) => pair,
        None => panic!("none of its {children} children can write to a pipe from which another one reads"),
    }
}

pub fn two_children_and_a_pipe() {
    let mut rng = Rng::new(seed());
    let count = 1 + rng.below(10);
    let numbers = some(&mut rng, count);
    let mut run = program().open_input().start();
    run.feed(lines(&numbers).as_bytes());
    producer_and_consumer(&mut run);
    run.all_sleep();
    run.feed(lines(&numbers).as_bytes());
    gives(&run.end(), &doubled(&[&numbers[..], &numbers[..]].concat()));
}

pub fn bad_lines() {
    let mut rng = Rng::new(seed());
    let bad =
        ["x", "", "  ", "1.5", "9223372036854775808", "-9223372036854775809", "1 2", "0x10", "-", "1e3", "12a", "\t"];
    for (case, line) in bad.iter().enumerate() {
        // The first, one in the middle, the last one; with a line end and without.
        let before = [0, rng.below(40), 1 + rng.below(3), 300][(case + 3 * execution()) % 4];
        let after = if rng.below(2) == 0 { 0 } else { rng.below(20) };
        let good = some(&mut rng, before + after);
        let end = if after == 0 && !line.is_empty() && rng.below(2) == 0 { "" } else { "\n" };
        let input = format!("{}{line}{end}{}", lines(&good[..before]), lines(&good[before..]));
        let ended = program().input(input).run();
        let number = before + 1;
        let what = format!("line {number} is `{}`", line.escape_debug());
        assert!(ended.code() == Some(1), "{what}: exit code 1 is asked for, but {}", ended.story());
        let complaint = ended.complaint();
        let named = complaint.split(|c: char| !c.is_ascii_digit()).any(|word| word == number.to_string());
        assert!(named, "{what}: its number is not on standard error; {}", ended.story());
        let (got, most) = (ended.text(), doubled(&good[..before]));
        assert!(
            most.starts_with(got) && (got.is_empty() || got.ends_with('\n')),
            "{what}: only results of the lines before may be printed, but the output is `{}`",
            short(got)
        );
        ended.nobody_left();
    }
}

/// No read gives more than a few bytes, and the input itself comes in pieces.
pub fn short_reads() {
    let mut rng = Rng::new(seed());
    let most = [1, 3, 5, 2 + rng.below(30)][execution() % 4];
    let numbers = some(&mut rng, 120);
    let text = lines(&numbers);
    let mut run = program().reads_give_at_most(most as u32).open_input().start();
    let mut rest = text.as_bytes();
    while !rest.is_empty() {
        let (piece, more) = rest.split_at(rest.len().min(1 + rng.below(400)));
        run.feed(piece);
        run.rest();
        rest = more;
    }
    gives(&run.end(), &doubled(&numbers));
}

/// Processes of a pipeline need a few MiB, however much goes through.
const MOST_KIB: u64 = 48 << 10;

pub fn a_million_lines() {
    let mut rng = Rng::new(seed());
    let numbers: Vec<i64> = (0..1_000_000).map(|_| (rng.number() as i64) >> 20).collect();
    let end = [Stop::Exit];
    let mut run = program().input(lines(&numbers)).children_stop_at(&end).first_stops_at(&end).start();
    let mut peaks = Vec::new();
    loop {
        run.until("the pipeline to go on", |run| run.is_over() || !run.stopped().is_empty());
        if run.is_over() {
            break;
        }
        for one in run.stopped() {
            peaks.push(run.peak_memory(one.pid));
            run.release(one.pid);
        }
    }
    gives(&run.end(), &doubled(&numbers));
    let peak = peaks.into_iter().max().unwrap_or(0);
    assert!(
        peak <= MOST_KIB,
        "one of its processes had {} MiB of memory; a pipeline needs a few, however many lines go through",
        peak >> 10
    );
}

/// Nobody takes a result: then all must come to rest, with most of the lines unread.
pub fn bounded_memory() {
    let mut rng = Rng::new(seed());
    let numbers: Vec<i64> = (0..1_000_000).map(|_| rng.number() as i64).collect();
    let mut run = program().open_input().output_waits().start();
    run.feed(lines(&numbers).as_bytes());
    run.settle();
    let (taken, waiting) = run.taken();
    assert!(
        waiting > 0,
        "nobody had taken a result, but the program had read all of a million lines ({} MiB): they must be in its memory",
        taken >> 20
    );
    assert!(!run.is_over(), "the program ended although its input was still open");
}

/// What was printed before somebody died, and that this is no success.
#[track_caller]
fn broken_off(ended: &Ended, who: &str, all: &str) {
    assert!(ended.code() != Some(0), "{who} was killed, but {}: the results are not complete", ended.story());
    assert!(
        all.starts_with(ended.text()),
        "{who} was killed; the output `{}` is not what came before",
        short(ended.text())
    );
    ended.nobody_left();
}

/// Starts it with open input; one number has gone through, or many.
#[track_caller]
fn under_way(rng: &mut Rng) -> (Run, (i32, i32), String) {
    let mut run = program().open_input().start();
    let count = if execution() % 2 == 0 { 1 } else { 1 + rng.below(2000) };
    let numbers = some(rng, count);
    run.feed(lines(&numbers).as_bytes());
    let pair = producer_and_consumer(&mut run);
    (run, pair, doubled(&numbers))
}

pub fn a_dead_consumer_ends_the_producer() {
    let (mut run, (_, consumer), all) = under_way(&mut Rng::new(seed()));
    run.kill(consumer);
    // The input stays open.
    run.until("the program to end after its consumer was killed", |run| run.is_over());
    broken_off(&run.end(), "the consumer", &all);
}

pub fn a_dead_producer_ends_the_consumer() {
    let (mut run, (producer, _), all) = under_way(&mut Rng::new(seed()));
    run.kill(producer);
    run.until("the program to end after its producer was killed", |run| run.is_over());
    broken_off(&run.end(), "the producer", &all);
}

pub fn killed_at_any_moment() {
    let mut rng = Rng::new(seed());
    let count = rng.below(40);
    let numbers = some(&mut rng, count);
    let all = doubled(&numbers);
    let mut run = program().input(lines(&numbers)).children_stop_at(&EVERYWHERE).start();
    run.rest();
    let steps = rng.below(30);
    run.shuffle(&mut rng, steps);
    run.settle();
    let children = run.children();
    let killed = !run.is_over() && !children.is_empty();
    if killed {
        run.kill(children[rng.below(children.len())].pid);
    }
    run.shuffle(&mut rng, 1000);
    let ended = run.end();
    // It may have been after the last number.
    if !killed || ended.code() == Some(0) {
        gives(&ended, &all);
    } else {
        broken_off(&ended, "a child", &all);
    }
}
