//! write_all_at at an offset that is found under the lock; the next holder mends, and nobody does after the last one.
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::process::{Command, exit};
use std::thread;

struct Held<'a> {
    file: &'a File,
    end: u64,
}
impl<'a> Held<'a> {
    fn new(file: &'a File) -> io::Result<Self> {
        file.lock()?;
        let mut held = Held { file, end: 0 };
        let len = file.metadata()?.len();
        // the last line end, looked for in blocks from the back
        let mut block = [0u8; 64];
        let mut to = len;
        held.end = loop {
            if to == 0 {
                break 0;
            }
            let from = to.saturating_sub(64);
            let part = &mut block[..(to - from) as usize];
            file.read_exact_at(part, from)?;
            if let Some(i) = part.iter().rposition(|b| *b == b'\n') {
                break from + i as u64 + 1;
            }
            to = from;
        };
        if held.end != len {
            file.set_len(held.end)?;
        }
        Ok(held)
    }
    fn put(&mut self, text: &str) -> io::Result<()> {
        self.file.write_all_at(text.as_bytes(), self.end)?;
        self.end += text.len() as u64;
        Ok(())
    }
}
impl Drop for Held<'_> {
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}
fn open(path: &str) -> io::Result<File> {
    File::options().read(true).write(true).create(true).truncate(false).open(path)
}
fn child(path: &str, k: usize, lines: usize) -> io::Result<()> {
    let file = open(path)?;
    let all: Vec<usize> = (1..=lines).collect();
    for batch in all.chunks(2) {
        let mut held = Held::new(&file)?;
        for j in batch {
            held.put("worker-")?;
            held.put(&k.to_string())?;
            held.put(&format!(" line-{j}\n"))?;
        }
    }
    Ok(())
}
fn usage(why: &str) -> ! {
    eprintln!("{why}; usage: stamp FILE PROCESSES LINES");
    exit(2)
}
fn main() {
    let args: Vec<String> = std::env::args().collect();
    if args.len() != 4 {
        usage("three arguments");
    }
    let n = |i: usize| args[i].parse::<usize>().unwrap_or_else(|e| usage(&format!("{}: {e}", args[i])));
    let (processes, lines) = (n(2), n(3));
    if let Ok(k) = std::env::var("STAMP_CHILD") {
        if let Err(e) = child(&args[1], k.parse().unwrap(), lines) {
            eprintln!("worker-{k}: {e}");
            exit(1);
        }
        return;
    }
    let me = std::env::current_exe().unwrap();
    let (me, args) = (&me, &args);
    drop(open(&args[1]).unwrap_or_else(|e| usage(&e.to_string())));
    // a thread for each child
    let good = thread::scope(|s| {
        let all: Vec<_> = (1..=processes)
            .map(|k| {
                s.spawn(move || {
                    let child = Command::new(me).args(&args[1..]).env("STAMP_CHILD", k.to_string()).status();
                    let good = child.as_ref().is_ok_and(|s| s.success());
                    if !good {
                        eprintln!("worker-{k}: {child:?}");
                    }
                    good
                })
            })
            .collect();
        all.into_iter().fold(true, |good, t| t.join().unwrap_or(false) & good)
    });
    exit(if good { 0 } else { 1 });
}
