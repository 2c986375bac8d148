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
//! DIR/<region>/trails.json                               aws cloudtrail describe-trails
//! DIR/<region>/event-selectors-<trail>.json              aws cloudtrail get-event-selectors
//! DIR/not-covered.json                                   what could not be read, and why
//! ```
//!
//! A file stands for a call that was answered whole: each is written beside its place and renamed into it, and what an earlier
//! run wrote of a Region and this one did not is removed.

mod answers;
mod authorization;
mod caller;
mod connect;
mod fault;
mod functions;
mod last_accessed;
mod layout;
mod object;
mod snapshot;
mod trails;

use std::path::{Path, PathBuf};

use crate::algebra::Glob;

pub use caller::account;
pub(crate) use caller::caller;
pub(crate) use connect::{configuration, in_region};
pub use fault::Fault;
pub use snapshot::NotCovered;
pub(crate) use snapshot::replace;

use snapshot::Snapshot;

/// How AWS is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Connection {
    /// The profile of the AWS configuration; the SDK's own choice without it.
    pub profile: Option<String>,
    /// The Regions that are asked; the SDK's own choice when there is none.
    pub regions: Vec<String>,
    /// Where all calls go instead of to AWS.
    pub endpoint: Option<String>,
}

/// Which account is asked, and for what.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// How AWS is reached. Functions and trails of its Regions are read.
    pub connection: Connection,
    /// Only roles whose names match this, with `*` and `?`, and the functions that run with them.
    pub roles: Option<String>,
    /// Whether IAM is asked what each execution role last accessed: two calls a role or more.
    pub last_accessed: bool,
}

/// What was read and written.
#[derive(Clone, Debug, Default)]
pub struct Pulled {
    /// How many roles; `None` when IAM could not be read.
    pub roles: Option<usize>,
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
    /// How many functions; `None` when they could not be read.
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

fn runtime() -> Result<tokio::runtime::Runtime, NotPulled> {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_io().enable_time().build();
    runtime.map_err(NotPulled::NoRuntime)
}

async fn read(asked: &Asked, out: &Path) -> Result<Pulled, NotPulled> {
    let sdk = connect::configuration(&asked.connection).await?;
    let regions = regions(&asked.connection, sdk.region().map(AsRef::as_ref))?;
    let scope = Scope(asked.roles.as_deref().map(Glob::wildcards));
    let mut snapshot = Snapshot::new(out);
    let roles = authorization::pull(&sdk, &scope, &mut snapshot).await?;
    if asked.last_accessed && roles.is_some() {
        last_accessed::pull(&sdk, &out.join("account.json"), &mut snapshot).await?;
    }
    let mut read = Vec::new();
    for name in regions {
        let sdk = connect::in_region(&sdk, &name);
        read.push(Region {
            functions: functions::pull(&sdk, &name, &scope, &mut snapshot).await?,
            trails: trails::pull(&sdk, &name, &mut snapshot).await?,
            name,
        });
    }
    Ok(Pulled {
        roles,
        not_covered: snapshot.finish(read.iter().map(|region| region.name.as_str()))?,
        regions: read,
    })
}

/// The Regions to ask, each once. Their names become names of folders.
fn regions(connection: &Connection, standard: Option<&str>) -> Result<Vec<String>, NotPulled> {
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

/// The roles that are asked for.
struct Scope(Option<Glob>);

impl Scope {
    fn has(&self, role: &str) -> bool {
        self.0.as_ref().is_none_or(|names| names.matches(role))
    }

    /// Whether the role with this ARN is one of them.
    fn has_arn(&self, role: &str) -> bool {
        self.has(role.rsplit('/').next().unwrap_or(role))
    }
}
