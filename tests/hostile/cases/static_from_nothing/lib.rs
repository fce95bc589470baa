const UNIT: &&() = &&();
fn stretch<'a, 'b, T: ?Sized>(_: &'a &'b (), value: &'b mut T) -> &'a mut T {
    value
}
pub fn forever<'a, T: ?Sized>(value: &'a mut T) -> &'static mut T {
    let f: for<'x> fn(_, &'x mut T) -> &'static mut T = stretch;
    f(UNIT, value)
}
pub enum Either {
    Number(usize),
    Reference(Option<&'static mut [usize; 4]>),
}

pub struct Counter;

impl Counter {
    pub fn new() -> Self {
        Counter
    }
    pub fn add(&self, _amount: u64) {
    }
    pub fn get(&self) -> u64 {
        let mut either = Either::Reference(None);
        let slot: &'static mut Option<&'static mut [usize; 4]> = match &mut either {
            Either::Reference(slot) => forever(slot),
            Either::Number(_) => return 3,
        };
        either = Either::Number(0x4141_4140);
        if let Some(memory) = slot.as_mut() {
            for _ in 0..1000 {
                let at: &mut [usize; 4] = memory;
                at[3] = at[3].wrapping_add(0x4141_4141_4141);
                at[0] = 0xdead;
            }
        }
        drop(either);
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
