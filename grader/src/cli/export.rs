//! `grade export DIR`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::common::deliver;
use crate::lab::LabError;
use crate::lab::course::{Assignment, Course};
use crate::pack::export;
use crate::report::text::count;

#[derive(ClapArgs)]
pub struct Args {
    /// Where to: a folder that is empty or not there
    out: PathBuf,
    /// Which assignments [default: all]
    assignments: Vec<String>,
    /// The course: the folder that holds `assignments`, or that folder itself
    #[arg(long, value_name = "DIR")]
    course: Option<PathBuf>,
}

pub fn run(args: Args) -> Result<u8, LabError> {
    let course = Course::find(args.course.as_deref())?;
    let mut chosen = Vec::new();
    if args.assignments.is_empty() {
        for entry in &course.entries {
            chosen.push(Assignment::load(entry)?);
        }
    }
    for name in &args.assignments {
        chosen.push(course.assignment(name)?);
    }
    let mut text = String::new();
    for one in export::export(&course, &chosen, &args.out)? {
        text += &format!(
            "{:<24} {}, {} kept back, {}\n",
            one.assignment,
            count(one.visible as u64, "visible check"),
            one.hidden,
            count(one.points.into(), "point")
        );
    }
    text += &format!("written to {}: what a class may see\n", args.out.display());
    deliver(&text, None)?;
    Ok(0)
}
