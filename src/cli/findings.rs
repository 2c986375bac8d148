//! The formats of findings, and where each goes.

use std::path::PathBuf;
use std::str::FromStr;

use anyhow::Context;
use clap::ValueEnum;

use super::print;
use crate::code::Code;
use crate::gate::Checked;
use crate::report::{
    findings_to_github, findings_to_gitlab, findings_to_json, findings_to_junit,
    findings_to_markdown, findings_to_sarif, findings_to_terminal,
};

/// A format, and the file that it is written to; standard output without one.
#[derive(Clone, Debug)]
pub(super) struct Output {
    format: Format,
    file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a reader, with excerpts
    Terminal,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// For what shows test results
    Junit,
    /// Annotations of GitHub
    Github,
    /// Code quality of GitLab
    Gitlab,
    /// A comment for a pull request
    Markdown,
    /// For a program, in a versioned shape
    Json,
}

impl FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, file) = match text.split_once('=') {
            Some((format, file)) => (format, Some(file.into())),
            None => (text, None),
        };
        let format = Format::from_str(format, true).map_err(|_| {
            let known = Format::value_variants().iter();
            let known =
                known.filter_map(|format| Some(format.to_possible_value()?.get_name().to_owned()));
            format!(
                "a format is one of {}",
                known.collect::<Vec<_>>().join(", ")
            )
        })?;
        Ok(Output { format, file })
    }
}

/// Writes every output. Without one, a reader at a terminal is meant.
pub(super) fn write(outputs: &[Output], checked: &Checked, code: &Code) -> anyhow::Result<()> {
    let terminal = [Output {
        format: Format::Terminal,
        file: None,
    }];
    let outputs = match outputs {
        [] => &terminal[..],
        outputs => outputs,
    };
    for output in outputs {
        let render = match output.format {
            Format::Terminal => findings_to_terminal,
            Format::Sarif => findings_to_sarif,
            Format::Junit => findings_to_junit,
            Format::Github => findings_to_github,
            Format::Gitlab => findings_to_gitlab,
            Format::Markdown => findings_to_markdown,
            Format::Json => findings_to_json,
        };
        let text = render(checked, &code.texts);
        match &output.file {
            Some(file) => {
                let text = anstream::adapter::strip_str(&text).to_string();
                std::fs::write(file, text).with_context(|| file.display().to_string())?;
            }
            None => print(&text)?,
        }
    }
    Ok(())
}
