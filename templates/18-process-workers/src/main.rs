//! Assignment 18: several processes.
//!
//! `workers N` starts N children of itself. This program starts them, but one after the other, and it believes that nothing
//! can go wrong. Find out what is missing, and mend it.

use std::process::Command;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args[0] == "child" {
        child(&args[1]);
    } else {
        parent(args[0].parse().unwrap());
    }
}

/// What a child does: it says who it is.
fn child(name: &str) {
    println!("process name: {name}");
    println!("parent process: {}", std::os::unix::process::parent_id());
    println!("process id: {}", std::process::id());
    println!();
}

/// Starts `count` children.
fn parent(count: usize) {
    let program = std::env::current_exe().unwrap();
    for number in 1..=count {
        let mut child = Command::new(&program).arg("child").arg(format!("worker-{number}")).spawn().unwrap();
        child.wait().unwrap();
    }
}
