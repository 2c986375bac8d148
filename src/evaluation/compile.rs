//! Policy elements as sets of strings for the algebra.

use crate::algebra::{Conditions, Glob, Product, Strings, Token};
use crate::catalog::{ActionFacts, Catalog};
use crate::iam::{
    ActionPattern, Actions, Condition, PatternToken, Resource, ResourcePattern, Resources,
    Statement, Version,
};

use super::conditions::tests;
use super::variables::{Counts, Stands, Variables};

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

/// The set of ARNs that a pattern matches if each of its wildcards stays within its segment, save those of the last: no
/// ARN is in [`resource_glob`] and not in here but one with a `:` where AWS has none.
#[must_use]
pub fn segments_glob(pattern: &ResourcePattern) -> Glob {
    let mut variables = Vec::new();
    let variables = &mut Variables::Numbered(&mut variables);
    let glob = glob(pattern, Reading::Segments, Counts::Text, variables);
    glob.unwrap_or_else(|| resource_glob(pattern))
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

/// The resources that an action can be asked on, by the catalog, as two sets that both have to hold one: `*`, and those of the
/// types that it takes; but none of types whose ARNs go on where theirs end. An object is no bucket, though its ARN begins
/// like one.
#[must_use]
pub fn resources_of(facts: &ActionFacts, catalog: &Catalog) -> [Strings; 2] {
    let service = facts.action.service();
    let own = facts.resource_types();
    let own: Vec<&str> = own
        .flat_map(|(name, _)| catalog.arn_templates(service, name))
        .collect();
    let goes_on = |template: &&str| {
        let longer = |own: &&str| template.len() > own.len() && template.starts_with(own);
        !own.contains(template) && own.iter().any(longer)
    };
    let others = catalog.arn_templates_of(service).filter(goes_on);
    let types = own.iter().map(|template| template_glob(template));
    let of_types = std::iter::once(Glob::literal("*")).chain(types);
    [
        Strings::AnyOf(of_types.collect()),
        Strings::NoneOf(others.map(template_glob).collect()),
    ]
}

/// The ARNs of one of the catalog's templates: anything for a placeholder, but no `:` before the last segment.
#[must_use]
pub fn template_glob(template: &str) -> Glob {
    let mut tokens = Vec::new();
    let mut colons = 0;
    let mut rest = template;
    loop {
        let (text, after) = rest
            .split_once("${")
            .map_or((rest, None), |(text, after)| (text, Some(after)));
        tokens.extend(text.chars().map(Token::Literal));
        colons += text.matches(':').count();
        let Some(after) = after else {
            return Glob::from_tokens(tokens);
        };
        tokens.push(match colons < COLONS {
            true => Token::AnyRunInSegment,
            false => Token::AnyRun,
        });
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
}

/// The text that IAM compares a request's resource by: `*` for an action without resource-level permission.
#[must_use]
pub fn resource_text(resource: &Resource) -> &str {
    match resource {
        Resource::None => "*",
        Resource::Arn(arn) => arn.as_str(),
    }
}

/// What a condition without variables asks of a request's keys, as a statement of version `2012-10-17` would.
#[must_use]
pub fn conditions(condition: &Condition) -> Conditions {
    let mut variables = Vec::new();
    let clauses = condition.clauses().iter();
    let tests = clauses.filter_map(|clause| {
        tests(
            clause,
            Version::V2012,
            &mut Variables::Numbered(&mut variables),
        )
    });
    Conditions::new(tests.collect::<Vec<_>>())
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
    let globs = patterns.filter_map(|pattern| glob(pattern, reading, Counts::Text, variables));
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
    counts: Counts,
    variables: &mut Variables<'_>,
) -> Option<Glob> {
    let (prefix, rest) = match pattern.tokens().split_first() {
        Some((PatternToken::Literal(prefix), rest)) => (prefix.as_str(), rest),
        _ => ("", pattern.tokens()),
    };
    let in_segments = reading == Reading::Segments && !pattern.is_any();
    let mut colons = prefix.matches(':').count();
    let mut tokens = Vec::new();
    for token in rest {
        let in_segment = in_segments && colons < COLONS;
        match token {
            PatternToken::Literal(text) => {
                tokens.extend(text.chars().map(Token::Literal));
                colons += text.matches(':').count();
            }
            PatternToken::AnyOne if in_segment => tokens.push(Token::AnyOneInSegment),
            PatternToken::AnyOne => tokens.push(Token::AnyOne),
            PatternToken::AnyRun if in_segment => tokens.push(Token::AnyRunInSegment),
            PatternToken::AnyRun => tokens.push(Token::AnyRun),
            PatternToken::Variable(name) => {
                let counts = if in_segment { Counts::Segment } else { counts };
                match variables.stands(name, counts) {
                    // No segment but the last holds a colon, and what stands for a variable makes no new one.
                    Stands::Text(text) if in_segment && text.contains(':') => return None,
                    Stands::Text(text) => tokens.extend(text.chars().map(Token::Literal)),
                    Stands::Unknown(unknown) => tokens.push(Token::Unknown(unknown)),
                    Stands::Nothing => return None,
                }
            }
        }
    }
    if in_segments {
        tokens.extend(missing_segments(colons));
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
    complete.then(|| glob(pattern, Reading::Segments, Counts::Text, variables))?
}

/// A `*` for each segment that is missing after so many colons.
fn missing_segments(colons: usize) -> impl Iterator<Item = Token> {
    (colons + 1..=COLONS).flat_map(|segment| {
        let run = match segment == COLONS {
            true => Token::AnyRun,
            false => Token::AnyRunInSegment,
        };
        [Token::Literal(':'), run]
    })
}
