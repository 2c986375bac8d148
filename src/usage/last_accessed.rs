//! What IAM itself keeps of a role's use: when it last tried what, and where.
//!
//! It is further evidence that something was used, and never that something was not. IAM keeps it for 400 days at least, so that
//! it knows of jobs that came round before a trail begins; but it counts attempts, refused ones and those of thieves too, names
//! no resource, and tracks no data events, no `iam:PassRole` and in some services no single actions.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html>
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed-action-last-accessed.html>

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;

use super::evidence::day;
use crate::iam::Action;

/// When and where something was last tried.
///
/// ```
/// # use tightrope::usage::LastAccess;
/// let last = LastAccess { time: "2026-03-01T04:00:00Z".parse()?, region: Some("eu-central-1".into()) };
/// assert_eq!(last.to_string(), "2026-03-01 in eu-central-1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LastAccess {
    /// When.
    pub time: Timestamp,
    /// In which Region; `None` where IAM does not say.
    pub region: Option<String>,
}

impl LastAccess {
    /// The day in UTC.
    #[must_use]
    pub fn day(&self) -> Date {
        day(self.time)
    }
}

impl fmt::Display for LastAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.day().fmt(f)?;
        match &self.region {
            Some(region) => write!(f, " in {region}"),
            None => Ok(()),
        }
    }
}

/// What IAM says of one role. What is not in it was not tried, or is not tracked: nothing follows from that.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LastAccessed {
    actions: BTreeMap<Action, LastAccess>,
    services: BTreeMap<String, LastAccess>,
}

impl LastAccessed {
    /// An action was tried; of two times the later one is the last.
    pub fn note_action(&mut self, action: Action, last: LastAccess) {
        latest(self.actions.entry(action).or_insert(last.clone()), last);
    }

    /// Something of the service with this prefix was tried.
    pub fn note_service(&mut self, prefix: &str, last: LastAccess) {
        let of_service = self.services.entry(prefix.to_ascii_lowercase());
        latest(of_service.or_insert(last.clone()), last);
    }

    /// The actions that were tried, in order.
    pub fn actions(&self) -> impl Iterator<Item = (&Action, &LastAccess)> {
        self.actions.iter()
    }

    /// The prefixes of the services that were tried, in lower case and in order.
    pub fn services(&self) -> impl Iterator<Item = (&str, &LastAccess)> {
        let services = self.services.iter();
        services.map(|(prefix, last)| (prefix.as_str(), last))
    }
}

fn latest(known: &mut LastAccess, other: LastAccess) {
    if known.time < other.time {
        *known = other;
    }
}
