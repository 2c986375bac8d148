//! What one grant allows and another does not, in disjoint groups, each with the statement that does it.
//!
//! Actions of the catalog that the same statements speak of fare the same, so they are asked about together. A request
//! that several statements allow belongs to the first of them.

use std::collections::{BTreeMap, HashMap};

use super::example::{example_of, example_resources};
use super::gains::{Gain, Gains};
use super::named::named;
use super::speakers::Speakers;
use super::{Setting, World};
use crate::algebra::{Strings, Witness};
use crate::catalog::{AccessLevel, ActionFacts, Catalog};
use crate::evaluation::{Granted, Place, action_glob, confirmed, resources_of};
use crate::iam::{ActionPattern, Actions, Condition, Effect, Resources};

/// Requests that one grant allows and the other does not.
#[derive(Clone, Debug)]
pub struct Group {
    /// The actions, sorted: by name, or by a pattern where all that it matches are meant.
    pub actions: Vec<ActionPattern>,
    /// How many of the catalog's actions these are, by access level.
    pub levels: BTreeMap<AccessLevel, usize>,
    /// The resources that the statement names, of those that show the difference.
    pub resources: Resources,
    /// The condition of the statement.
    pub condition: Option<Condition>,
    /// Whether a real request shows the difference: one of these actions on a resource that it takes. Only the open world
    /// has others.
    pub real: bool,
    /// One of the requests.
    pub witness: Witness,
    /// The statement that allows them.
    pub statement: Place,
    /// The statement of the other grant that denies them, if it is not that it says nothing.
    pub denied_by: Option<Place>,
}

/// What `to` allows and `from` does not.
pub(super) struct Groups<'a> {
    pub(super) from: &'a Granted,
    pub(super) to: &'a Granted,
    pub(super) world: World,
    pub(super) catalog: &'a Catalog,
    pub(super) setting: &'a Setting,
}

/// The service and the resource types of actions.
type Kind<'a> = (&'a str, Vec<&'static str>);

/// Actions that fare the same.
struct Class<'a> {
    /// The statements of `from`, then those of `to`, that speak of them.
    spoken: Vec<bool>,
    actions: Vec<&'a ActionFacts>,
}

