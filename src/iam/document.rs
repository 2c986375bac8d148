//! Policy documents as texts: in any form in which AWS delivers one, and kept as they were written.

use std::borrow::Cow;
use std::fmt;

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::error::{Broken, Read};
use super::parse::{policy, statements_of};
use super::{Policy, PolicyError, PolicySize, Statement};
use crate::text::{Node, Position, Span, parse_json};

/// The text of a document, which AWS's APIs return URL-encoded (RFC 3986).
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html>
fn decoded(text: &str) -> Result<Cow<'_, str>, PolicyError> {
    if !text.trim_start().starts_with('%') {
        return Ok(text.into());
    }
    let decoded = percent_decode_str(text).decode_utf8();
    decoded.map_err(|error| PolicyError {
        position: None,
        statement: None,
        rule: format!("not JSON: its URL-encoding holds no text: {error}"),
    })
}

/// Reads a document in any form in which AWS delivers one: an object, its text, or its text URL-encoded.
pub(super) fn read_document<T>(
    document: &Value,
    read: impl FnOnce(&Node) -> Read<T>,
) -> Result<T, PolicyError> {
    match document {
        Value::String(text) => read_text(text, read),
        other => read(&Node::from(other)).map_err(|broken| broken.into_error(None)),
    }
}

/// Reads a document from its text, URL-encoded or not.
pub(super) fn read_text<T>(
    text: &str,
    read: impl FnOnce(&Node) -> Read<T>,
) -> Result<T, PolicyError> {
    read_json(&decoded(text)?, read)
}

/// Reads a document from JSON. No name may stand twice in an object, wherever it is: "Individual elements must not contain
/// multiple instances of the same key".
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>
fn read_json<T>(text: &str, read: impl FnOnce(&Node) -> Read<T>) -> Result<T, PolicyError> {
    let node = parse_json(text).map_err(|error| Broken::from(error).into_error(Some(text)))?;
    read_node(&node, text, read)
}

/// Reads a document that is a part of a text, or all of it.
pub(super) fn read_node<T>(
    node: &Node,
    text: &str,
    read: impl FnOnce(&Node) -> Read<T>,
) -> Result<T, PolicyError> {
    let once = match node.repeated() {
        Some(member) => {
            let rule = format!("`{}` stands twice in one object", member.name);
            Err(Broken::at_name(member, rule))
        }
        None => Ok(node),
    };
    once.and_then(read)
        .map_err(|broken| broken.into_error(Some(text)))
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
    /// When the document is not JSON, has an element that no policy has, lacks one that each must have, or says in one what
    /// AWS does not accept there.
    pub fn parse(document: &Value) -> Result<Self, PolicyError> {
        read_document(document, policy)
    }

    /// Reads a policy document that is a part of a text.
    ///
    /// # Errors
    /// As for [`Policy::parse`], with the line and the column in the text.
    pub fn parse_node(document: &Node, text: &str) -> Result<Self, PolicyError> {
        read_node(document, text, policy)
    }

    /// Reads a policy document from its text, URL-encoded or not.
    ///
    /// ```
    /// let text = "{\"Version\": \"2012-10-17\", \"Statement\": [\n  {\"Effect\": \"allow\"}]}";
    /// let error = tightrope::iam::Policy::parse_text(text).expect_err("`Effect` is wrong");
    /// assert!(error.to_string().starts_with("line 2, column 14: statement 1: `Effect` must be"));
    /// ```
    ///
    /// # Errors
    /// As for [`Policy::parse`], with the line and the column.
    pub fn parse_text(text: &str) -> Result<Self, PolicyError> {
        read_text(text, policy)
    }
}

/// A policy document as it was written: its text, what it says, and where in the text each statement stands.
///
/// ```
/// let text = "{\"Version\": \"2012-10-17\", \"Statement\": [\n  {\"Effect\": \"Deny\", \"Action\": \"*\", \"Resource\": \"*\"}]}";
/// let document = tightrope::iam::PolicyDocument::parse(text)?;
/// assert_eq!(document.to_string(), text);
/// let place = document.position_of(0).map(|place| place.to_string());
/// assert_eq!(place.as_deref(), Some("line 2, column 3"));
/// # Ok::<(), tightrope::iam::PolicyError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyDocument {
    text: String,
    policy: Policy,
    /// One for each statement of the policy.
    spans: Vec<Span>,
}

impl PolicyDocument {
    /// Reads an identity-based policy from its text, URL-encoded or not.
    ///
    /// # Errors
    /// As for [`Policy::parse_text`].
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let text = decoded(text)?.into_owned();
        let (policy, spans) = read_json(&text, |document| {
            let spans = statements_of(document)?.iter();
            let spans = spans.filter_map(|statement| statement.span).collect();
            Ok((policy(document)?, spans))
        })?;
        Ok(PolicyDocument {
            text,
            policy,
            spans,
        })
    }

    /// What the document says.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The text, byte for byte as it was given, or what it was before it was URL-encoded.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Each statement, and where in [`text`](Self::text) it stands, from its opening brace to its closing one.
    pub fn statements(&self) -> impl Iterator<Item = (&Statement, Span)> {
        let statements = self.policy.statements.iter();
        statements.zip(self.spans.iter().copied())
    }

    /// Where a statement, counted from 0, begins in [`text`](Self::text).
    #[must_use]
    pub fn position_of(&self, statement: usize) -> Option<Position> {
        let span = self.spans.get(statement)?;
        Some(Position::of(&self.text, span.start))
    }

    /// The size of the text, which is not that of what [`Policy::to_text`] would print.
    #[must_use]
    pub fn size(&self) -> PolicySize {
        PolicySize::of_text(&self.text)
    }
}

/// The text, byte for byte.
impl fmt::Display for PolicyDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
