//! The command line program; all of it is in [`tightrope::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    tightrope::cli::run(std::env::args_os())
}
