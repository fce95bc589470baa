//! An interleaving step by step: where every thread stands after each operation, who holds which lock, what each atomic holds.

use std::collections::BTreeMap;

use protocol::{Event, Failure, Kind, Place};

use super::model::{Held, Layout, is_bookkeeping, is_internal};
use super::{Names, Sources};

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The event's number in the interleaving.
    pub event: usize,
    /// Index of the thread.
    pub thread: usize,
    /// The operation with its value.
    pub op: String,
    /// Where it stands in the program; `None`: in the grader's own code.
    pub place: Option<Place>,
    /// Why this thread goes on and not the one before, if it is another one.
    pub switch: Option<String>,
    /// The thread before could have gone on.
    pub preempted: bool,
}

/// A way through an interleaving, forwards and backwards.
#[derive(Debug)]
pub struct Walk<'a> {
    events: &'a [Event],
    names: Names,
    steps: Vec<Step>,
    at: usize,
}

/// What is true after a step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// The place of each thread's last operation.
    pub places: BTreeMap<usize, Place>,
    /// Locks that are held: their name, and who holds them.
    pub locks: Vec<(String, String)>,
    /// The newest value of each atomic that was written.
    pub values: Vec<(String, String)>,
}

impl<'a> Walk<'a> {
    /// Begins at the first step. `None` if the failure has no events.
    pub fn new(failure: &'a Failure, sources: &'a Sources) -> Option<Walk<'a>> {
        let interleaving = failure.interleaving.as_ref()?;
        let names = Names::find(failure, sources);
        let layout = Layout::new(failure, interleaving, sources, &names);
        let mut held = Held::default();
        let mut steps = Vec::new();
        let mut pending = None;
        for (i, event) in interleaving.events.iter().enumerate() {
            let switch = layout.switch_text(i, &held);
            held.run(std::slice::from_ref(event));
            let preempted = matches!(event.switch, Some(protocol::Switch::Preempted));
            // The end of a thread is no step, but the switch to it belongs to the next one.
            if is_bookkeeping(&event.op) {
                pending = switch.map(|s| (s, preempted)).or(pending);
                continue;
            }
            let earlier = pending.take();
            let preempted = preempted || (switch.is_none() && earlier.as_ref().is_some_and(|(_, p)| *p));
            steps.push(Step {
                event: i,
                thread: event.thread,
                op: layout.operation(event, false),
                place: event.place.clone().filter(|p| !is_internal(&p.file)),
                switch: switch.or(earlier.map(|(text, _)| text)),
                preempted,
            });
        }
        // Where threads are stuck in the end is a step of its own.
        let last = interleaving.events.len().saturating_sub(1);
        let stuck = matches!(failure.kind, Kind::Deadlock | Kind::LostWakeup);
        for wait in failure.waits.iter().filter(|_| stuck) {
            steps.push(Step {
                event: last,
                thread: wait.thread,
                op: super::waiting(&names.awaited(sources, wait)),
                place: wait.place.clone().filter(|p| !is_internal(&p.file)),
                switch: None,
                preempted: false,
            });
        }
        drop(layout);
        (!steps.is_empty()).then(|| Walk { events: &interleaving.events, names, steps, at: 0 })
    }

    /// All steps.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The number of the present step.
    pub fn at(&self) -> usize {
        self.at
    }

    /// The present step.
    pub fn step(&self) -> &Step {
        &self.steps[self.at]
    }

    /// The thread's name.
    pub fn thread(&self, index: usize) -> String {
        self.names.thread(index)
    }

    /// Goes to a step; past the end is the end.
    pub fn go(&mut self, to: usize) {
        self.at = to.min(self.steps.len() - 1);
    }

    /// Goes so many steps forwards, or backwards.
    pub fn by(&mut self, steps: isize) {
        self.go(self.at.saturating_add_signed(steps));
    }

    /// Goes to the next step before which the thread was switched.
    pub fn next_switch(&mut self) {
        let next = (self.at + 1..self.steps.len()).find(|i| self.steps[*i].switch.is_some());
        self.go(next.unwrap_or(self.steps.len()));
    }

    /// Goes back to the last step before which the thread was switched.
    pub fn previous_switch(&mut self) {
        let last = (0..self.at).rfind(|i| self.steps[*i].switch.is_some());
        self.go(last.unwrap_or(0));
    }

    /// What is true after the present step.
    pub fn state(&self) -> State {
        let mut held = Held::default();
        let mut state = State::default();
        let mut values: BTreeMap<&str, String> = BTreeMap::new();
        for event in &self.events[..=self.step().event] {
            held.run(std::slice::from_ref(event));
            if let Some(place) = event.place.as_ref().filter(|p| !is_internal(&p.file)) {
                state.places.insert(event.thread, place.clone());
            }
            if event.op == "end" {
                state.places.remove(&event.thread);
            }
            if event.object.starts_with("Atomic")
                && let Some(value) = super::diagnosis::written(event)
            {
                values.insert(&event.object, value);
            }
        }
        // Stuck threads stand where they wait.
        for step in self.steps[..=self.at].iter().filter(|s| s.event == self.step().event) {
            if let Some(place) = &step.place {
                state.places.insert(step.thread, place.clone());
            }
        }
        state.locks =
            held.all().map(|(object, thread)| (self.names.object(object), self.names.thread(thread))).collect();
        state.values = values.into_iter().map(|(object, value)| (self.names.object(object), value)).collect();
        state
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::picture::tests::{deadlock, lost_update};

    #[test]
    fn forwards_and_backwards() {
        let (failure, sources) = lost_update();
        let mut walk = Walk::new(&failure, &sources).unwrap();
        let count = walk.steps().len();
        assert_eq!(walk.step().op, "spawn worker-1");
        walk.by(-1);
        assert_eq!(walk.at(), 0);
        walk.next_switch();
        assert_eq!(walk.step().switch.as_deref(), Some("main waits for the end of worker-1; worker-1 goes on"));
        walk.next_switch();
        assert!(walk.step().preempted);
        assert_eq!(walk.step().op, "balance.load -> 50 (SeqCst)");
        walk.by(1);
        assert_eq!(walk.state().values, [("`balance`".to_string(), "20".to_string())]);
        walk.previous_switch();
        assert!(walk.state().values.is_empty(), "one step back nothing is written yet");
        walk.go(usize::MAX);
        assert_eq!(walk.at(), count - 1);
        assert_eq!(walk.state().places.keys().copied().collect::<Vec<_>>(), [0]);
    }

    #[test]
    fn locks_are_held_until_they_are_given_back() {
        let (failure, sources) = deadlock();
        let mut walk = Walk::new(&failure, &sources).unwrap();
        assert!(walk.state().locks.is_empty());
        walk.go(usize::MAX);
        assert!(walk.step().op.starts_with("waits for `accounts[to]`"), "{}", walk.step().op);
        assert_eq!(walk.state().places[&1].line, 4);
        let locks = walk.state().locks;
        let owners: Vec<&str> = locks.iter().map(|(_, who)| who.as_str()).collect();
        assert_eq!(owners, ["worker-1", "worker-2"]);
    }
}
