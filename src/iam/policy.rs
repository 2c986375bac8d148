//! Policy documents: parsed from JSON values, printed back as JSON text.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::{ActionPattern, ResourcePattern};

/// The version of the policy language. It decides whether `${…}` is a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// `2008-10-17`, and what a document without `Version` has.
    V2008,
    /// `2012-10-17`.
    V2012,
}

/// Whether a statement allows or denies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// `Allow`
    Allow,
    /// `Deny`; it beats every `Allow`.
    Deny,
}

/// The actions of a statement.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Actions {
    /// `Action`: what any of these matches.
    Only(Vec<ActionPattern>),
    /// `NotAction`: what none of these matches.
    AllBut(Vec<ActionPattern>),
}

/// The resources of a statement.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Resources {
    /// `Resource`: what any of these matches.
    Only(Vec<ResourcePattern>),
    /// `NotResource`: what none of these matches.
    AllBut(Vec<ResourcePattern>),
}

impl Resources {
    /// The patterns, whichever element they stand in.
    #[must_use]
    pub fn patterns(&self) -> &[ResourcePattern] {
        match self {
            Resources::Only(patterns) | Resources::AllBut(patterns) => patterns,
        }
    }
}

/// A `Condition` block, kept as it was written; two are equal when they hold the same operators, keys and
/// values, in whatever order of operators and keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition(Value);

impl Condition {
    /// The block as a JSON value; always an object with at least one operator.
    #[must_use]
    pub fn json(&self) -> &Value {
        &self.0
    }
}

/// One statement of an identity-based policy, a boundary, a session policy or an SCP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The statement's own name, if it has one.
    pub sid: Option<String>,
    /// Allow or deny.
    pub effect: Effect,
    /// `Action` or `NotAction`.
    pub actions: Actions,
    /// `Resource` or `NotResource`.
    pub resources: Resources,
    /// `Condition`; `None` when absent or empty.
    pub condition: Option<Condition>,
}

/// A policy document without principals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The version of the policy language.
    pub version: Version,
    /// The statements in the document's order.
    pub statements: Vec<Statement>,
}

/// Why a document is not a policy, with the statement that is at fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// The text is not JSON.
    #[error("not JSON: {0}")]
    NotJson(String),
    /// The document breaks a rule of the policy grammar outside of its statements.
    #[error("{0}")]
    Document(String),
    /// A statement breaks a rule; statements are counted from 1.
    #[error("statement {number}: {rule}")]
    Statement {
        /// The statement's position, from 1.
        number: usize,
        /// What is wrong, and what was expected.
        rule: String,
    },
}

/// The JSON value of a policy document in any form that AWS delivers: an object, its text, or its text
/// URL-encoded (as the IAM API returns it, RFC 3986).
///
/// # Errors
/// When the text is not JSON in either form.
pub fn decode_document(document: &Value) -> Result<Value, PolicyError> {
    let Value::String(text) = document else {
        return Ok(document.clone());
    };
    let decoded = if text.trim_start().starts_with('{') {
        text.as_str().into()
    } else {
        percent_decode_str(text)
            .decode_utf8()
            .map_err(|error| PolicyError::NotJson(error.to_string()))?
    };
    serde_json::from_str(&decoded).map_err(|error| PolicyError::NotJson(error.to_string()))
}

impl Policy {
    /// Reads a policy document from an object, its text, or its URL-encoded text.
    ///
    /// ```
    /// let text = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#;
    /// let policy = tightrope::iam::Policy::parse(&serde_json::Value::from(text))?;
    /// assert_eq!(policy.statements.len(), 1);
    /// # Ok::<(), tightrope::iam::PolicyError>(())
    /// ```
    ///
    /// # Errors
    /// When the document is not JSON, has an element that no policy has, or lacks one that each must have.
    pub fn parse(document: &Value) -> Result<Self, PolicyError> {
        let document = decode_document(document)?;
        let version = version_of(&document)?;
        let statements = statements_of(&document)?;
        let statements = statements.iter().enumerate().map(|(index, statement)| {
            parse_statement(statement, version).map_err(|rule| PolicyError::Statement {
                number: index + 1,
                rule,
            })
        });
        Ok(Policy {
            version,
            statements: statements.collect::<Result<_, _>>()?,
        })
    }
}

/// The document's statements: one object or a list.
pub(super) fn statements_of(document: &Value) -> Result<Vec<&Map<String, Value>>, PolicyError> {
    fn object(value: &Value) -> Result<&Map<String, Value>, PolicyError> {
        value.as_object().ok_or_else(|| {
            PolicyError::Document(format!(
                "a statement must be an object, found {}",
                kind(value)
            ))
        })
    }
    match document.get("Statement") {
        Some(Value::Array(list)) => list.iter().map(object).collect(),
        Some(single) => Ok(vec![object(single)?]),
        None => Err(PolicyError::Document("it has no `Statement`".into())),
    }
}

fn version_of(document: &Value) -> Result<Version, PolicyError> {
    let Value::Object(map) = document else {
        return Err(PolicyError::Document(format!(
            "a policy is a JSON object, found {}",
            kind(document)
        )));
    };
    let known = ["Version", "Id", "Statement"];
    if let Some(key) = map.keys().find(|key| !known.contains(&key.as_str())) {
        return Err(PolicyError::Document(format!(
            "no policy has an element `{key}`"
        )));
    }
    match map.get("Version").map(Value::as_str) {
        None | Some(Some("2008-10-17")) => Ok(Version::V2008),
        Some(Some("2012-10-17")) => Ok(Version::V2012),
        Some(_) => Err(PolicyError::Document(
            "`Version` must be \"2012-10-17\" or \"2008-10-17\"".into(),
        )),
    }
}

