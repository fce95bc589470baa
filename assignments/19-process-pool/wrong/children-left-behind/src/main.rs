//! On an error the other children are not ended and not waited for.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, Stdio};

type Answer = Result<String, String>;

fn main() {
    let mut args = std::env::args().skip(1);
    if std::env::var_os("POOL_WORKER").is_some() {
        return serve(&args.next().unwrap_or_default());
    }
    let code = match parse(&mut args) {
        Err(what) => {
            eprintln!("error: {what}");
            2
        }
        Ok((count, work)) => {
            let items: Vec<String> = args.collect();
            let mut pool = Pool { work, children: Vec::new() };
            let result = pool.map(count, &items).and_then(|results| pool.end().map(|()| results));
            match result {
                Ok(results) => {
                    println!("[{}]", results.join(", "));
                    0
                }
                Err(what) => {
                    eprintln!("error: {what}");
                    1
                }
            }
        }
    };
    std::process::exit(code);
}

fn parse(args: &mut impl Iterator<Item = String>) -> Result<(usize, String), String> {
    if args.next().as_deref() != Some("--processes") {
        return Err("--processes is missing".into());
    }
    let count = args.next().ok_or("how many processes?")?;
    let count: std::num::NonZeroUsize = count.parse().map_err(|error| format!("{count}: {error}"))?;
    let work = args.next().ok_or("what is to be done?")?;
    if !["double", "add", "pid"].contains(&work.as_str()) {
        return Err(format!("{work} is unknown"));
    }
    Ok((count.get(), work))
}

/// The child's side.
fn serve(work: &str) {
    let mut line = String::new();
    while std::io::stdin().read_line(&mut line).is_ok_and(|length| length > 0) {
        match answer(work, line.trim_end_matches('\n')) {
            Ok(value) => println!("+{value}"),
            Err(what) => println!("-{what}"),
        }
        std::io::stdout().flush().unwrap();
        line.clear();
    }
}

fn answer(work: &str, item: &str) -> Answer {
    let read = |text: &str| text.parse::<i64>().map_err(|error| format!("{text}: {error}"));
    let value = match work {
        "double" => {
            let value = read(item)?;
            value.checked_add(value)
        }
        "add" => match item.split(',').collect::<Vec<_>>()[..] {
            [a, b] => read(a)?.checked_add(read(b)?),
            _ => return Err(format!("{item}: no pair")),
        },
        _ => return Ok(std::process::id().to_string()),
    };
    value.map(|value| value.to_string()).ok_or(format!("{item}: overflow"))
}

struct Pool {
    work: String,
    children: Vec<(Child, BufReader<ChildStdout>)>,
}

impl Pool {
    fn map(&mut self, count: usize, items: &[String]) -> Result<Vec<String>, String> {
        let mut results = Vec::with_capacity(items.len());
        for round in items.chunks(count) {
            for (number, item) in round.iter().enumerate() {
                if number == self.children.len() {
                    self.start()?;
                }
                let pipe = self.children[number].0.stdin.as_mut().ok_or("no pipe")?;
                // Items come from a command line and may contain line ends; a number never does.
                let line = item.replace('\n', " ") + "\n";
                pipe.write_all(line.as_bytes()).map_err(|error| format!("worker {number}: {error}"))?;
            }
            for number in 0..round.len() {
                let mut line = String::new();
                self.children[number].1.read_line(&mut line).map_err(|error| error.to_string())?;
                match (line.get(..1), line.strip_suffix('\n')) {
                    (Some("+"), Some(line)) => results.push(line[1..].to_owned()),
                    (Some("-"), Some(line)) => return Err(line[1..].to_owned()),
                    _ => return Err(format!("worker {number} has vanished")),
                }
            }
        }
        Ok(results)
    }

    fn start(&mut self) -> Result<(), String> {
        let me = std::env::current_exe().map_err(|error| error.to_string())?;
        let mut child = Command::new(me)
            .arg(&self.work)
            .env("POOL_WORKER", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("no worker: {error}"))?;
        let answers = BufReader::new(child.stdout.take().ok_or("no pipe")?);
        self.children.push((child, answers));
        Ok(())
    }

    /// All went well: they end when their input ends.
    fn end(&mut self) -> Result<(), String> {
        let mut result = Ok(());
        for (mut child, _) in self.children.drain(..) {
            drop(child.stdin.take());
            match child.wait() {
                Ok(status) if status.success() => {}
                other => result = Err(format!("a worker ended badly: {other:?}")),
            }
        }
        result
    }
}
