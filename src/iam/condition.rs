//! Conditions: operators, keys and values, as they were written.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html>

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use super::folded::Folded;

/// A condition key, `aws:SourceIp` or `aws:PrincipalTag/team`. Keys compare without case.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConditionKey(Folded);

impl ConditionKey {
    /// The key of this name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        ConditionKey(name.into())
    }

    /// The name as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for ConditionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for ConditionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// How an operator compares a value of the request with a value of the policy.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Comparison {
    /// `String…`: text, as it stands.
    Text(TextComparison),
    /// `Numeric…`: numbers.
    Numeric(Order),
    /// `Date…`: instants, in ISO 8601 or in seconds since 1970.
    Date(Order),
    /// `Bool`
    Bool,
    /// `BinaryEquals`: bytes, in base64.
    BinaryEquals,
    /// `IpAddress` and, negated, `NotIpAddress`: an address in a range.
    IpAddress,
    /// `ArnEquals` and `ArnLike`, which mean the same: ARNs, part by part.
    Arn,
    /// `Null`: whether the key is absent.
    Null,
}

/// How texts are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TextComparison {
    /// `StringEquals`
    Equals,
    /// `StringEqualsIgnoreCase`
    EqualsIgnoreCase,
    /// `StringLike`: `*` and `?` are wildcards.
    Like,
}

/// How numbers and dates are compared; the request's value stands on the left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Order {
    /// `…Equals`
    Equals,
    /// `…LessThan`
    LessThan,
    /// `…LessThanEquals`
    LessThanEquals,
    /// `…GreaterThan`
    GreaterThan,
    /// `…GreaterThanEquals`
    GreaterThanEquals,
}

/// How many of a key's several values an operator speaks of.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Quantifier {
    /// `ForAllValues:`: of each of them; of none, it holds.
    ForAllValues,
    /// `ForAnyValue:`: of one of them at least; of none, it does not hold.
    ForAnyValue,
}

/// A condition operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Operator {
    /// `ForAllValues:` or `ForAnyValue:`
    pub quantifier: Option<Quantifier>,
    /// What it compares.
    pub comparison: Comparison,
    /// Whether it holds where the comparison does not: `StringNotEquals`, `NotIpAddress`, …
    pub negated: bool,
    /// `…IfExists`: it holds when the key is absent.
    pub if_exists: bool,
    /// `Like`, where `Equals` means the same: `ArnLike`.
    like: bool,
}

/// No operator has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no condition operator `{0}`")]
pub struct NotAnOperator(pub String);

/// The operators without what may stand before and after them.
const BASES: [(&str, Comparison, bool); 27] = {
    use Comparison::{Arn, BinaryEquals, Bool, Date, IpAddress, Null, Numeric, Text};
    use Order::{Equals, GreaterThan, GreaterThanEquals, LessThan, LessThanEquals};
    [
        ("StringEquals", Text(TextComparison::Equals), false),
        ("StringNotEquals", Text(TextComparison::Equals), true),
        (
            "StringEqualsIgnoreCase",
            Text(TextComparison::EqualsIgnoreCase),
            false,
        ),
        (
            "StringNotEqualsIgnoreCase",
            Text(TextComparison::EqualsIgnoreCase),
            true,
        ),
        ("StringLike", Text(TextComparison::Like), false),
        ("StringNotLike", Text(TextComparison::Like), true),
        ("NumericEquals", Numeric(Equals), false),
        ("NumericNotEquals", Numeric(Equals), true),
        ("NumericLessThan", Numeric(LessThan), false),
        ("NumericLessThanEquals", Numeric(LessThanEquals), false),
        ("NumericGreaterThan", Numeric(GreaterThan), false),
        (
            "NumericGreaterThanEquals",
            Numeric(GreaterThanEquals),
            false,
        ),
        ("DateEquals", Date(Equals), false),
        ("DateNotEquals", Date(Equals), true),
        ("DateLessThan", Date(LessThan), false),
        ("DateLessThanEquals", Date(LessThanEquals), false),
        ("DateGreaterThan", Date(GreaterThan), false),
        ("DateGreaterThanEquals", Date(GreaterThanEquals), false),
        ("Bool", Bool, false),
        ("BinaryEquals", BinaryEquals, false),
        ("IpAddress", IpAddress, false),
        ("NotIpAddress", IpAddress, true),
        ("ArnEquals", Arn, false),
        ("ArnLike", Arn, false),
        ("ArnNotEquals", Arn, true),
        ("ArnNotLike", Arn, true),
        ("Null", Null, false),
    ]
};

impl FromStr for Operator {
    type Err = NotAnOperator;

