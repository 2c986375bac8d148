//! Trails: whose events they record, and which.

use std::collections::BTreeSet;

use super::class::Half;
use super::share::Share;
use crate::iam::{AccountId, Arn, NotAnArn, Partition};

/// A trail, as far as the outputs of the AWS CLI say what it is.
///
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_Trail.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trail {
    /// Its ARN, which names its account and its home region.
    pub arn: Arn,
    /// Where it records; `None` when nobody described it.
    pub reach: Option<Reach>,
    /// What it records: an event that one of them selects. Empty: nothing.
    pub selectors: Vec<Selector>,
}

/// Where a trail records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// `IsMultiRegionTrail`: in every region, not in its home region alone.
    pub every_region: bool,
    /// `IncludeGlobalServiceEvents`: also events of services without a region, such as IAM.
    pub global_services: bool,
    /// `IsOrganizationTrail`: in every account of the organization, not in its own alone.
    pub organization: bool,
}

/// One selection of events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    /// Whether it selects only one half.
    pub half: Option<Half>,
    /// What it selects.
    pub of: Selected,
}

/// What a selector selects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selected {
    /// Management events, but none of these event sources.
    Management {
        /// Event sources, such as `kms.amazonaws.com`.
        excluded: BTreeSet<String>,
    },
    /// Data events.
    Data {
        /// The CloudTrail resource type.
        resource_type: String,
        /// Of these resources.
        resources: Share,
    },
    /// Network activity events.
    NetworkActivity {
        /// The event source.
        source: String,
    },
}

/// Services whose events are in no region: a trail of one region has them only if it is told to.
const GLOBAL: [&str; 3] = [
    "cloudfront.amazonaws.com",
    "iam.amazonaws.com",
    "sts.amazonaws.com",
];

impl Trail {
    /// CloudTrail's event history of an account in a Region, as if it were a trail: it has all management events, and no others.
    /// Events of services without a Region stand in the first Region of the partition.
    ///
    /// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html>
    ///
    /// ```
    /// # use tightrope::coverage::Trail;
    /// let history = Trail::event_history("111122223333".parse()?, "eu-central-1")?;
    /// assert_eq!(history.arn.as_str(), "arn:aws:cloudtrail:eu-central-1:111122223333:event-history");
    /// # Ok::<(), tightrope::iam::NotAnArn>(())
    /// ```
    ///
    /// # Errors
    /// When no Region can have this name.
    pub fn event_history(account: AccountId, region: &str) -> Result<Self, NotAnArn> {
        let partition = Partition::of_region(region);
        let arn = format!(
            "arn:{}:cloudtrail:{region}:{account}:event-history",
            partition.name()
        );
        Ok(Trail {
            arn: arn.parse()?,
            reach: Some(Reach {
                every_region: false,
                global_services: region == partition.global_region(),
                organization: false,
            }),
            selectors: vec![Selector {
                half: None,
                of: Selected::Management {
                    excluded: BTreeSet::new(),
                },
            }],
        })
    }

    /// Whether it is the event history, which nobody can turn off or change.
    pub(super) fn is_event_history(&self) -> bool {
        self.arn.resource() == "event-history"
    }

    /// Whether it records in an account at all.
    #[must_use]
    pub fn is_of(&self, account: AccountId) -> bool {
        self.arn.account() == Some(account) || self.reach.is_some_and(|reach| reach.organization)
    }

    /// Whether it records in a region; `is_seen` is whether the log has anything of the region, which is all that is known of
    /// a trail that nobody described.
    pub(super) fn is_in(&self, region: &str, is_seen: bool) -> bool {
        let home = self.arn.region() == region;
        home || self.reach.map_or(is_seen, |reach| reach.every_region)
    }

    /// Whether it records the management events of a half that have this event source.
    pub(super) fn manages(&self, half: Half, source: Option<&str>) -> bool {
        let global = source.is_none_or(|source| !GLOBAL.contains(&source));
        let told = self
            .reach
            .is_none_or(|reach| reach.every_region || reach.global_services);
        let selects = |selector: &Selector| match &selector.of {
            Selected::Management { excluded } => {
                selector.has(half) && source.is_none_or(|source| !excluded.contains(source))
            }
            _ => false,
        };
        (global || told) && self.selectors.iter().any(selects)
    }

    /// Of which resources it records the data events of a half and a CloudTrail resource type.
    pub(super) fn data(&self, half: Half, of: &str) -> Share {
        let selected = self.selectors.iter().filter(|selector| selector.has(half));
        let shares = selected.filter_map(|selector| match &selector.of {
            Selected::Data {
                resource_type,
                resources,
            } if resource_type == of => Some(resources.clone()),
            _ => None,
        });
        shares.fold(Share::nothing(), Share::or)
    }

    /// Whether it records network activity events of an event source.
    pub(super) fn network(&self, of: &str) -> bool {
        let selects = |selector: &Selector| matches!(&selector.of, Selected::NetworkActivity { source } if source == of);
        self.selectors.iter().any(selects)
    }
}

impl Selector {
    fn has(&self, half: Half) -> bool {
        self.half.is_none_or(|own| own == half)
    }
}
