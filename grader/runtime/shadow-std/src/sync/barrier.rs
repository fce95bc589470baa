//! `std::sync::Barrier`.

use super::id_of;
use kernel::native::Wait;
use kernel::{Obj, ObjId, ObjKind, Op, WaitOpts};
use std::fmt;
use std::panic::Location;
use std::sync::{Mutex, PoisonError};

/// A meeting point of `n` threads.
pub struct Barrier {
    obj: Obj,
    n: usize,
    /// Model: how many have come, and the object that this round waits at.
    round: Mutex<(usize, Option<ObjId>)>,
    inner: std::sync::Barrier,
}

/// Tells the one that came last.
pub struct BarrierWaitResult(bool);

impl BarrierWaitResult {
    /// True for exactly one thread of a round.
    #[must_use]
    pub fn is_leader(&self) -> bool {
        self.0
    }
}

impl fmt::Debug for BarrierWaitResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BarrierWaitResult").field("is_leader", &self.is_leader()).finish()
    }
}

impl Barrier {
    /// A barrier for `n` threads.
    pub const fn new(n: usize) -> Barrier {
        Barrier { obj: Obj::new(), n, round: Mutex::new((0, None)), inner: std::sync::Barrier::new(n) }
    }

    /// Waits until `n` threads have come.
    #[track_caller]
    pub fn wait(&self) -> BarrierWaitResult {
        let place = Location::caller();
        if kernel::modelled() {
            return self.wait_model(place);
        }
        kernel::native::touch(self, &self.obj);
        kernel::native::op();
        let wait = Wait { what: "the others at a Barrier", object: std::ptr::from_ref(self) as usize, place };
        let r = kernel::native::blocking(wait, || self.inner.wait());
        BarrierWaitResult(r.is_leader())
    }

    fn wait_model(&self, place: kernel::Loc) -> BarrierWaitResult {
        let id = id_of(self, &self.obj, ObjKind::Barrier, 0);
        let op = Op { name: "arrive", object: Some(id), place };
        kernel::exec::step(op);
        let (last, door) = {
            let mut round = self.round.lock().unwrap_or_else(PoisonError::into_inner);
            round.0 += 1;
            let door = *round.1.get_or_insert_with(|| kernel::parts::companion(id, 0));
            let last = round.0 >= self.n;
            if last {
                *round = (0, None);
            }
            (last, door)
        };
        // What each one knows, all know when they leave.
        kernel::parts::publish(door);
        kernel::exec::note("arrive", Some(id), place, true, || if last { "the last one" } else { "waits" }.to_string());
        if last {
            kernel::exec::learn(door);
            kernel::exec::set_permits(door, 1);
        } else {
            kernel::exec::acquire(door, 1, 0, "leave", place, WaitOpts::default());
        }
        BarrierWaitResult(last)
    }
}

impl fmt::Debug for Barrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Barrier").finish_non_exhaustive()
    }
}
