//! Policy elements as sets of strings for the algebra.

use crate::algebra::{Conditions, Glob, Product, Strings, Token};
use crate::catalog::Catalog;
use crate::iam::{
    ActionPattern, Actions, PatternToken, Resource, ResourcePattern, Resources, Statement, Version,
};

use super::conditions::tests;
use super::variables::{Stands, Variables};

/// How far the wildcards of a resource reach, which AWS's own text tells in two ways.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reading {
    /// `*` and `?` match every character, `:` too. What AWS does, as far as anyone has seen.
    #[default]
    Spanning,
    /// In the first five segments of an ARN they stay within the segment; segments that a pattern leaves out at its end are `*`.
    Segments,
}

impl Reading {
    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Reading::Spanning => Reading::Segments,
            Reading::Segments => Reading::Spanning,
        }
    }
}

/// The number of `:` before the last part of an ARN.
const COLONS: usize = 5;

/// The set of actions that a pattern matches. Actions are compared in lower case.
#[must_use]
pub fn action_glob(pattern: &ActionPattern) -> Glob {
    Glob::wildcards(&pattern.folded())
}

/// The set of resources that a pattern matches, where `*` and `?` match `:` and `/` too.
///
/// A policy variable could be anything, so it is taken as `*`.
#[must_use]
pub fn resource_glob(pattern: &ResourcePattern) -> Glob {
    let tokens = pattern.tokens().iter().flat_map(|token| match token {
        PatternToken::Literal(text) => text.chars().map(Token::Literal).collect(),
        PatternToken::AnyOne => vec![Token::AnyOne],
        PatternToken::AnyRun | PatternToken::Variable(_) => vec![Token::AnyRun],
    });
    Glob::from_tokens(tokens)
}

/// The pattern that matches what a glob of literals, `*` and `?` matches.
#[must_use]
pub fn pattern_of_glob(glob: &Glob) -> ResourcePattern {
    ResourcePattern::from_tokens(glob.tokens().map(|token| match token {
        Token::Literal(letter) | Token::EitherCase(letter) => PatternToken::Literal(letter.into()),
        Token::AnyOne | Token::AnyOneInSegment => PatternToken::AnyOne,
        Token::AnyRun | Token::AnyRunInSegment | Token::Unknown(_) => PatternToken::AnyRun,
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

/// The ARNs of one of the catalog's templates: anything for a placeholder, but no `:` before the last segment.
#[must_use]
pub fn template_glob(template: &str) -> Glob {
    let mut tokens = Vec::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("${") {
        tokens.extend(before.chars().map(Token::Literal));
        tokens.push(Token::AnyRun);
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    tokens.extend(rest.chars().map(Token::Literal));
    stay_in_segments(0, &mut tokens);
    Glob::from_tokens(tokens)
}

/// The text that IAM compares a request's resource by: `*` for an action without resource-level permission.
#[must_use]
pub fn resource_text(resource: &Resource) -> &str {
    match resource {
        Resource::None => "*",
        Resource::Arn(arn) => arn.as_str(),
    }
}

/// The requests that a statement speaks of.
pub(super) fn product(
    statement: &Statement,
    (version, reading): (Version, Reading),
    variables: &mut Variables<'_>,
) -> Product {
    let condition = statement.condition.as_ref();
    let clauses = condition.map_or(&[] as &[_], |condition| condition.clauses());
    let tests = clauses
        .iter()
        .flat_map(|clause| tests(clause, version, variables))
        .collect::<Vec<_>>();
    Product {
        action: actions(&statement.actions),
        resource: resources(&statement.resources, reading, variables),
        when: Conditions::new(tests),
    }
}

/// The actions that a statement speaks of.
pub(super) fn actions(actions: &Actions) -> Strings {
    let globs = actions.patterns().iter().map(action_glob).collect();
    match actions {
        Actions::Only(_) => Strings::AnyOf(globs),
        Actions::AllBut(_) => Strings::NoneOf(globs),
    }
}

fn resources(resources: &Resources, reading: Reading, variables: &mut Variables<'_>) -> Strings {
    let patterns = resources.patterns().iter();
    let globs = patterns.filter_map(|pattern| glob(pattern, reading, variables));
    let globs = globs.collect();
    match resources {
        Resources::Only(_) => Strings::AnyOf(globs),
        Resources::AllBut(_) => Strings::NoneOf(globs),
    }
}

/// What a pattern matches; `None` when it has a variable without a value, and so matches nothing.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>
pub(super) fn glob(
    pattern: &ResourcePattern,
    reading: Reading,
    variables: &mut Variables<'_>,
) -> Option<Glob> {
    let (prefix, rest) = match pattern.tokens().split_first() {
        Some((PatternToken::Literal(prefix), rest)) => (prefix.as_str(), rest),
        _ => ("", pattern.tokens()),
    };
    let mut tokens = Vec::new();
    for token in rest {
        match token {
            PatternToken::Literal(text) => tokens.extend(text.chars().map(Token::Literal)),
            PatternToken::AnyOne => tokens.push(Token::AnyOne),
            PatternToken::AnyRun => tokens.push(Token::AnyRun),
            PatternToken::Variable(name) => match variables.stands(name) {
                Stands::Text(text) => tokens.extend(text.chars().map(Token::Literal)),
                Stands::Unknown(unknown) => tokens.push(Token::Unknown(unknown)),
                Stands::Nothing => return None,
            },
        }
    }
    if reading == Reading::Segments && !pattern.is_any() {
        stay_in_segments(prefix.matches(':').count(), &mut tokens);
    }
    Some(Glob::beginning_with(prefix, tokens))
}

/// What an ARN in a condition matches: part by part, and nothing if it has fewer parts than an ARN.
pub(super) fn arn_glob(pattern: &ResourcePattern, variables: &mut Variables<'_>) -> Option<Glob> {
    let texts = pattern.tokens().iter().map(|token| match token {
        PatternToken::Literal(text) => text.matches(':').count(),
        _ => 0,
    });
    let complete = texts.sum::<usize>() >= COLONS;
    complete.then(|| glob(pattern, Reading::Segments, variables))?
}

/// Keeps the wildcards of the first five segments within their segment, and makes what is missing of the segments a `*` each,
/// after a text with so many colons.
fn stay_in_segments(colons_before: usize, tokens: &mut Vec<Token>) {
    let mut colons = colons_before;
    for token in tokens.iter_mut() {
        *token = match *token {
            Token::AnyOne if colons < COLONS => Token::AnyOneInSegment,
            Token::AnyRun if colons < COLONS => Token::AnyRunInSegment,
            other => other,
        };
        colons += usize::from(*token == Token::Literal(':'));
    }
    for missing in colons..COLONS {
        let last = missing + 1 == COLONS;
        let rest = if last {
            Token::AnyRun
        } else {
            Token::AnyRunInSegment
        };
        tokens.extend([Token::Literal(':'), rest]);
    }
}
