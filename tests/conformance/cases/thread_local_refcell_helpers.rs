//@ outcome: 2 ["a", "b"] ["z"] []\n
use std::cell::RefCell;

thread_local! {
    static LOG: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

fn main() {
    LOG.with_borrow_mut(|l| l.push("a"));
    LOG.with_borrow_mut(|l| l.push("b"));
    let n = LOG.with_borrow(|l| l.len());
    let old = LOG.replace(vec!["y"]);
    LOG.set(vec!["z"]);
    let last = LOG.take();
    println!("{n} {old:?} {last:?} {:?}", LOG.with_borrow(|l| l.clone()));
}
