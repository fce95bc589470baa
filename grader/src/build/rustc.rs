//! The calls of rustc: the submission, the checks, and the program that joins them.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use cargo_metadata::diagnostic::Diagnostic;

use super::runtime::Runtime;
use super::submission::Submission;
use super::toolchain::Toolchain;
use super::{BuildError, Doing, diagnostics};
use crate::core::manifest::{Manifest, Target};
use crate::sandbox::{Command, LimitHit, Limits, Sandbox, toolchain_paths};

/// A toolchain, a runtime and a work folder: all that is needed to compile one submission.
pub struct Compiler<'a> {
    /// The toolchain.
    pub toolchain: &'a Toolchain,
    /// What to compile against.
    pub runtime: &'a Runtime,
    /// Runs rustc within walls.
    pub sandbox: &'a Sandbox,
    /// The only folder that rustc writes to.
    pub out: PathBuf,
    /// May the submission use tokio?
    pub tokio: bool,
    /// What is graded: a library is compiled against the shadows, a program against the real std.
    pub target: Target,
}

/// How a call of rustc ended.
#[derive(Debug)]
pub enum Compiled {
    /// The file it made.
    Made(PathBuf),
    /// The source's fault, in the compiler's words.
    Errors(Vec<Diagnostic>),
    /// The compiler itself gave up: too much time, too much memory, or a fault of its own.
    GaveUp {
        /// The limit that was reached.
        limit: Option<LimitHit>,
        /// In plain words.
        why: String,
    },
}

/// Is it the disk that is full? Such an error points at no source; a linker that maps its output is killed by SIGBUS.
fn no_room(error: &Diagnostic) -> bool {
    let mut said = std::iter::once(&error.message).chain(error.children.iter().map(|child| &child.message));
    error.spans.is_empty() && said.any(|text| text.contains("No space left on device") || text.contains("[Bus error]"))
}

/// What one compilation may use.
fn limits() -> Limits {
    Limits {
        cpu: Duration::from_secs(60),
        wall: Duration::from_secs(180),
        memory_bytes: 2 << 30,
        processes: 64,
        output_bytes: 4 << 20,
        ..Limits::default()
    }
}

