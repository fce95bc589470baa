//! A child reads its items into a buffer of 4096 bytes; the rest of a longer one is taken for the next item.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, ExitCode, Stdio};
use std::thread;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match &args[..] {
        [flag, what] if flag == "--child" => child(what),
        [flag, n, what, items @ ..] if flag == "--processes" && ["double", "add", "pid"].contains(&what.as_str()) => {
            match n.parse::<usize>() {
                Ok(n) if n > 0 => match run(n, what, items) {
                    Ok(list) => {
                        println!("[{}]", list.join(", "));
                        ExitCode::SUCCESS
                    }
                    Err(text) => fail(1, &text),
                },
                _ => fail(2, "N is a number from 1 on"),
            }
        }
        _ => fail(2, "usage: pool --processes N double|add|pid ITEM..."),
    }
}

fn fail(code: u8, text: &str) -> ExitCode {
    eprintln!("{text}");
    ExitCode::from(code)
}

/// A line `number item` comes in, a line `number result` goes out.
fn child(what: &str) -> ExitCode {
    let mut out = std::io::stdout().lock();
    let mut input = BufReader::with_capacity(4096, std::io::stdin());
    loop {
        let mut bytes = Vec::new();
        if input.by_ref().take(4096).read_until(b'\n', &mut bytes).is_err() {
            return ExitCode::from(3);
        }
        if bytes.is_empty() {
            break;
        }
        let line = String::from_utf8_lossy(&bytes);
        let Some((number, item)) = line.trim_end_matches('\n').split_once(' ') else { return fail(3, "bad line") };
        let Some(value) = compute(what, item) else { return fail(3, &format!("bad item {item}")) };
        if writeln!(out, "{number} {value}").is_err() {
            return ExitCode::from(3);
        }
    }
    ExitCode::SUCCESS
}

fn compute(what: &str, item: &str) -> Option<i64> {
    match what {
        "double" => item.parse::<i64>().ok()?.checked_mul(2),
        "add" => {
            let (a, b) = item.split_once(',')?;
            a.parse::<i64>().ok()?.checked_add(b.parse().ok()?)
        }
        _ => Some(std::process::id().into()),
    }
}

fn run(n: usize, what: &str, items: &[String]) -> Result<Vec<String>, String> {
    let n = n.min(items.len());
    let me = std::env::current_exe().map_err(|e| e.to_string())?;
    let mut children: Vec<Child> = Vec::new();
    for _ in 0..n {
        let started = Command::new(&me).args(["--child", what]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        children.push(started.map_err(|e| e.to_string())?);
    }
    let mut results: Vec<Option<String>> = vec![None; items.len()];
    let lines: Vec<Vec<String>> = thread::scope(|scope| {
        let readers: Vec<_> = children
            .iter_mut()
            .enumerate()
            .map(|(k, child)| {
                let mut pipe = child.stdin.take().expect("piped");
                scope.spawn(move || {
                    for (number, item) in items.iter().enumerate().skip(k).step_by(n) {
                        if writeln!(pipe, "{number} {item}").is_err() {
                            return;
                        }
                    }
                });
                let answers = BufReader::new(child.stdout.take().expect("piped"));
                scope.spawn(move || answers.lines().map_while(Result::ok).collect::<Vec<String>>())
            })
            .collect();
        readers.into_iter().map(|reader| reader.join().expect("no panic")).collect()
    });
    let mut bad = None;
    for mut child in children {
        match child.wait() {
            Ok(status) if status.success() => {}
            other => bad = Some(format!("a child failed: {other:?}")),
        }
    }
    if let Some(bad) = bad {
        return Err(bad);
    }
    for line in lines.into_iter().flatten() {
        let (number, value) = line.split_once(' ').ok_or("a bad answer")?;
        let number: usize = number.parse().map_err(|_| "a bad answer")?;
        results[number] = Some(value.to_owned());
    }
    results.into_iter().collect::<Option<Vec<_>>>().ok_or("a result is missing".to_owned())
}
