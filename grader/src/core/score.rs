//! From checks to points.

use super::result::{CheckResult, Verdict};

/// Points, and what there was to be had.
pub fn points(checks: &[CheckResult]) -> (u32, u32) {
    checks.iter().fold((0, 0), |(points, max), check| (points + check.points, max + check.max_points))
}

/// The verdict over all checks: an error or an open question never reads as full marks, and a
/// failure that is shown stays one whatever else is open.
pub fn verdict(checks: &[CheckResult]) -> Verdict {
    let any = |verdict| checks.iter().any(|check| check.verdict == verdict);
    if any(Verdict::Error) {
        Verdict::Error
    } else if any(Verdict::Failed) {
        Verdict::Failed
    } else if checks.is_empty() || any(Verdict::Inconclusive) {
        Verdict::Inconclusive
    } else {
        Verdict::Passed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(verdict: Verdict) -> CheckResult {
        CheckResult {
            id: "x".into(),
            title: "x".into(),
            hidden: false,
            verdict,
            reason: None,
            points: if verdict == Verdict::Passed { 5 } else { 0 },
            max_points: 5,
            hint: None,
            runs: vec![],
            findings: vec![],
        }
    }

    #[test]
    fn nothing_but_all_passed_passes() {
        use Verdict::*;
        let over = |verdicts: &[Verdict]| verdict(&verdicts.iter().map(|v| check(*v)).collect::<Vec<_>>());
        assert_eq!(over(&[Passed, Passed]), Passed);
        assert_eq!(over(&[]), Inconclusive);
        assert_eq!(over(&[Passed, Inconclusive]), Inconclusive);
        assert_eq!(over(&[Failed, Inconclusive]), Failed);
        assert_eq!(over(&[Failed, Error]), Error);
        assert_eq!(points(&[check(Passed), check(Failed)]), (5, 10));
    }
}
