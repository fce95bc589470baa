//! `std::sync::atomic`: loads may read old values where the memory model allows it.

pub use std::sync::atomic::{Ordering, compiler_fence};

use kernel::{Loc, Obj};
use std::fmt;
use std::panic::Location;

/// A memory fence.
#[track_caller]
pub fn fence(order: Ordering) {
    assert!(order != Ordering::Relaxed, "there is no such thing as a relaxed fence");
    if kernel::modelled() {
        kernel::exec::fence(order, Location::caller());
    } else {
        kernel::native::op();
        std::sync::atomic::fence(order);
    }
}

/// See [`crate::hint::spin_loop`].
#[deprecated(since = "1.51.0", note = "use hint::spin_loop instead")]
#[track_caller]
pub fn spin_loop_hint() {
    crate::hint::spin_loop();
}

/// The order of a failed `fetch_update`-like operation that is given one order only.
fn failure_of(order: Ordering) -> Ordering {
    match order {
        Ordering::AcqRel | Ordering::Acquire => Ordering::Acquire,
        Ordering::SeqCst => Ordering::SeqCst,
        _ => Ordering::Relaxed,
    }
}

fn check_load(order: Ordering) {
    assert!(!matches!(order, Ordering::Release), "there is no such thing as a release load");
    assert!(!matches!(order, Ordering::AcqRel), "there is no such thing as an acquire-release load");
}

fn check_store(order: Ordering) {
    assert!(!matches!(order, Ordering::Acquire), "there is no such thing as an acquire store");
    assert!(!matches!(order, Ordering::AcqRel), "there is no such thing as an acquire-release store");
}

fn check_failure(order: Ordering) {
    assert!(!matches!(order, Ordering::Release), "there is no such thing as a release failure ordering");
    assert!(!matches!(order, Ordering::AcqRel), "there is no such thing as an acquire-release failure ordering");
}

/// The newest value is always in the real atomic too, for `get_mut` and `into_inner`.
macro_rules! atomic {
    ($(#[$doc:meta])* $name:ident [$($g:tt)*] $t:ty, $real:ty, $to:expr, $from:expr) => {
        $(#[$doc])*
        pub struct $name $($g)* {
            obj: Obj,
            real: $real,
        }

        impl $($g)* $name $($g)* {
            /// An atomic with this value.
            pub const fn new(value: $t) -> Self {
                Self { obj: Obj::new(), real: <$real>::new(value) }
            }

            fn initial(&self) -> u64 {
                kernel::exec::touch(self, &self.obj);
                ($to)(self.real.load(Ordering::Relaxed))
            }

            fn native(&self) -> &$real {
                kernel::native::touch(self, &self.obj);
                kernel::native::op();
                &self.real
            }

            /// Reads the value.
            #[track_caller]
            pub fn load(&self, order: Ordering) -> $t {
                check_load(order);
                if kernel::modelled() {
                    return ($from)(kernel::exec::load(&self.obj, self.initial(), order, Location::caller()));
                }
                self.native().load(order)
            }

            /// Writes the value.
            #[track_caller]
            pub fn store(&self, value: $t, order: Ordering) {
                check_store(order);
                if kernel::modelled() {
                    kernel::exec::store(&self.obj, self.initial(), ($to)(value), order, Location::caller());
                    self.real.store(value, Ordering::Relaxed);
                    return;
                }
                self.native().store(value, order);
            }

            fn rmw(
                &self,
                name: &'static str,
                orders: (Ordering, Ordering),
                weak: bool,
                place: Loc,
                mut f: impl FnMut($t) -> Option<$t>,
            ) -> Result<$t, $t> {
                let mut written = None;
                let initial = self.initial();
                let r = kernel::exec::rmw(&self.obj, initial, name, orders, weak, place, |old| {
                    written = f(($from)(old));
                    written.map($to)
                });
                match (r, written) {
                    (Ok(old), Some(new)) => {
                        self.real.store(new, Ordering::Relaxed);
                        Ok(($from)(old))
                    }
                    (Ok(old), None) | (Err(old), _) => Err(($from)(old)),
                }
            }

            fn update_always(&self, name: &'static str, order: Ordering, place: Loc, mut f: impl FnMut($t) -> $t) -> $t {
                match self.rmw(name, (order, failure_of(order)), false, place, |v| Some(f(v))) {
                    Ok(v) | Err(v) => v,
                }
            }

            /// Writes the value and returns the old one.
            #[track_caller]
            pub fn swap(&self, value: $t, order: Ordering) -> $t {
                if kernel::modelled() {
                    return self.update_always("swap", order, Location::caller(), |_| value);
                }
                self.native().swap(value, order)
            }

            /// Writes `new` if the value is `current`; returns the old one.
            #[track_caller]
            #[deprecated(since = "1.50.0", note = "Use `compare_exchange` or `compare_exchange_weak` instead")]
            pub fn compare_and_swap(&self, current: $t, new: $t, order: Ordering) -> $t {
                match self.compare_exchange(current, new, order, failure_of(order)) {
                    Ok(v) | Err(v) => v,
                }
            }

            /// Writes `new` if the value is `current`.
            #[track_caller]
            pub fn compare_exchange(&self, current: $t, new: $t, success: Ordering, failure: Ordering) -> Result<$t, $t> {
                check_failure(failure);
                if kernel::modelled() {
                    return self.rmw("compare_exchange", (success, failure), false, Location::caller(), |v| {
                        (v == current).then_some(new)
                    });
                }
                self.native().compare_exchange(current, new, success, failure)
            }

            /// Like `compare_exchange`, but may fail for no reason.
            #[track_caller]
            pub fn compare_exchange_weak(&self, current: $t, new: $t, success: Ordering, failure: Ordering) -> Result<$t, $t> {
                check_failure(failure);
                if kernel::modelled() {
                    return self.rmw("compare_exchange_weak", (success, failure), true, Location::caller(), |v| {
                        (v == current).then_some(new)
                    });
                }
                if kernel::native::below(32) == 31 {
                    let seen = self.native().load(failure);
                    return Err(seen);
                }
                self.native().compare_exchange_weak(current, new, success, failure)
            }

            /// Applies `f` until it is written, or `f` gives `None`.
            #[track_caller]
            pub fn fetch_update<F: FnMut($t) -> Option<$t>>(
                &self,
                set_order: Ordering,
                fetch_order: Ordering,
                mut f: F,
            ) -> Result<$t, $t> {
                let mut old = self.load(fetch_order);
                while let Some(new) = f(old) {
                    match self.compare_exchange_weak(old, new, set_order, fetch_order) {
                        Ok(v) => return Ok(v),
                        Err(v) => old = v,
                    }
                }
                Err(old)
            }

            /// Applies `f` until it is written, or `f` gives `None`.
            #[track_caller]
            pub fn try_update(
                &self,
                set_order: Ordering,
                fetch_order: Ordering,
                f: impl FnMut($t) -> Option<$t>,
            ) -> Result<$t, $t> {
                self.fetch_update(set_order, fetch_order, f)
            }

            /// Applies `f` until it is written; returns the old value.
            #[track_caller]
            pub fn update(&self, set_order: Ordering, fetch_order: Ordering, mut f: impl FnMut($t) -> $t) -> $t {
                match self.fetch_update(set_order, fetch_order, |v| Some(f(v))) {
                    Ok(v) | Err(v) => v,
                }
            }

            /// The value: nobody else can reach it.
            pub fn get_mut(&mut self) -> &mut $t {
                // The next operation registers the object anew, with the value that is here then.
                self.obj.forget();
                self.real.get_mut()
            }

            /// The value.
            pub fn into_inner(self) -> $t {
                self.real.into_inner()
            }

            /// A pointer to the value; reading or writing through it needs `unsafe`.
            pub const fn as_ptr(&self) -> *mut $t {
                self.real.as_ptr()
            }
        }

        impl $($g)* fmt::Debug for $name $($g)* {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.real, f)
            }
        }

        impl $($g)* From<$t> for $name $($g)* {
            fn from(value: $t) -> Self {
                Self::new(value)
            }
        }

        impl $($g)* std::panic::RefUnwindSafe for $name $($g)* {}
    };
}

