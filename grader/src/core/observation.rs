//! The facts about one run, as the parent saw them. Nothing here is an opinion.

use protocol::{Body, Failure, Message, Report};

/// The longest line that is taken from the channel.
pub const LONGEST_MESSAGE: usize = 32 << 20;

/// What was seen of one run.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// How the process ended.
    pub end: End,
    /// The limit that was reached.
    pub limit: Option<Limit>,
    /// What the harness said.
    pub channel: Channel,
    /// Standard output, bounded.
    pub stdout: String,
    /// Standard error, bounded.
    pub stderr: String,
    /// Wall time.
    pub seconds: f64,
    /// Processor time.
    pub cpu_seconds: f64,
    /// Wall time since the harness last counted an ended execution (or since the start).
    pub silent_seconds: f64,
}

/// How a process ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// With this exit code.
    Code(i32),
    /// By this signal.
    Signal(i32),
    /// It could not be run, and why. Not the submission's fault.
    NotRun(String),
}

/// A limit that was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Processor time.
    Cpu,
    /// The safety net.
    Wall,
    /// Memory of the tree.
    Memory,
    /// Processes and threads.
    Processes,
    /// Standard output and standard error.
    Output,
    /// The harness's channel.
    Channel,
    /// Files.
    Disk,
}

/// What the harness said over the channel, checked line by line.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Channel {
    /// The check's first execution began.
    pub started: bool,
    /// Executions that had ended, by the last word on it.
    pub executions: u64,
    /// Written before something that may end the process.
    pub last_words: Option<Failure>,
    /// The result.
    pub report: Option<Report>,
    /// Nothing followed the result.
    pub done: bool,
    /// The first thing that was wrong with the messages. Nothing after it is believed.
    pub fault: Option<String>,
    pub(super) next: u64,
}

impl Channel {
    /// Takes one line. True if an execution was counted.
    pub fn line(&mut self, nonce: &str, line: &str) -> bool {
        if self.fault.is_some() {
            return false;
        }
        if line.len() > LONGEST_MESSAGE {
            return self.bad("a message is too long");
        }
        let message: Message = match serde_json::from_str(line) {
            Ok(message) => message,
            Err(_) => return self.bad("a message cannot be read"),
        };
        if message.nonce != nonce {
            return self.bad("a message does not bear this run's secret");
        }
        if message.seq != self.next {
            return self.bad("a message is missing or comes twice");
        }
        self.next += 1;
        if self.done {
            return self.bad("a message follows the last one");
        }
        match message.body {
            Body::Started if !self.started => self.started = true,
            Body::Started => return self.bad("the check began twice"),
            Body::Done if self.report.is_some() => self.done = true,
            Body::Done => return self.bad("the run ended without a result"),
            _ if !self.started => return self.bad("a result came before the check began"),
            Body::Progress { executions } if self.report.is_none() && executions >= self.executions => {
                let counted = executions > self.executions;
                self.executions = executions;
                return counted;
            }
            Body::Progress { .. } => return self.bad("the count of executions went backwards"),
            Body::LastWords(failure) => self.last_words = Some(failure),
            Body::Report(report) if self.report.is_none() => {
                self.executions = report.executions;
                self.report = Some(report);
            }
            Body::Report(_) => return self.bad("there are two results"),
        }
        false
    }

    fn bad(&mut self, what: &str) -> bool {
        self.fault = Some(what.to_owned());
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::Outcome;

    fn line(seq: u64, body: Body) -> String {
        serde_json::to_string(&Message { nonce: "n".into(), seq, body }).expect("JSON")
    }

    fn report() -> Body {
        Body::Report(Report {
            executions: 5,
            complete: true,
            preemption_bound: None,
            outcome: Outcome::Passed,
            outcomes: vec![],
            warnings: vec![],
        })
    }

    #[test]
    fn a_whole_run() {
        let mut channel = Channel::default();
        for (seq, body) in
            [Body::Started, Body::Progress { executions: 3 }, report(), Body::Done].into_iter().enumerate()
        {
            channel.line("n", &line(seq as u64, body));
        }
        assert_eq!(channel.fault, None);
        assert!(channel.done && channel.executions == 5);
    }

    #[test]
    fn forgeries_are_faults() {
        let faulty = |lines: Vec<String>| {
            let mut channel = Channel::default();
            for line in lines {
                channel.line("n", &line);
            }
            assert!(channel.fault.is_some());
        };
        faulty(vec![line(1, Body::Started)]);
        faulty(vec![line(0, report())]);
        faulty(vec![line(0, Body::Started), line(1, Body::Done)]);
        faulty(vec![line(0, Body::Started), line(1, report()), line(2, report())]);
        faulty(vec![line(0, Body::Started), line(1, report()), line(2, Body::Done), line(3, Body::Done)]);
        faulty(vec![line(0, Body::Started), "{}".to_owned()]);
        let mut channel = Channel::default();
        channel.line("other", &line(0, Body::Started));
        assert!(channel.fault.is_some());
    }
}
