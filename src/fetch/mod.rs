//! Trails where they are: in a bucket, or in CloudTrail's event history.
//!
//! What is fetched comes as [`Part`]s, in an order that is always the same, and holds records as a log file does. A thread of its
//! own fetches ahead of the reader, several at the same time, and as much as memory is set aside for.

mod bucket;
mod days;
mod history;
mod kept;
mod place;

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::PathBuf;

use aws_config::SdkConfig;
use tokio::sync::{OwnedSemaphorePermit, mpsc};

use crate::iam::AccountId;
use crate::live::{Connection, Fault, NotPulled, configuration, runtime};
use crate::trail::Source;

pub use days::Days;
pub use place::{NotAPlace, Place};

/// What of a trail is wanted.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// How AWS is reached. The event history is asked of its Regions, and of all others of the partition.
    pub connection: Connection,
    /// The events of these accounts; of all that the bucket has when there is none.
    pub accounts: BTreeSet<AccountId>,
    /// The days on which they were delivered.
    pub days: Days,
    /// The event sources whose events matter; of all when it is not known. The event history is asked for these alone where that
    /// takes fewer calls.
    pub sources: Option<BTreeSet<String>>,
    /// The folder in which what was fetched is kept, and taken from the next time.
    pub keep: Option<PathBuf>,
}

/// A part of a trail.
#[derive(Debug)]
pub struct Part {
    /// Its address, which has the layout of a trail's bucket.
    pub source: Source,
    /// What it holds, in the form of a log file; or why it could not be fetched.
    pub bytes: Result<Vec<u8>, Fault>,
    /// It counts against the memory that is set aside until the reader is done with it.
    _memory: Option<OwnedSemaphorePermit>,
}

/// Why nothing more can be fetched.
#[derive(Debug, thiserror::Error)]
pub enum NotFetched {
    /// No call is answered.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// No call can be made.
    #[error(transparent)]
    NotAsked(#[from] NotPulled),
    /// The bucket, or a part of it that is needed, cannot be read.
    #[error("{place}: {fault}")]
    Unread {
        /// Which.
        place: String,
        /// Why.
        fault: Fault,
    },
    /// No trail writes there.
    #[error("{0}: no log of CloudTrail is there; give the bucket and the prefix of a trail")]
    NoLog(String),
    /// It has logs, but of others.
    #[error(
        "{place}: no log of {}; it has those of {}",
        listed(wanted),
        listed(found)
    )]
    OtherAccounts {
        /// Where.
        place: String,
        /// Whose logs are wanted.
        wanted: Vec<AccountId>,
        /// Whose are there.
        found: Vec<AccountId>,
    },
    /// The credentials are of another account than the roles.
    #[error(
        "the event history that these credentials see is that of {caller}, and the roles are of {}",
        listed(wanted)
    )]
    OtherCaller {
        /// Whose the credentials are.
        caller: AccountId,
        /// Whose the roles are.
        wanted: Vec<AccountId>,
    },
    /// What was fetched cannot be kept.
    #[error("{path}: {error}", path = path.display())]
    NotKept {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
}

fn listed(accounts: &[AccountId]) -> String {
    const NAMED: usize = 10;
    let named = accounts.iter().take(NAMED).map(ToString::to_string);
    let named = named.collect::<Vec<_>>().join(", ");
    match accounts.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

/// How many parts wait for the reader.
const WAITING: usize = 4;

/// Fetches what is wanted of a trail and gives it to the sink, part by part.
///
/// # Errors
/// When no call is answered, or nothing of the kind is there. A single part that cannot be fetched is given with the reason, and
/// the next one follows.
pub fn fetch(
    place: &Place,
    wanted: &Wanted,
    sink: &mut dyn FnMut(Part) -> ControlFlow<()>,
) -> Result<(), NotFetched> {
    let (parts, mut fetched) = mpsc::channel(WAITING);
    std::thread::scope(|scope| {
        let fetching = scope.spawn(|| runtime()?.block_on(send(place, wanted, parts)));
        while let Some(part) = fetched.blocking_recv() {
            if sink(part).is_break() {
                break;
            }
        }
        drop(fetched);
        match fetching.join() {
            Ok(ended) => ended,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

async fn send(place: &Place, wanted: &Wanted, parts: Parts) -> Result<(), NotFetched> {
    let sdk = configuration(&wanted.connection).await?;
    match place {
        Place::Bucket { name, prefix } => bucket::send(&sdk, (name, prefix), wanted, parts).await,
        Place::EventHistory => history::send(&sdk, wanted, parts).await,
    }
}

type Parts = mpsc::Sender<Part>;

/// The Region that is configured, of which a bucket may not be.
fn region(sdk: &SdkConfig) -> Option<&str> {
    sdk.region().map(AsRef::as_ref)
}