macro_rules! integer {
    ($($name:ident $t:ident),*) => {$(
        atomic!(
            /// An integer that threads can share.
            $name [] $t, std::sync::atomic::$name, |v: $t| v as u64, |v: u64| v as $t
        );

        impl Default for $name {
            fn default() -> Self {
                Self::new(0)
            }
        }

        integer!(@ops $name $t, fetch_add |v, x| v.wrapping_add(x), fetch_sub |v, x| v.wrapping_sub(x),
            fetch_and |v, x| v & x, fetch_nand |v, x| !(v & x), fetch_or |v, x| v | x, fetch_xor |v, x| v ^ x,
            fetch_max |v, x| v.max(x), fetch_min |v, x| v.min(x));
    )*};
    (@ops $name:ident $t:ident, $($op:ident |$v:ident, $x:ident| $e:expr),*) => {
        impl $name {
            $(
                /// Combines the value with the argument; returns the old value.
                #[track_caller]
                pub fn $op(&self, value: $t, order: Ordering) -> $t {
                    if kernel::modelled() {
                        return self.update_always(stringify!($op), order, Location::caller(), |$v| { let $x = value; $e });
                    }
                    self.native().$op(value, order)
                }
            )*
        }
    };
}

integer!(
    AtomicU8 u8, AtomicU16 u16, AtomicU32 u32, AtomicU64 u64, AtomicUsize usize,
    AtomicI8 i8, AtomicI16 i16, AtomicI32 i32, AtomicI64 i64, AtomicIsize isize
);

atomic!(
    /// A boolean that threads can share.
    AtomicBool [] bool, std::sync::atomic::AtomicBool, |v: bool| u64::from(v), |v: u64| v != 0
);

impl Default for AtomicBool {
    fn default() -> Self {
        Self::new(false)
    }
}

