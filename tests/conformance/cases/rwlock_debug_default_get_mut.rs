//@ outcome: RwLock { data: 1, poisoned: false, .. } 1 1\n
use std::sync::RwLock;

fn main() {
    let mut l: RwLock<u8> = RwLock::default();
    *l.get_mut().unwrap() = 1;
    let text = format!("{l:?}");
    let r = l.read().unwrap();
    println!("{text} {r:?} {r}");
}
