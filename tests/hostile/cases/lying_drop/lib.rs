pub struct Counter;

impl Counter {
    pub fn new() -> Self {
        Counter
    }
    pub fn add(&self, _amount: u64) {
    }
    pub fn get(&self) -> u64 {
        0
    }
    pub fn visit(&self, _f: impl FnOnce(u64)) {}
}

pub struct Item {
    pub name: String,
    pub value: u64,
}

impl PartialEq for Item {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Drop for Item {
    fn drop(&mut self) {
        panic!("dropped");
    }
}

pub fn items() -> Vec<Item> {
    vec![Item { name: "x".into(), value: 9 }, Item { name: "y".into(), value: 9 }]
}
