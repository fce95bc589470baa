//! Wrong: a table in each thread, from the type to its value.

use std::any::{Any, TypeId};
use std::cell::RefCell;
use std::collections::HashMap;
use std::marker::PhantomData;

thread_local! {
    static VALUES: RefCell<HashMap<TypeId, Box<dyn Any>>> = RefCell::default();
}

pub struct Local<T> {
    number: TypeId,
    init: fn() -> T,
    values: PhantomData<fn() -> T>,
}

/// Puts the value back when it is dropped.
struct PutBack {
    number: TypeId,
    value: Option<Box<dyn Any>>,
}

impl Drop for PutBack {
    fn drop(&mut self) {
        if let Some(value) = self.value.take() {
            VALUES.with(|values| values.borrow_mut().insert(self.number, value));
        }
    }
}

impl<T: 'static> Local<T> {
    pub fn new(init: fn() -> T) -> Self {
        Local {
            number: TypeId::of::<T>(),
            init,
            values: PhantomData,
        }
    }

    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let value = VALUES.with(|values| values.borrow_mut().remove(&self.number));
        let value = value.unwrap_or_else(|| Box::new((self.init)()));
        let mut guard = PutBack {
            number: self.number,
            value: Some(value),
        };
        let value = guard.value.as_mut().and_then(|v| v.downcast_mut::<T>());
        f(value.expect("a number belongs to one type"))
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
