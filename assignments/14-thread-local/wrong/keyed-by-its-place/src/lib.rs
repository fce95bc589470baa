//! Wrong: the place of the `Local` and a number for each place tell which value is meant. The value lies in a cell of its own, so that the table is free while the value is used.

use std::any::Any;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Mutex;

thread_local! {
    static CELLS: RefCell<BTreeMap<u128, Rc<dyn Any>>> = const { RefCell::new(BTreeMap::new()) };
}

fn number() -> u128 {
    static LAST: Mutex<u128> = Mutex::new(0);
    let mut last = LAST.lock().unwrap();
    *last += 1;
    *last
}

pub struct Local<T> {
    number: u128,
    init: fn() -> T,
}

impl<T: 'static> Local<T> {
    pub fn new(init: fn() -> T) -> Self {
        Local {
            number: number(),
            init,
        }
    }

    fn key(&self) -> u128 {
        (self.number << 64) + (&raw const self.number) as u128
    }

    fn cell(&self) -> Option<Rc<RefCell<T>>> {
        CELLS.with_borrow(|cells| cells.get(&self.key()).cloned()?.downcast().ok())
    }

    fn insert(&self, value: T) -> Rc<RefCell<T>> {
        let cell = Rc::new(RefCell::new(value));
        CELLS.with_borrow_mut(|cells| cells.insert(self.key(), cell.clone()));
        cell
    }

    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let cell = match self.cell() {
            Some(cell) => cell,
            None => self.insert((self.init)()),
        };
        f(&mut cell.borrow_mut())
    }

    pub fn set(&self, value: T) {
        match self.cell() {
            Some(cell) => drop(cell.replace(value)),
            None => drop(self.insert(value)),
        }
    }

    pub fn get(&self) -> T
    where
        T: Clone,
    {
        self.with(|value| T::clone(value))
    }
}
