//! The live line on a terminal.

use std::sync::Mutex;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::core::event::Event;

/// Shows events as one line that changes; nothing where standard error is no terminal.
pub struct Progress {
    bar: ProgressBar,
    told: Mutex<bool>,
}

impl Progress {
    /// A line that is not there yet. `quiet`: it never will be.
    pub fn new(quiet: bool) -> Progress {
        let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(None, target);
        let style = ProgressStyle::with_template("{spinner} {msg}").expect("a good template");
        bar.set_style(style);
        bar.enable_steady_tick(Duration::from_millis(120));
        Progress { bar, told: Mutex::new(false) }
    }

    /// Shows an event.
    pub fn show(&self, event: Event) {
        match event {
            Event::Preparing(line) => {
                let mut told = self.told.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                // The one wait that lasts: said even where no line can change.
                if self.bar.is_hidden() && !std::mem::replace(&mut *told, true) {
                    super::common::say(&format!("grade: {line}"));
                }
                self.bar.set_message(line);
            }
            Event::Reading => self.bar.set_message("reading the submission"),
            Event::Compiling(what) => self.bar.set_message(format!("compiling {what}")),
            Event::Planned { runs } => {
                let style =
                    ProgressStyle::with_template("{spinner} {pos}/{len} {bar:24} {msg}").expect("a good template");
                self.bar.set_style(style);
                self.bar.set_length(runs as u64);
            }
            Event::RunStarted { check, engine } => self.bar.set_message(format!("{check} ({})", engine.name())),
            Event::RunEnded { skipped, .. } => self.bar.inc(1 + skipped as u64),
            Event::Shrinking { check } => {
                self.bar.set_message(format!("{check}: looking for the shortest failing order"))
            }
            Event::Note(text) => {
                self.bar.inc(1);
                self.bar.set_message(text);
            }
        }
    }

    /// Takes the line away.
    pub fn end(&self) {
        self.bar.finish_and_clear();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.end();
    }
}

/// Shows the cursor again, which the line hides.
pub fn restore() {
    use std::io::IsTerminal as _;
    if std::io::stderr().is_terminal() {
        let _ = console::Term::stderr().show_cursor();
    }
}
