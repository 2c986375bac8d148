//! Condition clauses as tests of their keys.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html>

use crate::algebra::{Glob, Limit, Point, Range, Scale, Share, Strings, Test, Values};
use crate::catalog::Catalog;
use crate::iam::{
    Clause, Comparison, ConditionKey, Order, PatternToken, Quantifier, ResourcePattern,
    TextComparison, Version,
};

use super::compile::{Reading, arn_glob, glob};
use super::variables::{Counts, Variables};

/// What a clause asks of its key: one test, or none where it asks for nothing.
pub(super) fn tests(
    clause: &Clause,
    version: Version,
    variables: &mut Variables<'_>,
) -> Option<(ConditionKey, Test)> {
    let operator = clause.operator;
    // A set operator says that its key has several values, and of many keys AWS says so.
    let several =
        operator.quantifier.is_some() || Catalog::bundled().has_several_values(&clause.key);
    let test = |share, values, or_absent| Test {
        share,
        values,
        or_absent,
        of_several: several,
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
            texts(distinct(globs))
        }
        Comparison::Arn => {
            let patterns = values().map(|text| ResourcePattern::parse(text, version));
            let globs = patterns.filter_map(|pattern| arn_glob(&pattern, variables));
            texts(distinct(globs))
        }
        Comparison::Bool => {
            let globs = values().filter_map(|text| bool_glob(text, version, variables));
            texts(distinct(globs))
        }
        Comparison::BinaryEquals => texts(distinct(values().map(Glob::literal))),
        Comparison::Numeric(order) => {
            ordered(Scale::Number, ranges(Scale::Number, order, values()))
        }
        Comparison::Date(order) => ordered(Scale::Instant, ranges(Scale::Instant, order, values())),
        Comparison::IpAddress => ordered(
            Scale::Address,
            distinct(values().filter_map(Scale::network)),
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
    let mut glob =
        |pattern: &ResourcePattern, counts| glob(pattern, Reading::Spanning, counts, variables);
    match comparison {
        TextComparison::Like => glob(&ResourcePattern::parse(text, version), Counts::Text),
        TextComparison::Equals => glob(&without_wildcards(text, version), Counts::Text),
        TextComparison::EqualsIgnoreCase => {
            let glob = glob(&without_wildcards(text, version), Counts::AnyCase);
            glob.map(|glob| glob.in_either_case())
        }
    }
}

/// The text as a pattern in which `*` and `?` are themselves.
fn without_wildcards(text: &str, version: Version) -> ResourcePattern {
    let as_written = |token: &PatternToken| match token {
        PatternToken::AnyOne => PatternToken::Literal("?".into()),
        PatternToken::AnyRun => PatternToken::Literal("*".into()),
        other => other.clone(),
    };
    let pattern = ResourcePattern::parse(text, version);
    ResourcePattern::from_tokens(pattern.tokens().iter().map(as_written))
}

/// A boolean, in either case. What is none equals nothing, not even itself.
fn bool_glob(text: &str, version: Version, variables: &mut Variables<'_>) -> Option<Glob> {
    let pattern = without_wildcards(text, version);
    let glob = glob(&pattern, Reading::Spanning, Counts::Boolean, variables)?;
    let known = glob.as_literal();
    let is = |word: &str| known.is_none_or(|text| text.eq_ignore_ascii_case(word));
    (is("true") || is("false")).then(|| glob.in_either_case())
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
    distinct(texts.filter_map(|text| scale.read(text)).map(range))
}

/// Each once and in order, so that a list is the same set however it was written.
fn distinct<T: Ord>(parts: impl Iterator<Item = T>) -> Vec<T> {
    let mut parts: Vec<T> = parts.collect();
    parts.sort();
    parts.dedup();
    parts
}
