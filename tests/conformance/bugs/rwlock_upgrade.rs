//@ finds: deadlock
//@ engines: bounded random stress
use std::sync::RwLock;

fn main() {
    let l = RwLock::new(vec![1]);
    let r = l.read().unwrap();
    if r.len() == 1 {
        l.write().unwrap().push(2);
    }
}
