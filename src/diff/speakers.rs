//! Which of some products speak of an action: actions of which the same speak fare the same.

use super::members::{Members, Part};
use crate::algebra::{Glob, Product};
use crate::catalog::{ActionFacts, Catalog};

/// Products, made ready to be asked whether they speak of an action.
pub(super) struct Speakers<'a> {
    members: Vec<Members<'a>>,
}

impl<'a> Speakers<'a> {
    pub(super) fn of(products: impl Iterator<Item = &'a Product>) -> Self {
        Speakers {
            members: products
                .map(|product| Members::of(&product.action))
                .collect(),
        }
    }

    /// Gives each action of a service, by its prefix in lower case, with whether each product speaks of it. None is given
    /// when no product speaks of any, and then none is read.
    pub(super) fn each(
        &self,
        (service, catalog): (&str, &'a Catalog),
        mut take: impl FnMut(&'a ActionFacts, &[bool]),
    ) {
        let every = Glob::wildcards(&format!("{service}:*"));
        let parts = self.members.iter().map(|members| members.part(&every));
        let parts: Vec<Part<'_>> = parts.collect();
        if parts.iter().all(|part| matches!(part, Part::Nothing)) {
            return;
        }
        let mut spoken = Vec::with_capacity(parts.len());
        for facts in catalog.actions_of(service) {
            spoken.clear();
            spoken.extend(parts.iter().map(|part| match part {
                Part::Nothing => false,
                Part::Everything => true,
                Part::Some(members) => members.contains(facts.folded()),
            }));
            take(facts, &spoken);
        }
    }
}
