//! One question to permissions: is a request of this product allowed, and which one?

use std::collections::BTreeSet;

use super::asked::Asked;
use crate::algebra::{Conditions, Glob, Product, Search, Strings, Values, Witness, find};
use crate::diff::{example_of, example_resources};
use crate::evaluation::{Place, Rule, confirmed};
use crate::iam::{ConditionKey, Effect, RequestContext};

/// What was not decided.
pub(super) struct Unknown;

/// A product that is asked for, without others.
pub(super) struct Question<'q, 'a> {
    pub(super) asked: &'q Asked<'a>,
    pub(super) product: &'q Product,
    pub(super) without: &'q [Product],
}

impl Question<'_, '_> {
    pub(super) fn knows(&self, key: &ConditionKey) -> bool {
        !self.product.when.of(key).is_empty()
    }

    /// All that a statement could speak of, given what is known of the context.
    pub(super) fn widened(&self, rule: &Rule) -> Product {
        let tests = rule.product.when.iter().filter(|(key, _)| self.knows(key));
        let tests =
            tests.flat_map(|(key, tests)| tests.iter().map(|test| (key.clone(), test.clone())));
        Product {
            when: Conditions::new(tests),
            ..(*rule.widest).clone()
        }
    }

    /// A request with an example for each key that is known, and no resource yet.
    pub(super) fn example(&self) -> Option<Witness> {
        let literal = |strings: &Strings| match strings {
            Strings::AnyOf(globs) => globs.first()?.as_literal().map(str::to_owned),
            Strings::NoneOf(_) => None,
        };
        let mut context = RequestContext::default();
        for (key, tests) in self.product.when.iter() {
            let values = tests.iter().filter_map(|test| match &test.values {
                Values::Text(strings) => literal(strings),
                Values::Ordered { .. } => None,
            });
            context.set(key.clone(), values.take(1));
        }
        Some(Witness {
            action: literal(&self.product.action)?,
            resource: String::new(),
            context,
        })
    }

    /// A request like this one on a resource that looks like an account's own, if one is in `allowed` and in none of `denied`.
    pub(super) fn readable(
        &self,
        like: &Witness,
        allowed: &[&Product],
        denied: &[&Product],
    ) -> Option<Witness> {
        let mut candidates = self.resources(&like.action);
        candidates.find_map(|resource| {
            let witness = Witness {
                resource,
                ..like.clone()
            };
            let is_in =
                |products: &[&Product]| products.iter().any(|product| product.contains(&witness));
            let open = self.holds(&witness) && is_in(allowed) && !is_in(denied);
            open.then(|| self.confirmed(&witness)).flatten()
        })
    }

    /// Resources that look like an account's own: the only ones that are asked for, those that statements name, and one of each
    /// type.
    fn resources(&self, action: &str) -> impl Iterator<Item = String> + '_ {
        let (setting, catalog) = (&self.asked.setting, self.asked.catalog);
        let exact = self.product.resource.globs().iter();
        let exact = exact.filter_map(Glob::as_literal).map(str::to_owned);
        let allowing = self.asked.speaking(self.product, Effect::Allow).into_iter();
        let named = allowing.flat_map(|rule| rule.statement.resources.patterns());
        let named = named.filter(|pattern| !pattern.is_any() && !pattern.has_variable());
        let named = named.map(|pattern| example_of(pattern, setting));
        let action = action.parse().ok();
        let facts = action.and_then(|action| catalog.action(&action));
        let of_types = facts.into_iter();
        let of_types = of_types.flat_map(|facts| example_resources(facts, catalog, setting));
        exact.chain(named).chain(of_types)
    }

    fn holds(&self, witness: &Witness) -> bool {
        self.product.contains(witness)
            && !self.without.iter().any(|without| without.contains(witness))
    }

    pub(super) fn find(
        &self,
        allowed: &Product,
        denied: &[&Product],
    ) -> Result<Option<Witness>, Unknown> {
        let outside: Vec<&Product> = denied.iter().copied().chain(self.without).collect();
        match find(&[self.product, allowed], &outside) {
            Search::Nothing => Ok(None),
            Search::Undecided(_) => Err(Unknown),
            Search::Found(witness) => {
                let readable = self.readable(&witness, &[allowed], &outside);
                let found = readable.or_else(|| self.confirmed(&witness));
                found.map(Some).ok_or(Unknown)
            }
        }
    }

    /// A request that the evaluator allows, made of this one.
    fn confirmed(&self, witness: &Witness) -> Option<Witness> {
        let found = confirmed(self.asked.granted, &self.asked.nothing, witness);
        found.filter(|witness| self.holds(witness))
    }

    /// The statements whose conditions decide about a request that `allowing` allows.
    pub(super) fn conditions(
        &self,
        witness: &Witness,
        allowing: &Rule,
        denying: &[&Rule],
    ) -> BTreeSet<Place> {
        let speaks = |rule: &&Rule| {
            rule.widest.contains(&Witness {
                context: RequestContext::default(),
                ..witness.clone()
            })
        };
        let denying = denying.iter().copied().filter(speaks);
        let rules = std::iter::once(allowing).chain(denying);
        let open = |rule: &&Rule| {
            rule.product.has_unknown() || rule.product.when.iter().any(|(key, _)| !self.knows(key))
        };
        rules.filter(open).map(|rule| rule.place.clone()).collect()
    }
}
