//! What IAM says that a role last accessed, held against what the trail shows.
//!
//! It only ever keeps. An action that the trail shows is decided by what the trail shows, on the resources that it shows; one
//! that a function's configuration needs, by what that names. Any other stays wherever it is granted, since IAM names no
//! resource. Of a service IAM says that something of it was tried, and not always what: then what is granted of it stays if the
//! trail should have shown a use and nothing else of the service would stay.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::anywhere::Anywhere;
use super::gather::Facts;
use super::need::{Ground, Need};
use super::premises::Known;
use super::settings::Settings;
use crate::coverage::{BlindOn, Coverage, Reason, Unobservable, Why};
use crate::evaluation::action_glob;
use crate::iam::{AccountId, Action, ActionPattern, RoleId};
use crate::usage::{LastAccess, LastAccessed, Use};

/// Something that IAM says was last accessed, and what became of that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accessed {
    /// The action, or all actions of the service.
    pub what: ActionPattern,
    /// When and where.
    pub last: LastAccess,
    /// What decided.
    pub decided: Decided,
}

/// What decided of something that IAM says was last accessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    /// IAM's word: the trail does not show it.
    ByIam,
    /// What the trail shows of it, that last time too.
    ByTrail,
    /// What the trail shows of it on other days.
    ByOtherDays,
    /// What a function's configuration names.
    ByConfiguration,
    /// The trail, which begins later: of a whole service that is not enough to keep it.
    TooEarly,
}

/// What IAM says of a role, and what it is held against.
pub(super) struct Said<'a> {
    account: AccountId,
    coverage: &'a Coverage,
    said: Option<&'a LastAccessed>,
    /// What does not count, for being longer ago, was before this day.
    since: Option<Date>,
    shown: Shown<'a>,
}

impl<'a> Said<'a> {
    pub(super) fn of(role: &RoleId, known: &'a Known<'_>, settings: &Settings) -> Self {
        let account = role.account();
        let window = known.coverage.window_of(account);
        let since = settings.last_accessed_days.zip(window);
        let since = since.and_then(|(days, (_, last))| {
            let days = jiff::Span::new().try_days(days).ok()?;
            last.checked_sub(days).ok()
        });
        let said = known.last_accessed.and_then(|all| all.get(role));
        let used = said.and_then(|_| known.usage.roles.get(role));
        Said {
            account,
            coverage: &known.coverage,
            said,
            since,
            shown: Shown::by(used.iter().flat_map(|used| used.by.values())),
        }
    }

    /// What became of each action.
    pub(super) fn actions(&self, facts: Facts<'_>) -> Vec<Accessed> {
        let configured = facts.floor.iter();
        let configured = configured.filter(|access| access.reason.function.is_some());
        let configured: BTreeSet<&Action> = configured.map(|access| &access.action).collect();
        let actions = self.said.into_iter().flat_map(LastAccessed::actions);
        let actions = actions.filter(|(_, last)| self.counts(last));
        let accessed = actions.map(|(action, last)| Accessed {
            what: action.into(),
            last: last.clone(),
            decided: match self.shown.at(action, last) {
                Some(at) if !self.is_elsewhere(last) => at,
                _ if configured.contains(action) => Decided::ByConfiguration,
                _ => Decided::ByIam,
            },
        });
        accessed.collect()
    }

    /// What became of each service of which none of these needs keeps anything.
    pub(super) fn services(&self, needs: &[Need]) -> Vec<Accessed> {
        let services = self.said.into_iter().flat_map(LastAccessed::services);
        let services = services.filter(|(_, last)| self.counts(last));
        let lost = services.filter_map(|(prefix, last)| {
            let what: ActionPattern = format!("{prefix}:*").parse().ok()?;
            let all = action_glob(&what);
            let keeps = |need: &Need| action_glob(&need.actions).overlap(&all).is_some();
            let shown = self.shown.service_at(prefix, last) && !self.is_elsewhere(last);
            (!shown && !needs.iter().any(keeps)).then(|| Accessed {
                what,
                last: last.clone(),
                decided: match self.coverage.window_of(self.account) {
                    Some((first, _)) if last.day() < first => Decided::TooEarly,
                    _ => Decided::ByIam,
                },
            })
        });
        lost.collect()
    }

