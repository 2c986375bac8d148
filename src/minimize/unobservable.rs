//! Permissions whose use no trail shows: kept as granted, kept on what other evidence names, or given up.

use std::collections::{BTreeMap, BTreeSet};

use crate::algebra::Glob;
use crate::catalog::ActionFacts;
use crate::coverage::{BlindOn, Unobservable as Unseen};
use crate::evaluation::{Granted, Rule, action_glob, pattern_of_glob, resource_glob};
use crate::iam::{ActionPattern, Effect, ResourcePattern, Resources, Version};
use crate::lambda::Seen;
use crate::usage::On;

use super::anywhere::Anywhere;
use super::gather::Facts;
use super::kin::{child, is_of, parent};
use super::meeting::met;
use super::need::{Ground, Need, NeededOn};
use super::settings::Unobservable;

/// What is needed because no trail shows whether it was used.
pub(super) fn unobservable(
    (granted, seen): (&Granted, &Seen),
    facts: Facts<'_>,
    anywhere: &Anywhere<'_>,
) -> Vec<Need> {
    let unseen = facts.unseen.iter();
    match facts.unobservable {
        Unobservable::Remove => Vec::new(),
        Unobservable::Keep => unseen
            .flat_map(|unseen| kept(unseen, granted, anywhere))
            .collect(),
        Unobservable::Narrow => {
            let named = Named::by(seen, facts);
            let narrowed = unseen.flat_map(|unseen| match unseen.on {
                BlindOn::Everything => {
                    let ground = Ground::Unobservable(unseen.reason.clone());
                    named.narrowed((&unseen.actions, ground), granted, anywhere)
                }
                _ => kept(unseen, granted, anywhere),
            });
            narrowed.collect()
        }
    }
}

/// Actions on the granted resources that the trail does not show them on.
fn kept(unseen: &Unseen, granted: &Granted, anywhere: &Anywhere<'_>) -> Vec<Need> {
    let ground = Ground::Unobservable(unseen.reason.clone());
    let need = |on| Need {
        actions: unseen.actions.clone(),
        on: NeededOn::Seen(on),
        when: None,
        ground: ground.clone(),
    };
    let matching = |pattern| need(On::Matching(pattern));
    let everywhere = anywhere.need(unseen.actions.clone(), ground.clone());
    match &unseen.on {
        BlindOn::Everything => vec![everywhere],
        BlindOn::NoResource => vec![need(On::NoResource)],
        BlindOn::Only(globs) => globs.iter().map(pattern_of_glob).map(matching).collect(),
        BlindOn::AllBut(globs) => match granted_outside(&everywhere, globs, granted) {
            Some(patterns) => patterns.into_iter().map(matching).collect(),
            None => vec![everywhere],
        },
    }
}

/// The granted patterns that hold more of a need on every resource than what is recorded, as their author wrote them; `None`
/// where a statement grants all.
fn granted_outside(
    everywhere: &Need,
    recorded: &[Glob],
    granted: &Granted,
) -> Option<BTreeSet<ResourcePattern>> {
    let actions = action_glob(&everywhere.actions);
    let speaks = |rule: &&Rule| match actions.as_literal() {
        Some(action) => rule.widest.action.contains(action),
        None => true,
    };
    let is_recorded = |pattern: &ResourcePattern| {
        let glob = resource_glob(pattern);
        !pattern.has_variable() && recorded.iter().any(|recorded| recorded.covers(&glob))
    };
    let is_real = |pattern: &ResourcePattern| match &everywhere.on {
        NeededOn::Any(real) => real
            .globs()
            .iter()
            .any(|real| real.overlap(&resource_glob(pattern)).is_some()),
        NeededOn::Seen(_) => true,
    };
    let mut outside = BTreeSet::new();
    for rule in granted.rules(Effect::Allow).filter(speaks) {
        let Resources::Only(patterns) = &rule.statement.resources else {
            return None;
        };
        if patterns.iter().any(ResourcePattern::is_any) {
            return None;
        }
        let patterns = patterns
            .iter()
            .filter(|pattern| is_real(pattern) && !is_recorded(pattern));
        outside.extend(patterns.cloned());
    }
    Some(outside)
}

/// The resources that the role's uses and its functions' configuration name, by the service in their ARNs.
struct Named<'a> {
    facts: Facts<'a>,
    resources: BTreeMap<String, BTreeSet<ResourcePattern>>,
}

impl<'a> Named<'a> {
    fn by(seen: &Seen, facts: Facts<'a>) -> Self {
        let used = seen.used.iter().flat_map(|(access, _)| &access.on);
        // What is so of every function names nothing.
        let configured = facts
            .floor
            .iter()
            .filter(|access| access.reason.function.is_some());
        let mut named = BTreeMap::<_, BTreeSet<_>>::new();
        for on in used.chain(configured.map(|access| &access.on)) {
            let pattern = match on {
                On::NoResource => continue,
                On::Exactly(arn) => ResourcePattern::from(arn),
                On::Matching(pattern) => pattern.clone(),
            };
            let text = pattern.to_text(Version::V2012);
            if let Some(service) = text.split(':').nth(2) {
                named.entry(service.to_owned()).or_default().insert(pattern);
            }
        }
        Named {
            facts,
            resources: named,
        }
    }

    /// Actions on the resources that are named, one by one; an action that none is named for that is granted, anywhere.
    fn narrowed(
        &self,
        (actions, ground): (&ActionPattern, Ground),
        granted: &Granted,
        anywhere: &Anywhere<'_>,
    ) -> Vec<Need> {
        let glob = action_glob(actions);
        let all = self
            .facts
            .catalog
            .actions_of(actions.service().unwrap_or_default());
        let all: Vec<_> = all
            .iter()
            .filter(|one| glob.matches(one.folded()))
            .collect();
        if all.is_empty() {
            return vec![anywhere.need(actions.clone(), ground)];
        }
        let narrowed = all.into_iter().flat_map(|of| {
            let need = |pattern| Need {
                actions: (&of.action).into(),
                on: NeededOn::Seen(On::Matching(pattern)),
                when: None,
                ground: ground.clone(),
            };
            let needs = self.resources_for(of).into_iter().map(need);
            let needs = needs.flat_map(|need| met(need, granted));
            let needs: Vec<_> = needs.filter(|need| need.is_granted(granted)).collect();
            match needs.is_empty() {
                true => vec![anywhere.need((&of.action).into(), ground.clone())],
                false => needs,
            }
        });
        narrowed.collect()
    }

    /// The named resources that an action can be asked on, and those that lie in a named one or hold it: the objects of a
    /// bucket, the bucket of an object.
    fn resources_for(&self, of: &ActionFacts) -> BTreeSet<ResourcePattern> {
        let service = of.action.service();
        let catalog = self.facts.catalog;
        let types: Vec<_> = catalog.arn_templates_of(service).collect();
        let own = of.resource_types();
        let own = own.flat_map(|(name, _)| catalog.arn_templates(service, name));
        let mut on = BTreeSet::new();
        for template in own {
            let namespace = template.split(':').nth(2).unwrap_or_default();
            for named in self.resources.get(namespace).into_iter().flatten() {
                let itself = is_of(named, template, &types).then(|| named.clone());
                let of_kin = types.iter().filter(|kin| is_of(named, kin, &types));
                let kin = of_kin.filter_map(|kin| {
                    child(named, kin, template).or_else(|| parent(named, kin, template))
                });
                on.extend(itself.into_iter().chain(kin));
            }
        }
        on
    }
}
