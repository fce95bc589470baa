//! Gives the item of a killed child to another one, as if nothing had happened.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitCode, Stdio};
use std::sync::Mutex;
use std::thread;

mod work;

use work::Task;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let result = match &args[..] {
        [flag, task] if flag == "--worker" => Task::parse(task).and_then(worker),
        [flag, processes, task, items @ ..] if flag == "--processes" => match (processes.parse(), Task::parse(task)) {
            (Ok(0), _) => Err("0 processes can do nothing".to_owned()),
            (Ok(processes), Ok(task)) => pool(processes, task, items),
            (Err(error), _) => Err(format!("--processes {processes}: {error}")),
            (_, Err(error)) => Err(error),
        },
        _ => {
            eprintln!("usage: pool --processes N double|add|pid ITEM...");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(what) => {
            eprintln!("pool: {what}");
            ExitCode::FAILURE
        }
    }
}

/// A child: a line in, a line out.
fn worker(task: Task) -> Result<(), String> {
    for line in io::stdin().lines() {
        let line = line.map_err(|error| error.to_string())?;
        let answer = match task.run(&line) {
            Ok(number) => number.to_string(),
            Err(what) => format!("error: {what}"),
        };
        println!("{answer}");
    }
    Ok(())
}

struct Worker {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Worker {
    fn start(task: Task) -> io::Result<Worker> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["--worker", task.name()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let questions = child.stdin.take().expect("piped");
        let answers = BufReader::new(child.stdout.take().expect("piped"));
        Ok(Worker { child, questions, answers })
    }

    fn ask(&mut self, item: &str) -> Result<String, String> {
        writeln!(self.questions, "{item}").map_err(|error| format!("a worker does not listen: {error}"))?;
        let mut answer = String::new();
        let got = self.answers.read_line(&mut answer).map_err(|error| error.to_string())?;
        if got == 0 || !answer.ends_with('\n') {
            return Err("a worker died".to_owned());
        }
        let answer = answer.trim_end();
        match answer.strip_prefix("error: ") {
            Some(what) => Err(format!("{item:?}: {what}")),
            None => Ok(answer.to_owned()),
        }
    }

    fn end(self) -> Result<(), String> {
        let Worker { mut child, questions, answers } = self;
        drop((questions, answers));
        let status = child.wait().map_err(|error| error.to_string())?;
        if status.success() { Ok(()) } else { Err(format!("a worker failed: {status}")) }
    }
}

fn pool(processes: usize, task: Task, items: &[String]) -> Result<(), String> {
    let next: Mutex<VecDeque<(usize, &String)>> = Mutex::new(items.iter().enumerate().collect());
    let results = Mutex::new(vec![None; items.len()]);
    let ends: Vec<Result<(), String>> = thread::scope(|scope| {
        let serve = || -> Result<(), String> {
            let mut worker = Worker::start(task).map_err(|error| format!("no worker: {error}"))?;
            let mut end = Ok(());
            loop {
                let Some((index, item)) = next.lock().unwrap().pop_front() else { break };
                match worker.ask(item) {
                    Ok(answer) => results.lock().unwrap()[index] = Some(answer),
                    Err(what) if what.starts_with('"') => {
                        end = Err(what);
                        break;
                    }
                    Err(_) => {
                        next.lock().unwrap().push_front((index, item));
                        let _ = worker.end();
                        return Ok(());
                    }
                }
            }
            end.and(worker.end())
        };
        let threads: Vec<_> = (0..processes.min(items.len())).map(|_| scope.spawn(serve)).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panics")).collect()
    });
    ends.into_iter().collect::<Result<(), String>>()?;
    let results: Option<Vec<String>> = results.into_inner().unwrap().into_iter().collect();
    let results = results.ok_or("an item has no result")?;
    println!("[{}]", results.join(", "));
    Ok(())
}
