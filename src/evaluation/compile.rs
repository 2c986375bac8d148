//! Policy elements as sets of strings for the algebra.

use crate::algebra::{Glob, Strings, Token};
use crate::catalog::Catalog;
use crate::iam::{ActionPattern, Actions, PatternToken, Resource, ResourcePattern, Resources};

/// The set of actions that a pattern matches. Actions are compared in lower case.
#[must_use]
pub fn action_glob(pattern: &ActionPattern) -> Glob {
    Glob::wildcards(&pattern.folded())
}

/// The set of resources that a pattern matches. `*` and `?` match `:` and `/` too.
///
/// A policy variable could be anything, so it is taken as `*`; a statement that has one is opaque.
#[must_use]
pub fn resource_glob(pattern: &ResourcePattern) -> Glob {
    let tokens = pattern.tokens().iter().flat_map(|token| match token {
        PatternToken::Literal(text) => text.chars().map(Token::Literal).collect(),
        PatternToken::AnyOne => vec![Token::AnyOne],
        PatternToken::AnyRun | PatternToken::Variable(_) => vec![Token::AnyRun],
    });
    Glob::from_tokens(tokens)
}

/// The pattern that matches what a glob matches.
#[must_use]
pub fn pattern_of_glob(glob: &Glob) -> ResourcePattern {
    ResourcePattern::from_tokens(glob.tokens().map(|token| match token {
        Token::Literal(character) => PatternToken::Literal(character.into()),
        Token::AnyOne => PatternToken::AnyOne,
        Token::AnyRun => PatternToken::AnyRun,
    }))
}

/// The resources that a request for an action of this service can have: `*`, or an ARN in a namespace of
/// the service. That is wider than the catalog's resource types, which may lag behind AWS, and still tells
/// that no DynamoDB table is ever asked for an image. `None` as the service stands for any service.
#[must_use]
pub fn real_resources(service: Option<&str>, catalog: &Catalog) -> Strings {
    const PARTITIONS: [&str; 8] = [
        "aws",
        "aws-cn",
        "aws-us-gov",
        "aws-eusc",
        "aws-iso",
        "aws-iso-b",
        "aws-iso-e",
        "aws-iso-f",
    ];
    let Some(service) = service else {
        return Strings::NoneOf(Vec::new());
    };
    let namespaces = catalog.arn_namespaces(service);
    let globs = namespaces.iter().flat_map(|namespace| {
        PARTITIONS.map(|partition| Glob::wildcards(&format!("arn:{partition}:{namespace}:*")))
    });
    Strings::AnyOf(std::iter::once(Glob::literal("*")).chain(globs).collect())
}

/// The text that IAM compares a request's resource by: `*` for an action without resource-level permission.
#[must_use]
pub fn resource_text(resource: &Resource) -> &str {
    match resource {
        Resource::None => "*",
        Resource::Arn(arn) => arn.as_str(),
    }
}

pub(super) fn actions(actions: &Actions) -> Strings {
    let globs = |patterns: &[ActionPattern]| patterns.iter().map(action_glob).collect();
    match actions {
        Actions::Only(patterns) => Strings::AnyOf(globs(patterns)),
        Actions::AllBut(patterns) => Strings::NoneOf(globs(patterns)),
    }
}

/// The widest set that the element could stand for: where a variable of a `NotResource` is unknown, its
/// pattern might exclude nothing.
pub(super) fn resources(resources: &Resources) -> Strings {
    match resources {
        Resources::Only(patterns) => Strings::AnyOf(patterns.iter().map(resource_glob).collect()),
        Resources::AllBut(patterns) => {
            let known = patterns.iter().filter(|pattern| !pattern.has_variable());
            Strings::NoneOf(known.map(resource_glob).collect())
        }
    }
}
