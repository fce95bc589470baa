//! Lines of hexadecimal text; an empty line that is the first one is not counted.
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::process::{Command, ExitCode, Stdio};

fn produce() -> Result<(), String> {
    let mut input = BufReader::with_capacity(513, io::stdin());
    let mut pipe = BufWriter::with_capacity(100, io::stdout());
    let (mut raw, mut number) = (Vec::new(), 0u64);
    let result = loop {
        raw.clear();
        // whoever waits for us should have what there is
        if input.buffer().is_empty() {
            pipe.flush().map_err(|e| e.to_string())?;
        }
        match input.read_until(b'\n', &mut raw) {
            Ok(0) => break Ok(()),
            Ok(_) => {}
            Err(e) => break Err(e.to_string()),
        }
        number += if raw == b"\n" && number == 0 { 0 } else { 1 };
        match std::str::from_utf8(&raw).ok().and_then(|t| t.trim().parse::<i64>().ok()) {
            Some(n) => writeln!(pipe, "{:x}", n as u64).map_err(|e| e.to_string())?,
            None => break Err(format!("line {number}: not an integer")),
        }
    };
    pipe.write_all(b".\n").and_then(|()| pipe.flush()).map_err(|e| e.to_string())?;
    result
}
fn consume() -> Result<(), String> {
    let mut input = io::stdin().lock();
    let mut out = BufWriter::new(io::stdout().lock());
    let mut line = String::new();
    loop {
        line.clear();
        if input.read_line(&mut line).map_err(|e| e.to_string())? == 0 || !line.ends_with('\n') {
            out.flush().map_err(|e| e.to_string())?;
            return Err("the producer has gone".into());
        }
        if line == ".\n" {
            return out.flush().map_err(|e| e.to_string());
        }
        let n = u64::from_str_radix(line.trim_end(), 16).map_err(|e| e.to_string())? as i64;
        writeln!(out, "{n} -> {}", i128::from(n) * 2).map_err(|e| e.to_string())?;
    }
}
fn parent() -> io::Result<bool> {
    let me = std::env::current_exe()?;
    let mut producer = Command::new(&me).arg("produce").stdout(Stdio::piped()).spawn()?;
    let consumer = Command::new(&me).arg("consume").stdin(producer.stdout.take().unwrap()).spawn();
    let end = match consumer {
        Ok(mut c) => c.wait(),
        Err(e) => Err(e),
    };
    let good = matches!(&end, Ok(s) if s.success());
    if !good {
        let _ = producer.kill();
    }
    Ok(producer.wait()?.success() && good)
}
fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(|s| s.as_str()).collect();
    let result = match args[..] {
        [] => match parent() {
            Ok(true) => Ok(()),
            Ok(false) => Err(String::new()),
            Err(e) => Err(e.to_string()),
        },
        ["produce"] => produce(),
        ["consume"] => consume(),
        _ => {
            eprintln!("usage: pipeline");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            if !e.is_empty() {
                eprintln!("{e}");
            }
            ExitCode::from(1)
        }
    }
}
