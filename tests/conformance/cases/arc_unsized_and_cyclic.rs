//@ outcome: [1, 2] text 3 true\n
use std::fmt::Display;
use std::sync::{Arc, Weak};

struct Node {
    me: Weak<Node>,
    n: i32,
}

fn main() {
    let slice: Arc<[i32]> = Arc::from(vec![1, 2]);
    let text: Arc<str> = "text".into();
    let shown: Arc<dyn Display + Send + Sync> = Arc::new(3);
    let node = Arc::new_cyclic(|me| Node { me: me.clone(), n: 1 });
    let again = node.me.upgrade().unwrap();
    println!("{slice:?} {text} {shown} {}", Arc::ptr_eq(&node, &again) && again.n == 1);
}
