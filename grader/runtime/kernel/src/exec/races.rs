//! Plain data: happens-before.

use super::{Change, Loc, Op, fail, with};
use crate::loomrt;
use crate::object::{Access, ObjId};
use protocol::Kind;

/// Checks a read of plain data against earlier writes.
pub fn race_read(id: ObjId, place: Loc) {
    if loomrt::on() {
        return loomrt::data(id, false);
    }
    let race = with(|k| {
        let exec = &mut k.exec;
        let me = exec.current;
        let clock = exec.tasks[me].view.clock(me);
        let o = &mut exec.objects[id];
        let race = o.write.filter(|w| w.task != me && w.clock > exec.tasks[me].view.clock(w.task));
        o.reads.retain(|r| r.task != me);
        o.reads.push(Access { task: me, clock, place });
        exec.record(&Op { name: "read", object: Some(id), place }, Change::None, 0, String::new);
        race.map(|w| (w, exec.task_name(w.task), exec.task_name(me)))
    });
    if let Some((w, writer, me)) = race {
        report_race(&writer, "wrote", w.place, &me, "reads", place);
    }
}

/// Checks a write of plain data against earlier reads and writes.
pub fn race_write(id: ObjId, place: Loc) {
    if loomrt::on() {
        return loomrt::data(id, true);
    }
    let race = with(|k| {
        let exec = &mut k.exec;
        let me = exec.current;
        let clock = exec.tasks[me].view.clock(me);
        let view = &exec.tasks[me].view;
        let o = &mut exec.objects[id];
        let unordered = |a: &Access| a.task != me && a.clock > view.clock(a.task);
        let race = o
            .write
            .filter(&unordered)
            .map(|w| (w, "wrote"))
            .or_else(|| o.reads.iter().copied().find(|r| unordered(r)).map(|r| (r, "read")));
        o.write = Some(Access { task: me, clock, place });
        o.reads.clear();
        exec.record(&Op { name: "write", object: Some(id), place }, Change::News, 0, String::new);
        race.map(|(a, did)| (a, did, exec.task_name(a.task), exec.task_name(me)))
    });
    if let Some((a, did, other, me)) = race {
        report_race(&other, did, a.place, &me, "writes", place);
    }
}

fn report_race(other: &str, did: &str, there: Loc, me: &str, does: &str, here: Loc) {
    let message = format!(
        "A data race: {other} {did} the data ({}:{}), and {me} {does} it ({}:{}), and nothing orders the two: \
         no lock, and no release store that an acquire load has read.",
        there.file(),
        there.line(),
        here.file(),
        here.line()
    );
    fail(Kind::DataRace, message, Some(here));
}
