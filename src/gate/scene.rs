//! What the checks look at: roles with all that they are granted, policies, and functions with their roles.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::symbols::{symbols, with_symbols, with_symbols_in_conditions};
use crate::algebra::Witness;
use crate::catalog::Catalog;
use crate::evaluation::{Granted, NamedPolicy, Reading};
use crate::iac::{Attached, Carrier, Found, FoundFunction, FoundPolicy, FoundRole, Place, RoleOf};
use crate::iam::{Effect, Policy};

/// A role, a user or a group, and what it is granted.
pub(super) struct Holder<'s> {
    pub(super) role: &'s FoundRole,
    /// What a reader calls it.
    pub(super) name: String,
    /// The functions of the file that have it as their role.
    pub(super) functions: Vec<&'s FoundFunction>,
    /// The policies that are known, embedded and attached.
    pub(super) policies: Vec<Held<'s>>,
    /// Attached policies that are not known.
    pub(super) unknown: Vec<&'s Attached>,
    granted: OnceCell<Granted>,
    granted_by_name: OnceCell<Granted>,
}

/// A policy of a role.
pub(super) struct Held<'s> {
    /// Its ARN, of a managed policy: whoever may rewrite that one changes the role. Empty for one that is embedded.
    arn: String,
    /// Where it is written, if the code has it; AWS's own have no place of their own.
    pub(super) written: Option<&'s FoundPolicy>,
    /// Where it is embedded or attached.
    pub(super) place: &'s Place,
    /// The most that it may allow.
    pub(super) policy: &'s Policy,
    /// Whether it is the role's whatever the conditions of the file say.
    pub(super) certain: bool,
}

/// A policy that the code has, once, with whom it belongs to.
pub(super) struct Document<'s> {
    pub(super) policy: &'s FoundPolicy,
    /// The same, with a name for every part that is not known.
    pub(super) named: Policy,
    /// What a reader calls its role, if it is one role's.
    pub(super) role: Option<String>,
    /// Whether nobody in the code has it.
    pub(super) is_alone: bool,
    /// Whether a user or a group has it and no role.
    pub(super) of_people: bool,
}

/// Everything that is looked at.
pub(super) struct Scene<'s> {
    pub(super) holders: Vec<Holder<'s>>,
    pub(super) documents: Vec<Document<'s>>,
    pub(super) functions: Vec<(&'s Found, &'s FoundFunction)>,
}

impl<'s> Scene<'s> {
    pub(super) fn of(found: &'s [Found]) -> Self {
        let mut scene = Scene {
            holders: Vec::new(),
            documents: Vec::new(),
            functions: Vec::new(),
        };
        for file in found {
            let holders = file.roles.iter().enumerate();
            scene
                .holders
                .extend(holders.map(|(index, role)| holder(file, index, role)));
            documents(file, &mut scene.documents);
            let functions = file.functions.iter().map(|function| (file, function));
            scene.functions.extend(functions);
        }
        scene
    }
}

impl<'s> Holder<'s> {
    /// The most that its policies may allow together.
    pub(super) fn granted(&self) -> &Granted {
        self.granted
            .get_or_init(|| self.granted_with(|written| written.policy.clone()))
    }

    /// The same, with a name for every part that is not known: the same part is the same wherever it stands.
    pub(super) fn granted_by_name(&self) -> &Granted {
        self.granted_by_name
            .get_or_init(|| self.granted_with(with_symbols))
    }

    /// The same, with a name for the values of conditions, too, to be compared with what it was.
    pub(super) fn granted_to_compare(&self) -> Granted {
        self.granted_with(with_symbols_in_conditions)
    }

    fn granted_with(&self, read: fn(&FoundPolicy) -> Policy) -> Granted {
        let policies = self.policies.iter().map(|held| NamedPolicy {
            name: held.arn.clone(),
            policy: held.written.map_or_else(|| held.policy.clone(), read),
        });
        Granted::new(policies.collect(), Reading::default())
    }

    /// Where the statement stands that allows a request.
    pub(super) fn statement_that_allows(&self, request: &Witness) -> Option<&'s Place> {
        let mut each = self.policies.iter();
        each.find_map(|held| match held.written {
            Some(written) => statement_that_allows(written, request),
            None => {
                let granted = granted_by([held.policy.clone()]);
                allowing(&granted, request).next().map(|_| held.place)
            }
        })
    }
}

/// What policies allow together, whatever they are called.
pub(super) fn granted_by(policies: impl IntoIterator<Item = Policy>) -> Granted {
    let policies = policies.into_iter().map(|policy| NamedPolicy {
        name: String::new(),
        policy,
    });
    Granted::new(policies.collect(), Reading::default())
}

