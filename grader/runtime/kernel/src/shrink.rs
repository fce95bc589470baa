//! Making a failing schedule shorter: fewer switches, fewer operations, the same kind of failure.

use crate::exec::How;
use crate::replay::Choice;
use protocol::Kind;

/// (switches, preemptions, steps); smaller is better.
pub type Size = (u32, u32, u64);

/// Tries variants of `choices` with `run` (which returns the kind of failure, the size and what was
/// really chosen) until none is smaller or `budget` executions are spent. Returns the best schedule and
/// the executions spent.
pub fn shrink(
    choices: Vec<Choice>,
    budget: u64,
    mut run: impl FnMut(&[Choice]) -> Option<(Kind, Size, Vec<Choice>)>,
) -> (Vec<Choice>, u64) {
    let mut spent = 1;
    let Some((kind, mut size, mut best)) = run(&choices) else {
        return (choices, spent);
    };
    'again: loop {
        let runs = segments(&best);
        // Swapping two neighbouring stretches joins each with its like; the late ones matter least.
        for i in (0..runs.len()).rev() {
            for variant in variants(&best, &runs, i) {
                if spent >= budget {
                    return (best, spent);
                }
                spent += 1;
                if let Some((k, s, c)) = run(&variant)
                    && k == kind
                    && s < size
                {
                    (size, best) = (s, c);
                    continue 'again;
                }
            }
        }
        return (best, spent);
    }
}

/// Stretches of choices of one task, as index ranges; values belong to the stretch before them.
fn segments(choices: &[Choice]) -> Vec<(usize, usize)> {
    let mut out: Vec<(usize, usize)> = Vec::new();
    let mut task = None;
    for (i, c) in choices.iter().enumerate() {
        match *c {
            Choice::Task(t, _) if task != Some(t) => {
                out.push((i, i + 1));
                task = Some(t);
            }
            _ => match out.last_mut() {
                Some(last) => last.1 = i + 1,
                None => out.push((i, i + 1)),
            },
        }
    }
    out
}

fn variants(choices: &[Choice], runs: &[(usize, usize)], i: usize) -> Vec<Vec<Choice>> {
    let mut out = Vec::new();
    let (from, to) = runs[i];
    // What follows is left to chance: the default never preempts.
    out.push(choices[..from].to_vec());
    if let Some(&(_, end)) = runs.get(i + 1) {
        let mut v = choices[..from].to_vec();
        v.extend_from_slice(&choices[to..end]);
        v.extend_from_slice(&choices[from..to]);
        v.extend_from_slice(&choices[end..]);
        out.push(v);
    }
    // The stretch is left out: its task goes on later.
    let mut v = choices[..from].to_vec();
    v.extend_from_slice(&choices[to..]);
    out.push(v);
    for (j, c) in choices[from..to].iter().enumerate() {
        let plain = match *c {
            Choice::Value(v) if v > 0 => Some(Choice::Value(0)),
            Choice::Task(t, How::Spurious | How::Timeout) => Some(Choice::Task(t, How::Run)),
            _ => None,
        };
        if let Some(plain) = plain {
            let mut v = choices.to_vec();
            v[from + j] = plain;
            out.push(v);
        }
    }
    out
}