fn parse_statement(map: &Map<String, Value>, version: Version) -> Result<Statement, String> {
    let known = [
        "Sid",
        "Effect",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    ];
    if let Some(key) = map.keys().find(|key| !known.contains(&key.as_str())) {
        return Err(format!(
            "no statement of an identity-based policy has an element `{key}`"
        ));
    }
    let sid = match map.get("Sid") {
        None => None,
        Some(Value::String(sid)) => Some(sid.clone()),
        Some(other) => return Err(format!("`Sid` must be text, found {}", kind(other))),
    };
    Ok(Statement {
        sid: sid.filter(|sid| !sid.is_empty()),
        effect: effect_of(map)?,
        actions: actions_of(map)?,
        resources: resources_of(map, version)?,
        condition: condition_of(map)?,
    })
}

/// The statement's `Effect`.
pub(super) fn effect_of(map: &Map<String, Value>) -> Result<Effect, String> {
    match map.get("Effect").and_then(Value::as_str) {
        Some("Allow") => Ok(Effect::Allow),
        Some("Deny") => Ok(Effect::Deny),
        _ => Err("`Effect` must be \"Allow\" or \"Deny\"".into()),
    }
}

fn actions_of(map: &Map<String, Value>) -> Result<Actions, String> {
    let parse = |value: &Value| -> Result<Vec<ActionPattern>, String> {
        let texts = texts_of(value)?.into_iter();
        texts
            .map(|text| text.parse().map_err(|error| format!("{error}")))
            .collect()
    };
    match (map.get("Action"), map.get("NotAction")) {
        (Some(value), None) => Ok(Actions::Only(parse(value)?)),
        (None, Some(value)) => Ok(Actions::AllBut(parse(value)?)),
        _ => Err("it must have either `Action` or `NotAction`".into()),
    }
}

fn resources_of(map: &Map<String, Value>, version: Version) -> Result<Resources, String> {
    let parse = |value: &Value| -> Result<Vec<ResourcePattern>, String> {
        let texts = texts_of(value)?.into_iter();
        Ok(texts
            .map(|text| ResourcePattern::parse(text, version))
            .collect())
    };
    match (map.get("Resource"), map.get("NotResource")) {
        (Some(value), None) => Ok(Resources::Only(parse(value)?)),
        (None, Some(value)) => Ok(Resources::AllBut(parse(value)?)),
        _ => Err("it must have either `Resource` or `NotResource`".into()),
    }
}

fn condition_of(map: &Map<String, Value>) -> Result<Option<Condition>, String> {
    match map.get("Condition") {
        None => Ok(None),
        Some(Value::Object(operators)) if operators.is_empty() => Ok(None),
        Some(Value::Object(operators)) if operators.values().all(Value::is_object) => {
            Ok(Some(Condition(Value::Object(operators.clone()))))
        }
        Some(_) => Err("`Condition` must be an object of operators, each an object of keys".into()),
    }
}

/// One text or a list of texts, as AWS accepts both.
pub(super) fn texts_of(value: &Value) -> Result<Vec<&str>, String> {
    fn text(value: &Value) -> Result<&str, String> {
        value
            .as_str()
            .ok_or_else(|| format!("expected text, found {}", kind(value)))
    }
    match value {
        Value::Array(list) if list.is_empty() => Err("an empty list matches nothing".into()),
        Value::Array(list) => list.iter().map(text).collect(),
        single => Ok(vec![text(single)?]),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refusal(document: Value) -> String {
        Policy::parse(&document)
            .expect_err("not a policy")
            .to_string()
    }

    #[test]
    fn a_document_reads_the_same_as_object_text_and_url_encoded_text() {
        let statement =
            json!({"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::b/*"});
        let object = json!({"Version": "2012-10-17", "Statement": [statement]});
        let text = object.to_string();
        let encoded =
            percent_encoding::utf8_percent_encode(&text, percent_encoding::NON_ALPHANUMERIC)
                .to_string();
        let policy = Policy::parse(&object).expect("a policy");
        assert_eq!(Policy::parse(&Value::from(text)).as_ref(), Ok(&policy));
        assert_eq!(Policy::parse(&Value::from(encoded)).as_ref(), Ok(&policy));
    }

    #[test]
    fn what_is_not_a_policy_is_refused_with_the_rule() {
        let with = |statement: Value| json!({"Version": "2012-10-17", "Statement": statement});
        let cases = [
            (json!([]), "a policy is a JSON object"),
            (json!({"Version": "2012-10-17"}), "no `Statement`"),
            (json!({"Version": "2013", "Statement": []}), "`Version`"),
            (json!({"Statment": []}), "element `Statment`"),
            (with(json!("x")), "must be an object"),
            (with(json!({"Effect": "allow"})), "statement 1: `Effect`"),
            (
                with(json!({"Effect": "Allow", "Resource": "*"})),
                "`Action` or `NotAction`",
            ),
            (
                with(json!({"Effect": "Allow", "Action": "s3", "Resource": "*"})),
                "`s3` is not an action",
            ),
            (
                with(json!({"Effect": "Allow", "Action": [], "Resource": "*"})),
                "empty list",
            ),
            (
                with(json!({"Effect": "Allow", "Action": 1, "Resource": "*"})),
                "found a number",
            ),
            (
                with(json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": "*"})),
                "`Principal`",
            ),
            (
                with(json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": []})),
                "`Condition`",
            ),
        ];
        for (document, expected) in cases {
            let found = refusal(document);
            assert!(found.contains(expected), "{found} / {expected}");
        }
    }
}
