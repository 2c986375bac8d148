//! Before and after, for a reader: which access is lost, which is gained, each with a witness.
//!
//! The comparison is over the catalog's actions on the resources that they can be asked on: what a service
//! offers today. Whether one set of requests
//! lies within another, over all strings, is [`crate::algebra::included`]'s to say.

mod example;
mod members;

use std::collections::{BTreeMap, HashMap};

use crate::algebra::{Grant, Product, Search, Strings, Witness, find};
use crate::catalog::{AccessLevel, ActionFacts, Catalog};
use crate::evaluation::real_resources;
use crate::iam::{AccountId, Action};

use example::example_resources;
use members::Members;

/// Where example requests are set: a witness names a resource of this account and region.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The account.
    pub account: AccountId,
    /// A region, for example `eu-central-1`.
    pub region: String,
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
    /// A request that the one grant allows and the other does not.
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
    let mut there = Comparison::new(before, after);
    let mut back = Comparison::new(after, before);
    let mut lost: BTreeMap<String, ServiceLoss> = BTreeMap::new();
    let mut gained = BTreeMap::new();
    let (mut actions_before, mut actions_after) = (0, 0);
    for facts in catalog.actions() {
        let forth = there.lost(&facts, catalog);
        let reverse = back.lost(&facts, catalog);
        actions_before += usize::from(forth.before);
        actions_after += usize::from(forth.after);
        let sides = [
            (forth, before, after, &mut lost),
            (reverse, after, before, &mut gained),
        ];
        for (extent, from, to, into) in sides {
            let entry = |into: &mut BTreeMap<String, ServiceLoss>| {
                let service = facts.action.service();
                let new = || ServiceLoss {
                    service: service.into(),
                    gone: Vec::new(),
                    narrowed: Vec::new(),
                    whole: true,
                };
                into.entry(service.to_owned()).or_insert_with(new).whole &= !extent.after;
            };
            entry(into);
            let Some(witness) = extent.witness else {
                continue;
            };
            let Some(service) = into.get_mut(facts.action.service()) else {
                continue;
            };
            let list = if extent.after {
                &mut service.narrowed
            } else {
                &mut service.gone
            };
            list.push(LostAction {
                action: facts.action.clone(),
                level: facts.level(),
                witness: readable(witness, &facts, (from, to), (catalog, setting)),
            });
        }
    }
    Diff {
        lost: ordered(lost),
        gained: ordered(gained),
        actions_before,
        actions_after,
    }
}

fn ordered(services: BTreeMap<String, ServiceLoss>) -> Vec<ServiceLoss> {
    let mut changed: Vec<_> = services
        .into_values()
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

/// A request with a resource that looks like one, if such a request shows the same.
fn readable(
    found: Witness,
    facts: &ActionFacts,
    (from, to): (&Grant, &Grant),
    (catalog, setting): (&Catalog, &Setting),
) -> Witness {
    let candidates = example_resources(facts, catalog, setting);
    let as_witness = |resource| Witness {
        resource,
        ..found.clone()
    };
    let shows = |witness: &Witness| from.contains(witness) && !to.contains(witness);
    candidates.map(as_witness).find(shows).unwrap_or(found)
}

/// How far one action is lost.
#[derive(Clone, Debug)]
struct Extent {
    before: bool,
    after: bool,
    witness: Option<Witness>,
}

/// Actions that the same products speak of lose the same, so each set of products is compared once.
struct Comparison<'a> {
    /// Allowed and denied before, allowed and denied after; each product with the actions it speaks of.
    products: [Vec<(&'a Product, Members<'a>)>; 4],
    known: HashMap<(String, Vec<bool>), Extent>,
}

impl<'a> Comparison<'a> {
    fn new(before: &'a Grant, after: &'a Grant) -> Self {
        let with_members = |products: &'a [Product]| {
            products
                .iter()
                .map(|product| (product, Members::of(&product.action)))
                .collect()
        };
        let products = [&before.allow, &before.deny, &after.allow, &after.deny];
        Comparison {
            products: products.map(|products| with_members(products)),
            known: HashMap::new(),
        }
    }

    fn lost(&mut self, facts: &ActionFacts, catalog: &Catalog) -> Extent {
        let service = facts.action.service();
        let action = facts.action.as_str().to_ascii_lowercase();
        let speaks = |members: &Members<'_>| members.contains(&action);
        let spoken = self
            .products
            .iter()
            .flatten()
            .map(|(_, members)| speaks(members))
            .collect();
        let extent = self
            .known
            .entry((service.to_owned(), spoken))
            .or_insert_with(|| {
                let speaking = self.products.each_ref().map(|products| {
                    let speaking = products.iter().filter(|(_, members)| speaks(members));
                    speaking.map(|(product, _)| *product).collect()
                });
                Extent::of(&real_resources(Some(service), catalog), speaking)
            });
        let mut extent = extent.clone();
        if let Some(witness) = &mut extent.witness {
            witness.action = action;
        }
        extent
    }
}

impl Extent {
    /// For an action that exactly these products speak of.
    fn of(real: &Strings, [allow, deny, after, after_deny]: [Vec<&Product>; 4]) -> Self {
        let real = Product {
            action: Strings::NoneOf(Vec::new()),
            resource: real.clone(),
            when: None,
        };
        let any_action = |products: &[&Product]| -> Vec<Product> {
            let open = |product: &&Product| Product {
                action: Strings::NoneOf(Vec::new()),
                ..(*product).clone()
            };
            products.iter().map(open).collect()
        };
        let lists = [allow, deny, after, after_deny].map(|products| any_action(&products));
        let [allow, deny, after, after_deny] =
            lists.each_ref().map(|list| list.iter().collect::<Vec<_>>());
        let first = |inside: &[&Product], outside: &[&Product]| {
            let inside: Vec<_> = inside.iter().copied().chain([&real]).collect();
            match find(&inside, outside) {
                Search::Found(witness) => Some(witness),
                Search::Nothing | Search::Exhausted => None,
            }
        };
        let somewhere = |allow: &[&Product], deny: &[&Product]| {
            allow.iter().find_map(|product| first(&[product], deny))
        };
        let not_after: Vec<_> = deny.iter().chain(&after).copied().collect();
        let newly_denied = || {
            let pairs = allow
                .iter()
                .flat_map(|product| after_deny.iter().map(move |deny| (product, deny)));
            pairs
                .into_iter()
                .find_map(|(product, denied)| first(&[product, denied], &deny))
        };
        let lost = allow
            .iter()
            .find_map(|product| first(&[product], &not_after));
        Extent {
            before: somewhere(&allow, &deny).is_some(),
            after: somewhere(&after, &after_deny).is_some(),
            witness: lost.or_else(newly_denied),
        }
    }
}

#[cfg(test)]
mod tests;
