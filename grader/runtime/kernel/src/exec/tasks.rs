//! Threads: begin, end, names, panics.

use super::{Change, Loc, Op, Status, step, with};
use crate::loomrt;
use crate::object::ObjId;
use std::any::Any;

/// The running task's number.
pub fn current() -> usize {
    with(|k| k.exec.current)
}

/// Calls `f` with the running task's extension slot (thread-locals of the shadow).
pub fn with_ext<R>(f: impl FnOnce(&mut Option<Box<dyn Any>>) -> R) -> R {
    with(|k| f(&mut k.exec.current_task().ext))
}

/// A task's name.
pub fn name(task: usize) -> Option<String> {
    with(|k| k.exec.tasks[task].name.clone())
}

/// The object that gets a permit when `task` has ended.
pub fn thread_object(task: usize) -> ObjId {
    with(|k| k.exec.tasks[task].thread_object)
}

/// The object that holds `task`'s park token.
pub fn park_object(task: usize) -> ObjId {
    with(|k| k.exec.tasks[task].park_object)
}

/// Whether `task` has ended.
pub fn is_done(task: usize) -> bool {
    with(|k| k.exec.tasks[task].status == Status::Done)
}

/// Starts a task; returns its number.
pub fn spawn(name: Option<String>, body: Box<dyn FnOnce()>, place: Loc) -> usize {
    let op = Op { name: "spawn", object: None, place };
    step(op);
    let (id, stack) = with(|k| {
        let id = k.exec.add_task(name.clone(), place);
        let name = k.exec.task_name(id);
        k.exec.record(&op, Change::News, id as u64, || name);
        // shuttle switches once before it adds the task: that switch is not a choice.
        k.exec.next = Some(k.exec.current);
        (id, crate::run::STACK_BYTES)
    });
    if loomrt::on() {
        loomrt::spawn(id, body);
        return id;
    }
    // An abandoned task's closure is leaked with everything else: its destructors must not run.
    let body = std::mem::ManuallyDrop::new(body);
    let entry = Box::new(move || {
        std::mem::ManuallyDrop::into_inner(body)();
        finish();
    });
    let task = shuttle_engine::runtime::execution::ExecutionState::spawn_thread(entry, stack, None, None, place);
    with(|k| k.exec.next = None);
    debug_assert_eq!(usize::from(task), id);
    id
}

/// The current task has ended.
pub(crate) fn finish() {
    if loomrt::on() {
        // Whoever joins this task knows what it knew.
        loomrt::access(with(|k| k.exec.tasks[k.exec.current].thread_object));
    }
    with(|k| {
        let exec = &mut k.exec;
        let me = exec.current;
        let place = exec.tasks[me].last_place;
        let view = exec.tasks[me].view.clone();
        let id = exec.tasks[me].thread_object;
        exec.objects[id].view.join(&view);
        exec.objects[id].permits = 1;
        exec.record(&Op { name: "end", object: Some(id), place }, Change::News, 0, String::new);
        exec.tasks[me].status = Status::Done;
        if me == 0 {
            exec.main_done = true;
            exec.main_done_step = exec.steps;
        }
    });
    if loomrt::on() {
        let id = with(|k| k.exec.tasks[k.exec.current].thread_object);
        loomrt::wake(id);
    }
}

/// Makes the next `Builder::spawn` (or `thread::spawn`) after `n` more fail, as if the system refused.
pub fn refuse_spawn_after(n: Option<u32>) {
    with(|k| k.exec.refuse_spawn = n);
}

/// Whether the system refuses to start this thread.
pub fn spawn_refused() -> bool {
    with(|k| match &mut k.exec.refuse_spawn {
        Some(0) => {
            k.exec.refuse_spawn = None;
            true
        }
        Some(n) => {
            *n -= 1;
            false
        }
        None => false,
    })
}

/// Panics of the running task that are not caught yet.
pub fn panicking() -> bool {
    with(|k| k.exec.current_task().panics > 0)
}

/// The running task begins to panic; returns how many panics it had not caught before.
pub fn panic_begins() -> u32 {
    with(|k| {
        let t = k.exec.current_task();
        t.panics += 1;
        t.panics - 1
    })
}

/// The running task has caught its panics down to `depth`.
pub fn panics_caught(depth: u32) {
    with(|k| k.exec.current_task().panics = depth);
}

/// How many panics of the running task are not caught yet.
pub fn panic_depth() -> u32 {
    with(|k| k.exec.current_task().panics)
}
