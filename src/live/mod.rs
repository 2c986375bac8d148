//! What a live account says: its roles, its functions and its trails, asked by AWS's own SDK and written as files in the
//! forms of the AWS CLI. Nothing here changes anything in AWS.
//!
//! ```text
//! DIR/account.json                                       aws iam get-account-authorization-details
//! DIR/last-accessed/<role>.json                          aws iam get-service-last-accessed-details
//! DIR/<region>/functions.json                            aws lambda list-functions
//! DIR/<region>/event-source-mappings.json                aws lambda list-event-source-mappings
//! DIR/<region>/event-invoke-configs-<function>.json      aws lambda list-function-event-invoke-configs
//! DIR/<region>/function-urls-<function>.json             aws lambda list-function-url-configs
//! DIR/<region>/rules.json                                aws events list-rules
//! DIR/<region>/targets-<rule>.json                       aws events list-targets-by-rule
//! DIR/<region>/schedules.json                            aws scheduler list-schedules
//! DIR/<region>/schedule-<group>+<name>.json              aws scheduler get-schedule
//! DIR/<region>/trails.json                               aws cloudtrail describe-trails
//! DIR/<region>/event-selectors-<trail>.json              aws cloudtrail get-event-selectors
//! DIR/not-covered.json                                   what could not be read, and why
//! ```
//!
//! A file stands for a call that was answered whole: each is written beside its place and renamed into it, and what an earlier
//! run wrote of a Region and this one did not is removed. What is asked function by function and is answered when a run is
//! interrupted, the next run of the same question does not ask again.

mod answers;
mod at_once;
mod authorities;
mod authorization;
mod connect;
mod fault;
mod functions;
mod last_accessed;
mod layout;
mod object;
mod progress;
mod schedules;
mod scope;
mod snapshot;
mod trails;

use std::path::{Path, PathBuf};

use aws_config::SdkConfig;
use futures_util::future::{try_join, try_join_all};
use serde_json::json;

use crate::account::NotCovered;
use crate::config::{Account, ReadingRole};
use crate::iam::AccountId;

pub(crate) use answers::next_page;
pub(crate) use connect::{account, configuration, in_region};
pub use fault::Fault;
pub use scope::{Scope, Tag};
use snapshot::Snapshot;
pub(crate) use snapshot::replace;

/// How AWS is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Connection {
    /// The profile of the AWS configuration; the SDK's own choice without it.
    pub profile: Option<String>,
    /// The Regions that are asked; the SDK's own choice when there is none.
    pub regions: Vec<String>,
    /// Where all calls go instead of to AWS.
    pub endpoint: Option<String>,
    /// The role that is assumed, and what its trust policy asks the caller to know; without it, the credentials' own account is
    /// read.
    pub role: Option<(ReadingRole, Option<String>)>,
}

impl Connection {
    /// How an account is reached that is read by a role in it: what it says itself goes before what is said for all.
    #[must_use]
    pub fn to(&self, account: &Account) -> Self {
        let regions = match account.regions.is_empty() {
            true => &self.regions,
            false => &account.regions,
        };
        Connection {
            profile: account.profile.clone().or_else(|| self.profile.clone()),
            regions: regions.clone(),
            endpoint: self.endpoint.clone(),
            role: Some((account.role.clone(), account.external_id.clone())),
        }
    }
}

/// Which account is asked, and for what.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// How AWS is reached. Functions and trails of its Regions are read.
    pub connection: Connection,
    /// Which roles are asked for, and the functions that run with them.
    pub scope: Scope,
    /// Whether IAM is asked what each execution role last accessed: two calls a role or more.
    pub last_accessed: bool,
}

/// What was read and written.
#[derive(Clone, Debug, Default)]
pub struct Pulled {
    /// How many roles are in the scope; `None` when IAM could not be read.
    pub roles: Option<usize>,
    /// How many roles are left out.
    pub left_out: usize,
    /// Each Region that was asked.
    pub regions: Vec<Region>,
    /// What could not be read.
    pub not_covered: Vec<NotCovered>,
}

impl Pulled {
    /// Whether no call was answered.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        let read = |region: &Region| region.functions.is_some() || region.trails.is_some();
        self.roles.is_none() && !self.regions.iter().any(read)
    }
}

/// What was read of a Region.
#[derive(Clone, Debug, Default)]
pub struct Region {
    /// Its name.
    pub name: String,
    /// How many functions of roles in the scope; `None` when they could not be read.
    pub functions: Option<usize>,
    /// How many trails are seen from there; `None` when they could not be read.
    pub trails: Option<usize>,
}

