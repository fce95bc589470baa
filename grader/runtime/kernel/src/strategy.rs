//! How a search chooses: which task runs next, what a load reads, who is woken.

use crate::exec::{How, Opt};
use smallvec::SmallVec;
use std::collections::HashSet;

/// What a choice between values is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// Which store a load reads; 0 is the newest.
    Stale,
    /// Whether a weak compare-exchange fails for no reason; 0 is no.
    Weak,
    /// Any other choice without cost (whom to notify, where to freeze).
    Free,
    /// Like `Free`, asked again and again: a random search says yes seldom (where to freeze).
    Rare,
}

/// What a strategy may know when it chooses.
#[derive(Debug, Clone, Copy)]
pub struct Situation {
    /// Names the history so far, up to equivalence of orders.
    pub hash: u64,
    /// The task that ran last.
    pub current: usize,
    /// The object that each option's task is about to use is in the option itself.
    pub steps: u64,
}

/// The choices of one execution after another.
pub trait Strategy {
    /// Begins the next execution; false: the search is over.
    fn begin(&mut self) -> bool;
    /// Chooses one of `options` (at least two).
    fn pick(&mut self, at: &Situation, options: &[Opt]) -> usize;
    /// Chooses a value below `n` (at least 2).
    fn value(&mut self, at: &Situation, n: usize, kind: ValueKind) -> usize;
    /// How many stale reads, spurious wake-ups and early timeouts an execution may have.
    fn allowance(&self) -> Allowance;
    /// shuttle's scheduler, when it is to choose in this execution.
    fn shuttle(&mut self) -> Option<&mut dyn shuttle_engine::scheduler::Scheduler> {
        None
    }
    /// For progress and reports: (complete, preemption bound).
    fn coverage(&self) -> (bool, Option<u32>) {
        (false, None)
    }
}

/// Budgets of rare events in one execution.
#[derive(Debug, Clone, Copy)]
pub struct Allowance {
    /// Loads that do not read the newest store; weak compare-exchanges that fail for no reason.
    pub stale: u32,
    /// Waits that end though nobody notified.
    pub spurious: u32,
    /// Timed waits that end while others could run.
    pub early_timeouts: u32,
}

/// A small, fast, seeded generator (SplitMix64, Steele et al., OOPSLA 2014).
#[derive(Debug, Clone)]
pub struct Rng(u64);

impl Rng {
    /// Starts from a seed.
    pub fn new(seed: u64) -> Self {
        Rng(seed)
    }

    /// The next number.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next_u64()) * n as u128) >> 64) as usize
    }
}

/// Mixes two numbers into a hash.
pub(crate) fn mix(a: u64, b: u64) -> u64 {
    Rng::new(a.rotate_left(23) ^ b.wrapping_mul(0xD6E8_FEB8_6659_FD93)).next_u64()
}

struct Node {
    costs: SmallVec<[Cost; 6]>,
    chosen: usize,
    /// What was spent before it.
    spent: Spent,
}

/// What an execution has spent of its bounds.
#[derive(Debug, Clone, Copy, Default)]
struct Spent {
    preemptions: u32,
    stale: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cost {
    Free,
    Preemption,
    Stale,
}

/// Depth-first search with iterative preemption bounding (Musuvathi & Qadeer, "Iterative context
/// bounding for systematic testing of multithreaded programs", PLDI 2007). A prefix whose partial
/// order was seen before with as much budget left is not branched again (happens-before caching, same
/// authors, "Partial-order reduction for context-bounded state exploration", 2007).
pub struct Systematic {
    nodes: Vec<Node>,
    depth: usize,
    bound: u32,
    max_bound: Option<u32>,
    left_out: bool,
    budget: u64,
    executions: u64,
    spent: Spent,
    pruned: bool,
    visited: HashSet<u64>,
    complete: bool,
    started: bool,
    /// The program did not behave the same under the same choices.
    pub diverged: bool,
}

/// Beyond this many remembered prefixes, equivalent orders are searched again rather than remembered.
const MAX_VISITED: usize = 6_000_000;

impl Systematic {
    /// A search with 0, 1, ... `max_bound` preemptions (`None`: until nothing is left out), of at
    /// most `budget` executions.
    pub fn new(max_bound: Option<u32>, budget: u64) -> Self {
        Systematic {
            nodes: Vec::new(),
            depth: 0,
            bound: 0,
            max_bound,
            left_out: false,
            budget,
            executions: 0,
            spent: Spent::default(),
            pruned: false,
            visited: HashSet::new(),
            complete: false,
            started: false,
            diverged: false,
        }
    }

