//! The requests that a log could not have shown.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::class::{EventClass, Half};
use super::share::Share;
use super::why::{Reason, Why};
use super::{Coverage, Trail};
use crate::algebra::Glob;
use crate::catalog::{ActionFacts, Catalog, Unobservable as Row, Unseen};
use crate::iam::{AccountId, ActionPattern};

/// Requests that a log could not have shown, or is not known to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unobservable {
    /// The actions.
    pub actions: ActionPattern,
    /// On which resources.
    pub on: BlindOn,
    /// Why.
    pub reason: Reason,
}

/// Resources on which a log does not show an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlindOn {
    /// On all.
    Everything,
    /// On no resource: requests of which a policy can only say `*`.
    NoResource,
    /// On those that one of these matches.
    Only(Vec<Glob>),
    /// On all but those that one of these matches.
    AllBut(Vec<Glob>),
}

impl Coverage {
    /// Every set of requests of an account that the log could not have shown, or is not known to, each with the reason. Sets
    /// may overlap.
    ///
    /// A gap in the log does not count here: what comes round would have shown on another day.
    #[must_use]
    pub fn unobservable(&self, account: AccountId, catalog: &Catalog) -> Vec<Unobservable> {
        let asking = Asking {
            coverage: self,
            account,
            catalog,
            is_told: self.trails_of(account).next().is_some(),
            regions: self.regions_at_work(account, catalog),
        };
        let rows = catalog.unobservable().flat_map(|row| asking.row(row));
        rows.chain(asking.management())
            .chain(asking.excluded())
            .collect()
    }

    /// The regions in which something beside services without a region was called; all if there is no such region.
    fn regions_at_work(&self, account: AccountId, catalog: &Catalog) -> Vec<&str> {
        let global = |source: &str| {
            let prefixes = catalog.prefixes_of_source(source);
            !prefixes.is_empty() && prefixes.iter().all(|prefix| catalog.is_global(prefix))
        };
        let regions = || self.log.regions(account);
        let at_work = regions().filter(|(_, log)| log.sources.iter().any(|source| !global(source)));
        let at_work: Vec<_> = at_work.map(|(region, _)| region).collect();
        match at_work.is_empty() {
            true => regions().map(|(region, _)| region).collect(),
            false => at_work,
        }
    }
}

/// What is asked of an account.
struct Asking<'a> {
    coverage: &'a Coverage,
    account: AccountId,
    catalog: &'a Catalog,
    /// Whether it is known what its trails are told to record.
    is_told: bool,
    regions: Vec<&'a str>,
}

