//! Before and after, for a reader: which access is lost, which is gained, each with a witness.
//!
//! The comparison is over the catalog's actions on the resources that they can be asked on: what a service
//! offers today. Whether one set of requests
//! lies within another, over all strings, is [`crate::algebra::included`]'s to say.

mod compare;
mod example;
mod extent;
mod gains;
mod groups;
mod members;
mod named;
mod size;
mod speakers;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::algebra::{Conditions, Glob, Grant, Product, Search, Strings, Witness, find};
use crate::catalog::{AccessLevel, ActionFacts, Catalog};
use crate::evaluation::{pattern_of_glob, resources_of};
use crate::iam::{AccountId, Action};

pub use compare::{Comparison, Relation, World, compare};
pub use example::{example_of, example_resources};
pub use groups::Group;
pub use size::Size;

use extent::{Asked, Extent};
use speakers::Speakers;

/// Where example requests are set: a witness names a resource of this account and region.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The account.
    pub account: AccountId,
    /// A region, for example `eu-central-1`.
    pub region: String,
}

impl Setting {
    /// The account that AWS's documentation uses, in a region.
    #[must_use]
    pub fn example() -> Self {
        Setting {
            account: AccountId::EXAMPLE,
            region: "us-east-1".to_owned(),
        }
    }
}

/// A request for an action that a grant allows: on a resource that looks like an account's own, where there is one.
///
/// ```
/// # use tightrope::catalog::Catalog;
/// # use tightrope::diff::{Setting, example_request};
/// # use tightrope::evaluation::{Granted, NamedPolicy, Reading};
/// # use tightrope::iam::Policy;
/// let policy = r#"{"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::orders/*"}}"#;
/// let policy = Policy::parse_text(policy).expect("a policy");
/// let named = NamedPolicy { name: "orders".to_owned(), policy };
/// let grant = Granted::new(vec![named], Reading::default()).grant();
/// let catalog = Catalog::bundled();
/// let facts = catalog.action(&"s3:GetObject".parse().expect("an action")).expect("in the catalog");
/// let request = example_request(&grant, facts, catalog, &Setting::example()).expect("it is allowed");
/// assert_eq!(request.resource, "arn:aws:s3:::orders/example");
/// ```
#[must_use]
pub fn example_request(
    grant: &Grant,
    facts: &ActionFacts,
    catalog: &Catalog,
    setting: &Setting,
) -> Option<Witness> {
    let resources = resources_of(facts, catalog);
    let asked_on = |resource: &str| resources.iter().all(|set| set.contains(resource));
    let globs = grant
        .allow
        .iter()
        .flat_map(|product| product.resource.globs());
    let granted = globs.map(|glob| example_of(&pattern_of_glob(glob), setting));
    let readable = example_resources(facts, catalog, setting).chain(granted);
    let request = |resource| Witness {
        action: facts.folded().to_owned(),
        resource,
        ..Witness::default()
    };
    let readable = readable.filter(|resource| asked_on(resource)).map(request);
    let allowed = readable.filter(|request| grant.contains(request));
    allowed
        .min_by_key(|request| request.resource.len())
        .or_else(|| {
            let [types, others] = resources.clone().map(|resource| Product {
                action: Strings::AnyOf(vec![Glob::literal(facts.folded())]),
                resource,
                when: Conditions::default(),
            });
            let denied: Vec<_> = grant.deny.iter().map(|product| &**product).collect();
            grant.allow.iter().find_map(|allowed| {
                match find(&[allowed, &types, &others], &denied) {
                    Search::Found(witness) if grant.contains(&witness) => Some(witness),
                    _ => None,
                }
            })
        })
}

/// What one service's actions lose between two grants.
#[derive(Clone, Debug)]
pub struct ServiceLoss {
    /// The service prefix.
    pub service: String,
    /// Actions that are not allowed at all any more.
    pub gone: Vec<LostAction>,
    /// Actions that are allowed on fewer resources.
    pub narrowed: Vec<LostAction>,
    /// Whether nothing of the service is left.
    pub whole: bool,
}

/// An action that is allowed for fewer requests.
#[derive(Clone, Debug)]
pub struct LostAction {
    /// The action.
    pub action: Action,
    /// Its access level.
    pub level: AccessLevel,
    /// A request that the one grant allows and the other does not. That of a service's example has a resource that
    /// looks like one, where such a request shows the same.
    pub witness: Witness,
}

impl ServiceLoss {
    /// The most powerful loss: the reader's example.
    #[must_use]
    pub fn example(&self) -> Option<&LostAction> {
        self.gone
            .iter()
            .chain(&self.narrowed)
            .min_by_key(|lost| lost.level)
    }

    /// How many actions are gone, by access level.
    #[must_use]
    pub fn gone_by_level(&self) -> BTreeMap<AccessLevel, usize> {
        let mut counts = BTreeMap::new();
        self.gone
            .iter()
            .for_each(|lost| *counts.entry(lost.level).or_default() += 1);
        counts
    }
}

