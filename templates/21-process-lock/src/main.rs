//! Assignment 21: a lock between processes.
//!
//! `stamp FILE PROCESSES LINES` starts children that append their lines to FILE. This program works as long as one child is
//! faster than the others. Find out what goes wrong else, and mend it.

use std::fs::OpenOptions;
use std::io::Write;
use std::process::Command;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args[0] == "child" {
        child(&args[1], &args[2], args[3].parse().unwrap());
    } else {
        parent(&args[0], args[1].parse().unwrap(), &args[2]);
    }
}

/// Appends `lines` lines, each in several writes.
fn child(file: &str, name: &str, lines: usize) {
    let mut file = OpenOptions::new().create(true).append(true).open(file).unwrap();
    for line in 1..=lines {
        write!(file, "worker-{name}").unwrap();
        writeln!(file, " line-{line}").unwrap();
    }
}

fn parent(file: &str, processes: usize, lines: &str) {
    let program = std::env::current_exe().unwrap();
    let start = |number: usize| Command::new(&program).args(["child", file, &number.to_string(), lines]).spawn();
    let children: Vec<_> = (1..=processes).map(|number| start(number).unwrap()).collect();
    for mut child in children {
        child.wait().unwrap();
    }
}
