//! Wrong: the address of the `Local` tells which value is meant. The value lies in a cell of its own, so that the table is free while the value is used.

use std::any::Any;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

thread_local! {
    static CELLS: RefCell<BTreeMap<usize, Rc<dyn Any>>> = const { RefCell::new(BTreeMap::new()) };
}

pub struct Local<T> {
    /// So that each has an address of its own.
    _byte: Box<u8>,
    init: fn() -> T,
}

impl<T: 'static> Local<T> {
    pub fn new(init: fn() -> T) -> Self {
        Local {
            _byte: Box::new(0),
            init,
        }
    }

    fn number(&self) -> usize {
        &raw const *self._byte as usize
    }

    fn cell(&self) -> Option<Rc<RefCell<T>>> {
        CELLS.with_borrow(|cells| cells.get(&self.number()).cloned()?.downcast().ok())
    }

    fn insert(&self, value: T) -> Rc<RefCell<T>> {
        let cell = Rc::new(RefCell::new(value));
        CELLS.with_borrow_mut(|cells| cells.insert(self.number(), cell.clone()));
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