    fn from_str(text: &str) -> Result<Self, NotAnOperator> {
        let (quantifier, rest) = match text.split_once(':') {
            Some((word, rest)) if word.eq_ignore_ascii_case("ForAllValues") => {
                (Some(Quantifier::ForAllValues), rest)
            }
            Some((word, rest)) if word.eq_ignore_ascii_case("ForAnyValue") => {
                (Some(Quantifier::ForAnyValue), rest)
            }
            _ => (None, text),
        };
        let suffix = rest.len().checked_sub("IfExists".len());
        let suffix = suffix.and_then(|at| rest.split_at_checked(at));
        let (name, if_exists) = match suffix {
            Some((name, suffix)) if suffix.eq_ignore_ascii_case("IfExists") => (name, true),
            _ => (rest, false),
        };
        let mut bases = BASES.iter();
        match bases.find(|(base, ..)| base.eq_ignore_ascii_case(name)) {
            // AWS: "You can add IfExists to the end of any condition operator name except the Null condition".
            Some((_, Comparison::Null, _)) if if_exists => Err(NotAnOperator(text.into())),
            Some((base, comparison, negated)) => Ok(Operator {
                quantifier,
                comparison: *comparison,
                negated: *negated,
                if_exists,
                like: base.ends_with("Like"),
            }),
            None => Err(NotAnOperator(text.into())),
        }
    }
}

/// In AWS's own spelling.
impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.quantifier {
            Some(Quantifier::ForAllValues) => "ForAllValues:",
            Some(Quantifier::ForAnyValue) => "ForAnyValue:",
            None => "",
        })?;
        let own = |(base, comparison, negated): &&(&str, Comparison, bool)| {
            let same = (*comparison, *negated) == (self.comparison, self.negated);
            same && base.ends_with("Like") == self.like
        };
        f.write_str(BASES.iter().find(own).map_or("", |(base, ..)| base))?;
        f.write_str(if self.if_exists { "IfExists" } else { "" })
    }
}

/// One operator on one key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Clause {
    /// The operator.
    pub operator: Operator,
    /// The key.
    pub key: ConditionKey,
    /// The values of the policy as they were written, in their order; with none, nothing is ever equal.
    pub values: Vec<String>,
}

/// A `Condition` block: all of its clauses have to hold.
#[derive(Clone, Debug)]
pub struct Condition(Vec<Clause>);

impl Condition {
    /// From clauses, in the order in which they stand; `None` without any.
    #[must_use]
    pub fn new(clauses: Vec<Clause>) -> Option<Self> {
        (!clauses.is_empty()).then_some(Condition(clauses))
    }

    /// The clauses in their order, of which there is at least one.
    #[must_use]
    pub fn clauses(&self) -> &[Clause] {
        &self.0
    }

    /// Without the order of clauses and of values, and without what is said twice.
    fn sorted(&self) -> Vec<Clause> {
        let sorted = |clause: &Clause| {
            let mut clause = clause.clone();
            clause.values.sort();
            clause.values.dedup();
            clause
        };
        let mut clauses: Vec<_> = self.0.iter().map(sorted).collect();
        clauses.sort();
        clauses.dedup();
        clauses
    }
}

/// Two are equal when they hold the same clauses, in whatever order of clauses and values.
impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        self.sorted() == other.sorted()
    }
}

impl Eq for Condition {}

impl PartialOrd for Condition {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Condition {
    fn cmp(&self, other: &Self) -> Ordering {
        self.sorted().cmp(&other.sorted())
    }
}

/// As JSON without white space, each operator once and in order.
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut sorted = self.sorted();
        sorted.sort_by_key(|clause| clause.operator);
        let text = serde_json::to_string(&super::print::PrintedCondition(&sorted));
        f.write_str(&text.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operator_reads_back_as_it_is_printed_and_in_any_case() {
        let mut names = 0;
        for quantifier in ["", "ForAllValues:", "ForAnyValue:"] {
            for (base, ..) in BASES {
                for suffix in ["", "IfExists"] {
                    let text = format!("{quantifier}{base}{suffix}");
                    let read = text.parse::<Operator>();
                    if base == "Null" && suffix == "IfExists" {
                        assert_eq!(read, Err(NotAnOperator(text)));
                        continue;
                    }
                    assert_eq!(read.as_ref().map(ToString::to_string).as_ref(), Ok(&text));
                    assert_eq!(text.to_lowercase().parse::<Operator>(), read);
                    names += 1;
                }
            }
        }
        assert_eq!(names, 3 * (2 * 27 - 1));
    }

    #[test]
    fn what_is_no_operator_is_refused() {
        for text in [
            "",
            "StringEqual",
            "IfExists",
            "ForAnyValue:",
            "ForAnyValue::StringEquals",
            "ForSome:StringEquals",
            "éIfExists",
        ] {
            assert!(text.parse::<Operator>().is_err(), "{text}");
        }
    }
}
