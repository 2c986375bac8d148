//! The command line: a file a command, its arguments on top and what it does below. A command reads, calls
//! and prints; it computes nothing.
//!
//! stdout carries the result in the chosen format and nothing else; stderr carries words. The exit code is
//! the same in every format: 0 when all is as it should be, 1 when there is something to act on (a smaller
//! policy), 2 when the work could not be done.

#[cfg(feature = "aws")]
mod account;
mod catalog;
mod check;
mod configured;
#[cfg(feature = "aws")]
mod connected;
mod decisions;
mod diff;
mod evidence;
mod explain;
#[cfg(feature = "aws")]
mod fetching;
mod findings;
#[cfg(feature = "aws")]
mod in_scope;
mod observe;
mod proposals;
mod propose;
mod reading;
#[cfg(feature = "aws")]
mod run;
mod simulate;
mod split;
mod status;
mod wishes;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Makes AWS Lambda roles as small as their work.
#[derive(Debug, Parser)]
#[command(name = "tightrope", version, about, long_about = None)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Proposes a smaller policy for each Lambda execution role
    Propose(propose::Args),
    /// Reads a live account and its trail, and proposes for all of its roles; changes nothing in AWS
    #[cfg(feature = "aws")]
    Run(run::Args),
    /// Says why a permission is kept or goes
    Explain(explain::Args),
    /// Divides a role that several functions share into one policy a function
    Split(split::Args),
    /// Shows what a trail could have seen, and what not
    Status(status::Args),
    /// Keeps broad roles out: checks infrastructure code
    Check(check::Args),
    /// Compares what policies allow before and after, exactly
    Diff(diff::Args),
    /// Decides requests by policies, one by one
    Simulate(simulate::Args),
    /// Prints events as the actions and resources that were authorised
    Observe(observe::Args),
    /// Shows what the bundled facts about AWS say
    Catalog(catalog::Args),
    /// Reads a live account into files, without changing it
    #[cfg(feature = "aws")]
    Account(account::Args),
}

/// What a command ends with.
enum Done {
    /// Nothing to act on.
    Fine,
    /// Something to act on.
    Findings,
}

/// Runs the program with these arguments, the first of which is its own name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are results and end with 0, usage errors with 2.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let done = match arguments.command {
        Command::Propose(args) => propose::run(&args),
        #[cfg(feature = "aws")]
        Command::Run(args) => run::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Split(args) => split::run(&args),
        Command::Status(args) => status::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Diff(args) => diff::run(&args),
        Command::Simulate(args) => simulate::run(&args),
        Command::Observe(args) => observe::run(&args),
        Command::Catalog(args) => catalog::run(args),
        #[cfg(feature = "aws")]
        Command::Account(args) => account::run(&args),
    };
    match done {
        Ok(Done::Fine) => ExitCode::SUCCESS,
        Ok(Done::Findings) => ExitCode::from(1),
        Err(error) => {
            say(&format!("error: {error:#}"));
            ExitCode::from(2)
        }
    }
}

/// Prints a result. A reader that went away (`| head`) has what it wanted.
fn print(text: &str) -> anyhow::Result<()> {
    let mut stdout = anstream::stdout().lock();
    match stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
    {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

/// Says something beside the result.
fn say(text: &str) {
    // Nothing can be done for a reader that cannot be told.
    let _ = writeln!(anstream::stderr(), "{text}");
}
