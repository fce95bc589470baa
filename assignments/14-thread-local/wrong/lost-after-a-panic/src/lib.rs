//! Wrong: while a value is used it is taken out of the table, and a panic throws it away.

use std::any::Any;
use std::cell::RefCell;
use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicU64, Ordering};

static NEXT: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static VALUES: RefCell<HashMap<u64, Box<dyn Any>>> = RefCell::default();
}

pub struct Local<T> {
    /// Never used again, not even after the drop.
    number: u64,
    init: fn() -> T,
    values: PhantomData<fn() -> T>,
}

impl<T: 'static> Local<T> {
    pub fn new(init: fn() -> T) -> Self {
        Local {
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            init,
            values: PhantomData,
        }
    }

    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let value = VALUES.with(|values| values.borrow_mut().remove(&self.number));
        let value = value.unwrap_or_else(|| Box::new((self.init)()));
        let mut value = value.downcast::<T>().expect("a number belongs to one type");
        let result = f(&mut value);
        VALUES.with(|values| values.borrow_mut().insert(self.number, value));
        result
    }

    pub fn set(&self, value: T) {
        let old = VALUES.with(|values| values.borrow_mut().insert(self.number, Box::new(value)));
        // Its destructor may use other locals.
        drop(old);
    }

    pub fn get(&self) -> T
    where
        T: Clone,
    {
        self.with(|value| value.clone())
    }
}

impl<T> Drop for Local<T> {
    fn drop(&mut self) {
        let _ = VALUES.try_with(|values| values.borrow_mut().remove(&self.number));
    }
}
