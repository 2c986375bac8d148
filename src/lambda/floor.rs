//! The floor: what an execution role must keep, whatever its events show.
//!
//! Which configuration needs which actions on what is a fact about AWS, and stands with its page in
//! `policy-data/written/lambda-configuration.tsv`: a row can be read and corrected by somebody who reads no
//! Rust, and the file of facts is checked against AWS's list of actions. What a row cannot say is decided
//! here: which configurations a function has, and which queue, stream, secret or key the placeholders of the
//! row are.
//!
//! AWS's managed policies for execution roles grant more than this, all of it on every resource; the tests
//! hold each beside the floor of a function so configured.

use std::collections::BTreeSet;
use std::fmt;

use super::names::Names;
use super::settings::{Setting, settings};
use super::{Cause, Function, Reason};
use crate::algebra::{Conditions, Glob, Product, Share, Strings, Test, Values};
use crate::catalog::{Catalog, Configured};
use crate::evaluation::{action_glob, resource_glob};
use crate::iam::{Action, ConditionKey, PatternToken, ResourcePattern, Version};
use crate::usage::{Necessity, On};

/// Requests that a function's configuration needs its role to be allowed: this action, on this, under these
/// conditions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FloorAccess {
    /// The action.
    pub action: Action,
    /// On what. A pattern stands for all that it matches, since the configuration does not tell which.
    pub on: On,
    /// Why, for a reader: `SQS trigger orders-queue of function orders`.
    pub reason: Reason,
    /// Whether the configuration does not work without it. What is only possibly needed is to be kept, and
    /// must not be called missing.
    pub need: Necessity,
    /// What every one of the requests has in its context, so that a policy may ask for it.
    pub guards: Vec<Guard>,
    /// The page of AWS that says so.
    pub source: &'static str,
}

impl FloorAccess {
    /// The requests, as a set, to be held against what the role is granted. When no request of it is granted and
    /// [`FloorAccess::need`] is certain, the configuration does not work: what [`FloorAccess::reason`] names lacks
    /// the action.
    #[must_use]
    pub fn product(&self) -> Product {
        let resource = match &self.on {
            On::NoResource => Glob::literal("*"),
            On::Exactly(arn) => Glob::literal(arn.as_str()),
            On::Matching(pattern) => resource_glob(pattern),
        };
        let tests = self.guards.iter().map(|guard| {
            let values = Strings::AnyOf(vec![resource_glob(&guard.value)]);
            let test = Test {
                share: Share::Some,
                values: Values::Text(values),
                or_absent: false,
                of_several: false,
            };
            (guard.key.clone(), test)
        });
        Product {
            action: Strings::AnyOf(vec![action_glob(&(&self.action).into())]),
            resource: Strings::AnyOf(vec![resource]),
            when: Conditions::new(tests),
        }
    }
}

/// A condition key, and a pattern that its value matches in every one of some requests.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guard {
    /// The key, for example `lambda:SourceFunctionArn`.
    pub key: ConditionKey,
    /// The pattern.
    pub value: ResourcePattern,
}

impl fmt::Display for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.key, self.value)
    }
}

/// What the configurations of functions need of the role that they run with, sorted, each once. Something that
/// two functions need stands twice, with the reason of each.
///
/// What is not known of a function, such as its event sources when nobody gave them, is not in it.
#[must_use]
pub fn floor(functions: &[&Function]) -> Vec<FloorAccess> {
    let catalog = Catalog::bundled();
    let mut floor = BTreeSet::new();
    for function in functions {
        for setting in settings(function) {
            for needed in catalog.configured(setting.configuration) {
                let reason = Reason {
                    cause: setting.cause.clone(),
                    function: Some(function.name.clone()),
                };
                floor.extend(accesses(&setting, &needed, &reason));
            }
        }
    }
    floor.into_iter().collect()
}

/// What every execution role needs, for a role of whose functions nothing is known: to write logs, wherever.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html>
#[must_use]
pub fn floor_of_any_function() -> Vec<FloorAccess> {
    let rows = Catalog::bundled().configured("logging");
    let access = |source, action| FloorAccess {
        action,
        on: On::Matching(ResourcePattern::parse("arn:*:logs:*", Version::V2012)),
        reason: Reason {
            cause: Cause::Logs(None),
            function: None,
        },
        need: Necessity::Possible,
        guards: Vec::new(),
        source,
    };
    let actions = rows.flat_map(|row| {
        let actions = row.actions.into_iter();
        actions.map(move |action| access(row.source, action))
    });
    actions.collect::<BTreeSet<_>>().into_iter().collect()
}

/// The accesses that a row makes.
fn accesses(setting: &Setting, needed: &Configured, reason: &Reason) -> Vec<FloorAccess> {
    let need = match setting.certain && needed.required {
        true => Necessity::Certain,
        false => Necessity::Possible,
    };
    let guards = guards(needed, &setting.names);
    let resources = needed.resources();
    let patterns: Vec<_> = resources
        .flat_map(|template| setting.names.fill(template))
        .collect();
    let access = |action: &Action, pattern: &ResourcePattern| FloorAccess {
        action: action.clone(),
        on: on(action, pattern),
        reason: reason.clone(),
        need,
        guards: guards.clone(),
        source: needed.source,
    };
    let of_action = |action| patterns.iter().map(move |pattern| access(action, pattern));
    needed.actions.iter().flat_map(of_action).collect()
}

fn guards(needed: &Configured, names: &Names) -> Vec<Guard> {
    let filled = needed.guards().flat_map(|(key, template)| {
        let values = names.fill(template).into_iter();
        values.map(move |value| Guard {
            key: ConditionKey::new(key),
            value,
        })
    });
    filled.collect()
}

/// What IAM evaluates an action on, of what the table says.
fn on(action: &Action, pattern: &ResourcePattern) -> On {
    let facts = Catalog::bundled().action(action);
    let alone = facts.is_some_and(|facts| facts.resource_types().next().is_none());
    match pattern.tokens() {
        _ if alone => On::NoResource,
        [PatternToken::Literal(text)] => match text.parse() {
            Ok(arn) => On::Exactly(arn),
            Err(_) => On::Matching(pattern.clone()),
        },
        _ => On::Matching(pattern.clone()),
    }
}
