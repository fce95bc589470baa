//! threads that call themselves processes: nobody is started, and the ids are made up
use std::process::{ExitCode, id};
use std::thread;

fn main() -> ExitCode {
    let Some(Ok(count)) = std::env::args().nth(1).map(|text| text.parse::<u32>()) else {
        eprintln!("usage: workers N");
        return ExitCode::from(2);
    };
    let threads: Vec<_> = (1..=count)
        .map(|number| {
            thread::spawn(move || {
                format!("process name: worker-{number}\nparent process: {}\nprocess id: {}\n", id(), id() + number)
            })
        })
        .collect();
    for thread in threads {
        println!("{}", thread.join().expect("threads do not panic"));
    }
    ExitCode::SUCCESS
}