    fn stale_bound(&self) -> u32 {
        (self.bound + 1).min(3)
    }

    fn affordable(&mut self, cost: Cost) -> bool {
        let ok = match cost {
            Cost::Free => true,
            Cost::Preemption => self.spent.preemptions < self.bound,
            Cost::Stale => self.spent.stale < self.stale_bound(),
        };
        self.left_out |= !ok;
        ok
    }

    fn pay(&mut self, cost: Cost) {
        match cost {
            Cost::Free => {}
            Cost::Preemption => self.spent.preemptions += 1,
            Cost::Stale => self.spent.stale += 1,
        }
    }

    /// Takes the next branch at the current depth. `costs[0]` must be the default. `what` tells choices apart that follow each other
    /// without an operation in between: who runs, then what it reads.
    fn branch(&mut self, at: &Situation, costs: &[Cost], what: u64) -> usize {
        if self.depth < self.nodes.len() {
            let node = &self.nodes[self.depth];
            if node.costs.len() != costs.len() {
                self.diverged = true;
                self.nodes.truncate(self.depth);
                self.pruned = true;
                return 0;
            }
            let chosen = node.chosen;
            let cost = costs[chosen];
            self.pay(cost);
            self.depth += 1;
            return chosen;
        }
        if self.pruned {
            return 0;
        }
        let spent = self.spent;
        let mut key = mix(at.hash, at.current as u64);
        key = mix(key, u64::from(self.bound - spent.preemptions) << 32 | u64::from(self.stale_bound() - spent.stale));
        key = mix(mix(key, costs.len() as u64), what);
        if self.visited.len() < MAX_VISITED {
            if !self.visited.insert(key) {
                self.pruned = true;
                return 0;
            }
        } else if self.visited.contains(&key) {
            self.pruned = true;
            return 0;
        }
        // The first affordable choice; the default is always free or the only one.
        let chosen = (0..costs.len()).find(|&i| self.affordable(costs[i])).unwrap_or(0);
        self.pay(costs[chosen]);
        self.nodes.push(Node { costs: costs.into(), chosen, spent });
        self.depth += 1;
        chosen
    }

    /// Moves to the next unexplored branch; false if there is none within the bound.
    fn backtrack(&mut self) -> bool {
        while let Some(node) = self.nodes.pop() {
            self.spent = node.spent;
            let next = (node.chosen + 1..node.costs.len()).find(|&i| self.affordable(node.costs[i]));
            if let Some(chosen) = next {
                self.nodes.push(Node { chosen, ..node });
                return true;
            }
        }
        false
    }
}

impl Strategy for Systematic {
    fn begin(&mut self) -> bool {
        if self.diverged || self.executions >= self.budget {
            return false;
        }
        if self.started && !self.backtrack() {
            if !self.left_out {
                self.complete = true;
                self.max_bound = None;
                return false;
            }
            if self.max_bound == Some(self.bound) {
                self.complete = true;
                return false;
            }
            self.bound += 1;
            self.left_out = false;
            self.visited.clear();
        }
        self.started = true;
        self.executions += 1;
        self.depth = 0;
        self.spent = Spent::default();
        self.pruned = false;
        true
    }

    fn pick(&mut self, at: &Situation, options: &[Opt]) -> usize {
        let costs: SmallVec<[Cost; 6]> =
            options.iter().map(|o| if o.costs { Cost::Preemption } else { Cost::Free }).collect();
        let what = options.iter().fold(0, |what, o| mix(what, (o.task as u64) << 8 | o.how as u64));
        self.branch(at, &costs, what)
    }

    fn value(&mut self, at: &Situation, n: usize, kind: ValueKind) -> usize {
        let cost = match kind {
            ValueKind::Stale | ValueKind::Weak => Cost::Stale,
            ValueKind::Free | ValueKind::Rare => Cost::Free,
        };
        let costs: SmallVec<[Cost; 6]> = (0..n).map(|i| if i == 0 { Cost::Free } else { cost }).collect();
        self.branch(at, &costs, 1 + kind as u64)
    }

    fn allowance(&self) -> Allowance {
        Allowance { stale: u32::MAX, spurious: 1, early_timeouts: 2 }
    }

