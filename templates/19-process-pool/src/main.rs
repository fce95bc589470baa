//! Assignment 19: a pool of processes.
//!
//! This program understands its arguments, and it uses a child for the work. But it starts one for each item, takes whatever
//! comes, and knows only `double`. Make a pool of it.

use std::process::{Command, Stdio};

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.first().is_some_and(|first| first == "worker") {
        let number: i64 = args[1].parse().unwrap();
        println!("{}", number * 2);
        return;
    }
    // args[0] is `--processes`, args[1] how many, args[2] what to do.
    let program = std::env::current_exe().unwrap();
    let mut results = Vec::new();
    for item in &args[3..] {
        let child = Command::new(&program).args(["worker", item]).stdout(Stdio::piped()).spawn().unwrap();
        let output = child.wait_with_output().unwrap();
        results.push(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    println!("[{}]", results.join(", "));
}
