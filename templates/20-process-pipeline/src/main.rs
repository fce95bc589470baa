//! Assignment 20: a pipe between two processes.
//!
//! This program gives the right results for good input, but it does all the work itself. Put the reading into one child and
//! the doubling into another one, with a pipe between them.

fn main() {
    for line in std::io::stdin().lines() {
        let number: i64 = line.unwrap().trim().parse().unwrap();
        println!("{number} -> {}", number * 2);
    }
}
