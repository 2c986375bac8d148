//! What must stay allowed, and on what ground.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::algebra::{Conditions, Glob, Product, Search, Strings, find};
use crate::catalog::{AccessLevel, Catalog, Unseen};
use crate::evaluation::{Granted, Rule, action_glob, real_resources, resource_glob};
use crate::iam::{Action, ActionPattern, Actions, Effect};
use crate::lambda::floor_of_any_function;
use crate::usage::{Access, Evidence, Necessity, On};

/// The observed accesses that keep a permission, each with its evidence, by its place in
/// [`Premises::used`](super::Premises::used).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uses(BTreeMap<usize, Evidence>);

impl Uses {
    /// The evidence of all of them together; an event counts once, on however many resources it was made.
    #[must_use]
    pub fn evidence(&self) -> Option<Evidence> {
        let mut all = self.0.values();
        let mut evidence = all.next()?.clone();
        all.for_each(|more| evidence.merge(more));
        Some(evidence)
    }

    pub(super) fn merge(&mut self, other: &Uses) {
        self.0.extend(
            other
                .0
                .iter()
                .map(|(access, evidence)| (*access, evidence.clone())),
        );
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
    /// Lambda needs it.
    Configuration(&'static str),
    /// The trail cannot show whether it was used.
    Unobservable(Unseen),
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
    /// Why.
    pub ground: Ground,
}

impl Need {
    /// The requests, as a set.
    #[must_use]
    pub fn product(&self) -> Product {
        Product {
            action: Strings::AnyOf(vec![action_glob(&self.actions)]),
            resource: match &self.on {
                NeededOn::Any(resources) => Strings::clone(resources),
                NeededOn::Seen(on) => Strings::AnyOf(vec![on_glob(on)]),
            },
            when: Conditions::default(),
        }
    }

    /// Whether the role is granted any of it, under whatever conditions.
    fn is_granted(&self, granted: &Granted) -> bool {
        let actions = action_glob(&self.actions);
        granted
            .rules(Effect::Allow)
            .any(|rule| self.overlaps(&actions, &rule.widest) != Some(false))
    }

    /// The resource, as a request names it, if it is one.
    pub(super) fn only_resource(&self) -> Option<&str> {
        match &self.on {
            NeededOn::Seen(On::NoResource) => Some("*"),
            NeededOn::Seen(On::Exactly(arn)) => Some(arn.as_str()),
            NeededOn::Seen(On::Matching(_)) | NeededOn::Any(_) => None,
        }
    }

    /// Whether it shares a request with a product, under whatever conditions; `None` if that takes too long to
    /// tell. `actions` is the need's own, as a glob.
    pub(super) fn overlaps(&self, actions: &Glob, product: &Product) -> Option<bool> {
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
        match find(&[&self.product(), product], &[]) {
            Search::Found(_) => Some(true),
            Search::Nothing => Some(false),
            Search::Undecided(_) => None,
        }
    }
}

/// The resources that were seen.
pub(super) fn on_glob(on: &On) -> Glob {
    match on {
        On::NoResource => Glob::literal("*"),
        On::Exactly(arn) => Glob::literal(arn.as_str()),
        On::Matching(pattern) => resource_glob(pattern),
    }
}

/// Makes needs on every resource that actions can be asked on, which is worked out once a service.
struct Anywhere<'a> {
    catalog: &'a Catalog,
    real: RefCell<BTreeMap<Option<String>, Arc<Strings>>>,
}

impl Anywhere<'_> {
    fn need(&self, actions: ActionPattern, ground: Ground) -> Need {
        let service = actions.service();
        let mut real = self.real.borrow_mut();
        let resources = real
            .entry(service.map(str::to_ascii_lowercase))
            .or_insert_with(|| Arc::new(real_resources(service, self.catalog)));
        let on = NeededOn::Any(Arc::clone(resources));
        Need {
            actions,
            on,
            ground,
        }
    }
}

/// What must stay allowed, and the used accesses that no policy of the role grants.
pub(super) fn needs(
    granted: &Granted,
    used: &[(Access, Evidence)],
    (catalog, sources): (&Catalog, &BTreeSet<String>),
) -> (Vec<Need>, Vec<(Access, Evidence)>) {
    let anywhere = Anywhere {
        catalog,
        real: RefCell::default(),
    };
    let mut needs = Vec::new();
    let mut missing = Vec::new();
    for (index, (access, evidence)) in used.iter().enumerate() {
        let uses = Uses(BTreeMap::from([(index, evidence.clone())]));
        match used_needs(granted, access, &uses, &anywhere) {
            Some(found) => needs.extend(found),
            None if access.need == Necessity::Possible => {}
            None => missing.push((access.clone(), evidence.clone())),
        }
    }
    let logs = Ground::Configuration("Lambda writes the function's logs");
    let configured = floor_of_any_function()
        .into_iter()
        .map(|access| anywhere.need((&access.action).into(), logs.clone()));
    let unobservable = catalog.unobservable(sources).map(|unobservable| {
        anywhere.need(
            unobservable.actions.clone(),
            Ground::Unobservable(unobservable.why),
        )
    });
    let unseen = dependents(used, &anywhere)
        .into_iter()
        .chain(configured)
        .chain(unobservable)
        .flat_map(|need| unsplit(need, granted, catalog));
    needs.extend(unseen.filter(|need| need.is_granted(granted)));
    (needs, missing)
}

