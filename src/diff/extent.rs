//! How far an action is lost and gained, given the products that speak of it.

use std::cell::OnceCell;

use crate::algebra::{Conditions, Product, Search, Strings, Witness, find};
use crate::catalog::Catalog;
use crate::evaluation::real_resources;

/// The products that speak of an action: allowed and denied before, allowed and denied after.
pub(super) type Speaking<'a> = [Vec<&'a Product>; 4];

/// How far one action is lost and gained.
#[derive(Clone, Debug)]
pub(super) struct Extent {
    pub(super) before: bool,
    pub(super) after: bool,
    /// A request that is lost, whatever its action.
    pub(super) lost: Option<Witness>,
    /// A request that is gained, whatever its action.
    pub(super) gained: Option<Witness>,
}

/// The requests that a service's actions can be asked with, whatever the action.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    service: &'a str,
    catalog: &'a Catalog,
    real: OnceCell<Product>,
}

impl<'a> Asked<'a> {
    pub(super) fn of(service: &'a str, catalog: &'a Catalog) -> Self {
        Asked {
            service,
            catalog,
            real: OnceCell::new(),
        }
    }

    /// How far an action is lost and gained of which exactly these products speak.
    pub(super) fn extent(&self, [allow, deny, after, after_deny]: &Speaking<'_>) -> Extent {
        Extent {
            before: self.somewhere(allow, deny).is_some(),
            after: self.somewhere(after, after_deny).is_some(),
            lost: self.beyond([allow, deny], [after, after_deny]),
            gained: self.beyond([after, after_deny], [allow, deny]),
        }
    }

    /// A request that the one side allows and the other does not, by its silence or by its denial.
    fn beyond(
        &self,
        [allow, deny]: [&[&Product]; 2],
        [other, other_deny]: [&[&Product]; 2],
    ) -> Option<Witness> {
        let settled: Vec<_> = deny.iter().chain(other).copied().collect();
        let newly_denied = || {
            let new: Vec<_> = other_deny
                .iter()
                .filter(|denied| !deny.contains(denied))
                .collect();
            let mut pairs = allow
                .iter()
                .flat_map(|product| new.iter().map(move |denied| (*product, **denied)));
            pairs.find_map(|(product, denied)| self.first(&[product, denied], deny))
        };
        self.somewhere(allow, &settled).or_else(newly_denied)
    }

    fn somewhere(&self, allow: &[&Product], outside: &[&Product]) -> Option<Witness> {
        let holds_all = |product: &&Product| product.when.is_empty() && is_everything(product);
        if outside.iter().any(holds_all) {
            return None;
        }
        allow
            .iter()
            .find_map(|product| self.first(&[product], outside))
    }

    /// A request that lies in all of `inside` and in none of `outside`.
    fn first(&self, inside: &[&Product], outside: &[&Product]) -> Option<Witness> {
        if let ([product], []) = (inside, outside)
            && is_everything(product)
            && product.when.is_empty()
        {
            // Every action can be asked with the resource `*`.
            return Some(Witness {
                resource: "*".into(),
                ..Witness::default()
            });
        }
        let any_action = |products: &[&Product]| -> Vec<Product> {
            let open = |product: &&Product| {
                whatever_action(product.resource.clone(), product.when.clone())
            };
            products.iter().map(open).collect()
        };
        let (inside, outside) = (any_action(inside), any_action(outside));
        let real = self
            .real
            .get_or_init(|| Product::on(real_resources(Some(self.service), self.catalog)));
        let inside: Vec<_> = inside.iter().chain([real]).collect();
        match find(&inside, &outside.iter().collect::<Vec<_>>()) {
            Search::Found(witness) => Some(witness),
            Search::Nothing | Search::Undecided(_) => None,
        }
    }
}

fn whatever_action(resource: Strings, when: Conditions) -> Product {
    Product {
        when,
        ..Product::on(resource)
    }
}

/// Whether a product speaks of every resource, and says so by `*` alone.
fn is_everything(product: &Product) -> bool {
    matches!(&product.resource, Strings::AnyOf(globs) if matches!(globs.as_slice(), [glob] if glob.is_everything()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::algebra::{Glob, Share, Test, Values};
    use crate::iam::ConditionKey;

    fn product(resource: &[&str], when: Option<u32>) -> Product {
        let globs = resource.iter().map(|text| Glob::wildcards(text)).collect();
        let asked = |key: u32| {
            let present = Test {
                share: Share::Some,
                values: Values::Text(Strings::NoneOf(vec![])),
                or_absent: false,
                of_several: false,
            };
            (ConditionKey::new(&format!("key{key}")), present)
        };
        whatever_action(Strings::AnyOf(globs), Conditions::new(when.map(asked)))
    }

    /// The definition, without any short cut: one search over all of it.
    fn slowly(inside: &[&Product], outside: &[&Product]) -> bool {
        let real = whatever_action(
            real_resources(Some("s3"), Catalog::bundled()),
            Conditions::default(),
        );
        let inside: Vec<_> = inside.iter().copied().chain([&real]).collect();
        matches!(find(&inside, outside), Search::Found(_))
    }

    #[test]
    fn what_is_lost_is_what_a_search_finds() {
        let products = [
            product(&["*"], None),
            product(&["*"], Some(1)),
            product(&["arn:aws:s3:::a/*", "*"], Some(2)),
            product(&["arn:aws:s3:::a/*"], None),
            product(&["arn:aws:s3:::a/b*"], Some(1)),
            product(&["arn:aws:sqs:*"], None),
        ];
        let asked = Asked::of("s3", Catalog::bundled());
        let lists: Vec<Vec<&Product>> = (0..1 << products.len())
            .filter(|set: &usize| set.count_ones() < 3)
            .map(|set| {
                let chosen = products.iter().enumerate();
                let chosen = chosen.filter(|(index, _)| set >> index & 1 == 1);
                chosen.map(|(_, product)| product).collect()
            })
            .collect();
        for (allow, after) in lists.iter().flat_map(|a| lists.iter().map(move |b| (a, b))) {
            for denied in &products {
                let deny = vec![denied];
                let extent = asked.extent(&[allow.clone(), vec![], after.clone(), deny.clone()]);
                let lost = allow
                    .iter()
                    .any(|one| slowly(&[one], after) || slowly(&[one, denied], &[]));
                assert_eq!(
                    extent.lost.is_some(),
                    lost,
                    "{allow:?} {after:?} {denied:?}"
                );
                let left = after.iter().any(|one| slowly(&[one], &deny));
                assert_eq!(extent.after, left, "{after:?} {denied:?}");
            }
        }
    }
}
