//! What a trail could have seen, as one view.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::catalog::Catalog;
use crate::coverage::{
    Checked, Coverage, EventClass, Extent, Gain, Gap, Missing, Seen, Unobservable,
};
use crate::iam::AccountId;

/// What a trail could have seen, and what not.
#[derive(Clone, Debug)]
pub struct Status {
    /// By account, in order.
    pub accounts: Vec<AccountStatus>,
    /// What is missing of the log.
    pub gaps: Vec<Gap>,
    /// What single changes of the trails would make decidable, the most first; `None` when no roles were given.
    pub changes: Option<Vec<Gain>>,
    /// How the digests fare; `None` when the log has none.
    pub digests: Option<Checked>,
    /// What a reader should know of the input, a line each.
    pub remarks: Vec<String>,
    /// How many log files were read.
    pub files: u64,
    /// How many events they hold.
    pub events: u64,
}

/// What a trail could have seen in one account.
#[derive(Clone, Debug)]
pub struct AccountStatus {
    /// The account.
    pub account: AccountId,
    /// Its days; `None` when no event tells its time.
    pub extent: Option<Extent>,
    /// A row a region and class of events.
    pub rows: Vec<Row>,
    /// Each day of the window with its mark.
    pub days: Vec<(Date, Mark)>,
    /// What was not seen, by the reason in words.
    pub not_seen: BTreeMap<String, Vec<Unobservable>>,
}

/// What is known of a class of events in a region.
#[derive(Clone, Debug)]
pub struct Row {
    /// The region.
    pub region: String,
    /// The class.
    pub class: EventClass,
    /// On how many days of the window it was seen.
    pub days: usize,
    /// How that is known.
    pub seen: Seen,
}

/// What a day of the calendar is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It has events, and nothing is known to be missing.
    Full,
    /// Something is missing: hours, a region, a file.
    Part,
    /// Nothing is there, where comparable days have events.
    Gap,
    /// Nothing is there, and that may be all that happened.
    Quiet,
}

impl Status {
    /// Whether something is missing of the log, or not as it was.
    #[must_use]
    pub fn has_findings(&self) -> bool {
        let wrong = |checked: &Checked| !checked.findings.is_empty();
        !self.gaps.is_empty() || self.digests.as_ref().is_some_and(wrong)
    }

    /// What is known, without roles.
    #[must_use]
    pub fn new(coverage: &Coverage, catalog: &Catalog) -> Self {
        let gaps = coverage.gaps();
        let account = |account| of_account(coverage, account, &gaps, catalog);
        Status {
            accounts: coverage.accounts().map(account).collect(),
            gaps,
            changes: None,
            digests: None,
            remarks: Vec::new(),
            files: 0,
            events: 0,
        }
    }
}

fn of_account(
    coverage: &Coverage,
    account: AccountId,
    gaps: &[Gap],
    catalog: &Catalog,
) -> AccountStatus {
    let extent = coverage.extent(account);
    let window: Vec<Date> = extent.iter().flat_map(Extent::each).collect();
    let gaps: Vec<&Gap> = gaps.iter().filter(|gap| gap.account == account).collect();
    let row = |(region, class): (&str, EventClass)| {
        let missing = |day: &Date| {
            let mut whole = gaps
                .iter()
                .filter(|gap| gap.region == region && gap.missing == Missing::Days);
            whole.any(|gap| gap.has(*day))
        };
        let seen = |day: &&Date| {
            coverage.seen_on((account, region), &class, **day) >= Seen::InLog && !missing(day)
        };
        Row {
            region: region.to_owned(),
            days: window.iter().filter(seen).count(),
            seen: coverage.seen(account, region, &class),
            class,
        }
    };
    let classes = |region| {
        let classes = coverage.classes(account, region, catalog).into_iter();
        classes.map(move |class| (region, class))
    };
    let mut not_seen: BTreeMap<String, Vec<Unobservable>> = BTreeMap::new();
    for one in coverage.unobservable(account, catalog) {
        not_seen
            .entry(one.reason.to_string())
            .or_default()
            .push(one);
    }
    AccountStatus {
        account,
        extent,
        rows: coverage
            .regions(account)
            .flat_map(classes)
            .map(row)
            .collect(),
        days: window
            .iter()
            .map(|day| (*day, mark(coverage, account, *day, &gaps)))
            .collect(),
        not_seen,
    }
}

fn mark(coverage: &Coverage, account: AccountId, day: Date, gaps: &[&Gap]) -> Mark {
    let is_missing = gaps.iter().any(|gap| gap.has(day));
    match (coverage.has_events(account, day), is_missing) {
        (true, false) => Mark::Full,
        (true, true) => Mark::Part,
        (false, true) => Mark::Gap,
        (false, false) => Mark::Quiet,
    }
}

impl AccountStatus {
    /// The resource types of data events that nothing shows to be recorded, or that are known not to be.
    pub(super) fn types_not_recorded(&self) -> BTreeSet<&str> {
        let all = self.not_seen.values().flatten();
        let of = all.filter_map(|one| match one.reason.why.never_recorded() {
            Some(EventClass::Data(of)) => Some(&**of),
            _ => None,
        });
        of.collect()
    }
}