impl Compiler<'_> {
    /// Compiles a submission.
    pub fn student(&self, submission: &Submission) -> Result<Compiled, BuildError> {
        let (kind, file) = match self.target {
            Target::Library => ("rlib", "libstudent.rlib"),
            Target::Binary => ("bin", "student"),
        };
        let mut args = self.common("student", &submission.edition, kind, &submission.root);
        // Not even `#[allow]` undoes a forbidden lint; warnings are between the student and cargo. The second closes
        // `extern` blocks of editions before 2024, which could link an object file of the submission's.
        args.extend(["-F", "unsafe_code", "-F", "missing_unsafe_on_extern", "-A", "warnings"].map(OsString::from));
        self.shadows(&mut args);
        for feature in &submission.features {
            args.push("--cfg".into());
            args.push(format!("feature=\"{feature}\"").into());
        }
        if self.tokio {
            self.with(&mut args, "tokio", &self.runtime.library("tokio"));
        }
        if self.target == Target::Binary {
            self.stops(&mut args);
        }
        args.push((&submission.entry).into());
        let mut command = self.command(args, &submission.root);
        command.children = self.target == Target::Binary;
        for (name, value) in [
            ("CARGO_PKG_NAME", submission.name.as_str()),
            ("CARGO_CRATE_NAME", "student"),
            ("CARGO_PKG_VERSION", "0.1.0"),
        ] {
            command.env.insert(name.into(), value.into());
        }
        self.run(&command, file)
    }

    /// Compiles and links an assignment's checks; `folder` holds `checks/lib.rs`, which ends with [`Compiler::main`]. One
    /// crate, not a library and a program: every call of rustc costs a tenth of a second.
    pub fn checks(&self, folder: &Path) -> Result<Compiled, BuildError> {
        let mut args = self.program(folder);
        self.shadows(&mut args);
        self.with(&mut args, self.kit(), &self.runtime.library(self.kit()));
        if self.tokio {
            self.with(&mut args, "tokio", &self.runtime.library("tokio"));
            self.with(&mut args, "gradekit_tokio", &self.runtime.library("gradekit_tokio"));
        }
        if self.target == Target::Library {
            self.with(&mut args, "student", &self.out.join("libstudent.rlib"));
        }
        self.link(args, folder, "checks/lib.rs")
    }

    /// The `main` that runs the checks.
    pub fn main(&self, manifest: &Manifest) -> String {
        let checks: String =
            manifest.checks.iter().map(|check| format!("({:?}, crate::{} as fn()),", check.id, check.id)).collect();
        format!("\nfn main() {{ ::{}::harness::main(&[{checks}]) }}\n", self.kit())
    }

    /// Compiles a piece of source that only asks questions about the submission's items.
    pub fn probe(&self, source: &str) -> Result<Compiled, BuildError> {
        let file = self.out.join("probe.rs");
        fs::write(&file, source).doing(|| format!("writing {}", file.display()))?;
        let mut args = self.common("probe", "2024", "rlib", &self.out);
        args.extend(["-A", "warnings", "--emit=metadata"].map(OsString::from));
        self.shadows(&mut args);
        self.with(&mut args, "student", &self.out.join("libstudent.rlib"));
        args.push("probe.rs".into());
        self.run(&self.command(args, &self.out), "libprobe.rmeta")
    }

    /// Links a program whose own `main` (under the name `entry`) is to be run as a check.
    pub fn link_program(&self, entry: &str) -> Result<Compiled, BuildError> {
        let source = format!("fn main() {{\n    gradekit::harness::explore(student::{entry} as fn())\n}}\n");
        let file = self.out.join("main.rs");
        fs::write(&file, source).doing(|| format!("writing {}", file.display()))?;
        let mut args = self.program(&self.out);
        self.with(&mut args, "gradekit", &self.runtime.library("gradekit"));
        self.with(&mut args, "student", &self.out.join("libstudent.rlib"));
        self.link(args, &self.out, "main.rs")
    }

    /// The arguments for the program that runs the checks.
    fn program(&self, folder: &Path) -> Vec<OsString> {
        let mut args = self.common("run", "2024", "bin", folder);
        args.extend(["-A", "warnings", "-C", "strip=debuginfo"].map(OsString::from));
        args
    }

    /// Compiles and links it; the linker is a child of rustc.
    fn link(&self, mut args: Vec<OsString>, folder: &Path, entry: &str) -> Result<Compiled, BuildError> {
        args.push(entry.into());
        let mut command = self.command(args, folder);
        command.children = true;
        self.run(&command, "run")
    }

    fn common(&self, name: &str, edition: &str, kind: &str, folder: &Path) -> Vec<OsString> {
        let mut args: Vec<OsString> = Vec::new();
        args.extend(["--crate-name", name, "--edition", edition, "--crate-type", kind].map(OsString::from));
        // Overflows must not pass silently. No optimisation: what runs often is the runtime, which is optimised, and
        // the checks compile five times faster.
        args.extend(
            ["-C", "opt-level=0", "-C", "debug-assertions=on", "-C", "debuginfo=0", "-C", "embed-bitcode=no"]
                .map(OsString::from),
        );
        args.extend(["--error-format=json", "--diagnostic-width=100"].map(OsString::from));
        let mut remap = OsString::from("--remap-path-prefix=");
        remap.push(folder);
        remap.push("=");
        args.push(remap);
        for folder in [self.runtime.deps(), self.out.clone()] {
            args.push("-L".into());
            let mut path = OsString::from("dependency=");
            path.push(folder);
            args.push(path);
        }
        args.push("--out-dir".into());
        args.push(self.out.clone().into());
        args
    }

    /// The check library, which holds the harness too.
    fn kit(&self) -> &'static str {
        match self.target {
            Target::Library => "gradekit",
            Target::Binary => "gradekit_process",
        }
    }

    /// Links what lets a check stop the program at its system calls. All of it: nothing in the program asks for it.
    fn stops(&self, args: &mut Vec<OsString>) {
        if !cfg!(target_os = "linux") {
            return;
        }
        let mut library = OsString::from("-Clink-arg=");
        library.push(self.runtime.library("process_stops"));
        args.extend(["-Clink-arg=-Wl,--whole-archive".into(), library, "-Clink-arg=-Wl,--no-whole-archive".into()]);
    }

    /// Puts the shadows in the place of std and core.
    fn shadows(&self, args: &mut Vec<OsString>) {
        if self.target == Target::Binary {
            return;
        }
        self.with(args, "std", &self.runtime.library("shadow_std"));
        self.with(args, "core", &self.runtime.library("shadow_core"));
    }

    fn with(&self, args: &mut Vec<OsString>, name: &str, file: &Path) {
        args.push("--extern".into());
        let mut value = OsString::from(name);
        value.push("=");
        value.push(file);
        args.push(value);
    }

    fn command(&self, args: Vec<OsString>, folder: &Path) -> Command {
        let mut command = Command::new(&self.toolchain.rustc);
        command.args = args;
        command.env.insert("TMPDIR".into(), self.out.clone().into());
        command.env.insert("PATH".into(), "/usr/local/bin:/usr/bin:/bin".into());
        command.cwd = folder.to_owned();
        command.readonly = toolchain_paths(&self.toolchain.sysroot);
        command.readonly.push(self.runtime.root.clone());
        if folder != self.out {
            command.readonly.push(folder.to_owned());
        }
        command.writable = Some(self.out.clone());
        command.limits = limits();
        command
    }

    fn run(&self, command: &Command, file: &str) -> Result<Compiled, BuildError> {
        let exit = self.sandbox.run(command, &mut |_| {})?;
        let made = self.out.join(file);
        if exit.success() && made.is_file() {
            return Ok(Compiled::Made(made));
        }
        let (found, rest) = diagnostics::parse(&exit.stderr.text());
        if exit.limit.is_none() && diagnostics::errors(&found).any(no_room) {
            return Err(BuildError::DiskFull(self.out.clone()));
        }
        if exit.limit.is_none() && exit.status == Some(1) && diagnostics::errors(&found).next().is_some() {
            return Ok(Compiled::Errors(found));
        }
        let why = match (exit.limit, exit.status, exit.signal) {
            (Some(LimitHit::Cpu | LimitHit::Wall), ..) => {
                format!("compiling did not end within {} s of processor time", limits().cpu.as_secs())
            }
            (Some(LimitHit::Memory), ..) => {
                format!("compiling used more than {} MiB of memory", limits().memory_bytes >> 20)
            }
            (Some(limit), ..) => format!("compiling reached a limit: {limit}"),
            (None, _, Some(signal)) => format!("the compiler was ended by signal {signal}"),
            (None, status, None) => {
                let status = status.map_or_else(|| "no exit code".to_owned(), |code| format!("exit code {code}"));
                let words: Vec<String> = diagnostics::errors(&found).map(|error| error.message.clone()).collect();
                format!("the compiler failed with {status}: {} {}", words.join("; "), rest.trim())
            }
        };
        Ok(Compiled::GaveUp { limit: exit.limit, why: why.trim().to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(message: &str, spans: &str, child: &str) -> Diagnostic {
        let children =
            format!(r#"[{{"message":"{child}","code":null,"level":"note","spans":[],"children":[],"rendered":null}}]"#);
        let text = format!(
            r#"{{"message":"{message}","code":null,"level":"error","spans":{spans},"children":{children},"rendered":null}}"#
        );
        serde_json::from_str(&text).expect("as rustc writes it")
    }

    #[test]
    fn a_full_disk_is_not_the_students_fault() {
        let full = "No space left on device (os error 28)";
        assert!(no_room(&error(&format!("failed to write x.rmeta: {full}"), "[]", "")));
        assert!(no_room(&error(
            "linking with `cc` failed",
            "[]",
            "collect2: fatal error: ld terminated with signal 7 [Bus error]"
        )));
        assert!(!no_room(&error("linking with `cc` failed", "[]", "undefined symbol: x")));
        // `compile_error!` may say anything, but has a place.
        let span = r#"[{"file_name":"src/lib.rs","byte_start":0,"byte_end":1,"line_start":1,"line_end":1,"column_start":1,
            "column_end":2,"is_primary":true,"text":[],"label":null,"suggested_replacement":null,
            "suggestion_applicability":null,"expansion":null}]"#;
        assert!(!no_room(&error(full, span, "")));
    }
}
