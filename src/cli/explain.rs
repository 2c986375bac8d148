//! `tightrope explain`: why a permission is kept or goes.

use anyhow::{Context, bail};
use clap::ValueEnum;

use super::decisions::Decided;
use super::evidence::{Evidence, asked_roles, known};
use super::wishes::Wishes;
use super::{Done, print, say};
use crate::iam::{Action, Arn, Resource};
use crate::minimize::{NoProposal, Settings, VerifiedProposal, explain, minimize};
use crate::report::{Explained, explained_to_json, explained_to_text};

/// What to explain.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
        tightrope explain --trail trail/ --account account.json --role orders s3:GetObject\n  \
        tightrope explain --trail trail/ --account account.json --role orders s3:GetObject arn:aws:s3:::orders/a.json")]
pub(super) struct Args {
    #[command(flatten)]
    evidence: Evidence,

    /// The role, by its name
    #[arg(long, value_name = "NAME")]
    role: String,

    /// The action, such as `s3:GetObject`
    #[arg(value_name = "ACTION")]
    action: Action,

    /// The resource, as an ARN or `*`; without it, whatever resource
    #[arg(value_name = "RESOURCE")]
    resource: Option<String>,

    #[command(flatten)]
    decided: Decided,

    #[command(flatten)]
    wishes: Wishes,

    /// How to print the result
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a reader
    Text,
    /// For a program, in a versioned shape
    Json,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Done> {
    let resource = args.resource.as_deref().map(resource).transpose()?;
    let account = args.evidence.account()?;
    account.problems.iter().for_each(|problem| say(problem));
    let trails = args.evidence.trails()?;
    let roles = asked_roles(&account, std::slice::from_ref(&args.role))?;
    let [role] = roles.as_slice() else {
        bail!("the account data has more than one role {}", args.role);
    };
    let log = args.evidence.log(&account, &roles)?;
    let known = known(&account, &log, trails).deciding(args.decided.of(&log.usage)?);
    // What speaks against a proposal is part of the explanation, and keeps nobody from asking why.
    let settings = Settings {
        accept_coverage: true,
        ..args.wishes.settings()
    };
    let proposal = minimize(role, &known, &settings).map_err(|why: NoProposal| why)?;
    let explained = Explained {
        role,
        proposal: &proposal,
        explanation: explain(&proposal, &args.action, resource.as_ref()),
        denied: denied(&proposal, &args.action),
    };
    print(&match args.format {
        Format::Text => explained_to_text(&explained),
        Format::Json => explained_to_json(&explained),
    })?;
    Ok(Done::Fine)
}

fn resource(text: &str) -> anyhow::Result<Resource> {
    match text {
        "*" => Ok(Resource::None),
        text => {
            let arn: Arn = text.parse().with_context(|| format!("`{text}`"))?;
            Ok(Resource::Arn(arn))
        }
    }
}

/// What IAM said no to of an action.
fn denied(
    proposal: &VerifiedProposal,
    action: &Action,
) -> Vec<(crate::usage::Access, crate::usage::Evidence)> {
    let denied = proposal.premises().seen.denied.iter();
    let of_it = denied.filter(|(access, _)| access.action == *action);
    of_it.cloned().collect()
}
