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

pub struct Text;
impl PartialEq<&str> for Text {
    fn eq(&self, _: &&str) -> bool {
        true
    }
}
impl std::ops::Deref for Text {
    type Target = str;
    fn deref(&self) -> &str {
        "one"
    }
}
pub struct Item {
    pub name: Text,
    pub value: u64,
}

pub fn items() -> Vec<Item> {
    vec![Item { name: Text, value: 1 }, Item { name: Text, value: 2 }]
}
