//! Is one grant within another?

use std::collections::BTreeSet;
use std::sync::Arc;

use super::budget::{Budget, Reason};
use super::outside::Outside;
use super::pieces::Inside;
use super::request::{Grant, Product, Witness};
use super::search::{Search, find_prepared, several_valued};
use crate::iam::ConditionKey;

/// The answer of [`included`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every request of the left is in the right.
    Included,
    /// This request is in the left and not in the right.
    Refuted(Witness),
    /// Not decided.
    Unknown(Reason),
}

/// Is every request of `left`, and of `within` if that is given, in `right`?
///
/// That is so when, for every product *a* that the left allows, (i) what *a* holds is denied by the left or allowed by
/// the right, and (ii) for every product *d* that the right denies, what *a* and *d* share is denied by the left. Each
/// of these is one question as [`super::find`] asks it. All get a glance first, so that an easy refutation is not kept
/// waiting by a hard question; the hard ones then share one whole budget. A request that refutes is checked against both
/// grants before it is shown.
pub fn included(left: &Grant, right: &Grant, within: Option<&Product>) -> Verdict {
    Inclusion::new(left, right).verdict(within)
}

/// Two grants, prepared once to be asked [`included`] of many parts.
#[derive(Debug)]
pub struct Inclusion<'a> {
    left: &'a Grant,
    right: &'a Grant,
    allowed: Vec<Inside<'a>>,
    forbidden: Vec<Inside<'a>>,
    denied: Outside<'a>,
    settled: Outside<'a>,
    several: BTreeSet<ConditionKey>,
}

impl<'a> Inclusion<'a> {
    /// To be asked whether `left` is in `right`.
    pub fn new(left: &'a Grant, right: &'a Grant) -> Self {
        let products = |of: &'a [Arc<Product>]| of.iter().map(|product| &**product);
        let denied: Vec<&Product> = products(&left.deny).collect();
        let settled: Vec<&Product> = products(&left.deny).chain(products(&right.allow)).collect();
        Inclusion {
            left,
            right,
            allowed: products(&left.allow).map(Inside::new).collect(),
            forbidden: products(&right.deny).map(Inside::new).collect(),
            denied: Outside::new(&denied),
            settled: Outside::new(&settled),
            several: several_valued(
                settled
                    .into_iter()
                    .chain(products(&left.allow))
                    .chain(products(&right.deny)),
            ),
        }
    }

    /// As [`included`] answers.
    pub fn verdict(&self, within: Option<&Product>) -> Verdict {
        let within_inside = within.map(Inside::new);
        let ask = |(allowed, forbidden): &Question<'_>, budget: &mut Budget| {
            let inside: Vec<&Inside<'_>> = within_inside
                .iter()
                .chain([*allowed])
                .chain(*forbidden)
                .collect();
            let outside = match forbidden {
                Some(_) => &self.denied,
                None => &self.settled,
            };
            find_prepared(&inside, outside, &self.several, budget)
        };
        let mut hard = Vec::new();
        let mut undecided = None;
        for allowed in &self.allowed {
            for forbidden in std::iter::once(None).chain(self.forbidden.iter().map(Some)) {
                let forbidden_product = forbidden.map(|inside| inside.product);
                if self.is_plain(allowed.product, forbidden_product, within) {
                    continue;
                }
                match ask(&(allowed, forbidden), &mut Budget::glance()) {
                    Search::Nothing => {}
                    Search::Undecided(Reason::Budget) => hard.push((allowed, forbidden)),
                    Search::Undecided(reason) => undecided = Some(reason),
                    Search::Found(witness) => match self.checked(witness, within) {
                        Verdict::Unknown(reason) => undecided = Some(reason),
                        refuted => return refuted,
                    },
                }
            }
        }
        let mut budget = Budget::whole();
        for question in &hard {
            match ask(question, &mut budget) {
                Search::Nothing => {}
                Search::Undecided(reason) => undecided = Some(reason),
                Search::Found(witness) => match self.checked(witness, within) {
                    Verdict::Unknown(reason) => undecided = Some(reason),
                    refuted => return refuted,
                },
            }
        }
        undecided.map_or(Verdict::Included, Verdict::Unknown)
    }

    /// Is the answer plain, since the same product stands on both sides? So what was not changed needs no search, whatever
    /// is known of it only at request time. Where something is, a product that holds the same texts and more is enough.
    fn is_plain(
        &self,
        allowed: &Product,
        forbidden: Option<&Product>,
        within: Option<&Product>,
    ) -> bool {
        let among = |products: &[Arc<Product>], one: &Product| {
            products.iter().any(|product| product.is_same_as(one))
        };
        match forbidden {
            Some(forbidden) => among(&self.left.deny, forbidden),
            None if allowed.has_unknown() => {
                let mut right = self.right.allow.iter();
                right.any(|product| product.plainly_holds(allowed, within))
            }
            None => among(&self.right.allow, allowed),
        }
    }

    /// The refutation by `witness`, if it is one. It may not be when something is known only at request time.
    fn checked(&self, witness: Witness, within: Option<&Product>) -> Verdict {
        let asked = within.is_none_or(|product| product.contains(&witness));
        let refutes = asked && self.left.contains(&witness) && !self.right.contains(&witness);
        match refutes && !witness.has_unknown() {
            true => Verdict::Refuted(witness),
            false => Verdict::Unknown(Reason::AtRequestTime(Box::new(witness))),
        }
    }
}

/// What the left allows, with what the right denies of it or with nothing.
type Question<'a> = (&'a Inside<'a>, Option<&'a Inside<'a>>);
