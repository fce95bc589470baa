//@ outcome: main main\n
//@ outcome: other other\n
use std::sync::OnceLock;
use std::thread;

static WHO: OnceLock<String> = OnceLock::new();

fn main() {
    let t = thread::spawn(|| WHO.get_or_init(|| "other".to_string()).as_str());
    let mine = WHO.get_or_init(|| "main".into());
    println!("{mine} {}", t.join().unwrap());
}
