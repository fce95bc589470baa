//@ right
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{LazyLock, RwLock};
use std::thread;

static CACHE: LazyLock<RwLock<HashMap<u32, u32>>> = LazyLock::new(Default::default);
static COMPUTED: AtomicU32 = AtomicU32::new(0);

fn square(n: u32) -> u32 {
    if let Some(v) = CACHE.read().unwrap().get(&n) {
        return *v;
    }
    *CACHE.write().unwrap().entry(n).or_insert_with(|| {
        COMPUTED.fetch_add(1, Relaxed);
        n * n
    })
}

fn main() {
    let t = thread::spawn(|| square(4));
    assert_eq!(square(4), 16);
    assert_eq!(t.join().unwrap(), 16);
    assert_eq!(COMPUTED.load(Relaxed), 1);
}