impl AtomicBool {
    /// Logical and; returns the old value.
    #[track_caller]
    pub fn fetch_and(&self, value: bool, order: Ordering) -> bool {
        if kernel::modelled() {
            return self.update_always("fetch_and", order, Location::caller(), |v| v & value);
        }
        self.native().fetch_and(value, order)
    }

    /// Logical nand; returns the old value.
    #[track_caller]
    pub fn fetch_nand(&self, value: bool, order: Ordering) -> bool {
        if kernel::modelled() {
            return self.update_always("fetch_nand", order, Location::caller(), |v| !(v & value));
        }
        self.native().fetch_nand(value, order)
    }

    /// Logical or; returns the old value.
    #[track_caller]
    pub fn fetch_or(&self, value: bool, order: Ordering) -> bool {
        if kernel::modelled() {
            return self.update_always("fetch_or", order, Location::caller(), |v| v | value);
        }
        self.native().fetch_or(value, order)
    }

    /// Logical xor; returns the old value.
    #[track_caller]
    pub fn fetch_xor(&self, value: bool, order: Ordering) -> bool {
        if kernel::modelled() {
            return self.update_always("fetch_xor", order, Location::caller(), |v| v ^ value);
        }
        self.native().fetch_xor(value, order)
    }

    /// Logical not; returns the old value.
    #[track_caller]
    pub fn fetch_not(&self, order: Ordering) -> bool {
        self.fetch_xor(true, order)
    }
}

atomic!(
    /// A pointer that threads can share.
    AtomicPtr [<T>] *mut T, std::sync::atomic::AtomicPtr<T>,
    |v: *mut T| v.expose_provenance() as u64,
    |v: u64| std::ptr::with_exposed_provenance_mut(v as usize)
);

impl<T> Default for AtomicPtr<T> {
    fn default() -> Self {
        Self::new(std::ptr::null_mut())
    }
}

impl<T> fmt::Pointer for AtomicPtr<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Pointer::fmt(&self.real, f)
    }
}

impl<T> AtomicPtr<T> {
    #[track_caller]
    fn change(&self, name: &'static str, order: Ordering, f: impl Fn(*mut T) -> *mut T) -> *mut T {
        if kernel::modelled() {
            return self.update_always(name, order, Location::caller(), f);
        }
        let mut old = self.native().load(Ordering::Relaxed);
        loop {
            match self.real.compare_exchange_weak(old, f(old), order, Ordering::Relaxed) {
                Ok(v) => return v,
                Err(v) => old = v,
            }
        }
    }

    /// Moves the pointer on by `n` values; returns the old one.
    #[track_caller]
    pub fn fetch_ptr_add(&self, n: usize, order: Ordering) -> *mut T {
        self.change("fetch_ptr_add", order, |p| p.wrapping_add(n))
    }

    /// Moves the pointer back by `n` values; returns the old one.
    #[track_caller]
    pub fn fetch_ptr_sub(&self, n: usize, order: Ordering) -> *mut T {
        self.change("fetch_ptr_sub", order, |p| p.wrapping_sub(n))
    }

    /// Moves the pointer on by `n` bytes; returns the old one.
    #[track_caller]
    pub fn fetch_byte_add(&self, n: usize, order: Ordering) -> *mut T {
        self.change("fetch_byte_add", order, |p| p.wrapping_byte_add(n))
    }

    /// Moves the pointer back by `n` bytes; returns the old one.
    #[track_caller]
    pub fn fetch_byte_sub(&self, n: usize, order: Ordering) -> *mut T {
        self.change("fetch_byte_sub", order, |p| p.wrapping_byte_sub(n))
    }

    /// Sets bits of the address; returns the old pointer.
    #[track_caller]
    pub fn fetch_or(&self, bits: usize, order: Ordering) -> *mut T {
        self.change("fetch_or", order, |p| p.map_addr(|a| a | bits))
    }

    /// Keeps bits of the address; returns the old pointer.
    #[track_caller]
    pub fn fetch_and(&self, bits: usize, order: Ordering) -> *mut T {
        self.change("fetch_and", order, |p| p.map_addr(|a| a & bits))
    }

    /// Flips bits of the address; returns the old pointer.
    #[track_caller]
    pub fn fetch_xor(&self, bits: usize, order: Ordering) -> *mut T {
        self.change("fetch_xor", order, |p| p.map_addr(|a| a ^ bits))
    }
}

/// False.
#[deprecated(since = "1.34.0", note = "the `new` function is now preferred")]
#[allow(clippy::declare_interior_mutable_const)]
pub const ATOMIC_BOOL_INIT: AtomicBool = AtomicBool::new(false);
/// Zero.
#[deprecated(since = "1.34.0", note = "the `new` function is now preferred")]
#[allow(clippy::declare_interior_mutable_const)]
pub const ATOMIC_ISIZE_INIT: AtomicIsize = AtomicIsize::new(0);
/// Zero.
#[deprecated(since = "1.34.0", note = "the `new` function is now preferred")]
#[allow(clippy::declare_interior_mutable_const)]
pub const ATOMIC_USIZE_INIT: AtomicUsize = AtomicUsize::new(0);