    fn coverage(&self) -> (bool, Option<u32>) {
        let bound = if self.complete && self.max_bound.is_none() { None } else { Some(self.bound) };
        (self.complete, bound)
    }
}

/// What one execution of a [`Mixed`] search uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Walk {
    /// Every enabled task is as likely as any other.
    Uniform,
    /// Partial-order sampling (Yuan, Yang & Gu, "Partial Order Aware Concurrency Sampling", CAV 2018).
    PartialOrder,
    /// Probabilistic concurrency testing (Burckhardt et al., ASPLOS 2010), shuttle's.
    Pct,
    /// Uniform random walk (Zhao et al., ASPLOS 2025), shuttle's.
    Urw,
}

/// Seeded random schedulers, shared out over a counted number of executions.
pub struct Mixed {
    seed: u64,
    rng: Rng,
    budget: u64,
    executions: u64,
    walk: Walk,
    priorities: Vec<u64>,
    /// The main task goes on while it can and a task has not begun: starting a thread takes long on a machine, and
    /// what all of them do together is seen only when all of them are there.
    main_first: bool,
    begun: Vec<bool>,
    pct: Guarded<shuttle_schedulers::PctScheduler>,
    urw: Guarded<shuttle_schedulers::UrwRandomScheduler>,
}

/// One of shuttle's schedulers. They assert what the kernel cannot promise (that every execution has
/// something to choose; that every task is seen as it starts), so one that is in trouble is made anew and a
/// task is drawn instead.
struct Guarded<S> {
    inner: S,
    make: fn(u64) -> S,
    rng: Rng,
    /// It has had something to choose.
    used: bool,
}

impl<S: shuttle_engine::scheduler::Scheduler> Guarded<S> {
    fn new(seed: u64, make: fn(u64) -> S) -> Self {
        Guarded { inner: make(seed), make, rng: Rng::new(seed), used: false }
    }

    fn renew(&mut self) {
        self.inner = (self.make)(self.rng.next_u64());
        self.used = false;
    }

    fn begin(&mut self) {
        if !self.used {
            self.renew();
        }
        let inner = &mut self.inner;
        if std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| inner.new_execution())).is_err() {
            self.renew();
            let _ = self.inner.new_execution();
        }
    }
}

impl<S: shuttle_engine::scheduler::Scheduler> shuttle_engine::scheduler::Scheduler for Guarded<S> {
    fn new_execution(&mut self) -> Option<shuttle_engine::scheduler::Schedule> {
        self.inner.new_execution()
    }

    fn next_task(
        &mut self,
        runnable: &[&shuttle_engine::scheduler::Task],
        current: Option<shuttle_engine::scheduler::TaskId>,
        yielding: bool,
    ) -> Option<shuttle_engine::scheduler::TaskId> {
        self.used |= runnable.len() > 1;
        let inner = &mut self.inner;
        let choice =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| inner.next_task(runnable, current, yielding)));
        choice.unwrap_or_else(|_| {
            self.renew();
            let _ = self.inner.new_execution();
            Some(runnable[self.rng.below(runnable.len())].id())
        })
    }

    fn next_u64(&mut self) -> u64 {
        self.rng.next_u64()
    }
}

impl Mixed {
    /// `budget` executions from `seed`.
    pub fn new(seed: u64, budget: u64) -> Self {
        Mixed {
            seed,
            rng: Rng::new(seed),
            budget,
            executions: 0,
            walk: Walk::Uniform,
            priorities: Vec::new(),
            main_first: false,
            begun: Vec::new(),
            pct: Guarded::new(mix(seed, 1), |s| shuttle_schedulers::PctScheduler::new_from_seed(s, 3, usize::MAX)),
            urw: Guarded::new(mix(seed, 2), |s| shuttle_schedulers::UrwRandomScheduler::new_from_seed(s, usize::MAX)),
        }
    }
}

