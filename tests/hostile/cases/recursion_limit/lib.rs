#![recursion_limit = "1000000"]
#![type_length_limit = "100000000"]
pub trait Deep {
    const N: u64;
}
impl Deep for () {
    const N: u64 = 0;
}
impl<T: Deep> Deep for Vec<T>
where
    Vec<Vec<T>>: Deep,
{
    const N: u64 = 1;
}

pub struct Counter;

impl Counter {
    pub fn new() -> Self {
        Counter
    }
    pub fn add(&self, _amount: u64) {
    }
    pub fn get(&self) -> u64 {
        let _ = <Vec<()> as Deep>::N;
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
