//@ outcome: ["a", "main"]\n
//@ outcome: ["main", "a"]\n
use std::sync::Mutex;
use std::thread;

static NAMES: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn main() {
    let t = thread::spawn(|| NAMES.lock().unwrap().push("a".to_string()));
    NAMES.lock().unwrap().push(String::from("main"));
    t.join().unwrap();
    println!("{:?}", NAMES.lock().unwrap());
}
