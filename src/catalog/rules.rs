//! What a parameter of a call changes about the permissions that the call needs: `conditional-rules.tsv`,
//! parsed once.
//!
//! A rule's condition is words with blanks between them, all of which must hold. A word is one or more tests
//! with `|` between them, any of which must hold, and `!` before it turns it round. A test is the name of a
//! parameter that has a value, or `name=value`; a `*` at either end of a name or a value stands for any text.

use super::table::Row;
use crate::iam::Action;

/// One rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// What it does.
    pub effect: Effect,
    /// The actions that it names; of [`Effect::Replace`], pairs of the one replaced and the one in its place.
    pub actions: Vec<Action>,
    /// On what its actions are authorised.
    pub on: RuleOn,
    service: &'static str,
    operations: Vec<&'static str>,
    when: Vec<Word>,
}

/// What a rule does to the accesses of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Its actions are needed too.
    Add,
    /// Its actions may be needed too; the event does not show it.
    AddOptional,
    /// Of each pair of actions the second is needed in place of the first.
    Replace,
    /// Its actions are authorised on another resource.
    Resource,
}

/// What the actions of a rule are authorised on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleOn {
    /// What the call itself is authorised on.
    Same,
    /// The resources that the parameters give for the actions' own types.
    Types,
    /// Those of this resource type alone.
    Type(&'static str),
    /// Every resource of this type.
    Every(&'static str),
    /// Any resource, or none.
    Any,
    /// No resource.
    NoResource,
    /// The ARNs that the parameters of these names hold, with `|` between the names.
    Arns(&'static str),
    /// The source of a copy in S3.
    Source,
    /// What the call creates, whose ids nobody knows before.
    Created,
}

#[derive(Clone, Debug)]
struct Word {
    negated: bool,
    any: Vec<Test>,
}

/// Whether a parameter is given, or given with a value.
#[derive(Clone, Copy, Debug)]
pub struct Test {
    name: &'static str,
    value: Option<&'static str>,
}

impl Test {
    /// Whether the test asks for this parameter; names compare without case.
    #[must_use]
    pub fn names(&self, name: &str) -> bool {
        matches(self.name, name)
    }

    /// Whether this value of the parameter is what the test asks for.
    #[must_use]
    pub fn accepts(&self, value: &str) -> bool {
        self.value.is_none_or(|wanted| matches(wanted, value))
    }
}

impl Rule {
    pub(super) fn parse(row: Row) -> Option<Rule> {
        Some(Rule {
            effect: match row.column(4) {
                "add" => Effect::Add,
                "add-optional" => Effect::AddOptional,
                "replace" => Effect::Replace,
                "resource" => Effect::Resource,
                _ => return None,
            },
            actions: super::words(row.column(5))
                .filter_map(|action| action.parse().ok())
                .collect(),
            on: RuleOn::parse(row.column(6))?,
            service: row.column(1),
            operations: super::words(row.column(2)).collect(),
            when: super::words(row.column(3)).map(Word::parse).collect(),
        })
    }

    /// Whether the rule is of this operation.
    #[must_use]
    pub fn is_of(&self, service: &str, operation: &str) -> bool {
        matches(self.service, service)
            && self
                .operations
                .iter()
                .any(|pattern| matches(pattern, operation))
    }

    /// Whether its condition holds, when `given` tells of a test whether a parameter passes it.
    #[must_use]
    pub fn holds(&self, given: impl Fn(&Test) -> bool) -> bool {
        self.when
            .iter()
            .all(|word| word.any.iter().any(&given) != word.negated)
    }

    /// Whether it has a condition at all.
    #[must_use]
    pub fn is_conditional(&self) -> bool {
        !self.when.is_empty()
    }
}

impl RuleOn {
    fn parse(text: &'static str) -> Option<Self> {
        Some(match text.split_once(':') {
            Some(("every", name)) => RuleOn::Every(name),
            Some(("type", name)) => RuleOn::Type(name),
            Some(("arn", names)) => RuleOn::Arns(names),
            _ => match text {
                "same" => RuleOn::Same,
                "types" => RuleOn::Types,
                "any" => RuleOn::Any,
                "none" => RuleOn::NoResource,
                "source" => RuleOn::Source,
                "created" => RuleOn::Created,
                _ => return None,
            },
        })
    }
}

impl Word {
    fn parse(text: &'static str) -> Self {
        let (negated, rest) = match text.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let test = |text: &'static str| match text.split_once('=') {
            Some((name, value)) => Test {
                name,
                value: Some(value),
            },
            None => Test {
                name: text,
                value: None,
            },
        };
        Word {
            negated,
            any: rest.split('|').map(test).collect(),
        }
    }
}

/// Whether a text is what a pattern with `*` at its ends asks for, without case.
fn matches(pattern: &str, text: &str) -> bool {
    if !pattern.contains('*') {
        return pattern.eq_ignore_ascii_case(text);
    }
    let (text, pattern) = (text.to_ascii_lowercase(), pattern.to_ascii_lowercase());
    let after = pattern.strip_prefix('*');
    let before = pattern.strip_suffix('*');
    match (after, before) {
        (Some(""), _) => true,
        (Some(inner), Some(_)) => text.contains(inner.trim_end_matches('*')),
        (Some(end), None) => text.ends_with(end),
        (None, Some(start)) => text.starts_with(start),
        (None, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_has_its_stars_at_its_ends() {
        let cases = [
            ("tags", "Tags", true),
            ("tags", "tag", false),
            ("x-amz-grant*", "x-amz-grant-read", true),
            ("*roleArn", "taskRoleArn", true),
            ("*versionId=*", "b/k?versionId=3", true),
            ("*versionId=*", "b/k", false),
            ("*", "", true),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn all_words_of_a_condition_must_hold_and_any_test_of_a_word() {
        let rule = |when: &'static str| Rule {
            effect: Effect::Add,
            actions: Vec::new(),
            on: RuleOn::Same,
            service: "s3",
            operations: vec!["Put*"],
            when: super::super::words(when).map(Word::parse).collect(),
        };
        let given = |test: &Test| test.names("acl") && test.accepts("private");
        let cases = [
            ("-", true),
            ("acl", true),
            ("grants", false),
            ("grants|acl", true),
            ("!grants acl", true),
            ("!acl", false),
            ("acl=private", true),
            ("acl=public", false),
            ("!grants|acl", false),
        ];
        for (when, expected) in cases {
            assert_eq!(rule(when).holds(given), expected, "{when}");
        }
        assert!(rule("-").is_of("S3", "PutObject") && !rule("-").is_of("s3", "GetObject"));
    }
}
