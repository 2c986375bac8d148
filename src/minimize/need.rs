//! What must stay allowed, and on what ground.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use crate::algebra::{Conditions, Glob, Product, Search, Strings, find};
use crate::coverage;
use crate::evaluation::{Granted, action_glob, conditions, resource_glob};
use crate::iam::{Action, ActionPattern, Condition, Effect};
use crate::lambda::{FloorAccess, Reason};
use crate::usage::{Evidence, LastAccess, Necessity, On};

/// The observed accesses that keep a permission, each with its evidence, by its place in
/// [`Seen::used`](crate::lambda::Seen::used).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uses(BTreeMap<usize, Evidence>);

impl Uses {
    /// The uses of one access.
    pub(super) fn of(place: usize, evidence: Evidence) -> Self {
        Uses(BTreeMap::from([(place, evidence)]))
    }

    /// The evidence of all of them together; an event counts once, on however many resources it was made.
    #[must_use]
    pub fn evidence(&self) -> Option<Evidence> {
        let mut all = self.0.values();
        let mut evidence = all.next()?.clone();
        all.for_each(|more| evidence.merge(more));
        Some(evidence)
    }

    /// The evidence of each.
    pub(super) fn each(&self) -> impl Iterator<Item = &Evidence> {
        self.0.values()
    }

    /// What was seen of them until the end of a day; `None` if nothing was.
    pub(super) fn until(&self, last: Date) -> Option<Self> {
        let each = self.0.iter();
        let seen = each.filter_map(|(place, evidence)| Some((*place, evidence.until(last)?)));
        let seen: BTreeMap<_, _> = seen.collect();
        (!seen.is_empty()).then_some(Uses(seen))
    }

    /// As uses in a longer list, in which this many come before.
    pub(super) fn moved(&self, before: usize) -> Self {
        let each = self.0.iter();
        Uses(
            each.map(|(place, evidence)| (place + before, evidence.clone()))
                .collect(),
        )
    }

    pub(super) fn merge(&mut self, other: &Uses) {
        for (access, evidence) in &other.0 {
            self.0.entry(*access).or_insert_with(|| evidence.clone());
        }
    }
}

/// The ground on which a permission is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ground {
    /// The role used it, or its calls may have needed it.
    Used {
        /// When, how often, by which events.
        uses: Uses,
        /// Whether a fact names the action; if not, it is the operation's own name.
        verified: bool,
        /// Whether the role's policies grant it on the very resource that was seen. If not, the resource was
        /// misread, and the action is kept on all that is granted.
        resource_confirmed: bool,
        /// Whether the calls needed it for certain, or may have needed it.
        need: Necessity,
    },
    /// AWS lists it as needed by this used action, and it makes no event of its own.
    NeededBy(Action),
    /// Lambda needs it for a part of the functions' configuration.
    Configuration(Reason),
    /// IAM says that the role accessed it, and the trail does not show that.
    LastAccessed(LastAccess),
    /// The trail cannot show whether it was used.
    Unobservable(coverage::Reason),
}

/// The resources of a need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NeededOn {
    /// What was seen.
    Seen(On),
    /// Every resource that the action can be asked on; `*` is always among them.
    Any(Arc<Strings>),
}

/// Requests that must stay allowed where they are granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// The actions.
    pub actions: ActionPattern,
    /// On what.
    pub on: NeededOn,
    /// What is known of the context of all of the requests, as a condition that it meets.
    pub when: Option<Condition>,
    /// Why.
    pub ground: Ground,
}

impl Need {
    /// What a configuration needs. What its requests all have in their context is not asked of them: a policy may say
    /// less than that, and never has to say it.
    pub(super) fn of_floor(access: &FloorAccess) -> Self {
        Need {
            actions: (&access.action).into(),
            on: NeededOn::Seen(access.on.clone()),
            when: None,
            ground: Ground::Configuration(access.reason.clone()),
        }
    }

    /// The requests, as a set.
    #[must_use]
    pub fn product(&self) -> Product {
        Product {
            action: Strings::AnyOf(vec![action_glob(&self.actions)]),
            resource: match &self.on {
                NeededOn::Any(resources) => Strings::clone(resources),
                NeededOn::Seen(on) => Strings::AnyOf(vec![on_glob(on)]),
            },
            when: asked(self.when.as_ref()),
        }
    }

    /// Whether the role is granted any of it, under whatever conditions.
    pub(super) fn is_granted(&self, granted: &Granted) -> bool {
        let actions = action_glob(&self.actions);
        granted
            .rules(Effect::Allow)
            .any(|rule| self.overlaps(&actions, &rule.widest) != Some(false))
    }

    /// The resource, as a request names it, if it is one.
    fn only_resource(&self) -> Option<&str> {
        match &self.on {
            NeededOn::Seen(On::NoResource) => Some("*"),
            NeededOn::Seen(On::Exactly(arn)) => Some(arn.as_str()),
            NeededOn::Seen(On::Matching(_)) | NeededOn::Any(_) => None,
        }
    }

    /// Whether it shares a request with a product, under whatever conditions; `None` if that takes too long to
    /// tell. `actions` is the need's own, as a glob.
    fn overlaps(&self, actions: &Glob, product: &Product) -> Option<bool> {
        if let Some(action) = actions.as_literal() {
            if !product.action.contains(action) {
                return Some(false);
            }
            if let Some(resource) = self.only_resource() {
                return Some(product.resource.contains(resource));
            }
            if matches!(self.on, NeededOn::Any(_)) && product.resource.contains("*") {
                return Some(true);
            }
        }
        let whenever = Product {
            when: Conditions::default(),
            ..self.product()
        };
        match find(&[&whenever, product], &[]) {
            Search::Found(_) => Some(true),
            Search::Nothing => Some(false),
            Search::Undecided(_) => None,
        }
    }
}

/// What a condition asks; without one, nothing.
pub(super) fn asked(condition: Option<&Condition>) -> Conditions {
    condition.map(conditions).unwrap_or_default()
}

/// The resources that were seen.
pub(super) fn on_glob(on: &On) -> Glob {
    match on {
        On::NoResource => Glob::literal("*"),
        On::Exactly(arn) => Glob::literal(arn.as_str()),
        On::Matching(pattern) => resource_glob(pattern),
    }
}
