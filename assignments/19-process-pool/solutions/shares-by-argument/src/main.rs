//! Every child gets a run of neighbouring items as its arguments and prints its results, a line each.

use std::env;
use std::process::{Child, Command, ExitCode, Stdio};

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    if args.first().is_some_and(|arg| arg == "worker") {
        return worker(&args[1], &args[2..]);
    }
    let (count, what, items) = match &args[..] {
        [flag, count, what, items @ ..] if flag == "--processes" && known(what) => (count, what, items),
        _ => return complain(2, "usage: pool --processes N double|add|pid ITEM..."),
    };
    let count: usize = match count.parse() {
        Ok(0) | Err(_) => return complain(2, "N is not a number of processes"),
        Ok(count) => count,
    };
    match run(count, what, items) {
        Ok(list) => {
            println!("{list}");
            ExitCode::SUCCESS
        }
        Err(text) => complain(1, &text),
    }
}

fn known(what: &str) -> bool {
    matches!(what, "double" | "add" | "pid")
}

fn complain(code: u8, text: &str) -> ExitCode {
    eprintln!("{text}");
    ExitCode::from(code)
}

fn worker(what: &str, items: &[String]) -> ExitCode {
    let mut text = String::new();
    for item in items {
        match value(what, item) {
            Some(value) => text += &format!("{value}\n"),
            None => return complain(1, &format!("{what} {item}: not possible")),
        }
    }
    print!("{text}");
    ExitCode::SUCCESS
}

fn value(what: &str, item: &str) -> Option<i64> {
    match what {
        "double" => item.parse::<i64>().ok()?.checked_mul(2),
        "add" => {
            let numbers: Result<Vec<i64>, _> = item.split(',').map(str::parse).collect();
            match numbers.ok()?[..] {
                [a, b] => a.checked_add(b),
                _ => None,
            }
        }
        _ => Some(std::process::id() as i64),
    }
}

fn run(count: usize, what: &str, items: &[String]) -> Result<String, String> {
    let me = env::current_exe().map_err(|error| error.to_string())?;
    let share = items.len().div_ceil(count).max(1);
    let mut children = Vec::new();
    for part in items.chunks(share) {
        let child = Command::new(&me).arg("worker").arg(what).args(part).stdout(Stdio::piped()).spawn();
        children.push(child);
    }
    // All are waited for, whatever became of the first.
    let ends: Vec<_> = children.into_iter().map(|child| child.and_then(Child::wait_with_output)).collect();
    let mut results: Vec<String> = Vec::new();
    for end in ends {
        let output = end.map_err(|error| error.to_string())?;
        if !output.status.success() {
            return Err(format!("a worker failed: {}", output.status));
        }
        let text = String::from_utf8(output.stdout).map_err(|error| error.to_string())?;
        results.extend(text.lines().map(str::to_owned));
    }
    if results.len() != items.len() {
        return Err("results are missing".to_owned());
    }
    Ok(format!("[{}]", results.join(", ")))
}
