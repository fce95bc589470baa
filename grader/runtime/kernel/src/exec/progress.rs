//! Whether an execution still comes to something: deadlocks, livelocks, and who waits for what.

use super::{Exec, Status, Stop, TaskState, place_of};
use crate::object::ObjKind;
use protocol::{Holder, Kind, WaitFor};

/// A part of an execution in which nothing was news: locks were taken and given back, values looked at, timeouts ran out.
#[derive(Clone, Copy, Default)]
pub(super) struct Vain {
    /// Its first step.
    pub since: u64,
    /// Yields, naps and vain attempts.
    pub naps: u64,
    /// Somebody looked at the clock: time alone may change something.
    pub clock: bool,
    /// Since which step everybody has had the same chance to go on, and the last moment that anybody waited for then.
    pub chance: Option<(u64, u64)>,
}

/// Whether nothing is news any more (see [`Vain`]).
enum Waiting {
    /// No, or nobody can say.
    No,
    /// It looks so; each thread gets its chance to go on.
    Perhaps,
    /// Each thread has had its chance since.
    InVain,
}

/// Operations that may be done before everybody sleeps (see [`super::watch_spinners`]): a program may try a few hundred
/// times before it goes to sleep.
const WATCHED_STEPS: u64 = 4_000;

impl Exec {
    /// Ends the execution if it goes on for ever, or for longer than `most` steps.
    pub(super) fn comes_to_nothing(&mut self, most: u64) -> bool {
        if let Some((since, then)) = self.watched {
            if then != self.now {
                self.watched = Some((self.steps, self.now));
            } else if self.steps - since > WATCHED_STEPS {
                self.goes_round("although it has nothing to do: a thread that waits must sleep.");
                return true;
            }
        }
        let alive = self.tasks.iter().filter(|t| t.status != Status::Done).count() as u64;
        let idle = self.steps - self.last_change;
        if idle > 600 * (alive + 1) {
            // A loop that only loads may be a long computation that looks at a flag now and then; one that
            // yields, or tries in vain again and again, waits.
            let waits = self.hopeless > 300 * (alive + 1) && idle > 2_000 * (alive + 1);
            if self.fair && (waits || idle > 60_000) {
                if self.main_done {
                    self.stop = Some(Stop::Over);
                } else {
                    self.goes_round(
                        "without making progress, and nothing that any other thread can still do will end it.",
                    );
                }
                return true;
            }
            self.fair = true;
        }
        // Steps without progress do not count: a livelock is a livelock, however short an execution may be.
        if self.last_change > most {
            match self.waiting(most, alive) {
                Waiting::Perhaps => self.fair = true,
                Waiting::InVain if !self.main_done => {
                    self.goes_round(
                        "and looks again and again; nothing that any other thread can still do will end it.",
                    );
                    return true;
                }
                _ => {
                    self.stop = Some(Stop::Truncated);
                    return true;
                }
            }
        }
        false
    }

    /// Who waits for what.
    pub(super) fn waits(&self) -> Vec<WaitFor> {
        let mut out = Vec::new();
        for (thread, t) in self.tasks.iter().enumerate() {
            let Status::Waiting { object, .. } = t.status else { continue };
            let o = &self.objects[object];
            let what = match o.kind {
                ObjKind::Thread => {
                    let ended = self.tasks.iter().position(|t| t.thread_object == object);
                    format!("the end of {}", ended.map_or("a thread".into(), |t| self.task_name(t)))
                }
                ObjKind::Park => "an unpark".to_string(),
                ObjKind::Ticket => "a notification".to_string(),
                _ => o.title(),
            };
            let holder = o.holders.first().map(|&(h, place)| Holder {
                thread: h,
                name: self.task_name(h),
                place: Some(place_of(place)),
            });
            out.push(WaitFor { thread, name: self.task_name(thread), what, place: Some(place_of(t.op.place)), holder });
        }
        out
    }

    /// Nobody can go on, and the main task has not ended.
    pub(super) fn nobody_can_go_on(&mut self) {
        let mut sleeping = false;
        let mut label = None;
        let mut place = None;
        for t in &self.tasks {
            if let Status::Waiting { object, .. } = t.status {
                let o = &self.objects[object];
                if matches!(o.kind, ObjKind::Ticket | ObjKind::Park) {
                    sleeping = true;
                    place = place.or(Some(t.op.place));
                }
                if label.is_none() {
                    label.clone_from(&t.label);
                }
            }
        }
        let cycle = self.lock_cycle();
        let mut kind = if cycle.is_none() && sleeping { Kind::LostWakeup } else { Kind::Deadlock };
        if cycle.is_some() || place.is_none() {
            let waiting = |t: &&TaskState| matches!(t.status, Status::Waiting { .. });
            place = self.tasks.iter().find(waiting).map(|t| t.op.place);
            if let Some(c) = cycle.as_ref().and_then(|c| c.first()) {
                place = Some(self.tasks[*c].op.place);
            }
        }
        let message = if let Some((labelled, label)) = label {
            kind = labelled;
            format!("{label}. {}", crate::failure::describe_waits(kind, &self.waits()))
        } else if let Some(cycle) = cycle {
            crate::failure::describe_cycle(&cycle, &self.waits())
        } else {
            crate::failure::describe_waits(kind, &self.waits())
        };
        self.fail(kind, message, place);
    }

    /// Tasks that wait for each other's locks, in order.
    fn lock_cycle(&self) -> Option<Vec<usize>> {
        let next = |t: usize| match self.tasks[t].status {
            Status::Waiting { object, .. } => match self.objects[object].kind {
                ObjKind::Thread => self.tasks.iter().position(|x| x.thread_object == object),
                _ => self.objects[object].holders.first().map(|h| h.0),
            },
            _ => None,
        };
        for start in 0..self.tasks.len() {
            let mut path = vec![start];
            let mut at = start;
            while let Some(n) = next(at) {
                if n == start {
                    return Some(path);
                }
                if path.contains(&n) {
                    break;
                }
                path.push(n);
                at = n;
            }
        }
        None
    }

    /// Whether a long execution has come to nothing but threads that yield or nap and look again, under locks or not.
    fn waiting(&mut self, most: u64, alive: u64) -> Waiting {
        if self.vain.clock {
            return Waiting::No;
        }
        let Some((since, last_moment)) = self.vain.chance else {
            let idle = self.steps - self.vain.since;
            if idle < most / 2 || self.vain.naps < idle / 20 {
                return Waiting::No;
            }
            let last_moment = (0..self.tasks.len()).filter_map(|t| self.deadline(t)).max().unwrap_or(0);
            self.vain.chance = Some((self.steps, last_moment));
            return Waiting::Perhaps;
        };
        if self.steps - since <= 2_000 * (alive + 1) {
            Waiting::Perhaps
        } else if self.now < last_moment {
            // Who waits for a moment that has not come may still change everything.
            Waiting::No
        } else {
            Waiting::InVain
        }
    }

    /// The running task is in a loop that does not end: a livelock.
    fn goes_round(&mut self, why: &str) {
        let place = self.tasks[self.current].op.place;
        let message = format!("{} goes round and round at line {} {why}", self.task_name(self.current), place.line());
        self.fail(Kind::Livelock, message, Some(place));
    }
}
