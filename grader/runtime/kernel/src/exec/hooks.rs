//! What the author's checks ask of the kernel.

use super::{Status, with};
use crate::loomrt;
use crate::object::{ObjId, ObjKind};
use protocol::Kind;

/// From now on the running task may stop for good before any of its operations (once).
/// `ice` gets a permit when it does.
pub fn set_freezable(on: bool, ice: Option<ObjId>) {
    with(|k| {
        let t = k.exec.current_task();
        t.freezable = on;
        t.ice = ice;
    });
}

/// What it means, in the check's words, if the running task waits here for ever. Returns the label before.
pub fn set_wait_label(label: Option<(Kind, String)>) -> Option<(Kind, String)> {
    with(|k| std::mem::replace(&mut k.exec.current_task().label, label))
}

/// The object of a cell of plain data that bears this number.
pub fn cell_object(number: u64) -> ObjId {
    with(|k| {
        if let Some(&id) = k.exec.cells.get(&number) {
            return id;
        }
        let id = k.exec.add_object(ObjKind::Cell, 0);
        k.exec.cells.insert(number, id);
        id
    })
}

/// Whether `task` is stopped.
pub fn is_frozen(task: usize) -> bool {
    with(|k| k.exec.tasks[task].status == Status::Frozen)
}

/// Lets a stopped task go on, and stops it no more.
pub fn thaw(task: usize) {
    with(|k| {
        let t = &mut k.exec.tasks[task];
        t.freezable = false;
        if t.status == Status::Frozen {
            t.status = Status::Ready;
            k.exec.changed();
        }
    });
}

/// Begins (or ends) logging the locks that the running task takes.
pub fn log_locks(on: bool) -> Vec<u64> {
    with(|k| {
        let t = k.exec.current_task();
        if on { t.lock_log.replace(Vec::new()) } else { t.lock_log.take() }.unwrap_or_default()
    })
}

/// Tasks that have not ended.
pub fn live_tasks() -> usize {
    with(|k| k.exec.tasks.iter().filter(|t| t.status != Status::Done).count())
}

/// Tasks started so far, main included.
pub fn tasks_started() -> usize {
    with(|k| k.exec.tasks.len())
}

/// While this is on, no virtual time passes for tasks that only yield, and it is a livelock if the others do many
/// operations while no time passes.
pub fn watch_spinners(on: bool) {
    if !loomrt::on() {
        with(|k| k.exec.watched = on.then_some((k.exec.steps, k.exec.now)));
    }
}

/// How often the running task has called `spin_loop` or `yield_now`.
pub fn spin_hints() -> u64 {
    with(|k| k.exec.current_task().spin_hints)
}

/// A number that is the same for the whole execution and, under `random`, differs between executions.
pub fn execution_seed() -> u64 {
    with(|k| k.exec.random)
}

/// Whether the search is exhaustive (within its bound).
pub fn exhaustive() -> bool {
    with(|k| k.config.exhaustive)
}
