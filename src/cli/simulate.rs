//! `tightrope simulate`: requests, decided one by one.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::ValueEnum;

use super::{Done, print, say};
use crate::account::{read_policy, read_resource_policy};
use crate::evaluation::{NamedPolicy, Policies, evaluate};
use crate::report::{evaluation_to_json, evaluation_to_text, request_from_json};

/// The policies, the requests, and how to print the answers.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// An identity-based policy; may be repeated
    #[arg(long, value_name = "FILE")]
    policy: Vec<PathBuf>,

    /// The permissions boundary
    #[arg(long, value_name = "FILE")]
    boundary: Vec<PathBuf>,

    /// A session policy; may be repeated
    #[arg(long, value_name = "FILE")]
    session: Vec<PathBuf>,

    /// The service control policies of one level of the organisation; once for each level
    #[arg(long, value_name = "FILE[,FILE…]")]
    scp: Vec<String>,

    /// The policy of the resource, which belongs to the same account
    #[arg(long, value_name = "FILE")]
    resource_policy: Option<PathBuf>,

    /// Requests, a JSON object a line; `-` for standard input
    #[arg(long, value_name = "FILE")]
    requests: PathBuf,

    /// How to print each answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a reader
    Text,
    /// For a program: a JSON object a line
    Jsonl,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Done> {
    let policies = read_policies(args)?;
    let text = read_text(&args.requests)?;
    let name = args.requests.display();
    let (mut answers, mut faults) = (String::new(), 0);
    for (index, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        match request_from_json(line) {
            Ok(request) => {
                let evaluation = evaluate(&policies, &request);
                answers.push_str(&match args.format {
                    Format::Text => evaluation_to_text(&request, &evaluation),
                    Format::Jsonl => evaluation_to_json(&evaluation),
                });
                answers.push('\n');
            }
            Err(error) => {
                faults += 1;
                say(&format!("{name}: line {}: {error}", index + 1));
            }
        }
    }
    print(&answers)?;
    match (faults, answers.is_empty()) {
        (0, false) => Ok(Done::Fine),
        (0, true) => bail!("{name}: there is no request in it"),
        (faults, _) => bail!("{name}: {faults} of its lines hold no request"),
    }
}

fn read_policies(args: &Args) -> anyhow::Result<Policies> {
    let read = |files: &[PathBuf]| files.iter().map(|file| Ok(read_policy(file)?)).collect();
    let level = |files: &String| -> anyhow::Result<Vec<NamedPolicy>> {
        let files: Vec<_> = files.split(',').map(PathBuf::from).collect();
        read(&files)
    };
    let resource = args.resource_policy.as_deref();
    Ok(Policies {
        identity: read(&args.policy)?,
        boundary: read(&args.boundary)?,
        session: read(&args.session)?,
        scps: args.scp.iter().map(level).collect::<Result<_, _>>()?,
        resource: resource.map(read_resource_policy).transpose()?,
    })
}

fn read_text(path: &Path) -> anyhow::Result<String> {
    if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin()
            .read_to_string(&mut text)
            .context("standard input")?;
        return Ok(text);
    }
    fs::read_to_string(path).with_context(|| path.display().to_string())
}