/// The difference of two grants.
#[derive(Clone, Debug)]
pub struct Diff {
    /// By service, the most powerful losses first.
    pub lost: Vec<ServiceLoss>,
    /// Access that only the second grant gives.
    pub gained: Vec<ServiceLoss>,
    /// How many of the catalog's actions the first grant allows on some resource.
    pub actions_before: usize,
    /// How many the second does.
    pub actions_after: usize,
}

/// Compares two grants, action by action of the catalog.
#[must_use]
pub fn diff(before: &Grant, after: &Grant, catalog: &Catalog, setting: &Setting) -> Diff {
    let comparison = EachAction::new(before, after);
    let mut diff = Diff {
        lost: Vec::new(),
        gained: Vec::new(),
        actions_before: 0,
        actions_after: 0,
    };
    for service in catalog.service_prefixes() {
        let (mut lost, mut gained) = (ServiceLoss::of(service), ServiceLoss::of(service));
        comparison.each((service, catalog), |facts, extent| {
            diff.actions_before += usize::from(extent.before);
            diff.actions_after += usize::from(extent.after);
            lost.add(facts, extent.after, extent.lost.as_ref());
            gained.add(facts, extent.before, extent.gained.as_ref());
        });
        lost.make_readable((before, after), (catalog, setting));
        gained.make_readable((after, before), (catalog, setting));
        diff.lost.push(lost);
        diff.gained.push(gained);
    }
    diff.lost = ordered(diff.lost);
    diff.gained = ordered(diff.gained);
    diff
}

impl ServiceLoss {
    fn of(service: &str) -> Self {
        ServiceLoss {
            service: service.to_owned(),
            gone: Vec::new(),
            narrowed: Vec::new(),
            whole: true,
        }
    }

    /// Takes one more action, of which something is `left`, and a request is lost whose action is to be filled in.
    fn add(&mut self, facts: &ActionFacts, left: bool, lost: Option<&Witness>) {
        self.whole &= !left;
        let Some(witness) = lost else {
            return;
        };
        let list = match left {
            true => &mut self.narrowed,
            false => &mut self.gone,
        };
        list.push(LostAction {
            action: facts.action.clone(),
            level: facts.level(),
            witness: Witness {
                action: facts.folded().to_owned(),
                ..witness.clone()
            },
        });
    }

    /// Gives the example a resource that looks like one, if such a request shows the same.
    fn make_readable(
        &mut self,
        (from, to): (&Grant, &Grant),
        (catalog, setting): (&Catalog, &Setting),
    ) {
        let all = self.gone.iter_mut().chain(&mut self.narrowed);
        let Some(example) = all.min_by_key(|lost| lost.level) else {
            return;
        };
        let Some(facts) = catalog.action(&example.action) else {
            return;
        };
        let as_witness = |resource| Witness {
            resource,
            ..example.witness.clone()
        };
        let shows = |witness: &Witness| from.contains(witness) && !to.contains(witness);
        let mut candidates = example_resources(facts, catalog, setting).map(as_witness);
        if let Some(readable) = candidates.find(shows) {
            example.witness = readable;
        }
    }
}

fn ordered(services: Vec<ServiceLoss>) -> Vec<ServiceLoss> {
    let mut changed: Vec<_> = services
        .into_iter()
        .filter(|service| service.example().is_some())
        .collect();
    changed.sort_by_cached_key(|service| {
        let level = service.example().map(|lost| lost.level);
        (
            level,
            usize::MAX - service.gone.len(),
            service.service.clone(),
        )
    });
    changed
}

/// Actions that the same products speak of lose the same, so each set of products is compared once a service.
struct EachAction<'a> {
    /// Allowed and denied before, allowed and denied after.
    products: [&'a [Arc<Product>]; 4],
    speakers: Speakers<'a>,
}

impl<'a> EachAction<'a> {
    fn new(before: &'a Grant, after: &'a Grant) -> Self {
        let products = [&before.allow, &before.deny, &after.allow, &after.deny];
        EachAction {
            products: products.map(Vec::as_slice),
            speakers: Speakers::of(products.into_iter().flatten().map(|product| &**product)),
        }
    }

    /// Gives each of a service's actions with its extent, if anything speaks of one.
    fn each(
        &self,
        (service, catalog): (&str, &'a Catalog),
        mut take: impl FnMut(&ActionFacts, &Extent),
    ) {
        let asked = Asked::of(service, catalog);
        let mut known: HashMap<Vec<bool>, Extent> = HashMap::new();
        self.speakers.each((service, catalog), |facts, spoken| {
            if !known.contains_key(spoken) {
                let mut rest = spoken;
                let speaking = self.products.map(|products| {
                    let (own, later) = rest.split_at(products.len());
                    rest = later;
                    let both = products.iter().zip(own).filter(|(_, speaks)| **speaks);
                    both.map(|(product, _)| &**product).collect()
                });
                known.insert(spoken.to_vec(), asked.extent(&speaking));
            }
            take(facts, &known[spoken]);
        });
    }
}

#[cfg(test)]
mod tests;
