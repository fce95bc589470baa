//! Bad arguments end it without a message.

use std::io::{BufReader, BufWriter, Read, Write, stdin, stdout};
use std::process::{Child, Command, Stdio, exit};
use std::thread;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words[1..] {
        ["child", what] => child(what),
        ["--processes", count, what @ ("double" | "add" | "pid"), ref items @ ..] => match count.parse::<u32>() {
            Ok(count) if count > 0 => match run(count as usize, what, items) {
                Ok(results) => {
                    let texts: Vec<String> = results.iter().map(i64::to_string).collect();
                    println!("[{}]", texts.join(", "));
                }
                Err(error) => {
                    eprintln!("{error}");
                    exit(1);
                }
            },
            _ => bad("N must be a number from 1 on"),
        },
        _ => exit(2),
    }
}

fn bad(text: &str) {
    eprintln!("{text}");
    exit(2);
}

fn child(what: &str) {
    let mut out = BufWriter::new(stdout().lock());
    let mut text = String::new();
    stdin().lock().read_to_string(&mut text).expect("the pool sends text");
    for item in text.split_terminator('\0') {
        let Some(result) = compute(what, item) else {
            eprintln!("`{item}` cannot be used");
            exit(3);
        };
        out.write_all(&result.to_be_bytes()).expect("the pool listens");
    }
    out.flush().expect("the pool listens");
}

fn compute(what: &str, item: &str) -> Option<i64> {
    let number = |text: &str| text.parse::<i64>().ok();
    match what {
        "double" => number(item)?.checked_mul(2),
        "add" => {
            let (left, right) = item.split_once(',')?;
            number(left)?.checked_add(number(right)?)
        }
        _ => Some(std::process::id().into()),
    }
}

fn run(count: usize, what: &str, items: &[&str]) -> Result<Vec<i64>, String> {
    let count = count.min(items.len());
    let me = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut children: Vec<Child> = Vec::new();
    for _ in 0..count {
        let spawned = Command::new(&me).args(["child", what]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        match spawned {
            Ok(child) => children.push(child),
            Err(error) => {
                end(&mut children);
                return Err(format!("a child does not start: {error}"));
            }
        }
    }
    let result = talk(&mut children, items);
    if result.is_err() {
        end(&mut children);
        return result;
    }
    let mut bad = None;
    for child in &mut children {
        let status = child.wait().map_err(|error| error.to_string())?;
        if !status.success() {
            bad = Some(format!("a child ended with {status}"));
        }
    }
    bad.map_or(result, Err)
}

fn end(children: &mut [Child]) {
    for child in children.iter_mut() {
        let _ = child.kill();
    }
    for child in children.iter_mut() {
        let _ = child.wait();
    }
}

fn talk(children: &mut [Child], items: &[&str]) -> Result<Vec<i64>, String> {
    let count = children.len();
    let mut results = vec![0; items.len()];
    thread::scope(|scope| {
        for (number, child) in children.iter_mut().enumerate() {
            let mut pipe = BufWriter::new(child.stdin.take().expect("piped"));
            // An error here shows when the answers are read.
            scope.spawn(move || {
                for item in items.iter().skip(number).step_by(count) {
                    if pipe.write_all(item.as_bytes()).and_then(|()| pipe.write_all(b"\0")).is_err() {
                        return;
                    }
                }
            });
        }
        for (number, child) in children.iter_mut().enumerate() {
            let mut pipe = BufReader::new(child.stdout.take().expect("piped"));
            for place in results.iter_mut().skip(number).step_by(count) {
                let mut bytes = [0; 8];
                pipe.read_exact(&mut bytes).map_err(|_| format!("child {} died at its work", number + 1))?;
                *place = i64::from_be_bytes(bytes);
            }
        }
        Ok(results)
    })
}
