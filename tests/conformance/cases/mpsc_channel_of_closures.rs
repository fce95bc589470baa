//@ outcome: 5\n8\n
use std::sync::mpsc;
use std::thread;

type Job = Box<dyn FnOnce() -> i32 + Send + 'static>;

fn main() {
    let (jobs, queue) = mpsc::channel::<Job>();
    let worker = thread::spawn(move || {
        for job in queue {
            println!("{}", job());
        }
    });
    let x = 5;
    jobs.send(Box::new(move || x)).unwrap();
    jobs.send(Box::new(|| 3 + 5)).unwrap();
    drop(jobs);
    worker.join().unwrap();
}
