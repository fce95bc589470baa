//! The parent keeps the reading end of the tasks' pipe: when all children are dead, its writer waits for ever for room.

use std::io::{self, Read, Write, pipe};
use std::process::{Child, Command, ExitCode, Stdio};

const SIZE: usize = 32;
type Record = [u8; SIZE];

fn pack(index: u64, tag: u64, a: i64, b: i64) -> Record {
    let mut r = [0; SIZE];
    r[..8].copy_from_slice(&index.to_le_bytes());
    r[8..16].copy_from_slice(&tag.to_le_bytes());
    r[16..24].copy_from_slice(&a.to_le_bytes());
    r[24..].copy_from_slice(&b.to_le_bytes());
    r
}
fn unpack(r: &Record) -> (u64, u64, i64, i64) {
    let n = |i: usize| u64::from_le_bytes(r[i * 8..i * 8 + 8].try_into().unwrap());
    (n(0), n(1), n(2) as i64, n(3) as i64)
}

fn worker() -> io::Result<()> {
    // no buffer: another child must get what we do not read. Descriptors of our own, for std's stdin has one.
    use std::os::fd::AsFd;
    let mut tasks = std::fs::File::from(io::stdin().as_fd().try_clone_to_owned()?);
    let mut results = std::fs::File::from(io::stdout().as_fd().try_clone_to_owned()?);
    loop {
        let mut r = [0; SIZE];
        match tasks.read(&mut r)? {
            0 => return Ok(()),
            SIZE => {}
            _ => return Err(io::ErrorKind::InvalidData.into()),
        }
        let (index, tag, a, b) = unpack(&r);
        let value = match tag {
            0 => a.checked_mul(2),
            1 => a.checked_add(b),
            _ => Some(i64::from(std::process::id())),
        };
        results.write_all(&pack(index, value.is_some() as u64, value.unwrap_or(0), 0))?;
    }
}

fn task(what: &str, item: &str) -> Result<(u64, i64, i64), String> {
    let number = |s: &str| s.parse::<i64>().map_err(|e| format!("{item}: {e}"));
    match what {
        "double" => Ok((0, number(item)?, 0)),
        "add" => {
            let (a, b) = item.split_once(',').ok_or(format!("{item}: not a pair"))?;
            Ok((1, number(a)?, number(b)?))
        }
        "pid" => Ok((2, 0, 0)),
        _ => Err(format!("{what}: what is that?")),
    }
}

struct Children(Vec<Child>);
impl Drop for Children {
    fn drop(&mut self) {
        for c in &mut self.0 {
            let _ = c.kill();
            let _ = c.wait();
        }
    }
}

fn pool(n: usize, what: &str, items: &[String]) -> Result<Vec<i64>, String> {
    if !["double", "add", "pid"].contains(&what) {
        return Err(format!("{what}: what is that?"));
    }
    let tasks = items.iter().map(|i| task(what, i)).collect::<Result<Vec<_>, _>>()?;
    let io = |e: io::Error| e.to_string();
    let (task_out, mut task_in) = pipe().map_err(io)?;
    let (mut result_out, result_in) = pipe().map_err(io)?;
    let me = std::env::current_exe().map_err(io)?;
    let mut children = Children(Vec::new());
    for _ in 0..n.min(items.len()) {
        children.0.push(
            Command::new(&me)
                .arg("a worker of the pool")
                .stdin(Stdio::from(task_out.try_clone().map_err(io)?))
                .stdout(Stdio::from(result_in.try_clone().map_err(io)?))
                .spawn()
                .map_err(io)?,
        );
    }
    drop(result_in);
    let feeder = std::thread::spawn(move || {
        for (i, (tag, a, b)) in tasks.into_iter().enumerate() {
            if task_in.write_all(&pack(i as u64, tag, a, b)).is_err() {
                return;
            }
        }
    });
    let mut results = vec![None; items.len()];
    let mut all = Vec::new();
    result_out.read_to_end(&mut all).map_err(io)?;
    let _ = feeder.join();
    for r in all.as_chunks::<SIZE>().0 {
        let (index, good, value, _) = unpack(r);
        if good == 0 {
            return Err(format!("{}: overflow", items[index as usize]));
        }
        results[index as usize] = Some(value);
    }
    let mut bad = None;
    for c in &mut children.0 {
        let status = c.wait().map_err(io)?;
        if !status.success() {
            bad = Some(format!("a worker has failed: {status}"));
        }
    }
    if let Some(bad) = bad {
        return Err(bad);
    }
    results.into_iter().collect::<Option<Vec<_>>>().ok_or("a result is missing".into())
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args == ["a worker of the pool"] {
        return if worker().is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let answer = match &args[..] {
        [p, n, what, items @ ..] if p == "--processes" => match n.parse() {
            Ok(n) => pool(n, what, items),
            Err(e) => Err(format!("{n}: {e}")),
        },
        _ => Err("usage: pool --processes N WHAT ITEM...".into()),
    };
    match answer {
        Ok(results) => {
            println!("{results:?}");
            ExitCode::SUCCESS
        }
        Err(e) => {
            eprintln!("pool: {e}");
            ExitCode::FAILURE
        }
    }
}
