//! `grade list`.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args as ClapArgs;
use serde_json::json;

use super::common::{Format, deliver};
use crate::lab::LabError;
use crate::lab::course::{Assignment, Course};
use crate::report::text::clean;

#[derive(ClapArgs)]
pub struct Args {
    /// The course: the folder that holds `assignments`, or that folder itself
    #[arg(long, value_name = "DIR")]
    course: Option<PathBuf>,
    /// How to write the list
    #[arg(long, value_name = "HOW", default_value = "human")]
    format: Format,
}

pub fn run(args: Args) -> Result<u8, LabError> {
    let course = Course::find(args.course.as_deref())?;
    let mut all = Vec::new();
    for entry in &course.entries {
        all.push(Assignment::load(entry)?.manifest);
    }
    let text = match args.format {
        Format::Json => {
            let list: Vec<_> = all
                .iter()
                .map(|m| {
                    json!({
                        "assignment": m.name().folder(), "number": m.number, "slug": m.slug, "title": m.title,
                        "topic": m.topic, "points": m.points, "checks": m.checks.len(),
                    })
                })
                .collect();
            let mut text = serde_json::to_string_pretty(&list).expect("plain data");
            text.push('\n');
            text
        }
        Format::Human => {
            let mut text = String::new();
            let slugs = all.iter().map(|m| m.slug.len()).max().unwrap_or(0);
            for m in &all {
                let _ = writeln!(
                    text,
                    "{:<14} {:<slugs$}  {:>3} points  {}{}",
                    m.name().command(),
                    m.slug,
                    m.points,
                    clean(&m.title),
                    if m.topic.is_empty() { String::new() } else { format!(" ({})", clean(&m.topic)) }
                );
            }
            text
        }
    };
    deliver(&text, None)?;
    Ok(0)
}
