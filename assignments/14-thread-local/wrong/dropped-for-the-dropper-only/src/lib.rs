//! Bug: keyed by an address, and who drops a Local removes only the value of the own thread.

use std::any::Any;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
type Slot = Rc<RefCell<Option<Box<dyn Any>>>>;
thread_local! { static SLOTS: RefCell<HashMap<usize, Slot>> = RefCell::new(HashMap::new()); }
pub struct Local<T> {
    init: fn() -> T,
    _pin: Box<u64>,
}
impl<T> Drop for Local<T> {
    fn drop(&mut self) {
        let id = &*self._pin as *const u64 as usize;
        let _ = SLOTS.try_with(|s| s.borrow_mut().remove(&id));
    }
}
impl<T: 'static> Local<T> {
    pub fn new(init: fn() -> T) -> Self {
        Self { init, _pin: Box::new(0) }
    }
    fn slot(&self) -> Slot {
        let id = &*self._pin as *const u64 as usize;
        SLOTS.with(|s| s.borrow_mut().entry(id).or_default().clone())
    }
    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let slot = self.slot();
        let mut v = slot.borrow_mut();
        if v.as_ref().is_some_and(|b| !b.is::<T>()) {
            *v = None;
        }
        f(v.get_or_insert_with(|| Box::new((self.init)())).downcast_mut().unwrap())
    }
    pub fn set(&self, value: T) {
        let old = self.slot().replace(Some(Box::new(value)));
        drop(old)
    }
    pub fn get(&self) -> T
    where
        T: Clone,
    {
        self.with(|t| t.clone())
    }
}
