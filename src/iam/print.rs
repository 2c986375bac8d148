//! A policy as JSON text, in AWS's order of elements, a list of one written as the one.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::{
    ActionPattern, Actions, Clause, Effect, Operator, Policy, Resources, Statement, Version,
};

impl Policy {
    /// The document as text: two spaces of indentation, a final line feed, the same bytes every time.
    /// A character that IAM does not take in a document is written as its JSON escape.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = serde_json::to_string_pretty(&Printed(self)).unwrap_or_default();
        text.push('\n');
        in_iams_characters(text)
    }

    /// The document as text without white space between elements.
    #[must_use]
    pub fn to_compact_text(&self) -> String {
        in_iams_characters(serde_json::to_string(&Printed(self)).unwrap_or_default())
    }
}

/// "Policy documents can contain only the following Unicode characters: horizontal tab (U+0009), linefeed (U+000A), carriage
/// return (U+000D), and characters in the range U+0020 to U+00FF." Others can stand in texts only, and JSON can escape them.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
fn in_iams_characters(json: String) -> String {
    if json.chars().all(|character| character <= '\u{ff}') {
        return json;
    }
    let mut text = String::with_capacity(json.len());
    for character in json.chars() {
        if character <= '\u{ff}' {
            text.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            text.push_str(&format!("\\u{unit:04x}"));
        }
    }
    text
}

struct Printed<'a>(&'a Policy);

impl Serialize for Printed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let version = match self.0.version {
            Version::V2008 => "2008-10-17",
            Version::V2012 => "2012-10-17",
        };
        map.serialize_entry("Version", version)?;
        let statements: Vec<_> = self
            .0
            .statements
            .iter()
            .map(|statement| PrintedStatement(statement, self.0.version))
            .collect();
        map.serialize_entry("Statement", &statements)?;
        map.end()
    }
}

struct PrintedStatement<'a>(&'a Statement, Version);

impl Serialize for PrintedStatement<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let statement = self.0;
        let mut map = serializer.serialize_map(None)?;
        if let Some(sid) = &statement.sid {
            map.serialize_entry("Sid", sid)?;
        }
        let effect = match statement.effect {
            Effect::Allow => "Allow",
            Effect::Deny => "Deny",
        };
        map.serialize_entry("Effect", effect)?;
        let (key, patterns) = match &statement.actions {
            Actions::Only(patterns) => ("Action", patterns),
            Actions::AllBut(patterns) => ("NotAction", patterns),
        };
        let texts: Vec<_> = patterns.iter().map(ActionPattern::as_str).collect();
        map.serialize_entry(key, &OneOrMany(&texts))?;
        let key = match &statement.resources {
            Resources::Only(_) => "Resource",
            Resources::AllBut(_) => "NotResource",
        };
        let patterns = statement.resources.patterns().iter();
        let texts: Vec<_> = patterns.map(|pattern| pattern.to_text(self.1)).collect();
        map.serialize_entry(key, &OneOrMany(&texts))?;
        if let Some(condition) = &statement.condition {
            map.serialize_entry("Condition", &PrintedCondition(condition.clauses()))?;
        }
        map.end()
    }
}

/// Clauses, of which neighbours of one operator stand under it together.
pub(super) struct PrintedCondition<'a>(pub(super) &'a [Clause]);

impl Serialize for PrintedCondition<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut operators: Vec<(Operator, Vec<&Clause>)> = Vec::new();
        for clause in self.0 {
            match operators
                .iter_mut()
                .find(|(operator, _)| *operator == clause.operator)
            {
                Some((_, clauses)) => clauses.push(clause),
                None => operators.push((clause.operator, vec![clause])),
            }
        }
        let mut map = serializer.serialize_map(None)?;
        for (operator, clauses) in operators {
            map.serialize_entry(&operator.to_string(), &PrintedKeys(clauses))?;
        }
        map.end()
    }
}

struct PrintedKeys<'a>(Vec<&'a Clause>);

impl Serialize for PrintedKeys<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let entries = self.0.iter();
        serializer
            .collect_map(entries.map(|clause| (clause.key.as_str(), OneOrMany(&clause.values))))
    }
}

struct OneOrMany<'a, T>(&'a [T]);

impl<T: Serialize> Serialize for OneOrMany<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            [one] => one.serialize(serializer),
            many => many.serialize(serializer),
        }
    }
}
