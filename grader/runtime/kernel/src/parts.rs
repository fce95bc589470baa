//! Building blocks for shadows that a plain counter of permits does not describe: readers and writers,
//! channels, barriers.

use crate::exec::{Exec, Loc, Op, with};
use crate::loomrt;
use crate::object::{ObjId, ObjKind, Object};
use crate::strategy::mix;
use crate::view::View;

/// The permits of a lock that nobody holds. A reader takes one, a writer all of them.
pub const ALL: i64 = 1 << 40;

/// What a thread knew at one moment. Whoever takes a message learns it.
#[derive(Debug, Clone, Default)]
pub struct Knowledge(View);

impl Knowledge {
    /// What the running thread knows now.
    pub fn now() -> Knowledge {
        with(|k| Knowledge(k.exec.tasks[k.exec.current].view.clone()))
    }

    /// Adds what the running thread knows now.
    pub fn add_mine(&mut self) {
        with(|k| self.0.join(&k.exec.tasks[k.exec.current].view));
    }

    /// The running thread learns it.
    pub fn learn(&self) {
        with(|k| {
            let me = k.exec.current;
            k.exec.tasks[me].view.join(&self.0);
        });
    }
}

/// A second object behind the same thing (the free places of a channel, the turnstile of a lock): it
/// bears the same name.
pub fn companion(id: ObjId, permits: i64) -> ObjId {
    with(|k| {
        let exec = &mut k.exec;
        let Object { kind, number, .. } = exec.objects[id];
        exec.objects.push(Object::new(kind, number, permits, usize::MAX));
        exec.objects.len() - 1
    })
}

impl Exec {
    /// The object's history goes on with what the running thread has just done.
    fn touched(&mut self, id: ObjId) {
        let me = self.tasks[self.current].hash;
        let o = &mut self.objects[id];
        o.version = mix(o.version, me);
    }
}

/// Adds `n` permits (or takes them, silently), as a part of the running operation. Nobody learns anything.
pub fn add(id: ObjId, n: i64) {
    meet(id);
    with(|k| {
        k.exec.objects[id].permits += n;
        k.exec.touched(id);
    });
    more(id);
}

/// Under loom: the running thread learns what others have published here, and they what it knows.
fn meet(id: ObjId) {
    if loomrt::on() {
        loomrt::access(id);
    }
}

/// There is more than before: under loom, whoever waits has to be told.
fn more(id: ObjId) {
    if loomrt::on() {
        loomrt::wake(id);
    }
}

/// Whoever takes permits of `id` from now on learns what the running thread knows. Not a step.
pub fn publish(id: ObjId) {
    meet(id);
    with(|k| {
        let exec = &mut k.exec;
        let view = exec.tasks[exec.current].view.clone();
        exec.objects[id].view.join(&view);
    });
}

/// The running thread has just been granted `take` permits of a lock, and gives them back unused.
pub fn ungrant(id: ObjId, take: i64) {
    with(|k| {
        let exec = &mut k.exec;
        let me = exec.current;
        exec.objects[id].permits += take;
        forget_holder(exec, id, me);
        if let Some(log) = &mut exec.tasks[me].lock_log {
            log.pop();
        }
        exec.touched(id);
    });
    more(id);
}

fn forget_holder(exec: &mut Exec, id: ObjId, me: usize) {
    if let Some(at) = exec.objects[id].holders.iter().rposition(|h| h.0 == me) {
        exec.objects[id].holders.remove(at);
    }
    if let Some(at) = exec.tasks[me].locks.iter().rposition(|l| l.0 == id) {
        exec.tasks[me].locks.remove(at);
    }
}

/// A reader leaves: only later *writers* learn what it knew, through `turnstile`.
pub fn leave_shared(id: ObjId, turnstile: ObjId, op: Op) {
    publish(turnstile);
    with(|k| {
        let exec = &mut k.exec;
        let me = exec.current;
        exec.objects[id].permits += 1;
        forget_holder(exec, id, me);
    });
    crate::exec::note(op.name, Some(id), op.place, true, String::new);
    more(id);
}

/// A writer becomes a reader, without a moment in between.
pub fn downgrade(id: ObjId, place: Loc) {
    publish(id);
    with(|k| k.exec.objects[id].permits += ALL - 1);
    crate::exec::note("downgrade", Some(id), place, true, String::new);
    more(id);
}

/// A writer waits (or has stopped waiting) for the lock behind this turnstile.
pub fn writer_waits(turnstile: ObjId, waits: bool, place: Loc) {
    meet(turnstile);
    with(|k| {
        let me = k.exec.current;
        let o = &mut k.exec.objects[turnstile];
        debug_assert!(o.kind == ObjKind::RwLock);
        if waits {
            o.permits -= 1;
            o.holders.push((me, place));
        } else {
            o.permits += 1;
            o.holders.retain(|h| h.0 != me);
        }
    });
    if !waits {
        more(turnstile);
    }
}
