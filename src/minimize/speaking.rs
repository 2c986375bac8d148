//! Finding the few of many products that speak of an action.

use std::collections::BTreeMap;

use crate::algebra::{Glob, Product, Strings};

/// Products, to be found by an action that they speak of.
pub(super) struct Speaking<'a> {
    /// Those that name their one action in full.
    named: BTreeMap<&'a str, Vec<&'a Product>>,
    others: Vec<&'a Product>,
}

impl<'a> Speaking<'a> {
    pub(super) fn new(products: &[&'a Product]) -> Self {
        let mut speaking = Speaking {
            named: BTreeMap::new(),
            others: Vec::new(),
        };
        for product in products {
            let only = match &product.action {
                Strings::AnyOf(globs) if globs.len() == 1 => globs[0].as_literal(),
                _ => None,
            };
            match only {
                Some(action) => speaking.named.entry(action).or_default().push(product),
                None => speaking.others.push(product),
            }
        }
        speaking
    }

    /// All that speak of one of these actions; of several actions, others may be among them.
    pub(super) fn of(&self, actions: &Glob) -> Vec<&'a Product> {
        let others = self.others.iter().copied();
        match actions.as_literal() {
            Some(action) => {
                let others = others.filter(|product| product.action.contains(action));
                let named = self.named.get(action).into_iter().flatten().copied();
                named.chain(others).collect()
            }
            None => self
                .named
                .values()
                .flatten()
                .copied()
                .chain(others)
                .collect(),
        }
    }
}
