//! What a role was seen to do, told apart by who did it.

use std::collections::{BTreeMap, BTreeSet};

use super::attribution::{Attributed, Attribution, KnownBy, Maker, NamedFunction, maker};
use super::decisions::{Decisions, SessionPattern};
use super::function::Function;
use super::outside::{Marks, Outside, is_lambdas_alone};
use crate::iam::{Action, Role};
use crate::usage::{
    Access, Assumed, CallSite, Evidence, FunctionVersion, Known, Place, RoleUse, Use,
};

/// What a role was seen to do, by who did it.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// What counts as the functions' own: what they did, and what others did who may.
    pub used: Vec<(Access, Evidence)>,
    /// What all of those accesses of an action have in common in their context.
    pub known: BTreeMap<Action, Known>,
    /// What IAM said no to, of the same.
    pub denied: Vec<(Access, Evidence)>,
    /// Authorised events that nothing attributes to an action, of the same.
    pub unattributed: Vec<((String, String), Evidence)>,
    /// How many authorised calls those are.
    pub calls: u64,
    /// Which functions they were.
    pub functions: BTreeMap<NamedFunction, FunctionSeen>,
    /// Events of theirs of which it is not known which function made them.
    pub of_no_function: u64,
    /// Authorised ones among those.
    calls_of_no_function: u64,
    /// What was done with the role's credentials from outside of the function, and does not count.
    pub quarantined: Vec<Outside>,
    /// Whether somebody decided that use from outside of a function counts.
    pub count_outside_use: bool,
    /// What was done from outside of the function and counts, and why it does.
    pub counted: Vec<(Outside, WhyCounted)>,
    /// Events of more places than are told apart: they count.
    pub beyond: u64,
    /// Events that were left out because somebody decided so, by his words.
    pub excluded: BTreeMap<SessionPattern, u64>,
}

/// Why use from outside of a function counts as the role's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WhyCounted {
    /// Others than Lambda may take the role.
    OthersMay,
    /// Somebody decided so.
    Decided,
}

/// What was seen of a function.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FunctionSeen {
    /// Its events, those that Lambda made for it included.
    pub events: u64,
    /// Those that Lambda made for it.
    pub by_lambda: u64,
    /// How it is known of how many events that they are its.
    pub known_by: BTreeMap<KnownBy, u64>,
    /// The versions that records tell.
    pub versions: BTreeSet<FunctionVersion>,
}

/// Whose use of a role is whose: what it is told by, and what is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Whose<'a> {
    /// The functions of the account that run with the role, or `None` when nobody said which functions there are.
    pub functions: Option<&'a [&'a Function]>,
    /// By whom the role was taken.
    pub assumed: Option<&'a Assumed>,
    /// What a person decided.
    pub decisions: &'a Decisions,
    /// The function whose use alone is asked for, with what is of no function for certain; `None` for all.
    pub only: Option<&'a NamedFunction>,
}

/// Splits what a role was seen to do into the functions' own use and use from outside.
///
/// If nobody but Lambda may take the role, use from outside is quarantined. If others may, it is theirs and counts, as it
/// does where somebody decided that it shall.
#[must_use]
pub fn inside_and_outside(role: &Role, used: &RoleUse, whose: &Whose<'_>) -> Seen {
    let attribution = Attribution::of(used, whose.assumed, whose.functions);
    let functions = whose.functions.unwrap_or_default();
    let marks = Marks::of(used, whose.assumed, functions, &attribution);
    let counts = match (whose.decisions.count_outside_use, is_lambdas_alone(role)) {
        (_, false) => Some(WhyCounted::OthersMay),
        (true, true) => Some(WhyCounted::Decided),
        (false, true) => None,
    };
    let mut seen = Seen {
        beyond: used.beyond,
        count_outside_use: whose.decisions.count_outside_use,
        excluded: whose
            .decisions
            .excluded
            .iter()
            .map(|one| (one.clone(), 0))
            .collect(),
        ..Seen::default()
    };
    let mut all = Use::default();
    for (site, part) in &used.by {
        let by = attribution.attribute(site);
        let outside = marks
            .outside(site)
            .map(|why| outside(site, by.as_ref(), why, part));
        match (outside, counts, whose.decisions.excludes(&site.session)) {
            (Some(outside), None, _) => add_outside(&mut seen.quarantined, outside),
            (_, _, Some(pattern)) => {
                *seen.excluded.entry(pattern.clone()).or_default() += part.events();
            }
            (Some(outside), Some(why), None) => {
                add_counted(&mut seen.counted, outside, why);
                all.merge(part);
            }
            (None, _, None) => {
                let function = by.as_ref().map(|by| &by.function);
                if whose
                    .only
                    .is_none_or(|only| function.is_none_or(|function| function == only))
                {
                    all.merge(part);
                    seen.note(by, site, part);
                }
            }
        }
    }
    seen.with(all)
}

impl Seen {
    fn note(&mut self, by: Option<Attributed>, site: &CallSite, part: &Use) {
        let Some(by) = by else {
            self.of_no_function += part.events();
            self.calls_of_no_function += part.used_events;
            return;
        };
        let function = self.functions.entry(by.function).or_default();
        function.events += part.events();
        if maker(&site.place) == Maker::Service {
            function.by_lambda += part.events();
        }
        *function.known_by.entry(by.known_by).or_default() += part.events();
        function.versions.extend(by.version);
    }

    fn with(self, all: Use) -> Self {
        Seen {
            used: all.used.into_iter().collect(),
            known: all.known,
            denied: all.denied.into_iter().collect(),
            unattributed: all.unattributed.into_iter().collect(),
            calls: all.used_events,
            ..self
        }
    }

    /// How many of the calls that count are of no function that is known: use from outside that counts is among them.
    #[must_use]
    pub fn calls_of_no_function(&self) -> u64 {
        let counted = self.counted.iter();
        let counted: u64 = counted.map(|(outside, _)| outside.what.used_events).sum();
        self.calls_of_no_function + counted
    }

    /// The share of the calls that count of which it is not known which function made them, in percent.
    #[must_use]
    pub fn percent_of_no_function(&self) -> f64 {
        let number = |count: u64| u32::try_from(count).map_or(f64::INFINITY, f64::from);
        match self.calls {
            0 => 0.0,
            calls => 100.0 * number(self.calls_of_no_function()) / number(calls),
        }
    }
}

fn outside(
    site: &CallSite,
    by: Option<&Attributed>,
    why: super::WhyOutside,
    part: &Use,
) -> Outside {
    let (address, agent) = match &site.place {
        Place::Elsewhere(place) => (place.address.clone(), place.agent.clone()),
        Place::Function | Place::Lambda | Place::Unmarked => Default::default(),
    };
    Outside {
        session: site.session.clone(),
        function: by.map(|by| by.function.clone()),
        address,
        agent,
        why,
        what: part.clone(),
    }
}

/// Calls of one session, address and program stand together, whatever keys they were signed with.
fn add_outside(to: &mut Vec<Outside>, more: Outside) {
    let place = |one: &Outside| {
        (
            one.session.clone(),
            one.address.clone(),
            one.agent.clone(),
            one.why.clone(),
        )
    };
    match to.iter_mut().find(|one| place(one) == place(&more)) {
        Some(one) => one.what.merge(&more.what),
        None => to.push(more),
    }
}

fn add_counted(to: &mut Vec<(Outside, WhyCounted)>, more: Outside, why: WhyCounted) {
    let mut all: Vec<Outside> = to.drain(..).map(|(outside, _)| outside).collect();
    add_outside(&mut all, more);
    to.extend(all.into_iter().map(|outside| (outside, why)));
}
