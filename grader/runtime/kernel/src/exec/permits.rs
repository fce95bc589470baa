//! Objects with permits: locks, semaphores, channels, gates, the ends of threads. And the queues of condition variables.

use super::{Change, Exec, How, Loc, LockOrder, Op, Status, WaitOpts, choose, freeze_point, step, switch, with};
use crate::loomrt;
use crate::object::{ObjId, ObjKind};
use crate::strategy::ValueKind;
use crate::view::View;

/// Waits until `need` permits are there, takes `take` of them, and learns what those who released
/// them knew.
pub fn acquire(id: ObjId, need: i64, take: i64, name: &'static str, place: Loc, opts: WaitOpts) -> How {
    let op = Op { name, object: Some(id), place };
    with(|k| {
        let t = k.exec.current_task();
        t.op = op;
        t.yielding = false;
    });
    if loomrt::on() {
        return loomrt::acquire(id, need, take, op, opts);
    }
    freeze_point();
    with(|k| {
        let t = k.exec.current_task();
        t.status = Status::Waiting { object: id, need, opts: (opts.deadline, opts.spurious) };
    });
    switch();
    with(|k| {
        let exec = &mut k.exec;
        let me = exec.current;
        exec.tasks[me].status = Status::Ready;
        let how = exec.tasks[me].wake;
        if how == How::Run {
            exec.got(id, take, place, true);
        } else if how == How::Timeout {
            let locs = exec.newest();
            exec.tasks[me].view.join_locs(&locs);
        }
        let text = match how {
            How::Run => "",
            How::Timeout => "-> timed out",
            How::Spurious => "-> woken spuriously",
        };
        exec.vain.naps += u64::from(how == How::Timeout);
        let change = if how == How::Run { exec.permits_change(id) } else { Change::Repeat };
        exec.record(&op, change, how as u64, || text.to_string());
        how
    })
}

impl Exec {
    /// What it changes that permits of an object are taken or given back. Locks are taken only to look, too.
    fn permits_change(&self, id: ObjId) -> Change {
        if matches!(self.objects[id].kind, ObjKind::Mutex | ObjKind::RwLock) { Change::Repeat } else { Change::News }
    }

    /// The current task takes permits and learns what came with them.
    pub(super) fn got(&mut self, id: ObjId, take: i64, place: Loc, waited: bool) {
        let me = self.current;
        let o = &mut self.objects[id];
        o.permits -= take;
        self.tasks[me].view.join(&o.view);
        if take > 0 && matches!(o.kind, ObjKind::Mutex | ObjKind::RwLock) {
            o.holders.push((me, place));
            let t = &mut self.tasks[me];
            if let Some(log) = &mut t.lock_log {
                log.push(id as u64);
            }
            if waited && !t.locks.is_empty() && self.lock_order.len() < 256 {
                let all: Vec<ObjId> = t.locks.iter().map(|l| l.0).collect();
                for &held in &t.locks {
                    if held.0 != id {
                        self.lock_order.push(LockOrder { task: me, held, taken: (id, place), all: all.clone() });
                    }
                }
            }
            t.locks.push((id, place));
        }
    }

    /// A view in which every store is the newest.
    pub(super) fn newest(&self) -> View {
        let mut v = View::default();
        for o in &self.objects {
            if o.kind == ObjKind::Atomic && !o.stores.is_empty() {
                v.raise_loc(o.loc, o.base + o.stores.len() as u32 - 1);
            }
        }
        v
    }
}

/// Takes `take` permits if `need` are there. Others may run first.
pub fn try_acquire(id: ObjId, need: i64, take: i64, name: &'static str, place: Loc) -> bool {
    let op = Op { name, object: Some(id), place };
    step(op);
    with(|k| {
        let ok = k.exec.objects[id].permits >= need;
        if ok {
            k.exec.got(id, take, place, false);
        }
        let (change, text) = if ok {
            (k.exec.permits_change(id), "-> ok")
        } else {
            k.exec.vain.naps += 1;
            k.exec.hopeless += 1;
            (Change::None, "-> would wait")
        };
        k.exec.record(&op, change, u64::from(ok), || text.to_string());
        ok
    })
}

