//! Wrong: the number of a new `Local` is read, then written: two can get the same one.

use std::any::Any;
use std::cell::RefCell;
use std::collections::HashMap;
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};

static NEXT: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static VALUES: RefCell<HashMap<u64, Rc<dyn Any>>> = RefCell::new(HashMap::new());
}

pub struct Local<T> {
    id: u64,
    init: fn() -> T,
    marker: PhantomData<fn() -> T>,
}

impl<T: 'static> Local<T> {
    pub fn new(init: fn() -> T) -> Self {
        Local {
            id: {
                let n = NEXT.load(Ordering::Relaxed);
                NEXT.store(n + 1, Ordering::Relaxed);
                n
            },
            init,
            marker: PhantomData,
        }
    }
    fn cell(&self) -> Rc<dyn Any> {
        VALUES.with(|v| v.borrow_mut().entry(self.id).or_insert_with(|| Rc::new(RefCell::new(None::<T>))).clone())
    }
    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let cell = self.cell();
        let cell = cell.downcast_ref::<RefCell<Option<T>>>().expect("ids are never used again");
        let mut value = cell.borrow_mut();
        if value.is_none() {
            *value = Some((self.init)());
        }
        f(value.as_mut().unwrap())
    }
    pub fn set(&self, value: T) {
        let cell = self.cell();
        let cell = cell.downcast_ref::<RefCell<Option<T>>>().expect("ids are never used again");
        let old = cell.replace(Some(value));
        drop(old);
    }
    pub fn get(&self) -> T
    where
        T: Clone,
    {
        self.with(|v| v.clone())
    }
}