impl<'a> Groups<'a> {
    /// The groups, in the order of statements; and whether all was decided.
    pub(super) fn all(&self) -> (Vec<Group>, bool) {
        let gains = Gains::new(self.from, self.to);
        let mut groups: BTreeMap<(bool, Gain), (Vec<&'a ActionFacts>, Witness)> = BTreeMap::new();
        let mut decided = true;
        for class in self.classes() {
            let mut found = gains.of(&class.spoken, &self.resources(&class));
            let real = !found.gains.is_empty();
            if !real && self.world == World::Open {
                found = gains.of(&class.spoken, &[]);
            }
            decided &= found.decided;
            for (gain, witness) in found.gains {
                let key = (!real, gain);
                if let Some((actions, _)) = groups.get_mut(&key) {
                    actions.extend(&class.actions);
                    continue;
                }
                // The first request of a group is the one that is shown.
                match self.shown(&class, &key.1, witness) {
                    Some(witness) => {
                        groups.insert(key, (class.actions.clone(), witness));
                    }
                    None => decided = false,
                }
            }
        }
        let groups = groups
            .into_iter()
            .map(|((unreal, gain), (actions, witness))| Group {
                real: !unreal,
                ..self.group(&gain, &actions, witness)
            });
        (groups.collect(), decided)
    }

    /// The group of a request that no action of the catalog shows: the statement that allows it, with its patterns that match
    /// the request.
    pub(super) fn beyond_catalog(&self, witness: &Witness) -> Option<Group> {
        let of = |granted: &Granted, effect| {
            let rules = granted.rules(effect);
            let mut rules = rules.filter(|rule| rule.widest.contains(&folded(witness)));
            rules.next().cloned()
        };
        let rule = of(self.to, Effect::Allow)?;
        let denied_by =
            of(self.from, Effect::Deny).filter(|_| of(self.from, Effect::Allow).is_some());
        let matches =
            |pattern: &&ActionPattern| action_glob(pattern).matches(&folded(witness).action);
        let actions: Vec<_> = match &rule.statement.actions {
            Actions::Only(patterns) => patterns.iter().filter(matches).cloned().collect(),
            Actions::AllBut(_) => "*".parse().into_iter().collect(),
        };
        Some(Group {
            actions,
            levels: BTreeMap::new(),
            resources: rule.statement.resources.clone(),
            condition: rule.statement.condition.clone(),
            real: false,
            witness: witness.clone(),
            statement: rule.place,
            denied_by: denied_by.map(|rule| rule.place),
        })
    }

    /// The actions of the catalog that a statement of `to` speaks of, those together that fare the same.
    fn classes(&self) -> Vec<Class<'a>> {
        let rules = || self.from.all_rules().iter().chain(self.to.all_rules());
        let speakers = Speakers::of(rules().map(|rule| &*rule.product));
        let ours = self.from.all_rules().len();
        let mut classes: Vec<Class<'a>> = Vec::new();
        let mut places: HashMap<(Vec<bool>, Kind<'_>), usize> = HashMap::new();
        for service in self.catalog.service_prefixes() {
            speakers.each((service, self.catalog), |facts, spoken| {
                if !spoken[ours..].contains(&true) {
                    return;
                }
                let types = facts.resource_types().map(|(name, _)| name);
                let kind = (facts.action.service(), types.collect());
                let place = *places.entry((spoken.to_vec(), kind)).or_insert_with(|| {
                    classes.push(Class {
                        spoken: spoken.to_vec(),
                        actions: Vec::new(),
                    });
                    classes.len() - 1
                });
                classes[place].actions.push(facts);
            });
        }
        classes
    }

    /// The resources that the actions of a class can be asked on.
    fn resources(&self, class: &Class<'_>) -> [Strings; 2] {
        match class.actions.first() {
            Some(facts) => resources_of(facts, self.catalog),
            None => [Strings::NoneOf(Vec::new()), Strings::NoneOf(Vec::new())],
        }
    }

    /// The request with an action of the class, on a resource that looks like one if such a request shows the same; `None`
    /// if the evaluator does not confirm it.
    fn shown(&self, class: &Class<'_>, gain: &Gain, witness: Witness) -> Option<Witness> {
        let facts = class.actions.iter().min_by_key(|facts| facts.level())?;
        let with = |resource: String| Witness {
            action: facts.folded().to_owned(),
            resource,
            context: witness.context.clone(),
        };
        let confirmed = |candidate: Witness| confirmed(self.to, self.from, &candidate);
        let named = &self.to.all_rules()[gain.allowed_by].statement.resources;
        let named = gain.resources.iter().map(|place| &named.patterns()[*place]);
        let named = named.map(|pattern| example_of(pattern, self.setting));
        let readable = example_resources(facts, self.catalog, self.setting).chain(named);
        let shown = readable.map(with).find_map(confirmed);
        let shown = shown.or_else(|| confirmed(with(witness.resource.clone())))?;
        Some(Witness {
            action: facts.action.to_string(),
            ..shown
        })
    }

    fn group(&self, gain: &Gain, actions: &[&ActionFacts], witness: Witness) -> Group {
        let rule = &self.to.all_rules()[gain.allowed_by];
        let mut levels = BTreeMap::new();
        for facts in actions {
            *levels.entry(facts.level()).or_default() += 1;
        }
        Group {
            actions: named(actions, rule.statement.actions.patterns(), self.catalog),
            levels,
            resources: match &rule.statement.resources {
                Resources::Only(all) => {
                    let shown = gain.resources.iter().map(|place| all[*place].clone());
                    Resources::Only(shown.collect())
                }
                all_but @ Resources::AllBut(_) => all_but.clone(),
            },
            condition: rule.statement.condition.clone(),
            real: true,
            witness,
            statement: rule.place.clone(),
            denied_by: gain
                .denied_by
                .map(|number| self.from.all_rules()[number].place.clone()),
        }
    }
}

/// The request with its action as actions are compared.
fn folded(witness: &Witness) -> Witness {
    Witness {
        action: witness.action.to_ascii_lowercase(),
        ..witness.clone()
    }
}