/// Gives `n` permits back and lets whoever takes them know what this task knows. Others may run first.
pub fn release(id: ObjId, n: i64, name: &'static str, place: Loc) {
    let op = Op { name, object: Some(id), place };
    step(op);
    release_now(id, n, op);
}

/// Like [`release`], as a part of the operation before.
pub fn release_now(id: ObjId, n: i64, op: Op) {
    with(|k| {
        let exec = &mut k.exec;
        let me = exec.current;
        let view = exec.tasks[me].view.clone();
        let o = &mut exec.objects[id];
        o.view.join(&view);
        o.permits += n;
        if matches!(o.kind, ObjKind::Mutex | ObjKind::RwLock) {
            // A guard may be dropped by another thread than the one that took it only for `Send` guards;
            // std's are not, but a scoped or leaked guard must not confuse the tables.
            if let Some(at) = o.holders.iter().position(|h| h.0 == me) {
                o.holders.remove(at);
            } else {
                o.holders.pop();
            }
            if let Some(at) = exec.tasks[me].locks.iter().rposition(|l| l.0 == id) {
                exec.tasks[me].locks.remove(at);
            }
        }
        let change = exec.permits_change(id);
        exec.record(&Op { object: Some(id), ..op }, change, n as u64, String::new);
    });
    if loomrt::on() {
        loomrt::wake(id);
    }
}

/// The permits of an object now; not a step.
pub fn permits(id: ObjId) -> i64 {
    with(|k| k.exec.objects[id].permits)
}

/// Sets the permits without publishing anything; not a step.
pub fn set_permits(id: ObjId, permits: i64) {
    with(|k| k.exec.objects[id].permits = permits);
    if loomrt::on() {
        loomrt::wake(id);
    }
}

/// Learns what `id`'s releasers knew; not a step.
pub fn learn(id: ObjId) {
    with(|k| {
        let exec = &mut k.exec;
        let me = exec.current;
        let view = exec.objects[id].view.clone();
        exec.tasks[me].view.join(&view);
    });
}

/// Puts the running task into the queue of a condition variable; returns its ticket.
pub fn enqueue(id: ObjId) -> ObjId {
    with(|k| {
        let exec = &mut k.exec;
        let me = exec.current;
        let ticket = exec.add_object(ObjKind::Ticket, 0);
        exec.objects[id].queue.push((ticket, me));
        ticket
    })
}

/// Takes a ticket out of the queue (its task was not woken by a notification).
pub fn dequeue(id: ObjId, ticket: ObjId) {
    with(|k| k.exec.objects[id].queue.retain(|q| q.0 != ticket));
}

/// Wakes one waiter (any) or all of them. Others may run first.
pub fn notify(id: ObjId, all: bool, place: Loc) {
    let name = if all { "notify_all" } else { "notify_one" };
    let op = Op { name, object: Some(id), place };
    step(op);
    let waiting = with(|k| k.exec.objects[id].queue.len());
    // The usual one is the one that has waited longest.
    let pick = if all { 0 } else { choose(waiting, ValueKind::Free) };
    let mut woken_tickets = Vec::new();
    with(|k| {
        let exec = &mut k.exec;
        let o = &mut exec.objects[id];
        let woken: Vec<(ObjId, usize)> = if all {
            std::mem::take(&mut o.queue)
        } else if waiting > 0 {
            vec![o.queue.remove(pick)]
        } else {
            Vec::new()
        };
        let names: Vec<String> = woken.iter().map(|w| exec.task_name(w.1)).collect();
        for (ticket, _) in &woken {
            // A notification orders nothing by itself: no view travels with it.
            exec.objects[*ticket].permits = 1;
            woken_tickets.push(*ticket);
        }
        let text = if names.is_empty() { "nobody waits".to_string() } else { format!("wakes {}", names.join(", ")) };
        let change = if woken.is_empty() { Change::Repeat } else { Change::News };
        exec.record(&op, change, woken.len() as u64, || text);
    });
    if loomrt::on() {
        woken_tickets.into_iter().for_each(loomrt::wake);
    }
}