impl Mixed {
    /// One of the `usual` options that just run a task.
    fn among(&mut self, options: &[Opt], usual: usize) -> usize {
        let runs = || options.iter().enumerate().filter(|(_, o)| o.how == How::Run);
        match self.walk {
            Walk::PartialOrder => {
                for o in options {
                    if self.priorities.len() <= o.task {
                        self.priorities.resize(o.task + 1, 0);
                    }
                    if self.priorities[o.task] == 0 {
                        self.priorities[o.task] = self.rng.next_u64() | 1;
                    }
                }
                let eligible = |o: &Opt| !(o.yielding && usual > 1);
                let Some((index, best)) =
                    runs().filter(|(_, o)| eligible(o)).max_by_key(|(_, o)| self.priorities[o.task])
                else {
                    return runs().nth(self.rng.below(usual)).map_or(0, |(i, _)| i);
                };
                // Those that race with the chosen operation draw anew; so does the chosen one.
                for o in options {
                    if o.task == best.task || (o.object.is_some() && o.object == best.object) {
                        self.priorities[o.task] = 0;
                    }
                }
                index
            }
            _ => {
                let pick = self.rng.below(usual);
                runs().nth(pick).map_or(0, |(i, _)| i)
            }
        }
    }
}

impl Strategy for Mixed {
    fn begin(&mut self) -> bool {
        if self.executions >= self.budget {
            return false;
        }
        self.rng = Rng::new(mix(self.seed, self.executions));
        self.walk = match self.executions % 5 {
            0 | 2 => Walk::PartialOrder,
            1 => Walk::Uniform,
            3 => Walk::Pct,
            _ => Walk::Urw,
        };
        match self.walk {
            Walk::Pct => self.pct.begin(),
            Walk::Urw => self.urw.begin(),
            _ => {}
        }
        self.main_first = matches!(self.executions % 10, 1 | 2 | 7);
        self.priorities.clear();
        self.begun.clear();
        self.executions += 1;
        true
    }

    fn pick(&mut self, _at: &Situation, options: &[Opt]) -> usize {
        // Rare events are rare: a spurious wake-up or an early timeout is chosen once in eight.
        let usual = options.iter().filter(|o| o.how == How::Run).count();
        if usual == 0 || (usual < options.len() && self.rng.below(8) == 0) {
            let pick = self.rng.below(options.len() - usual);
            return options.iter().enumerate().filter(|(_, o)| o.how != How::Run).nth(pick).map_or(0, |(i, _)| i);
        }
        let runs = || options.iter().enumerate().filter(|(_, o)| o.how == How::Run);
        if self.main_first
            && let Some((main, _)) = runs().find(|(_, o)| o.task == 0 && !o.yielding)
            && runs().any(|(_, o)| o.task != 0 && !self.begun.get(o.task).is_some_and(|begun| *begun))
        {
            return main;
        }
        let index = self.among(options, usual);
        let task = options[index].task;
        if self.begun.len() <= task {
            self.begun.resize(task + 1, false);
        }
        self.begun[task] = true;
        index
    }

    fn value(&mut self, _at: &Situation, n: usize, kind: ValueKind) -> usize {
        match kind {
            ValueKind::Free => self.rng.below(n),
            ValueKind::Rare => usize::from(self.rng.below(6) == 0),
            ValueKind::Stale => {
                if self.rng.below(3) == 0 {
                    self.rng.below(n)
                } else {
                    0
                }
            }
            ValueKind::Weak => usize::from(self.rng.below(4) == 0),
        }
    }

    fn allowance(&self) -> Allowance {
        Allowance { stale: 6, spurious: 2, early_timeouts: 3 }
    }

    fn shuttle(&mut self) -> Option<&mut dyn shuttle_engine::scheduler::Scheduler> {
        match self.walk {
            Walk::Pct => Some(&mut self.pct),
            Walk::Urw => Some(&mut self.urw),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn choices_without_an_operation_in_between_are_all_combined() {
        let at = Situation { hash: 7, current: 0, steps: 1 };
        let run = |task| Opt { task, how: How::Run, costs: false, object: None, yielding: false };
        let mut search = Systematic::new(None, 100);
        let mut seen = BTreeSet::new();
        while search.begin() {
            // As in an execution: who runs next, then which store it reads, which its history names, then whether it fails for no reason.
            let task = search.pick(&at, &[run(0), run(1)]);
            let at = Situation { current: task, ..at };
            let store = search.value(&at, 2, ValueKind::Stale);
            let at = Situation { hash: mix(at.hash, store as u64), ..at };
            seen.insert((task, store, search.value(&at, 2, ValueKind::Weak)));
        }
        assert_eq!(seen.len(), 8, "{seen:?}");
        assert_eq!(search.coverage(), (true, None));
    }
}