    /// What is not known to be unused, for IAM's word of its service.
    pub(super) fn held(&self, services: &[Accessed]) -> Vec<Unobservable> {
        let held = services.iter();
        let held = held.filter(|service| service.decided == Decided::ByIam);
        let unobservable = |service: &Accessed| Unobservable {
            actions: service.what.clone(),
            on: BlindOn::Everything,
            reason: Reason {
                account: self.account,
                why: Why::Accessed(
                    service.what.service().unwrap_or_default().to_owned(),
                    service.last.clone(),
                ),
            },
        };
        held.map(unobservable).collect()
    }

    fn counts(&self, last: &LastAccess) -> bool {
        self.since.is_none_or(|since| last.day() >= since)
    }

    /// Whether it was in a Region that the log has nothing of.
    fn is_elsewhere(&self, last: &LastAccess) -> bool {
        let seen = |region: &String| self.coverage.is_region_seen(self.account, region);
        last.region.as_ref().is_some_and(|region| !seen(region))
    }
}

/// Needs for the actions of which IAM's word decides.
pub(super) fn needs(accessed: &[Accessed], anywhere: &Anywhere<'_>) -> Vec<Need> {
    let kept = accessed.iter();
    let kept = kept.filter(|action| action.decided == Decided::ByIam);
    let need = |action: &Accessed| {
        let ground = Ground::LastAccessed(action.last.clone());
        anywhere.need(action.what.clone(), ground)
    };
    kept.map(need).collect()
}

/// The days on which the trail shows that a role called an action, or was refused it: whoever did it, so that what a thief did
/// is not kept for IAM's word.
#[derive(Default)]
struct Shown<'a> {
    used: BTreeMap<&'a Action, BTreeSet<Date>>,
    denied: BTreeMap<&'a Action, BTreeSet<Date>>,
}

impl<'a> Shown<'a> {
    fn by(uses: impl Iterator<Item = &'a Use>) -> Self {
        let mut shown = Shown::default();
        for part in uses {
            for (all, accesses) in [
                (&mut shown.used, &part.used),
                (&mut shown.denied, &part.denied),
            ] {
                for (access, evidence) in accesses {
                    let days = all.entry(&access.action).or_default();
                    days.extend(evidence.days().iter().map(|(day, _)| *day));
                }
            }
        }
        shown
    }

    /// How the trail decides of an action; `None` if it does not. That it was refused on another day says nothing of this one.
    fn at(&self, action: &Action, last: &LastAccess) -> Option<Decided> {
        let on_the_day = |of: &BTreeMap<&Action, BTreeSet<Date>>| {
            let days = of.get(action);
            days.is_some_and(|days| are_near(days, last.day()))
        };
        match (on_the_day(&self.used), self.used.contains_key(action)) {
            (true, _) => Some(Decided::ByTrail),
            (false, true) => Some(Decided::ByOtherDays),
            (false, false) => on_the_day(&self.denied).then_some(Decided::ByTrail),
        }
    }

    /// Whether the trail decides of a service.
    fn service_at(&self, prefix: &str, last: &LastAccess) -> bool {
        let of_it = |action: &&Action| action.service().eq_ignore_ascii_case(prefix);
        let actions = self.used.keys().chain(self.denied.keys()).copied();
        let mut actions = actions.filter(of_it);
        actions.any(|action| self.at(action, last).is_some())
    }
}

/// Whether one of the days is this one or next to it: two clocks may stand on two sides of midnight.
fn are_near(days: &BTreeSet<Date>, day: Date) -> bool {
    let before = day.yesterday().unwrap_or(day);
    let after = day.tomorrow().unwrap_or(day);
    days.range(before..=after).next().is_some()
}
