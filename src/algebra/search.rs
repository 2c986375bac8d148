//! The one question: is there a request in all of these products and in none of those?

use super::budget::{Budget, Exhausted};
use super::hunt::{Answer, Hunt};
use super::outside::Outside;
use super::pieces::{Common, Inside};
use super::request::{Product, Witness};

/// The answer to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Search {
    /// There is such a request, and this is one: a short one, not always a shortest.
    Found(Witness),
    /// There is none.
    Nothing,
    /// Not decided within [`super::MOST_STATES`] and [`super::MOST_MOVES`]: deciding it can take exponential time.
    Exhausted,
}

/// A request in every product of `inside` and in none of `outside`.
pub fn find(inside: &[&Product], outside: &[&Product]) -> Search {
    let inside: Vec<Inside<'_>> = inside.iter().map(|product| Inside::new(product)).collect();
    let inside: Vec<&Inside<'_>> = inside.iter().collect();
    find_prepared(&inside, &Outside::new(outside), &mut Budget::whole())
}

/// [`find`], where the products are prepared once for many questions, and the budget is given.
pub(super) fn find_prepared(
    inside: &[&Inside<'_>],
    outside: &Outside<'_>,
    budget: &mut Budget,
) -> Search {
    let action = Common::new(inside.iter().map(|product| &product.action));
    if action.pieces.is_empty() {
        return Search::Nothing;
    }
    let resource = Common::new(inside.iter().map(|product| &product.resource));
    // What the inside asks for holds and nothing else does: any more could only help the outside.
    let holding = inside
        .iter()
        .filter_map(|product| product.product.when)
        .collect();
    let survivors = outside.applicable(&holding);
    match Hunt::new(outside, [&action, &resource], budget).start(&survivors) {
        Ok(Answer::Found(witness)) => Search::Found(Witness { holding, ..witness }),
        Ok(Answer::Covered(_)) => Search::Nothing,
        Err(Exhausted) => Search::Exhausted,
    }
}
