//! `grade doctor`: what works on this machine, what does not, and what to do about it.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use clap::Args as ClapArgs;
use serde_json::json;

use super::common::{Format, colours, deliver};
use crate::build::runtime::cache_folder;
use crate::build::toolchain::Toolchain;
use crate::lab::LabError;
use crate::sandbox::{Level, Survey, survey};

#[derive(ClapArgs)]
pub struct Args {
    /// How to write it
    #[arg(long, value_name = "HOW", default_value = "human")]
    format: Format,
}

/// Something beside the walls that grading needs.
struct Need {
    name: &'static str,
    there: bool,
    seen: String,
}

/// 0 if strangers' submissions can be graded here, else 4.
pub fn run(args: Args) -> Result<u8, LabError> {
    let survey = survey();
    let needs = needs();
    let text = match args.format {
        Format::Json => as_json(&survey, &needs),
        Format::Human => for_people(&survey, &needs, colours()),
    };
    deliver(&text, None)?;
    let ready = survey.chosen().is_some() && needs.iter().all(|need| need.there);
    Ok(if ready { 0 } else { 4 })
}

fn needs() -> Vec<Need> {
    let toolchain = match Toolchain::find() {
        Ok(found) => Need {
            name: "Rust toolchain",
            there: true,
            seen: format!("{} in {}", found.version.lines().next().unwrap_or_default(), found.sysroot.display()),
        },
        Err(error) => Need { name: "Rust toolchain", there: false, seen: error.to_string() },
    };
    let cache = match cache_folder() {
        Ok(folder) => match writable(&folder) {
            Ok(()) => Need { name: "cache", there: true, seen: folder.display().to_string() },
            Err(error) => Need {
                name: "cache",
                there: false,
                seen: format!("{} cannot be written ({error}); set GRADE_CACHE to another folder", folder.display()),
            },
        },
        Err(error) => Need { name: "cache", there: false, seen: error.to_string() },
    };
    let temporary = std::env::temp_dir();
    let work = match crate::sandbox::WorkFolder::new() {
        Ok(_) => Need { name: "work folders", there: true, seen: temporary.display().to_string() },
        Err(error) => Need {
            name: "work folders",
            there: false,
            seen: format!("{} cannot be written ({error}); set TMPDIR to another folder", temporary.display()),
        },
    };
    vec![toolchain, cache, work]
}

fn writable(folder: &std::path::Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    tempfile::Builder::new().prefix(".doctor-").tempfile_in(folder).map(drop)
}

fn meaning(level: Level) -> &'static str {
    match level {
        Level::Jail => "namespaces of its own: it sees nothing but the folders it was given",
        Level::Guard => "files, network and signals are closed; names and times of other people's files can be seen",
        Level::None => "limits only; for submissions you trust (`--sandbox none`)",
    }
}

fn for_people(survey: &Survey, needs: &[Need], colour: bool) -> String {
    let paint = |there: bool| {
        let (word, tone) = if there { ("yes", AnsiColor::Green) } else { ("no ", AnsiColor::Red) };
        let style = if colour { Style::new().fg_color(Some(tone.into())) } else { Style::new() };
        format!("{style}{word}{style:#}")
    };
    let mut text = String::new();
    let _ = writeln!(text, "The sandbox around submissions\n");
    for trial in &survey.trials {
        let _ =
            writeln!(text, "  {}  {:<6} {}", paint(trial.why_not.is_none()), trial.level.name(), meaning(trial.level));
        for line in trial.why_not.iter().flat_map(|why| why.lines()) {
            let _ = writeln!(text, "              {line}");
        }
    }
    let _ = match survey.chosen() {
        Some(level) => writeln!(text, "\n  `--sandbox auto` uses {level}: a trial program could not get out of it."),
        None => writeln!(
            text,
            "\n  `--sandbox auto` refuses to grade here. Only `--sandbox none` does, and it protects nothing: use it for\n  \
             submissions you trust."
        ),
    };
    let _ = writeln!(text, "\nWhat it is built of\n");
    for layer in &survey.layers {
        let _ = writeln!(text, "  {}  {:<16} {}", paint(layer.there), layer.name, layer.seen);
        if let Some(advice) = &layer.advice {
            let _ = writeln!(text, "{:24}to do: {advice}", "");
        }
    }
    let _ = writeln!(text, "\nWhat else grading needs\n");
    for need in needs {
        let _ = writeln!(
            text,
            "  {}  {:<16} {}",
            paint(need.there),
            need.name,
            need.seen.replace('\n', "\n                        ")
        );
    }
    text
}

fn as_json(survey: &Survey, needs: &[Need]) -> String {
    let value = json!({
        "sandbox": survey.chosen().map(Level::name),
        "levels": survey.trials.iter().map(|t| json!({
            "level": t.level.name(), "works": t.why_not.is_none(), "why_not": t.why_not,
        })).collect::<Vec<_>>(),
        "layers": survey.layers.iter().map(|l| json!({
            "name": l.name, "there": l.there, "seen": l.seen, "advice": l.advice,
        })).collect::<Vec<_>>(),
        "needs": needs.iter().map(|n| json!({ "name": n.name, "there": n.there, "seen": n.seen })).collect::<Vec<_>>(),
    });
    let mut text = serde_json::to_string_pretty(&value).expect("plain data");
    text.push('\n');
    text
}