/// Why nothing was read.
#[derive(Debug, thiserror::Error)]
pub enum NotPulled {
    /// No call can be made at all.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// No Region is named anywhere.
    #[error("no Region: give --region, or set AWS_REGION or `region` of the profile")]
    NoRegion,
    /// A name of a Region that no Region can have.
    #[error(
        "`{0}` is no Region: its name has lowercase letters, digits and `-`, as `eu-central-1` has"
    )]
    NotARegion(String),
    /// A file cannot be written.
    #[error("{path}: {error}", path = path.display())]
    NotWritten {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// The machinery of the network cannot start.
    #[error("the network cannot be used: {0}")]
    NoRuntime(std::io::Error),
}

/// Reads the account and writes what it says into a folder. What cannot be read is noted, and the rest is read.
///
/// # Errors
/// When no call can be made (no credentials, or ones that are over), or a file cannot be written.
pub fn pull(asked: &Asked, out: &Path) -> Result<Pulled, NotPulled> {
    runtime()?.block_on(read(asked, out))
}

pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, NotPulled> {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_io().enable_time().build();
    runtime.map_err(NotPulled::NoRuntime)
}

/// The account that a connection asks.
///
/// # Errors
/// When no call can be made.
pub fn account_of(connection: &Connection) -> Result<AccountId, NotPulled> {
    runtime()?.block_on(async {
        let sdk = connect::configuration(connection).await?;
        Ok(connect::account(&sdk).await?)
    })
}

/// Writes into the folder of an account that it could not be read, beside what an earlier run left there.
///
/// # Errors
/// When it cannot be written.
pub fn note_unread(out: &Path, why: &Fault) -> Result<NotCovered, NotPulled> {
    Snapshot::new(out, None).is_unread(why)
}

async fn read(asked: &Asked, out: &Path) -> Result<Pulled, NotPulled> {
    let sdk = connect::configuration(&asked.connection).await?;
    let regions = regions(&asked.connection, sdk.region().map(AsRef::as_ref))?;
    // One question, if it is asked of one account: without a known one, nothing is taken of an earlier run.
    let account = match connect::account(&sdk).await {
        Ok(account) => Some(account),
        Err(why) if why.ends_all() => return Err(why.into()),
        // A Region that is not enabled does not know the credentials either.
        Err(_) => None,
    };
    let question = account.map(|account| {
        json!({"account": account.to_string(), "regions": regions, "scope": asked.scope.question()})
    });
    let snapshot = Snapshot::new(out, question);
    let roles = authorization::pull(&sdk, &asked.scope, &snapshot).await?;
    if asked.last_accessed && roles.is_some() {
        last_accessed::pull(&sdk, &out.join("account.json"), &snapshot).await?;
    }
    let each = regions.into_iter().map(|name| {
        let sdk = connect::in_region(&sdk, &name);
        read_region(sdk, name, &snapshot)
    });
    // What one Region bears is nothing to the next.
    let read = try_join_all(each).await?;
    Ok(Pulled {
        roles,
        left_out: snapshot.left_out(),
        not_covered: snapshot.finish(read.iter().map(|region| region.name.as_str()))?,
        regions: read,
    })
}

async fn read_region(
    sdk: SdkConfig,
    name: String,
    snapshot: &Snapshot,
) -> Result<Region, NotPulled> {
    let here = (&sdk, name.as_str());
    let running = async {
        let functions = functions::pull(here, snapshot).await?;
        // Nothing on a schedule matters where nothing can be invoked by it.
        if let Some(functions) = functions.as_ref().filter(|some| !some.is_empty()) {
            schedules::pull(here, functions, snapshot).await?;
        }
        Ok(functions.map(|functions| functions.len()))
    };
    let (functions, trails) = try_join(running, trails::pull(&sdk, &name, snapshot)).await?;
    Ok(Region {
        functions,
        trails,
        name,
    })
}

/// The Regions to ask, each once. Their names become names of folders.
pub(crate) fn regions(
    connection: &Connection,
    standard: Option<&str>,
) -> Result<Vec<String>, NotPulled> {
    let mut regions = connection.regions.clone();
    if regions.is_empty() {
        regions.extend(standard.map(str::to_owned));
    }
    regions.sort();
    regions.dedup();
    let named = |region: &&String| {
        let mut bytes = region.bytes();
        let lower = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        !region.is_empty() && bytes.all(lower)
    };
    if let Some(odd) = regions.iter().find(|region| !named(region)) {
        return Err(NotPulled::NotARegion(odd.clone()));
    }
    match regions.is_empty() {
        true => Err(NotPulled::NoRegion),
        false => Ok(regions),
    }
}
