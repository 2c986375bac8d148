//! The author's own layout: the same policies, statements, names and order, with what is not needed left out.

use std::collections::BTreeMap;

use crate::catalog::Catalog;
use crate::evaluation::Granted;
use crate::iam::Effect;

use super::kept::KeptStatement;
use super::layout::Layout;
use super::pack::{TooLarge, fitting};
use super::state::Stated;

/// The statements, each where the statement stood that it was cut from. Of one that became several the first keeps the
/// author's name.
pub(super) fn authored(
    stated: Stated,
    (granted, catalog): (&Granted, &Catalog),
    attachments: usize,
) -> Result<Layout, TooLarge> {
    let rules = granted.all_rules();
    let mut by_rule: BTreeMap<usize, Vec<KeptStatement>> = BTreeMap::new();
    for (kept, rule) in stated.allow {
        by_rule.entry(rule).or_default().push(kept);
    }
    let mut denials = stated.deny.into_iter();
    for (number, rule) in rules.iter().enumerate() {
        if rule.statement.effect == Effect::Deny {
            by_rule.entry(number).or_default().extend(denials.next());
        }
    }
    let mut placed = Vec::new();
    for (number, mut statements) in by_rule {
        let Some(rule) = rules.get(number) else {
            continue;
        };
        if let Some(first) = statements.first_mut() {
            first.statement.sid.clone_from(&rule.statement.sid);
        }
        for mut kept in statements {
            kept.from = Some(rule.place.clone());
            placed.push((rule.place.clone(), kept));
        }
    }
    fitting(Layout::authored(placed, catalog), attachments)
}
