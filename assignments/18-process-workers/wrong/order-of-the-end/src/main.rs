//! prints each child's lines when it ends: the order of the end, not of the start
use std::process::{Command, ExitCode, Stdio};
use std::sync::mpsc;
use std::thread;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, name] = &args[..]
        && flag == "-c"
    {
        println!("process name: {name}\nparent process: {}", std::os::unix::process::parent_id());
        println!("process id: {}\n", std::process::id());
        return ExitCode::SUCCESS;
    }
    let Some(Ok(count)) = args.first().map(|text| text.parse::<u32>()) else {
        eprintln!("usage: workers N");
        return ExitCode::from(2);
    };
    let (sender, receiver) = mpsc::channel();
    for number in 1..=count {
        let name = format!("worker-{number}");
        let program = std::env::current_exe().expect("this program has a path");
        let child = Command::new(program).args(["-c", &name]).stdout(Stdio::piped()).spawn().expect("a child starts");
        let sender = sender.clone();
        thread::spawn(move || {
            let output = child.wait_with_output();
            sender.send((name, output)).expect("main listens");
        });
    }
    drop(sender);
    let mut code = ExitCode::SUCCESS;
    for (name, output) in receiver {
        match output {
            Ok(output) if output.status.success() => print!("{}", String::from_utf8_lossy(&output.stdout)),
            _ => {
                eprintln!("{name} failed");
                code = ExitCode::FAILURE;
            }
        }
    }
    code
}
