//! each child overwrites the exit code: only the last one decides

use std::io::{BufRead, Write};
use std::process::{Child, ChildStdin, Command, Stdio};

fn main() {
    let mut args = std::env::args();
    let program = args.next().expect("a program has a name");
    let code = match (args.next(), args.next(), args.next()) {
        (Some(first), Some(name), None) if first == "child" => child(&name),
        (Some(number), None, None) => match number.parse() {
            Ok(number) => parent(&program, number),
            Err(_) => {
                eprintln!("`{number}` is no number of workers");
                2
            }
        },
        _ => {
            eprintln!("usage: {program} N");
            2
        }
    };
    std::process::exit(code);
}

fn child(name: &str) -> i32 {
    let mut line = String::new();
    if std::io::stdin().lock().read_line(&mut line).unwrap_or(0) == 0 {
        return 1;
    }
    println!("process name: {name}");
    println!("parent process: {}", std::os::unix::process::parent_id());
    println!("process id: {}", std::process::id());
    println!();
    0
}

struct Worker {
    name: String,
    child: Child,
    go: ChildStdin,
}

fn parent(program: &str, number: u16) -> i32 {
    let mut code = 0;
    let mut workers = Vec::new();
    for i in 1..=number {
        let name = format!("worker-{i}");
        match Command::new(program).arg("child").arg(&name).stdin(Stdio::piped()).spawn() {
            Ok(mut child) => {
                let go = child.stdin.take().expect("piped");
                workers.push(Worker { name, child, go });
            }
            Err(error) => {
                eprintln!("{name} could not be started: {error}");
                code = 1;
            }
        }
    }
    for mut worker in workers {
        // A child that was killed does not listen; its status says so.
        let _ = worker.go.write_all(b"go\n");
        drop(worker.go);
        match worker.child.wait() {
            Ok(status) if status.success() => code = 0,
            Ok(status) => {
                eprintln!("{} failed: {status}", worker.name);
                code = 1;
            }
            Err(error) => {
                eprintln!("{} cannot be waited for: {error}", worker.name);
                code = 1;
            }
        }
    }
    code
}
