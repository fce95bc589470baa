//! Which runs a grading makes.

use protocol::{Budget, Engine};

use super::manifest::{EngineBudget, Limits, Manifest};

/// How much work to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effort {
    /// A quarter of the manifest's budgets.
    Quick,
    /// The manifest's budgets.
    #[default]
    Normal,
    /// Eight times the manifest's budgets, and as much time.
    Thorough,
}

impl Effort {
    /// The budget of one run.
    pub fn budget(self, budget: &EngineBudget) -> Budget {
        let executions = match self {
            Effort::Quick => budget.executions.div_ceil(4),
            Effort::Normal => budget.executions,
            Effort::Thorough => budget.executions.saturating_mul(8),
        };
        Budget { executions, preemptions: budget.preemptions, steps: budget.steps }
    }

    /// What one run may use of `limits`: more time where there is more work.
    pub fn limits(self, limits: Limits) -> Limits {
        let times = if self == Effort::Thorough { 8 } else { 1 };
        Limits {
            cpu_seconds: limits.cpu_seconds.saturating_mul(times),
            wall_seconds: limits.wall_seconds.saturating_mul(times),
            ..limits
        }
    }
}

/// What a person chose on the command line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choice {
    /// Only these checks; empty: all.
    pub only: Vec<String>,
    /// Only these engines; empty: all.
    pub engines: Vec<Engine>,
    /// How much work.
    pub effort: Effort,
    /// The one check that matters: the others get a quarter of the work. `None`: all matter.
    pub above_all: Option<String>,
}

/// The runs of one check, in the order in which they are made.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckPlan {
    /// Index into the manifest's checks.
    pub check: usize,
    /// Which engines, and how much.
    pub runs: Vec<(Engine, Budget)>,
}

/// The checks to run. A check that none of the chosen engines runs is left out.
pub fn plan(manifest: &Manifest, choice: &Choice) -> Vec<CheckPlan> {
    let mut plans = Vec::new();
    for (index, check) in manifest.checks.iter().enumerate() {
        if !choice.only.is_empty() && !choice.only.contains(&check.id) {
            continue;
        }
        let beside = choice.above_all.as_ref().is_some_and(|id| *id != check.id);
        let budget = |budget: &EngineBudget| {
            let whole = choice.effort.budget(budget);
            Budget { executions: if beside { whole.executions.div_ceil(4) } else { whole.executions }, ..whole }
        };
        let runs: Vec<(Engine, Budget)> = check
            .engines
            .iter()
            .filter(|budget| choice.engines.is_empty() || choice.engines.contains(&budget.engine))
            .map(|of| (of.engine, budget(of)))
            .collect();
        if !runs.is_empty() {
            plans.push(CheckPlan { check: index, runs });
        }
    }
    plans
}

/// Whether a run of this engine goes the same way with every seed: it searches, and draws nothing.
pub fn is_seedless(engine: Engine) -> bool {
    matches!(engine, Engine::Bounded | Engine::Loom)
}

/// The seed of one run: changes with the check, the engine and, unless the engine [searches](is_seedless), with the
/// grading's seed; with nothing else.
pub fn run_seed(seed: u64, check: &str, engine: Engine) -> u64 {
    use sha2::{Digest, Sha256};
    let seed = if is_seedless(engine) { 0 } else { seed };
    let mut hash = Sha256::new();
    hash.update(seed.to_le_bytes());
    hash.update(check.as_bytes());
    hash.update([0]);
    hash.update(engine.name().as_bytes());
    let bytes = hash.finalize();
    u64::from_le_bytes(bytes[..8].try_into().expect("eight bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn effort_scales_counts() {
        let budget = EngineBudget { engine: Engine::Random, executions: 10, preemptions: None, steps: 7 };
        assert_eq!(Effort::Quick.budget(&budget).executions, 3);
        assert_eq!(Effort::Normal.budget(&budget).executions, 10);
        assert_eq!(Effort::Thorough.budget(&budget).executions, 80);
        assert_eq!(Effort::Thorough.budget(&budget).steps, 7);
        let limits = Limits::default();
        assert_eq!(Effort::Quick.limits(limits), limits);
        assert_eq!(Effort::Thorough.limits(limits).cpu_seconds, 8 * limits.cpu_seconds);
        assert_eq!(Effort::Thorough.limits(limits).memory_mib, limits.memory_mib);
    }

    #[test]
    fn what_does_not_matter_gets_a_quarter() {
        use crate::core::manifest::tests::GOOD;
        let manifest = Manifest::parse(GOOD, "assignment.toml").expect("good");
        let executions = |above_all: Option<&str>| {
            let choice = Choice { above_all: above_all.map(String::from), ..Choice::default() };
            let runs = |plan: CheckPlan| plan.runs.into_iter().map(|(_, budget)| budget.executions).collect::<Vec<_>>();
            plan(&manifest, &choice).into_iter().map(runs).collect::<Vec<_>>()
        };
        assert_eq!(executions(None), [vec![20_000, 1000], vec![10]]);
        assert_eq!(executions(Some("no_overdraft")), [vec![20_000, 1000], vec![3]]);
        assert_eq!(executions(Some("all_count")), [vec![5000, 250], vec![10]]);
    }

    #[test]
    fn seeds_differ_by_run() {
        let a = run_seed(1, "x", Engine::Random);
        assert_eq!(a, run_seed(1, "x", Engine::Random));
        assert_ne!(a, run_seed(2, "x", Engine::Random));
        assert_ne!(a, run_seed(1, "y", Engine::Random));
        assert_ne!(a, run_seed(1, "x", Engine::Stress));
        assert_eq!(run_seed(1, "x", Engine::Bounded), run_seed(2, "x", Engine::Bounded));
    }
}