impl Asking<'_> {
    /// What is not seen of the actions of a row of the catalog.
    fn row(&self, row: &Row) -> Vec<Unobservable> {
        let found = match row.why {
            Unseen::NeverLogged => vec![(BlindOn::Everything, Why::NeverLogged)],
            Unseen::InPart(what) => self.in_part(row, what).into_iter().collect(),
            Unseen::DataEvent(_) => self.data(row),
            Unseen::LeftOut => self.left_out(row).into_iter().collect(),
        };
        let blind = |(on, why)| self.blind((row.actions.clone(), on), why);
        found.into_iter().map(blind).collect()
    }

    fn blind(&self, (actions, on): (ActionPattern, BlindOn), why: Why) -> Unobservable {
        let account = self.account;
        Unobservable {
            actions,
            on,
            reason: Reason { account, why },
        }
    }

    fn in_part(&self, row: &Row, what: &'static str) -> Option<(BlindOn, Why)> {
        let recorded = |of: &&str| self.share(of, None).is_everything();
        if !row.types.is_empty() && self.is_told && row.types.iter().all(recorded) {
            return None;
        }
        let on = match &row.on[..] {
            // Which resources the calls are on is told apart only where the rest is known to be recorded.
            on if on.is_empty() || !self.is_told => BlindOn::Everything,
            ["*"] => BlindOn::NoResource,
            on => BlindOn::Only(on.iter().map(|text| Glob::wildcards(text)).collect()),
        };
        Some((on, Why::InPart(what)))
    }

    /// A call is recorded under one of the resource types of its row: it is seen where all are recorded.
    fn data(&self, row: &Row) -> Vec<(BlindOn, Why)> {
        let facts = row.actions.as_action();
        let facts = facts.and_then(|action| self.catalog.action(&action));
        let half = facts.and_then(Half::of);
        let blind = row.types.iter().filter_map(|of| self.data_of(of, half));
        match row.types.len() {
            1 => blind.collect(),
            // Which of the types a resource is recorded under is not known.
            _ => blind.map(|(_, why)| (BlindOn::Everything, why)).collect(),
        }
    }

    /// What is not seen of the data events of a resource type.
    fn data_of(&self, of: &str, half: Option<Half>) -> Option<(BlindOn, Why)> {
        let class = EventClass::Data(of.into());
        let everything = |why| Some((BlindOn::Everything, why));
        let in_log = || {
            let mut regions = self.coverage.regions(self.account);
            regions.any(|region| {
                self.coverage
                    .days_in_log(self.account, region, &class)
                    .is_some()
            })
        };
        match self.share(of, half) {
            _ if !self.is_told && in_log() => everything(Why::Unproved(class)),
            _ if !self.is_told => everything(Why::Unknown(class)),
            Share::Only(globs) if globs.is_empty() => {
                let some =
                    self.regions_with(|region| !self.share_in(of, half, region).is_nothing());
                match some.is_empty() {
                    true if in_log() => everything(Why::Unproved(class)),
                    true => everything(Why::Off(class)),
                    false => everything(Why::OnlyIn(class, some)),
                }
            }
            Share::AllBut(globs) if globs.is_empty() => everything(self.since(class)?),
            _ if self.since(class.clone()).is_some() => everything(self.since(class)?),
            Share::Only(globs) => {
                Some((BlindOn::AllBut(globs.clone()), Why::OnlyFor(class, globs)))
            }
            Share::AllBut(globs) => Some((BlindOn::Only(globs.clone()), Why::NotFor(class, globs))),
        }
    }

    /// Of which resources the data events of a type are recorded, in every region at work.
    fn share(&self, of: &str, half: Option<Half>) -> Share {
        let each = self
            .regions
            .iter()
            .map(|region| self.share_in(of, half, region));
        each.reduce(Share::and).unwrap_or(Share::nothing())
    }

    fn share_in(&self, of: &str, half: Option<Half>, region: &str) -> Share {
        let recorded = |half| {
            let trails = self.coverage.trails_in(self.account, region);
            let shares = trails.map(|trail| trail.data(half, of));
            shares.fold(Share::nothing(), Share::or)
        };
        match half {
            Some(half) => recorded(half),
            None => recorded(Half::Read).and(recorded(Half::Write)),
        }
    }

    fn regions_with(&self, is_so: impl Fn(&str) -> bool) -> Vec<String> {
        let some = self.regions.iter().filter(|region| is_so(region));
        some.map(|region| (*region).to_owned()).collect()
    }

    /// Selectors say what is recorded now. What was recorded before they were last changed is not known.
    fn since(&self, class: EventClass) -> Option<Why> {
        let changed = self.coverage.changed(self.account)?;
        let (first, last) = self.coverage.window_of(self.account)?;
        let days =
            |from: Date, to: Date| usize::try_from((to - from).get_days()).unwrap_or_default();
        Some(Why::OnDays {
            class,
            days: days(changed, last),
            of: days(first, last) + 1,
        })
    }

    /// A service that a trail may leave out: seen where it is known not to be left out, or the log has an event of it.
    fn left_out(&self, row: &Row) -> Option<(BlindOn, Why)> {
        let service = row.actions.service()?;
        let source = format!("{service}.amazonaws.com");
        let manages = |trail: &Trail| Half::BOTH.into_iter().any(|half| trail.manages(half, None));
        let is_told = self.coverage.trails_of(self.account).any(manages);
        let in_log = || {
            let mut regions = self.coverage.log.regions(self.account);
            regions.any(|(_, log)| log.sources.contains(source.as_str()))
        };
        // What trails are told to leave out is said by `excluded`.
        (!is_told && !in_log()).then(|| (BlindOn::Everything, Why::LeftOut(service.to_owned())))
    }

    /// What is not seen because management events are not, or not known to be.
    fn management(&self) -> Vec<Unobservable> {
        let [reads, writes] = Half::BOTH.map(|half| self.half(half));
        if let (Some(why), Some(_), false) = (&reads, &writes, self.is_told)
            && let Ok(all) = "*".parse()
        {
            return vec![self.blind((all, BlindOn::Everything), why.clone())];
        }
        let why = |facts: &ActionFacts| match Half::of(facts) {
            Some(Half::Read) => reads.clone(),
            Some(Half::Write) => writes.clone(),
            None => reads.clone().or(writes.clone()),
        };
        if reads.is_none() && writes.is_none() {
            return Vec::new();
        }
        let apart = |row: &&Row| matches!(row.why, Unseen::DataEvent(_) | Unseen::NeverLogged);
        let rows = self.catalog.unobservable().filter(apart);
        let rows: BTreeSet<&ActionPattern> = rows.map(|row| &row.actions).collect();
        let is_management = |facts: &&ActionFacts| {
            let whole = format!("{}:*", facts.action.service()).parse::<ActionPattern>();
            !rows.contains(&ActionPattern::from(&facts.action))
                && !whole.is_ok_and(|whole| rows.contains(&whole))
        };
        let actions = self.catalog.actions().filter(is_management);
        let blind = actions.filter_map(|facts| {
            let actions = ActionPattern::from(&facts.action);
            Some(self.blind((actions, BlindOn::Everything), why(facts)?))
        });
        blind.collect()
    }

    /// Why the management events of a half are not seen, if they are not. One of them in the log proves that they are.
    fn half(&self, half: Half) -> Option<Why> {
        let class = EventClass::Management(half);
        let in_log = self.coverage.regions(self.account);
        let mut in_log =
            in_log.map(|region| self.coverage.days_in_log(self.account, region, &class));
        if in_log.any(|days| days.is_some()) {
            return None;
        }
        if !self.is_told {
            // That an account has no event at all is told of each of its roles: nothing was seen of it.
            return (!self.regions.is_empty()).then_some(Why::Unknown(class));
        }
        let in_region = |region: &str| {
            let mut trails = self.coverage.trails_in(self.account, region);
            trails.any(|trail| trail.manages(half, None))
        };
        let some = self.regions_with(in_region);
        match some.len() {
            0 => Some(Why::Off(class)),
            all if all == self.regions.len() => self.since(class),
            _ => Some(Why::OnlyIn(class, some)),
        }
    }

    /// The services that the trails leave out.
    fn excluded(&self) -> Vec<Unobservable> {
        let halves = |region| {
            Half::BOTH
                .into_iter()
                .flat_map(move |half| self.coverage.excluded(self.account, region, half))
        };
        let sources: BTreeSet<&str> = self
            .regions
            .iter()
            .flat_map(|region| halves(region))
            .collect();
        let blind = sources.into_iter().flat_map(|source| {
            let prefixes = self.catalog.prefixes_of_source(source).into_iter();
            prefixes.filter_map(move |prefix| {
                let all = format!("{prefix}:*").parse().ok()?;
                Some(self.blind((all, BlindOn::Everything), Why::Excluded(source.to_owned())))
            })
        });
        blind.collect()
    }
}
