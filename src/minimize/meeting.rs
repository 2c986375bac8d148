//! What a need on a pattern has in common with what is granted.

use std::collections::BTreeSet;

use crate::evaluation::{Granted, action_glob, pattern_of_glob, segments_glob};
use crate::iam::{Effect, ResourcePattern, Resources};
use crate::usage::On;

use super::need::{Need, NeededOn};

/// A need on a pattern as needs on the parts that granted patterns have in common with it, ARN segment by ARN segment: as
/// mere texts `arn:aws:logs:*:*:log-group:/a:*` and `arn:aws:logs:eu-central-1:123456789012:log-group:/b:*` have something in
/// common too, which is no ARN. Any other need stays as it is, and so does one on what cannot be said in parts.
pub(super) fn met(need: Need, granted: &Granted) -> Vec<Need> {
    let NeededOn::Seen(On::Matching(pattern)) = &need.on else {
        return vec![need];
    };
    match parts(pattern, &need, granted) {
        None => vec![need],
        Some(parts) => {
            let on = |part| Need {
                on: NeededOn::Seen(On::Matching(part)),
                ..need.clone()
            };
            parts.into_iter().map(on).collect()
        }
    }
}

fn parts(
    pattern: &ResourcePattern,
    need: &Need,
    granted: &Granted,
) -> Option<BTreeSet<ResourcePattern>> {
    let (actions, resources) = (action_glob(&need.actions), segments_glob(pattern));
    let mut parts = BTreeSet::new();
    for rule in granted.rules(Effect::Allow) {
        let speaks = match actions.as_literal() {
            Some(action) => rule.widest.action.contains(action),
            None => true,
        };
        if !speaks {
            continue;
        }
        let Resources::Only(patterns) = &rule.statement.resources else {
            return None;
        };
        for granted in patterns {
            if granted.has_variable() {
                return None;
            }
            let common = segments_glob(granted).intersection(&resources)?;
            parts.extend(common.iter().map(pattern_of_glob));
        }
    }
    Some(parts)
}
