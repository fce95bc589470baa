use std::sync::Mutex;

pub struct Counter(Mutex<u64>);

impl Counter {
    pub fn new() -> Self {
        Counter(Mutex::new(0))
    }
    pub fn add(&self, amount: u64) {
        *self.0.lock().unwrap() += amount;
    }
    pub fn get(&self) -> u64 {
        *self.0.lock().unwrap()
    }
    pub fn visit(&self, f: impl FnOnce(u64)) {
        f(self.get())
    }
}

pub struct Item {
    pub name: String,
    pub value: u64,
}

pub fn items() -> Vec<Item> {
    vec![Item { name: "one".into(), value: 1 }, Item { name: "two".into(), value: 2 }]
}

impl Drop for Item {
    fn drop(&mut self) {
        loop {
            std::hint::black_box(0);
        }
    }
}
