//! Atomics: which store a load may read.

use super::{Change, Exec, Loc, Op, choose, is_registered, object, step, with};
use crate::loomrt;
use crate::object::{Obj, ObjId, ObjKind, Store};
use crate::strategy::{ValueKind, mix};
use crate::view::View;
use std::panic::Location;
use std::sync::atomic::Ordering;

fn acquires(o: Ordering) -> bool {
    matches!(o, Ordering::Acquire | Ordering::AcqRel | Ordering::SeqCst)
}

fn releases(o: Ordering) -> bool {
    matches!(o, Ordering::Release | Ordering::AcqRel | Ordering::SeqCst)
}

/// Registers the location with its value at the first use.
fn location(obj: &Obj, initial: u64) -> ObjId {
    let fresh = !is_registered(obj);
    let id = object(obj, ObjKind::Atomic, 0);
    if fresh {
        with(|k| {
            let store =
                Store { value: initial, hash: initial, message: None, task: usize::MAX, place: Location::caller() };
            k.exec.objects[id].stores.push(store);
        });
    }
    id
}

impl Exec {
    /// The running task reads store `index` (absolute) of `id`.
    fn read_store(&mut self, id: ObjId, index: u32, order: Ordering) -> u64 {
        let me = self.current;
        let o = &self.objects[id];
        let loc = o.loc;
        let s = &o.stores[(index - o.base) as usize];
        let value = s.value;
        let task = &mut self.tasks[me];
        task.view.raise_loc(loc, index);
        if let Some(message) = &s.message {
            if acquires(order) {
                task.view.join(message);
            } else {
                task.unacquired.join(message);
            }
        }
        value
    }

    fn append(&mut self, id: ObjId, value: u64, order: Ordering, rmw: bool, op: &Op) {
        let me = self.current;
        let o = &mut self.objects[id];
        let index = o.base + o.stores.len() as u32;
        let loc = o.loc;
        let t = &mut self.tasks[me];
        t.view.raise_loc(loc, index);
        let mut message = if releases(order) { Some(t.view.clone()) } else { t.fenced.clone() };
        if rmw && let Some(m) = o.stores.last().and_then(|s| s.message.as_ref()) {
            // A read-modify-write goes on with the release sequence.
            message.get_or_insert_with(View::default).join(m);
        }
        if order == Ordering::SeqCst {
            self.sc.raise_loc(loc, index);
            self.sc_version = self.sc_version.wrapping_add(mix(value, index as u64));
        }
        let changed = o.stores.last().is_none_or(|s| s.value != value);
        let keep = (self.last_change, self.idle_yields, self.clock_reads, self.fair, self.hopeless + 1);
        let change = if changed { Change::News } else { Change::Repeat };
        let idle = self.tasks[me].idle_steps;
        self.record(op, change, value, || format!("{value} ({order:?})"));
        if !changed {
            // Storing what was there is no progress.
            (self.last_change, self.idle_yields, self.clock_reads, self.fair, self.hopeless) = keep;
            self.tasks[me].idle_steps = idle;
        }
        let hash = self.tasks[me].hash;
        let o = &mut self.objects[id];
        o.stores.push(Store { value, hash, message, task: me, place: op.place });
        if o.stores.len() > 48 {
            o.stores.drain(..24);
            o.base += 24;
        }
    }
}

/// An atomic load; it may read any store that coherence and happens-before allow.
pub fn load(obj: &Obj, initial: u64, order: Ordering, place: Loc) -> u64 {
    let id = location(obj, initial);
    step(Op { name: "load", object: Some(id), place });
    if loomrt::on() {
        return loomrt::load(id, order);
    }
    let candidates = with(|k| {
        let exec = &k.exec;
        let o = &exec.objects[id];
        let newest = o.base + o.stores.len() as u32 - 1;
        let mut floor = exec.tasks[exec.current].view.loc(o.loc).max(o.base);
        if order == Ordering::SeqCst {
            floor = floor.max(exec.sc.loc(o.loc));
        }
        (newest - floor + 1).min(4) as usize
    });
    let back = choose(candidates, ValueKind::Stale);
    with(|k| {
        let exec = &mut k.exec;
        let o = &exec.objects[id];
        let index = o.base + o.stores.len() as u32 - 1 - back as u32;
        let s = &o.stores[(index - o.base) as usize];
        let (hash, stale) = (s.hash, back > 0);
        let (writer, at) = (s.task, s.place);
        let value = exec.read_store(id, index, order);
        let newest = exec.objects[id].stores.last().map_or(0, |s| s.value);
        let note = if stale && writer != usize::MAX {
            format!("-> {value} ({order:?}; an old value, stored at line {}; the newest is {newest})", at.line())
        } else if stale {
            format!("-> {value} ({order:?}; the first value; the newest is {newest})")
        } else {
            format!("-> {value} ({order:?})")
        };
        // A load commutes with other loads: its history names the store, not the object's version.
        let version = std::mem::replace(&mut exec.objects[id].version, hash);
        exec.record(&Op { name: "load", object: Some(id), place }, Change::None, value, || note);
        exec.objects[id].version = version;
        value
    })
}

