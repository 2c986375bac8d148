//! The options that say where the evidence is, and its reading, for every command that goes by it.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::bail;

use super::reading::{Log, Matters, Trailing};
use super::say;
use crate::account::{Account, AccountError, Sources};
use crate::catalog::Catalog;
use crate::coverage::Trail;
use crate::iam::Role;
use crate::minimize::Known;
use crate::trail;
use crate::usage::Scope;

/// Where the evidence is.
#[derive(Debug, clap::Args)]
pub(super) struct Evidence {
    #[command(flatten)]
    trailing: Trailing,

    /// The output of `aws cloudtrail get-event-selectors` or `describe-trails`, or a folder of such outputs: what the trails
    /// record; may be repeated
    #[arg(long, value_name = "PATH")]
    event_selectors: Vec<PathBuf>,

    /// The output of `aws iam get-account-authorization-details`
    #[arg(long, value_name = "FILE")]
    account: PathBuf,

    /// The output of `aws lambda list-functions`, or a folder of such outputs and of those below; may be repeated
    #[arg(long, value_name = "PATH")]
    functions: Vec<PathBuf>,

    /// The output of `aws lambda list-event-source-mappings`, or a folder; may be repeated
    #[arg(long, value_name = "PATH")]
    event_sources: Vec<PathBuf>,

    /// The output of `aws lambda list-function-event-invoke-configs` of a function, or a folder; may be repeated
    #[arg(long, value_name = "PATH")]
    destinations: Vec<PathBuf>,

    /// What invokes functions on a schedule: outputs of `aws scheduler list-schedules` and `get-schedule`, and of `aws events
    /// list-rules` with `aws lambda get-policy`, or with `list-targets-by-rule` in files `targets-<rule>.json`, or a folder; may be
    /// repeated
    #[arg(long, value_name = "PATH")]
    schedules: Vec<PathBuf>,

    /// The output of `aws iam get-service-last-accessed-details` of a role in a file that is named after it, `<role>.json`, or a
    /// folder of them: what IAM says was used is kept, also where the trail does not show it; may be repeated
    #[arg(long, value_name = "PATH")]
    last_accessed: Vec<PathBuf>,
}

impl Evidence {
    /// The account.
    pub(super) fn account(&self) -> Result<Account, AccountError> {
        let sources = Sources {
            functions: self.functions.clone(),
            event_sources: self.event_sources.clone(),
            destinations: self.destinations.clone(),
            schedules: self.schedules.clone(),
            last_accessed: self.last_accessed.clone(),
        };
        Account::read(&self.account, &sources)
    }

    /// What the trail shows of these roles of the account.
    pub(super) fn log(&self, account: &Account, roles: &[&Role]) -> anyhow::Result<Log> {
        self.trailing
            .read(scope(account, roles), &Matters::to(roles))
    }

    /// What the trails are told to record.
    pub(super) fn trails(&self) -> anyhow::Result<Vec<Trail>> {
        let (trails, remarks) = trail::read_trails(&self.event_selectors)?;
        remarks.iter().for_each(|remark| say(remark));
        Ok(trails)
    }
}

/// The execution roles with these names, or all.
pub(super) fn asked_roles<'a>(
    account: &'a Account,
    names: &[String],
) -> anyhow::Result<Vec<&'a Role>> {
    let lambda: Vec<&Role> = account.execution_roles().collect();
    let known = |name: &String| lambda.iter().any(|role| role.id.name() == name);
    if let Some(unknown) = names.iter().find(|name| !known(name)) {
        match account.roles.iter().any(|role| role.id.name() == unknown) {
            true => bail!(
                "{unknown} is no execution role: its trust policy does not name lambda.amazonaws.com"
            ),
            false => bail!("the account data has no role {unknown}"),
        }
    }
    if lambda.is_empty() {
        bail!(
            "none of the {} roles in the account data is a Lambda execution role (a trust policy that names \
             lambda.amazonaws.com)",
            account.roles.len()
        );
    }
    if names.is_empty() {
        let left_out = |role: &&Role| account.left_out.contains_key(&role.id);
        let (out, asked): (Vec<_>, Vec<_>) = lambda.into_iter().partition(left_out);
        if asked.is_empty() {
            bail!(
                "all {} execution roles were left out of the pull",
                out.len()
            );
        }
        return Ok(asked);
    }
    let asked = |role: &&Role| names.iter().any(|name| name == role.id.name());
    let asked: Vec<_> = lambda.into_iter().filter(asked).collect();
    let left_out = asked.iter().find_map(|role| {
        let why = account.left_out.get(&role.id)?;
        Some((role.id.name(), why))
    });
    match left_out {
        Some((name, why)) => bail!(
            "{name} was left out of the pull, and what its functions need is not known: {why}; pull it too"
        ),
        None => Ok(asked),
    }
}

/// All that is known beside the roles: what the trail shows, what it could have shown, and the functions.
pub(super) fn known<'a>(account: &'a Account, log: &'a Log, trails: Vec<Trail>) -> Known<'a> {
    let known = Known::new(&log.usage, Catalog::bundled(), account.arns());
    known
        .running(&account.functions)
        .lacking(account.unread.iter().cloned())
        .remembering(&account.last_accessed)
        .covered(log.coverage(trails))
}

pub(super) fn scope(account: &Account, roles: &[&Role]) -> Scope {
    let asked: BTreeSet<_> = roles.iter().map(|role| role.id.clone()).collect();
    let others = account.execution_roles().map(|role| role.id.clone());
    Scope {
        others: others.filter(|role| !asked.contains(role)).collect(),
        asked,
    }
}
