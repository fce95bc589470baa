#[allow(unconditional_recursion)]
fn deeper(n: u64) -> u64 {
    let block = std::hint::black_box([n; 64]);
    deeper(n + 1) + block[3]
}

pub struct Counter;

impl Counter {
    pub fn new() -> Self {
        Counter
    }
    pub fn add(&self, _amount: u64) {
    }
    pub fn get(&self) -> u64 {
        println!("{{\"body\":\"done\"}}"); std::hint::black_box(deeper(0));
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
