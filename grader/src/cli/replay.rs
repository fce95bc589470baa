//! `grade replay TOKEN --submission DIR`.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::common::{Common, colours, deliver, say, width};
use super::progress::Progress;
use crate::core::token::Token;
use crate::lab::course::find_submission;
use crate::lab::replay::{Again, replay};
use crate::lab::{Lab, LabError};
use crate::report::human;
use crate::report::picture::Sources;

#[derive(ClapArgs)]
pub struct Args {
    /// The word that `grade` printed
    token: String,
    /// The folder that was graded [default: as for grading]
    #[arg(long, value_name = "DIR")]
    submission: Option<PathBuf>,
    /// Walk through it in the terminal, forwards and backwards, with the source beside it
    #[arg(long)]
    step: bool,
    #[command(flatten)]
    common: Common,
}

pub fn run(args: Args) -> Result<u8, LabError> {
    let token = Token::decode(&args.token).map_err(|error| LabError::Usage(error.to_string()))?;
    if token.check == crate::lab::explore::CHECK {
        return super::explore::again(&token, args.submission.as_deref(), &args.common);
    }
    if args.step {
        super::step::check()?;
    }
    let course = args.common.course()?;
    let assignment = course.assignment(&token.assignment)?;
    let source = find_submission(&course, &assignment, args.submission.as_deref())?;
    let progress = Progress::new(false);
    let listen = |event| progress.show(event);
    let lab = Lab::open(args.common.sandbox)?;
    let replayed = replay(&lab, &assignment, &source, &token, &listen);
    progress.end();
    let replayed = replayed?;
    if !replayed.same_source {
        say("grade: the source has changed since this token was made; what follows is about the source as it is now");
    }
    if args.step
        && let Again::Failed(_, failure) = &replayed.outcome
    {
        let mut sources = Sources::new();
        for (name, text) in &replayed.files {
            sources.add(name, text);
        }
        super::step::run(failure, &sources)?;
        return Ok(1);
    }
    let options = human::Options { colour: colours(), width: width(), verbose: true };
    let mut text = String::new();
    let code = match &replayed.outcome {
        Again::Failed(finding, _) => {
            let _ = writeln!(text, "{} under {}, check `{}`\n", finding.kind.name(), token.engine.name(), token.check);
            text.push_str(&human::finding(finding, &replayed.sources, &options));
            1
        }
        Again::Passed(why) => {
            let _ = writeln!(text, "It did not fail this time: {}.", crate::report::text::clean(why));
            0
        }
        Again::Refused(findings) => {
            for finding in findings {
                text.push_str(&human::finding(finding, &replayed.sources, &options));
            }
            1
        }
    };
    deliver(&text, None)?;
    Ok(code)
}
