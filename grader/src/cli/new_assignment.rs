//! `grade new-assignment SLUG`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::common::deliver;
use crate::lab::LabError;
use crate::lab::course::Course;
use crate::pack::skeleton;

#[derive(ClapArgs)]
pub struct Args {
    /// The assignment's name: lower-case words joined by `-`, like `bank-race`
    slug: String,
    /// The title, as students read it
    #[arg(long)]
    title: Option<String>,
    /// Its number [default: the next free one]
    #[arg(long, value_name = "N")]
    number: Option<u32>,
    /// The course: the folder that holds `assignments`, or that folder itself
    #[arg(long, value_name = "DIR")]
    course: Option<PathBuf>,
}

pub fn run(args: Args) -> Result<u8, LabError> {
    // A folder `assignments` without any is where a course begins.
    let here = args.course.clone().unwrap_or_else(|| PathBuf::from("."));
    let begun = here.join("assignments");
    let root = if begun.is_dir() { begun } else { Course::find(args.course.as_deref())?.root };
    let root = root.canonicalize().map_err(|error| LabError::Usage(format!("{}: {error}", root.display())))?;
    let made = skeleton::make(&root, &args.slug, args.title.as_deref(), args.number)?;
    let text = format!(
        "{} is begun:\n  {}\n  {} (the starter)\nFill every place marked TODO, then run `grade verify {}`.\n",
        made.name.folder(),
        made.folder.display(),
        made.starter.display(),
        made.name.slug
    );
    deliver(&text, None)?;
    Ok(0)
}
