//! Joins compiling, running and judging. Emits events, never prints.

pub mod course;
pub mod explore;
pub mod prepare;
pub mod replay;
pub mod run;
pub mod schedule;
pub mod session;
pub mod verify;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use crate::build::BuildError;
use crate::build::runtime::{Flavour, Runtime};
use crate::build::toolchain::Toolchain;
use crate::core::event::Event;
use crate::core::manifest::{Manifest, Target};
use crate::sandbox::{self, Policy, Sandbox, WorkFolder};

/// Gets every event; called from several threads.
pub type Listener<'a> = &'a (dyn Fn(Event) + Sync);

/// Why there is no result. Each kind has its exit code.
#[derive(Debug, thiserror::Error)]
pub enum LabError {
    /// A mistake of whoever called `grade`; exit code 2.
    #[error("{0}")]
    Usage(String),
    /// The course is invalid; exit code 3.
    #[error("{0}")]
    Course(String),
    /// The grader could not do its work; exit code 4.
    #[error("{0}")]
    Grader(String),
    /// Somebody stopped it.
    #[error("interrupted")]
    Interrupted,
}

impl LabError {
    /// The exit code that says the same.
    pub fn exit_code(&self) -> u8 {
        match self {
            LabError::Usage(_) => 2,
            LabError::Course(_) => 3,
            LabError::Grader(_) => 4,
            LabError::Interrupted => 130,
        }
    }
}

impl From<BuildError> for LabError {
    fn from(error: BuildError) -> Self {
        match error {
            BuildError::Sandbox(sandbox::Error::Interrupted) => LabError::Interrupted,
            BuildError::Course(what) => LabError::Course(what),
            other => LabError::Grader(other.to_string()),
        }
    }
}

impl From<sandbox::Error> for LabError {
    fn from(error: sandbox::Error) -> Self {
        BuildError::from(error).into()
    }
}

/// What all gradings of one call share: a toolchain, the built runtime, the walls.
pub struct Lab {
    /// The toolchain.
    pub toolchain: Toolchain,
    /// The walls.
    pub sandbox: Sandbox,
    runtimes: Mutex<BTreeMap<Flavour, Runtime>>,
}

impl Lab {
    /// Finds the sandbox and the toolchain, and removes what a `grade` that was killed left behind.
    pub fn open(policy: Policy) -> Result<Lab, LabError> {
        sandbox::sweep();
        let sandbox = Sandbox::new(policy)?;
        let toolchain = Toolchain::find()?;
        Ok(Lab { toolchain, sandbox, runtimes: Mutex::default() })
    }

    /// What submissions are compiled with; built now if it is not there yet. Other threads wait for it.
    pub fn runtime(&self, flavour: Flavour, listen: Listener<'_>) -> Result<Runtime, LabError> {
        let mut runtimes = self.runtimes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(runtime) = runtimes.get(&flavour) {
            return Ok(runtime.clone());
        }
        let runtime = Runtime::get(&self.toolchain, flavour, &mut |line| listen(Event::Preparing(line)))?;
        runtimes.insert(flavour, runtime.clone());
        Ok(runtime)
    }

    /// The runtime that an assignment wants.
    pub fn runtime_for(&self, manifest: &Manifest, listen: Listener<'_>) -> Result<Runtime, LabError> {
        let tokio = manifest.dependencies.iter().any(|name| name == "tokio");
        let flavour = match manifest.target {
            Target::Binary => Flavour::Process,
            Target::Library if tokio => Flavour::Tokio,
            Target::Library => Flavour::Std,
        };
        self.runtime(flavour, listen)
    }

    /// A private work folder that goes when it is dropped.
    pub(crate) fn work_folder(&self) -> Result<WorkFolder, LabError> {
        WorkFolder::new().map_err(|error| {
            LabError::Grader(format!("no work folder can be made in {}: {error}", std::env::temp_dir().display()))
        })
    }
}

/// The folder in which this program was built, if it is still there: the default course lies beside it.
pub fn home() -> Option<PathBuf> {
    let home = PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent()?.to_owned();
    home.join("assignments").is_dir().then_some(home)
}
