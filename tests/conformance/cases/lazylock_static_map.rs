//@ outcome: Some(1) None\n
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};
use std::thread;

static MAP: LazyLock<Mutex<HashMap<String, i32>>> = LazyLock::new(|| Mutex::new(HashMap::new()));

fn main() {
    let t = thread::spawn(|| {
        MAP.lock().unwrap().insert("a".into(), 1);
    });
    t.join().unwrap();
    let map = MAP.lock().unwrap();
    println!("{:?} {:?}", map.get("a"), map.get("b"));
}