/// An atomic store.
pub fn store(obj: &Obj, initial: u64, value: u64, order: Ordering, place: Loc) {
    let id = location(obj, initial);
    let op = Op { name: "store", object: Some(id), place };
    step(op);
    if loomrt::on() {
        return loomrt::store(id, value, order);
    }
    with(|k| k.exec.append(id, value, order, false, &op));
}

/// A read-modify-write: reads the newest store; `f` gives the new value, or `None` to leave it.
/// Returns the value read, as `Err` if nothing was written.
pub fn rmw(
    obj: &Obj,
    initial: u64,
    name: &'static str,
    (success, failure): (Ordering, Ordering),
    weak: bool,
    place: Loc,
    mut f: impl FnMut(u64) -> Option<u64>,
) -> Result<u64, u64> {
    let id = location(obj, initial);
    let op = Op { name, object: Some(id), place };
    step(op);
    if loomrt::on() {
        return loomrt::rmw(id, (success, failure), f);
    }
    let old = newest_of(id);
    let new = f(old);
    let spuriously = weak && new.is_some() && choose(2, ValueKind::Weak) == 1;
    with(|k| {
        let exec = &mut k.exec;
        let o = &exec.objects[id];
        let index = o.base + o.stores.len() as u32 - 1;
        match new {
            Some(new) if !spuriously => {
                exec.read_store(id, index, success);
                exec.append(id, new, success, true, &op);
                if let Some(e) = exec.events.as_mut().and_then(|e| e.last_mut()) {
                    e.value = format!("{old} -> {new} ({success:?})");
                }
                Ok(old)
            }
            _ => {
                exec.read_store(id, index, failure);
                exec.hopeless += 1;
                let why = if spuriously { "failed for no reason" } else { "failed" };
                exec.record(&op, Change::None, old, || format!("found {old}: {why} ({failure:?})"));
                Err(old)
            }
        }
    })
}

fn newest_of(id: ObjId) -> u64 {
    with(|k| k.exec.objects[id].stores.last().map_or(0, |s| s.value))
}

/// The newest value, without an operation (`get_mut`, `into_inner`).
pub fn newest(obj: &Obj) -> Option<u64> {
    is_registered(obj).then(|| newest_of(object(obj, ObjKind::Atomic, 0)))
}

/// A memory fence.
pub fn fence(order: Ordering, place: Loc) {
    let op = Op { name: "fence", object: None, place };
    step(op);
    if loomrt::on() {
        return loomrt::fence(order);
    }
    with(|k| {
        let exec = &mut k.exec;
        let me = exec.current;
        if acquires(order) {
            let seen = exec.tasks[me].unacquired.clone();
            exec.tasks[me].view.join(&seen);
        }
        if order == Ordering::SeqCst {
            exec.tasks[me].view.join_locs(&exec.sc);
            let view = exec.tasks[me].view.clone();
            exec.sc.join_locs(&view);
        }
        if releases(order) {
            exec.tasks[me].fenced = Some(exec.tasks[me].view.clone());
        }
        // Sequentially consistent fences are ordered among each other: part of the history.
        let detail = if order == Ordering::SeqCst { exec.sc_version } else { 0 };
        let change = if order == Ordering::SeqCst { Change::News } else { Change::None };
        exec.record(&op, change, detail, || format!("({order:?})"));
        if order == Ordering::SeqCst {
            exec.sc_version = exec.tasks[me].hash;
        }
    });
}
