//! Schedules: every choice of one execution, written down, read back, and followed.

use crate::exec::{How, Opt};
use crate::strategy::{Allowance, Situation, Strategy, ValueKind};

/// One choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// This task went on, in this way.
    Task(usize, How),
    /// This value was chosen.
    Value(usize),
}

/// Writes choices as text: runs of equal choices are counted (`0x5.1.2!.v1`).
pub fn to_text(choices: &[Choice]) -> String {
    let mut out = String::new();
    let mut i = 0;
    while i < choices.len() {
        let n = choices[i..].iter().take_while(|c| **c == choices[i]).count();
        if !out.is_empty() {
            out.push('.');
        }
        match choices[i] {
            Choice::Task(t, How::Run) => out.push_str(&t.to_string()),
            Choice::Task(t, How::Timeout) => out.push_str(&format!("{t}t")),
            Choice::Task(t, How::Spurious) => out.push_str(&format!("{t}s")),
            Choice::Value(v) => out.push_str(&format!("v{v}")),
        }
        if n > 1 {
            out.push_str(&format!("x{n}"));
        }
        i += n;
    }
    out
}

/// At most this many choices are read from a text: it may come from anywhere.
const MAX_CHOICES: usize = 2_000_000;

/// Reads what [`to_text`] wrote. `None`: it is not a schedule.
pub fn from_text(text: &str) -> Option<Vec<Choice>> {
    let mut out = Vec::new();
    if text.is_empty() {
        return Some(out);
    }
    for part in text.split('.') {
        let (what, count) = match part.split_once('x') {
            Some((what, n)) => (what, n.parse::<usize>().ok()?),
            None => (part, 1),
        };
        let choice = if let Some(v) = what.strip_prefix('v') {
            Choice::Value(v.parse().ok()?)
        } else if let Some(t) = what.strip_suffix('t') {
            Choice::Task(t.parse().ok()?, How::Timeout)
        } else if let Some(t) = what.strip_suffix('s') {
            Choice::Task(t.parse().ok()?, How::Spurious)
        } else {
            Choice::Task(what.parse().ok()?, How::Run)
        };
        if count == 0 || out.len() + count > MAX_CHOICES {
            return None;
        }
        out.extend(std::iter::repeat_n(choice, count));
    }
    Some(out)
}

/// Follows a schedule; where it cannot, or where it has ended, it goes on without preempting.
pub struct Follow {
    choices: Vec<Choice>,
    at: usize,
    begun: bool,
    /// A choice of the schedule was not possible.
    pub diverged: bool,
}

impl Follow {
    /// Follows `choices` once.
    pub fn new(choices: Vec<Choice>) -> Self {
        Follow { choices, at: 0, begun: false, diverged: false }
    }
}

impl Strategy for Follow {
    fn begin(&mut self) -> bool {
        !std::mem::replace(&mut self.begun, true)
    }

    fn pick(&mut self, _at: &Situation, options: &[Opt]) -> usize {
        let Some(choice) = self.choices.get(self.at) else {
            return 0;
        };
        let found = match *choice {
            Choice::Task(task, how) => options.iter().position(|o| o.task == task && o.how == how),
            Choice::Value(_) => None,
        };
        match found {
            Some(i) => {
                self.at += 1;
                i
            }
            None => {
                self.diverged = true;
                // The schedule may name a task that is not there any more: skip what cannot be.
                if matches!(choice, Choice::Task(..)) {
                    self.at += 1;
                }
                0
            }
        }
    }

    fn value(&mut self, _at: &Situation, n: usize, _kind: ValueKind) -> usize {
        match self.choices.get(self.at) {
            Some(&Choice::Value(v)) if v < n => {
                self.at += 1;
                v
            }
            Some(Choice::Value(_)) => {
                self.at += 1;
                self.diverged = true;
                0
            }
            Some(_) => {
                self.diverged = true;
                0
            }
            None => 0,
        }
    }

    fn allowance(&self) -> Allowance {
        Allowance { stale: u32::MAX, spurious: u32::MAX, early_timeouts: u32::MAX }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schedule_survives_being_written_and_read() {
        let choices = vec![
            Choice::Task(0, How::Run),
            Choice::Task(0, How::Run),
            Choice::Value(3),
            Choice::Task(2, How::Spurious),
            Choice::Task(1, How::Timeout),
        ];
        let text = to_text(&choices);
        assert_eq!(text, "0x2.v3.2s.1t");
        assert_eq!(from_text(&text), Some(choices));
    }

    #[test]
    fn what_is_not_a_schedule_is_refused() {
        for bad in ["x", "0x0", "v", "1x99999999999", "1..2", "-1", "ü"] {
            assert_eq!(from_text(bad), None, "{bad}");
        }
    }
}
