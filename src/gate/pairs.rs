//! Which role of before is which role of now, when files were moved and roles renamed.

use std::collections::BTreeSet;

use super::scene::{Holder, Scene};

/// For each holder of now the one of before that it was, if it was one.
pub(super) fn pairs(now: &Scene<'_>, before: &Scene<'_>) -> Vec<Option<usize>> {
    let mut pairs = vec![None; now.holders.len()];
    let mut taken = BTreeSet::new();
    // From what tells most to what tells least: each pair that is found is out of the others' way.
    let same: [fn(&Holder<'_>, &Holder<'_>) -> bool; 6] = [
        |now, before| is_same_file(now, before) && has_same_id(now, before),
        |now, before| has_same_arn(now, before),
        |now, before| has_same_name(now, before),
        |now, before| has_same_id(now, before),
        |now, before| is_same_file(now, before) && have_same_functions(now, before),
        |now, before| have_same_policies(now, before),
    ];
    for same in same {
        for (index, holder) in now.holders.iter().enumerate() {
            if pairs[index].is_some() {
                continue;
            }
            let mut candidates = before.holders.iter().enumerate().filter(|(other, one)| {
                !taken.contains(other)
                    && one.role.carrier == holder.role.carrier
                    && same(holder, one)
            });
            // One of several could be any of them.
            if let (Some((other, _)), None) = (candidates.next(), candidates.next()) {
                pairs[index] = Some(other);
                taken.insert(other);
            }
        }
    }
    pairs
}

fn is_same_file(now: &Holder<'_>, before: &Holder<'_>) -> bool {
    now.role.place.file == before.role.place.file
}

fn has_same_id(now: &Holder<'_>, before: &Holder<'_>) -> bool {
    !now.role.id.is_empty() && now.role.id == before.role.id
}

fn has_same_arn(now: &Holder<'_>, before: &Holder<'_>) -> bool {
    let arn = now.role.arn.as_known();
    arn.is_some() && arn == before.role.arn.as_known()
}

fn has_same_name(now: &Holder<'_>, before: &Holder<'_>) -> bool {
    let name = now.role.name.as_known();
    name.is_some_and(|name| !name.is_empty()) && name == before.role.name.as_known()
}

fn have_same_functions(now: &Holder<'_>, before: &Holder<'_>) -> bool {
    let ids = |holder: &Holder<'_>| -> BTreeSet<String> {
        let functions = holder.functions.iter();
        functions.map(|function| function.id.clone()).collect()
    };
    !now.functions.is_empty() && ids(now) == ids(before)
}

fn have_same_policies(now: &Holder<'_>, before: &Holder<'_>) -> bool {
    let all = |holder: &Holder<'_>| -> Vec<String> {
        let policies = holder.policies.iter();
        let mut texts: Vec<_> = policies.map(|held| held.policy.to_compact_text()).collect();
        texts.extend(
            holder
                .unknown
                .iter()
                .map(|attached| attached.arn.to_string()),
        );
        texts.sort();
        texts
    };
    !now.policies.is_empty() && all(now) == all(before)
}
