//@ outcome: ok\n
use std::error::Error;
use std::sync::mpsc;

fn main() -> Result<(), Box<dyn Error>> {
    let (tx, rx) = mpsc::channel();
    tx.send("ok")?;
    println!("{}", rx.recv()?);
    Ok(())
}
