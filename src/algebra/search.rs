//! The one question: is there a request in all of these products and in none of those?

use std::collections::BTreeSet;

use super::budget::{Budget, Exhausted, Reason};
use super::contexts::Contexts;
use super::hunt::{Answer, Hunt};
use super::outside::Outside;
use super::pieces::{Common, Inside};
use super::request::{Product, Witness};
use crate::iam::ConditionKey;

/// The answer to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Search {
    /// There is such a request, and this is one: a short one, not always a shortest.
    Found(Witness),
    /// There is none.
    Nothing,
    /// Not decided: deciding it can take exponential time.
    Undecided(Reason),
}

/// A request in every product of `inside` and in none of `outside`.
pub fn find(inside: &[&Product], outside: &[&Product]) -> Search {
    let several = several_valued(inside.iter().chain(outside).copied());
    Beyond::new(outside, several).find(inside)
}

/// Products that requests have to avoid, prepared to be asked about many times.
#[derive(Debug)]
pub struct Beyond<'a> {
    outside: Outside<'a>,
    several: BTreeSet<ConditionKey>,
}

impl<'a> Beyond<'a> {
    /// To be asked for requests in none of `outside`, where the keys of `several` may have several values.
    pub fn new(outside: &[&'a Product], several: BTreeSet<ConditionKey>) -> Self {
        Beyond {
            outside: Outside::new(outside),
            several,
        }
    }

    /// A request in every product of `inside`, as [`find`] answers.
    pub fn find(&self, inside: &[&Product]) -> Search {
        let inside: Vec<Inside<'_>> = inside.iter().map(|product| Inside::new(product)).collect();
        let inside: Vec<&Inside<'_>> = inside.iter().collect();
        find_prepared(&inside, &self.outside, &self.several, &mut Budget::whole())
    }
}

/// The keys that may have several values, as far as these products tell.
pub fn several_valued<'p>(products: impl Iterator<Item = &'p Product>) -> BTreeSet<ConditionKey> {
    let asked = products.flat_map(|product| product.when.iter());
    let several = asked.filter(|(_, tests)| tests.iter().any(|test| test.of_several));
    several.map(|(key, _)| key.clone()).collect()
}

/// [`find`], where the products are prepared once for many questions, and the budget is given.
pub(super) fn find_prepared(
    inside: &[&Inside<'_>],
    outside: &Outside<'_>,
    several: &BTreeSet<ConditionKey>,
    budget: &mut Budget,
) -> Search {
    let action = Common::new(inside.iter().map(|product| &product.action));
    if action.pieces.is_empty() {
        return Search::Nothing;
    }
    let resource = Common::new(inside.iter().map(|product| &product.resource));
    let conditions = inside.iter().map(|product| &product.product.when);
    let conditions = conditions.filter(|conditions| !conditions.is_empty());
    let conditions: Vec<_> = conditions.collect();
    let mut hunt = |and_maybe| {
        let contexts = Contexts::new(conditions.clone(), &outside.conditions, several, and_maybe);
        let mut hunt = Hunt::new(outside, [&action, &resource], contexts, budget);
        (hunt.start(), hunt.mixed())
    };
    match hunt(false) {
        (Ok(Answer::Found(witness)), _) => Search::Found(witness),
        (Ok(Answer::Covered(_)), None) => Search::Nothing,
        // No value that was looked at will do. Then none does, unless one does that might not exist.
        (Ok(Answer::Covered(_)), Some(key)) => match hunt(true) {
            (Ok(Answer::Covered(_)), _) => Search::Nothing,
            (Ok(Answer::Found(_)), _) => Search::Undecided(Reason::Mixed(key)),
            (Err(Exhausted), _) => Search::Undecided(Reason::Budget),
        },
        (Err(Exhausted), _) => Search::Undecided(Reason::Budget),
    }
}
