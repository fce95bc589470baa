//! What the sandbox's tests run inside: `payload WHAT ARGS..`. Compiled by the test with plain rustc.

use std::io::{Read, Write};
use std::os::fd::FromRawFd;

unsafe extern "C" {
    fn fork() -> i32;
    fn setsid() -> i32;
    fn kill(pid: i32, signal: i32) -> i32;
    fn getppid() -> i32;
    fn chmod(path: *const std::ffi::c_char, mode: u32) -> i32;
    fn close(fd: i32) -> i32;
    fn _exit(code: i32) -> !;
}

fn yes(what: bool) {
    println!("{}", if what { "yes" } else { "no" });
}

fn spin() -> ! {
    loop {
        std::hint::spin_loop();
    }
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let arg = |i: usize| args.get(i).cloned().unwrap_or_default();
    let number = |i: usize| arg(i).parse::<i64>().unwrap_or(0);
    match arg(0).as_str() {
        "exit" => std::process::exit(number(1) as i32),
        "abort" => std::process::abort(),
        "echo" => {
            let mut text = Vec::new();
            std::io::stdin().read_to_end(&mut text).unwrap();
            std::io::stdout().write_all(&text).unwrap();
            eprintln!("read {}", text.len());
        }
        "channel" => {
            let mut channel = unsafe { std::fs::File::from_raw_fd(3) };
            for i in 0..number(1) {
                writeln!(channel, "line {i}").unwrap();
            }
            write!(channel, "no end").unwrap();
        }
        "channel-flood" => {
            let mut channel = unsafe { std::fs::File::from_raw_fd(3) };
            loop {
                let _ = channel.write_all(&[b'x'; 65536]);
            }
        }
        "env" => {
            for (key, value) in std::env::vars() {
                println!("{key}={value}");
            }
        }
        "spin" => {
            for _ in 1..number(1) {
                std::thread::spawn(|| spin());
            }
            spin()
        }
        // Each child uses little, together much.
        "spin-children" => loop {
            unsafe {
                let pid = fork();
                if pid == 0 {
                    let end = std::time::Instant::now() + std::time::Duration::from_millis(200);
                    while std::time::Instant::now() < end {}
                    _exit(0);
                }
                let mut status = 0;
                unsafe extern "C" {
                    fn waitpid(pid: i32, status: *mut i32, options: i32) -> i32;
                }
                waitpid(pid, &mut status, 0);
            }
        },
        "sleep" => std::thread::sleep(std::time::Duration::from_secs(3600)),
        "alloc" => {
            let mut all = Vec::new();
            loop {
                all.push(vec![1u8; 1 << 20]);
                std::hint::black_box(&all);
            }
        }
        "alloc-huge" => {
            std::hint::black_box(vec![1u8; 1 << 40]);
        }
        "alloc-children" => {
            for _ in 0..8 {
                unsafe {
                    if fork() == 0 {
                        let block = vec![1u8; 40 << 20];
                        std::hint::black_box(&block);
                        std::thread::sleep(std::time::Duration::from_secs(3600));
                    }
                }
            }
            std::thread::sleep(std::time::Duration::from_secs(3600));
        }
        "threads" => {
            let mut all = Vec::new();
            for _ in 0..number(1) {
                match std::thread::Builder::new().spawn(|| std::thread::sleep(std::time::Duration::from_secs(3600))) {
                    Ok(t) => all.push(t),
                    Err(_) => std::thread::sleep(std::time::Duration::from_millis(1)),
                }
            }
            std::thread::sleep(std::time::Duration::from_secs(3600));
        }
        "forkbomb" => loop {
            unsafe {
                fork();
            }
        },
        "output" => loop {
            let _ = std::io::stdout().write_all(&[b'x'; 65536]);
        },
        "bigfile" => {
            let mut file = std::fs::File::create("big").unwrap();
            loop {
                file.write_all(&[1; 65536]).unwrap();
            }
        }
        "manyfiles" => {
            for i in 0.. {
                if let Ok(mut file) = std::fs::File::create(format!("f{i}")) {
                    let _ = file.write_all(&[1; 65536]);
                }
            }
        }
        // Children that leave the session and hold every pipe.
        "orphans" => {
            for _ in 0..5 {
                unsafe {
                    if fork() == 0 {
                        setsid();
                        if fork() == 0 {
                            std::thread::sleep(std::time::Duration::from_secs(3600));
                        }
                        _exit(0);
                    }
                }
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
            println!("done");
        }
        "close-all" => {
            for fd in 0..1024 {
                unsafe { close(fd) };
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
            unsafe { _exit(3) }
        }
        "overflow" => {
            #[allow(unconditional_recursion)]
            fn deeper(n: u64) -> u64 {
                let block = std::hint::black_box([n; 64]);
                deeper(n + 1) + block[5]
            }
            println!("{}", deeper(0));
        }
        "read" => yes(std::fs::read(arg(1)).is_ok()),
        "list" => yes(std::fs::read_dir(arg(1)).is_ok_and(|d| d.count() > 0)),
        "write" => yes(std::fs::write(arg(1), "hostile").is_ok()),
        "chmod" => {
            let name = std::ffi::CString::new(arg(1)).unwrap();
            unsafe { chmod(name.as_ptr(), 0o000) };
        }
        "hardlink" => yes(std::fs::hard_link(arg(1), arg(2)).is_ok()),
        "symlink" => yes(std::os::unix::fs::symlink(arg(1), arg(2)).is_ok()),
        "signal" => yes(unsafe { kill(number(1) as i32, number(2) as i32) } == 0),
        "signal-parent" => yes(unsafe { kill(getppid(), 9) } == 0),
        "signal-all" => yes(unsafe { kill(-1, 9) } == 0),
        "uid" => println!(
            "{}",
            std::fs::read_to_string("/proc/self/status")
                .unwrap_or_default()
                .lines()
                .filter(|l| l.starts_with("Uid")
                    || l.starts_with("CapEff")
                    || l.starts_with("CapBnd")
                    || l.starts_with("CapPrm"))
                .collect::<Vec<_>>()
                .join(" ")
        ),
        "pids" => {
            let count = std::fs::read_dir("/proc")
                .map(|d| d.flatten().filter(|e| e.file_name().to_string_lossy().parse::<i32>().is_ok()).count())
                .unwrap_or(0);
            println!("{count}");
        }
        "connect" => yes(std::net::TcpStream::connect(arg(1)).is_ok()),
        "abstract" => {
            use std::os::linux::net::SocketAddrExt;
            let name = std::os::unix::net::SocketAddr::from_abstract_name(arg(1)).unwrap();
            yes(std::os::unix::net::UnixStream::connect_addr(&name).is_ok());
        }
        "loopback" => {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            let client = std::net::TcpStream::connect(listener.local_addr().unwrap());
            yes(client.is_ok() && listener.accept().is_ok());
        }
        "run" => yes(std::process::Command::new(arg(1)).status().is_ok_and(|s| s.success())),
        other => panic!("what is {other}?"),
    }
}