/// The need of a whole service as needs of its actions one by one, if a statement grants some of them and
/// not others in a way that patterns cannot tell apart.
fn unsplit(need: Need, granted: &Granted, catalog: &Catalog) -> Vec<Need> {
    let wanted = action_glob(&need.actions);
    let splits = |rule: &Rule| match &rule.statement.actions {
        Actions::Only(patterns) => patterns.iter().map(action_glob).any(|glob| {
            glob.overlap(&wanted).is_some() && !glob.covers(&wanted) && !wanted.covers(&glob)
        }),
        Actions::AllBut(patterns) => {
            let mut globs = patterns.iter().map(action_glob);
            globs.any(|glob| glob.overlap(&wanted).is_some() && !glob.covers(&wanted))
        }
    };
    if wanted.as_literal().is_some() || !granted.rules(Effect::Allow).any(splits) {
        return vec![need];
    }
    let actions = catalog.actions_of(need.actions.service().unwrap_or_default());
    let matching = actions
        .iter()
        .filter(|facts| wanted.matches(facts.folded()));
    matching
        .map(|facts| Need {
            actions: (&facts.action).into(),
            ..need.clone()
        })
        .collect()
}

/// A call that was authorised, on a resource that the role's policies do not name, was read wrongly, or
/// allowed by the resource's own policy. It is then kept wherever the role has the action; `None` if it
/// does not have it at all.
fn used_needs(
    granted: &Granted,
    access: &Access,
    uses: &Uses,
    anywhere: &Anywhere<'_>,
) -> Option<Vec<Need>> {
    let used = |resource_confirmed| Ground::Used {
        uses: uses.clone(),
        verified: access.verified,
        resource_confirmed,
        need: access.need,
    };
    let actions = ActionPattern::from(&access.action);
    let seen = access.on.iter().map(|on| Need {
        actions: actions.clone(),
        on: NeededOn::Seen(on.clone()),
        ground: used(true),
    });
    let (seen, unknown): (Vec<_>, Vec<_>) = seen.partition(|need| need.is_granted(granted));
    if unknown.is_empty() {
        return Some(seen);
    }
    let anywhere = anywhere.need(actions, used(false));
    anywhere.is_granted(granted).then(|| vec![anywhere])
}

/// Actions that a used one may need beside it and that make no event of their own: passing a role, and tags
/// given while something is created.
fn dependents(used: &[(Access, Evidence)], anywhere: &Anywhere<'_>) -> Vec<Need> {
    let catalog = anywhere.catalog;
    let seen: BTreeSet<&Action> = used.iter().map(|(access, _)| &access.action).collect();
    let silent = |action: &Action| {
        let tagging = |action| {
            catalog
                .action(action)
                .is_some_and(|facts| facts.level() == AccessLevel::Tagging)
        };
        !seen.contains(action) && (action.as_str() == "iam:PassRole" || tagging(action))
    };
    let mut needed: BTreeMap<Action, Action> = BTreeMap::new();
    for action in &seen {
        let facts = catalog.action(action);
        let listed = facts.iter().flat_map(|facts| facts.dependents());
        let tags = creates(action).then(|| tagging_actions(action.service(), catalog));
        for dependent in listed.chain(tags.into_iter().flatten()).filter(silent) {
            needed.entry(dependent).or_insert_with(|| (*action).clone());
        }
    }
    let need = |(dependent, by): (Action, Action)| {
        anywhere.need((&dependent).into(), Ground::NeededBy(by))
    };
    needed.into_iter().map(need).collect()
}

/// Whether an action makes something that tags can be given to at once.
fn creates(action: &Action) -> bool {
    const VERBS: [&str; 8] = [
        "Allocate", "Copy", "Create", "Import", "Publish", "Register", "Request", "Run",
    ];
    VERBS.iter().any(|verb| action.name().starts_with(verb))
}

/// A service's actions that give tags.
fn tagging_actions(service: &str, catalog: &Catalog) -> Vec<Action> {
    let gives = |action: &Action| {
        ["Tag", "Add", "Create"]
            .iter()
            .any(|verb| action.name().starts_with(verb))
    };
    let tagging = catalog
        .actions_of(service)
        .iter()
        .filter(|facts| facts.level() == AccessLevel::Tagging);
    tagging
        .map(|facts| &facts.action)
        .filter(|action| gives(action))
        .cloned()
        .collect()
}
