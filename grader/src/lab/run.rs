//! One run: a check under an engine, in a process of its own.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use protocol::{Engine, Job, Work};

use super::LabError;
use crate::core::manifest::{Limits, Manifest};
use crate::core::observation::{Channel, End, Limit, Observation};
use crate::core::plan::Effort;
use crate::sandbox::{self, Command, Exit, LimitHit, Network, Sandbox, WorkFolder, runtime_paths};

/// What is needed to run the checks of one submission.
pub struct Bench<'a> {
    /// The walls.
    pub sandbox: &'a Sandbox,
    /// The linked program.
    pub program: PathBuf,
    /// What a run may use.
    pub limits: Limits,
    /// A network of its own, with nobody else on it.
    pub network: Network,
}

/// A secret for one process: what does not bear it did not come from the harness.
fn nonce() -> Result<String, LabError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| LabError::Grader(format!("the system gives no random bytes: {error}")))?;
    Ok(data_encoding::HEXLOWER.encode(&bytes))
}

impl<'a> Bench<'a> {
    /// For a program that was compiled for `manifest`, to do as much work.
    pub fn new(sandbox: &'a Sandbox, program: PathBuf, manifest: &Manifest, effort: Effort) -> Bench<'a> {
        let net = manifest.allow_std.iter().any(|module| module == "net");
        let network = if net { Network::Loopback } else { Network::None };
        Bench { sandbox, program, limits: effort.limits(manifest.limits), network }
    }

    /// Runs one job to its end and says what was seen. `counted` gets the number of ended executions now and then.
    pub fn run(
        &self,
        check: &str,
        engine: Engine,
        seed: u64,
        work: Work,
        counted: &mut dyn FnMut(u64),
    ) -> Result<Observation, LabError> {
        let nonce = nonce()?;
        let job = Job { nonce: nonce.clone(), check: check.to_owned(), engine, seed, work };
        let mut command = Command::new(&self.program);
        command.stdin = serde_json::to_vec(&job).expect("plain data");
        command.stdin.push(b'\n');
        command.channel = true;
        let folder = self.program.parent().expect("a program lies in a folder").to_owned();
        command.cwd = folder.clone();
        command.readonly = runtime_paths();
        command.readonly.push(folder.clone());
        command.network = self.network;
        // A private folder that lasts as long as the run.
        let mut private = None;
        if engine == Engine::Process {
            // The check runs the student's program, which may start children and write files.
            let made = WorkFolder::new();
            let made = made.map_err(|error| LabError::Grader(format!("no work folder can be made: {error}")))?;
            command.env.insert("GRADE_PROGRAM".into(), folder.join("student").into());
            command.children = true;
            command.processes = true;
            command.cwd = made.path().to_owned();
            command.writable = Some(made.path().to_owned());
            private = Some(made);
        }
        command.limits = sandbox::Limits {
            cpu: Duration::from_secs(self.limits.cpu_seconds),
            wall: Duration::from_secs(self.limits.wall_seconds),
            memory_bytes: self.limits.memory_mib << 20,
            processes: self.limits.processes,
            output_bytes: self.limits.output_kib << 10,
            ..sandbox::Limits::default()
        };
        let mut channel = Channel::default();
        let start = Instant::now();
        let mut last = start;
        let exit = self.sandbox.run(&command, &mut |line: &str| {
            if channel.line(&nonce, line) {
                last = Instant::now();
                counted(channel.executions);
            }
        });
        drop(private);
        let silent_seconds = last.elapsed().as_secs_f64();
        match exit {
            Ok(exit) => Ok(observation(exit, channel, silent_seconds)),
            Err(sandbox::Error::Interrupted) => Err(LabError::Interrupted),
            Err(error) => Ok(Observation {
                end: End::NotRun(error.to_string()),
                limit: None,
                channel,
                stdout: String::new(),
                stderr: String::new(),
                seconds: start.elapsed().as_secs_f64(),
                cpu_seconds: 0.0,
                silent_seconds,
            }),
        }
    }
}

fn observation(exit: Exit, channel: Channel, silent_seconds: f64) -> Observation {
    let end = match (exit.status, exit.signal) {
        (_, Some(signal)) => End::Signal(signal),
        (Some(code), None) => End::Code(code),
        (None, None) => End::NotRun("the process left no exit status".into()),
    };
    let limit = exit.limit.map(|limit| match limit {
        LimitHit::Cpu => Limit::Cpu,
        LimitHit::Wall => Limit::Wall,
        LimitHit::Memory => Limit::Memory,
        LimitHit::Processes => Limit::Processes,
        LimitHit::Output => Limit::Output,
        LimitHit::Channel => Limit::Channel,
        LimitHit::Disk => Limit::Disk,
    });
    Observation {
        end,
        limit,
        channel,
        stdout: exit.stdout.text(),
        stderr: exit.stderr.text(),
        seconds: exit.wall.as_secs_f64(),
        cpu_seconds: exit.cpu.as_secs_f64(),
        silent_seconds,
    }
}
