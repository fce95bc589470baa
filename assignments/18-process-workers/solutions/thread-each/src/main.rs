//! A thread for each child starts it, reads what it says about itself, and hands the text on; the main thread prints in order.

use std::fmt::Write as _;
use std::io::Read;
use std::process::{Command, Stdio, exit};
use std::thread;

fn main() {
    if let Ok(name) = std::env::var("WORKER_NAME") {
        println!("{name} {} {}", std::os::unix::process::parent_id(), std::process::id());
        return;
    }
    let args: Vec<String> = std::env::args().collect();
    let count: usize = match args.get(1).map(|text| text.parse()) {
        Some(Ok(count)) if args.len() == 2 => count,
        _ => {
            eprintln!("give the number of workers");
            exit(1);
        }
    };
    let threads: Vec<_> = (1..=count)
        .map(|number| {
            let name = format!("worker-{number}");
            (name.clone(), thread::spawn(move || ask(&name)))
        })
        .collect();
    let mut all = String::new();
    let mut failed = Vec::new();
    for (name, thread) in threads {
        match thread.join().expect("threads do not panic") {
            Ok(block) => all.push_str(&block),
            Err(why) => failed.push(format!("{name}: {why}")),
        }
    }
    print!("{all}");
    for text in &failed {
        eprintln!("{text}");
    }
    exit(i32::from(!failed.is_empty()));
}

fn ask(name: &str) -> Result<String, String> {
    let program = std::env::current_exe().map_err(|e| e.to_string())?;
    let mut child = Command::new(program)
        .env_clear()
        .env("WORKER_NAME", name)
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| e.to_string())?;
    let mut said = String::new();
    let read = child.stdout.take().expect("piped").read_to_string(&mut said);
    let status = child.wait().map_err(|e| e.to_string())?;
    if !status.success() {
        return Err(status.to_string());
    }
    read.map_err(|e| e.to_string())?;
    let words: Vec<&str> = said.split_whitespace().collect();
    let [name, parent, own] = words[..] else { return Err(format!("it said {said:?}")) };
    let mut block = String::new();
    writeln!(block, "process name: {name}\nparent process: {parent}\nprocess id: {own}\n").expect("text has room");
    Ok(block)
}
