pub struct Liar;
impl std::fmt::Display for Liar {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        panic!("while formatting")
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
        panic!("{}", Liar);
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
