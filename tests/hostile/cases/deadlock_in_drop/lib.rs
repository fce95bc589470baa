pub struct Stuck(std::sync::Mutex<()>);
impl Drop for Stuck {
    fn drop(&mut self) {
        let _first = self.0.lock();
        let _second = self.0.lock();
    }
}

pub struct Counter;

impl Counter {
    pub fn new() -> Self {
        Counter
    }
    pub fn add(&self, _amount: u64) {
    }
    pub fn get(&self) -> u64 {
        drop(Stuck(std::sync::Mutex::new(())));
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