/// Where the statement of a policy stands that allows a request.
pub(super) fn statement_that_allows<'p>(
    policy: &'p FoundPolicy,
    request: &Witness,
) -> Option<&'p Place> {
    let granted = granted_by([with_symbols(policy)]);
    let first = allowing(&granted, request).next()?;
    policy.statements.get(first)
}

/// The statements that allow a request, from 0.
fn allowing(granted: &Granted, request: &Witness) -> impl Iterator<Item = usize> {
    // Grants have their actions in lower case, whoever's words the request is in.
    let request = Witness {
        action: request.action.to_ascii_lowercase(),
        ..request.clone()
    };
    let rules = granted.all_rules().iter().enumerate();
    rules.filter_map(move |(index, rule)| {
        let allows = rule.statement.effect == Effect::Allow && rule.product.contains(&request);
        allows.then_some(index)
    })
}

/// What a reader calls a role: its name if that is known, or else what the file calls it.
pub(super) fn called(role: &FoundRole) -> String {
    match role.name.as_known() {
        Some(name) if !name.is_empty() => name.to_owned(),
        _ => role.id.clone(),
    }
}

fn holder<'s>(found: &'s Found, index: usize, role: &'s FoundRole) -> Holder<'s> {
    let functions = found.functions.iter();
    let has_it = |function: &&FoundFunction| function.roles.contains(&RoleOf::Here(index));
    let mut policies: Vec<_> = role
        .inline
        .iter()
        .map(|policy| Held {
            arn: String::new(),
            written: Some(policy),
            place: &policy.place,
            policy: &policy.policy,
            certain: true,
        })
        .collect();
    let mut unknown = Vec::new();
    for attached in &role.attached {
        match known(found, attached) {
            Some((written, policy)) => policies.push(Held {
                arn: symbols(&attached.arn.to_string()),
                written,
                place: &attached.place,
                policy,
                certain: attached.certain,
            }),
            None => unknown.push(attached),
        }
    }
    Holder {
        role,
        name: called(role),
        functions: functions.filter(has_it).collect(),
        policies,
        unknown,
        granted: OnceCell::new(),
        granted_by_name: OnceCell::new(),
    }
}

/// The document of an attached policy: the code has it, or AWS publishes it and it is carried.
fn known<'s>(
    found: &'s Found,
    attached: &Attached,
) -> Option<(Option<&'s FoundPolicy>, &'s Policy)> {
    if let Some(index) = attached.policy {
        let policy = found.policies.get(index)?;
        return Some((Some(policy), &policy.policy));
    }
    let name = attached.aws_name()?;
    Some((None, published(&name)?))
}

/// One of AWS's managed policies, read once.
fn published(name: &str) -> Option<&'static Policy> {
    static READ: Mutex<BTreeMap<String, Option<&'static Policy>>> = Mutex::new(BTreeMap::new());
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    *read.entry(name.to_owned()).or_insert_with(|| {
        let document = Catalog::bundled().managed_policy(name)?;
        let policy = Policy::parse_text(document).ok()?;
        Some(&*Box::leak(Box::new(policy)))
    })
}

/// The policies of a file, each once: one that several roles have stands in each of them.
fn documents<'s>(found: &'s Found, documents: &mut Vec<Document<'s>>) {
    let mut by_place: BTreeMap<&Place, usize> = BTreeMap::new();
    for role in &found.roles {
        for policy in &role.inline {
            let of_people = role.carrier != Carrier::Role;
            match by_place.get(&policy.place) {
                Some(index) => {
                    documents[*index].of_people &= of_people;
                    documents[*index].role = None;
                }
                None => {
                    by_place.insert(&policy.place, documents.len());
                    documents.push(Document {
                        policy,
                        named: with_symbols(policy),
                        role: Some(called(role)),
                        is_alone: false,
                        of_people,
                    });
                }
            }
        }
    }
    for (index, policy) in found.policies.iter().enumerate() {
        if by_place.contains_key(&policy.place) {
            continue;
        }
        let has_it = |role: &&FoundRole| role.attached.iter().any(|one| one.policy == Some(index));
        let holders: Vec<_> = found.roles.iter().filter(has_it).collect();
        let people = |role: &&FoundRole| role.carrier != Carrier::Role;
        documents.push(Document {
            policy,
            named: with_symbols(policy),
            role: match holders.as_slice() {
                [role] => Some(called(role)),
                _ => None,
            },
            is_alone: holders.is_empty(),
            of_people: !holders.is_empty() && holders.iter().all(people),
        });
    }
}
