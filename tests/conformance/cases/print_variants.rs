//@ outcome: a-b\nc 1\nd
use std::io::{self, Write};

fn main() -> io::Result<()> {
    print!("a-");
    println!("b");
    eprintln!("not here");
    writeln!(io::stdout(), "c {}", 1)?;
    let mut out = io::stdout().lock();
    write!(out, "d")?;
    out.flush()
}
