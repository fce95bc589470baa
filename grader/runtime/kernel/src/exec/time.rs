//! Virtual time, and giving up the turn.

use super::{Change, Exec, Loc, Op, freeze_point, switch, with};
use crate::loomrt;
use crate::strategy::mix;

/// Gives up the turn. `spin`: it was `spin_loop`.
pub fn yield_now(name: &'static str, place: Loc) {
    let op = Op { name, object: None, place };
    if loomrt::on() {
        with(|k| k.exec.current_task().spin_hints += 1);
        return loomrt::yield_now();
    }
    with(|k| {
        let exec = &mut k.exec;
        let me = exec.current;
        exec.tasks[me].op = op;
        exec.tasks[me].yielding = true;
        exec.tasks[me].spin_hints += 1;
        exec.hopeless += 1;
        exec.vain.naps += 1;
        // Others' stores become visible sooner or later.
        let locs = exec.newest();
        exec.tasks[me].view.join_locs(&locs);
        let others = (0..exec.tasks.len()).any(|t| t != me && exec.ready(t) && !exec.tasks[t].yielding);
        if !others && exec.watched.is_none() {
            // Everybody who can run only waits: time passes.
            let jump = 1_000_000u64 << exec.idle_yields.min(34);
            exec.idle_yields += 1;
            let earliest = (0..exec.tasks.len()).filter_map(|t| exec.deadline(t)).filter(|&d| d > exec.now).min();
            if let Some(d) = earliest
                && d <= exec.now.saturating_add(jump)
            {
                exec.now = d;
                exec.idle_yields = 0;
                exec.last_change = exec.steps;
            } else if earliest.is_none() {
                // Somebody may be looking at the clock.
                exec.now = exec.now.saturating_add(1_000_000);
            } else {
                exec.now += jump;
            }
        }
    });
    freeze_point();
    switch();
    with(|k| {
        k.exec.current_task().yielding = false;
        k.exec.record(&op, Change::None, 0, String::new);
        k.exec.current_task().yielding = true;
    });
}

/// Virtual nanoseconds since the execution began.
pub fn now() -> u64 {
    with(|k| {
        let exec = &mut k.exec;
        exec.vain.clock = true;
        exec.clock_reads += 1;
        if exec.clock_reads > 300 {
            // A loop that only looks at the clock.
            exec.clock_reads = 0;
            exec.now = exec.now.saturating_add(1_000_000);
        }
        exec.look_at_clock()
    })
}

impl Exec {
    /// What the clock shows depends on who ran: it is part of the history.
    fn look_at_clock(&mut self) -> u64 {
        let me = self.current;
        let h = mix(self.tasks[me].hash, self.now ^ 0x7133);
        self.tasks[me].hash = h;
        self.hash = self.hash.wrapping_add(h);
        self.now
    }
}

/// Like [`now`], for the shadow's own use: it is not a look at the clock.
pub fn peek_now() -> u64 {
    with(|k| k.exec.look_at_clock())
}
