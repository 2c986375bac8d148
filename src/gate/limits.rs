//! Limits of which it is not known what they limit, so that no set of requests shows when they go.

use super::scene::Holder;
use crate::iac::{FoundPolicy, Unknown};
use crate::iam::Effect;

/// The parts of its `Deny` statements that are not known, as they are written.
fn left_out<'h>(holder: &'h Holder<'_>) -> impl Iterator<Item = (&'static str, &'h str)> {
    let of_deny = |policy: &FoundPolicy, unknown: &Unknown| match unknown.statement {
        Some(index) => {
            let statement = policy.policy.statements.get(index);
            statement.is_some_and(|one| one.effect == Effect::Deny)
        }
        // Of an `Allow` no more than a part is ever left out.
        None => true,
    };
    let written = holder.policies.iter().filter_map(|held| held.written);
    written.flat_map(move |policy| {
        let unknown = policy.unknown.iter();
        let left_out = unknown.filter(move |one| one.is_left_out() && of_deny(policy, one));
        left_out.map(|one| (one.element, one.value.as_str()))
    })
}

/// Those that a role had and has no more.
pub(super) fn gone<'h>(now: &Holder<'_>, before: &'h Holder<'_>) -> Vec<(&'static str, &'h str)> {
    let mut left: Vec<_> = left_out(now).collect();
    let mut gone = Vec::new();
    for one in left_out(before) {
        match left.iter().position(|other| *other == one) {
            Some(at) => drop(left.swap_remove(at)),
            None => gone.push(one),
        }
    }
    gone
}
