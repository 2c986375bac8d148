//! Condition clauses as tests of their keys.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html>

use crate::algebra::{Glob, Limit, Point, Range, Scale, Share, Strings, Test, Values};
use crate::iam::{
    Clause, Comparison, ConditionKey, Order, PatternToken, Quantifier, ResourcePattern,
    TextComparison, Version,
};

use super::compile::{Reading, arn_glob, glob};
use super::variables::Variables;

/// What a clause asks of its key: one test, or none where it asks for nothing.
pub(super) fn tests(
    clause: &Clause,
    version: Version,
    variables: &mut Variables<'_>,
) -> Option<(ConditionKey, Test)> {
    let operator = clause.operator;
    let test = |share, values, or_absent| Test {
        share,
        values,
        or_absent,
        of_several: operator.quantifier.is_some(),
    };
    if operator.comparison == Comparison::Null {
        let asks = |word: &str| {
            let mut values = clause.values.iter();
            values.any(|value| value.eq_ignore_ascii_case(word))
        };
        let (nothing, everything) = (Strings::AnyOf(vec![]), Strings::NoneOf(vec![]));
        let found = match (asks("true"), asks("false")) {
            (true, true) => return None,
            (true, false) => test(Share::Every, Values::Text(nothing), false),
            (false, true) => test(Share::Some, Values::Text(everything), false),
            (false, false) => test(Share::Some, Values::Text(nothing), false),
        };
        return Some((clause.key.clone(), found));
    }
    let equal = equal_values(clause, version, variables);
    let (share, values) = match (operator.quantifier, operator.negated) {
        (None | Some(Quantifier::ForAnyValue), false) => (Share::Some, equal),
        (None | Some(Quantifier::ForAllValues), true) => (Share::Every, equal.complement()),
        (Some(Quantifier::ForAnyValue), true) => (Share::Some, equal.complement()),
        (Some(Quantifier::ForAllValues), false) => (Share::Every, equal),
    };
    let or_absent = operator.if_exists && share == Share::Some;
    Some((clause.key.clone(), test(share, values, or_absent)))
}

/// The values that the operator, were it not negated, holds for.
fn equal_values(clause: &Clause, version: Version, variables: &mut Variables<'_>) -> Values {
    let texts = |globs| Values::Text(Strings::AnyOf(globs));
    let ordered = |scale, ranges| Values::Ordered {
        scale,
        ranges,
        all_but: false,
    };
    let values = || clause.values.iter().map(String::as_str);
    match clause.operator.comparison {
        Comparison::Text(comparison) => {
            let globs = values().filter_map(|text| text_glob(text, comparison, version, variables));
            texts(globs.collect())
        }
        Comparison::Arn => {
            let patterns = values().map(|text| ResourcePattern::parse(text, version));
            let globs = patterns.filter_map(|pattern| arn_glob(&pattern, variables));
            texts(globs.collect())
        }
        Comparison::Bool => texts(values().map(Glob::ignoring_case).collect()),
        Comparison::BinaryEquals => texts(values().map(Glob::literal).collect()),
        Comparison::Numeric(order) => {
            ordered(Scale::Number, ranges(Scale::Number, order, values()))
        }
        Comparison::Date(order) => ordered(Scale::Instant, ranges(Scale::Instant, order, values())),
        Comparison::IpAddress => ordered(
            Scale::Address,
            values().filter_map(Scale::network).collect(),
        ),
        Comparison::Null => texts(vec![]),
    }
}

fn text_glob(
    text: &str,
    comparison: TextComparison,
    version: Version,
    variables: &mut Variables<'_>,
) -> Option<Glob> {
    let pattern = ResourcePattern::parse(text, version);
    let as_written = |token: &PatternToken| match token {
        PatternToken::AnyOne => PatternToken::Literal("?".into()),
        PatternToken::AnyRun => PatternToken::Literal("*".into()),
        other => other.clone(),
    };
    let without_wildcards =
        || ResourcePattern::from_tokens(pattern.tokens().iter().map(as_written));
    let mut glob = |pattern: &ResourcePattern| glob(pattern, Reading::Spanning, variables);
    match comparison {
        TextComparison::Like => glob(&pattern),
        TextComparison::Equals => glob(&without_wildcards()),
        TextComparison::EqualsIgnoreCase => {
            glob(&without_wildcards()).map(|glob| glob.in_either_case())
        }
    }
}

/// The ranges of values that compare so with one of the policy's; what is no such value compares with nothing.
fn ranges<'t>(scale: Scale, order: Order, texts: impl Iterator<Item = &'t str>) -> Vec<Range> {
    let range = |point: Point| {
        let (from, to) = match order {
            Order::Equals => (Limit::Including(point), Limit::Including(point)),
            Order::LessThan => (Limit::None, Limit::Excluding(point)),
            Order::LessThanEquals => (Limit::None, Limit::Including(point)),
            Order::GreaterThan => (Limit::Excluding(point), Limit::None),
            Order::GreaterThanEquals => (Limit::Including(point), Limit::None),
        };
        Range { from, to }
    };
    texts
        .filter_map(|text| scale.read(text))
        .map(range)
        .collect()
}
