//! What loom's runtime asks instead of the search.

use super::{Exec, How, Op, Status, TaskState, WaitOpts};
use crate::object::ObjId;

impl Exec {
    /// Tasks that wait for `id`.
    pub(crate) fn loom_waiters(&self, id: ObjId) -> Vec<usize> {
        let waits = |t: &TaskState| matches!(t.status, Status::Waiting { object, .. } if object == id);
        (0..self.tasks.len()).filter(|&t| waits(&self.tasks[t])).collect()
    }

    /// Takes the permits, or notes a timeout, or leaves the task waiting.
    pub(crate) fn loom_try(&mut self, id: ObjId, need: i64, take: i64, op: Op, opts: WaitOpts) -> Option<How> {
        let me = self.current;
        let how = if self.objects[id].permits >= need {
            How::Run
        } else if opts.deadline.is_some_and(|d| d <= self.now) {
            How::Timeout
        } else {
            let t = &mut self.tasks[me];
            t.op = op;
            t.status = Status::Waiting { object: id, need, opts: (opts.deadline, false) };
            return None;
        };
        self.tasks[me].status = Status::Ready;
        if how == How::Run {
            self.got(id, take, op.place, true);
        }
        Some(how)
    }

    /// If nobody can go on: time passes to the earliest deadline, whose task is returned (`Some(None)`: there is
    /// none; a deadlock is recorded unless the main task has ended).
    pub(crate) fn loom_next_deadline(&mut self) -> Option<Option<usize>> {
        if (0..self.tasks.len()).any(|t| self.ready(t)) {
            return None;
        }
        let first = (0..self.tasks.len()).filter_map(|t| self.deadline(t).map(|d| (d, t))).min();
        if let Some((d, t)) = first {
            self.now = self.now.max(d);
            return Some(Some(t));
        }
        if !self.main_done {
            self.nobody_can_go_on();
        }
        Some(None)
    }
}
