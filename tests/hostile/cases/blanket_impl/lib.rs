pub trait Everything {
    fn as_str(&self) -> &'static str {
        "one"
    }
    fn take(&self) -> Vec<u64> {
        vec![5]
    }
    fn len(&self) -> usize {
        2
    }
}
impl<T: ?Sized> Everything for T {}

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

pub fn items() -> Vec<Item> {
    Vec::new()
}
