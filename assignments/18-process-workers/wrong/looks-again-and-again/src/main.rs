//! The parent looks again and again whether a child has ended, and never sleeps.

use std::env;
use std::io::{self, Write};
use std::os::unix::process::parent_id;
use std::process::{Child, Command, ExitCode, Stdio};

const CHILD: &str = "--worker";

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    match &args[..] {
        [flag, name] if flag == CHILD => {
            println!("process name: {name}\nparent process: {}\nprocess id: {}\n", parent_id(), std::process::id());
            ExitCode::SUCCESS
        }
        [count] => match count.parse::<usize>() {
            Ok(count) => run(count),
            Err(error) => usage(&format!("{count:?}: {error}")),
        },
        _ => usage("one argument is needed"),
    }
}

fn usage(what: &str) -> ExitCode {
    eprintln!("{what}\nusage: workers N");
    ExitCode::from(2)
}

fn start(name: &str) -> io::Result<Child> {
    Command::new(env::current_exe()?).args([CHILD, name]).stdin(Stdio::null()).stdout(Stdio::piped()).spawn()
}

fn run(count: usize) -> ExitCode {
    let mut started = Vec::new();
    for number in 1..=count {
        let name = format!("worker-{number}");
        let child = start(&name);
        started.push((name, child));
    }
    let mut good = true;
    let mut out = io::stdout().lock();
    for (name, child) in started {
        let result = child.and_then(|mut child| {
            while child.try_wait()?.is_none() {
                std::hint::spin_loop();
            }
            child.wait_with_output()
        });
        match result {
            Ok(output) if output.status.success() => {
                good &= out.write_all(&output.stdout).is_ok();
            }
            Ok(output) => {
                eprintln!("{name}: {}", output.status);
                good = false;
            }
            Err(error) => {
                eprintln!("{name}: {error}");
                good = false;
            }
        }
    }
    good &= out.flush().is_ok();
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
