//@ outcome: false\ntrue\nfalse\n
use std::thread;

struct Report;
impl Drop for Report {
    fn drop(&mut self) {
        println!("{}", thread::panicking());
    }
}

fn main() {
    drop(Report);
    let _ = thread::spawn(|| {
        let _r = Report;
        panic!("now");
    })
    .join();
    println!("{}", thread::panicking());
}
