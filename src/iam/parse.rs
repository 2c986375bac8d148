//! Policy documents from JSON: what AWS accepts is read, and what AWS refuses is refused, with the place and the rule.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>

use std::collections::BTreeSet;

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::{
    Actions, Clause, Condition, ConditionKey, Effect, Policy, ResourcePattern, ResourcePolicy,
    Resources, Statement, Version, grammar,
};
use crate::text::{Member, Node, NotJson, Position, Shape, Span, parse_json};

/// Why a document is not a policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{}{rule}", .position.map(|at| format!("{at}: ")).unwrap_or_default(),
    .statement.map(|number| format!("statement {number}: ")).unwrap_or_default())]
pub struct PolicyError {
    /// Where in the document's text; `None` when it did not come as a text.
    pub position: Option<Position>,
    /// The statement at fault, from 1.
    pub statement: Option<usize>,
    /// The rule that it breaks, and what was found.
    pub rule: String,
}

/// What is wrong, and where.
#[derive(Debug)]
pub(super) struct Broken {
    rule: String,
    span: Option<Span>,
    statement: Option<usize>,
}

pub(super) type Read<T> = Result<T, Broken>;

impl Broken {
    pub(super) fn at(node: &Node, rule: impl Into<String>) -> Self {
        Broken {
            rule: rule.into(),
            span: node.span,
            statement: None,
        }
    }

    fn at_name(member: &Member, rule: impl Into<String>) -> Self {
        Broken {
            rule: rule.into(),
            span: member.name_span,
            statement: None,
        }
    }

    fn in_statement(self, number: usize) -> Self {
        Broken {
            statement: Some(number),
            ..self
        }
    }

    /// For a reader of this text.
    pub(super) fn into_error(self, text: Option<&str>) -> PolicyError {
        let position = text
            .zip(self.span)
            .map(|(text, span)| Position::of(text, span.start));
        PolicyError {
            position,
            statement: self.statement,
            rule: self.rule,
        }
    }
}

impl From<NotJson> for Broken {
    fn from(error: NotJson) -> Self {
        Broken {
            rule: error.to_string(),
            span: Some(error.span),
            statement: None,
        }
    }
}

/// The text of a document, which AWS's APIs return URL-encoded (RFC 3986).
fn decoded(text: &str) -> Result<String, PolicyError> {
    if !text.trim_start().starts_with('%') {
        return Ok(text.to_owned());
    }
    let decoded = percent_decode_str(text).decode_utf8();
    let decoded = decoded.map_err(|error| PolicyError {
        position: None,
        statement: None,
        rule: format!("not JSON: its URL-encoding holds no text: {error}"),
    })?;
    Ok(decoded.into_owned())
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

fn read_text<T>(text: &str, read: impl FnOnce(&Node) -> Read<T>) -> Result<T, PolicyError> {
    let text = decoded(text)?;
    let node = parse_json(&text).map_err(Broken::from);
    node.and_then(|node| read(&node))
        .map_err(|broken| broken.into_error(Some(&text)))
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
        read_document(document, policy)
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

impl ResourcePolicy {
    /// Reads the policy of a resource from its text, URL-encoded or not.
    ///
    /// # Errors
    /// As for [`Policy::parse_text`], and when a statement has no principal.
    pub fn parse_text(text: &str) -> Result<Self, PolicyError> {
        read_text(text, |document| {
            let version = version_of(document)?;
            let mut principals = Vec::new();
            let statements = each_statement(document, |node| {
                principals.push(super::principal::principals_of(node)?);
                let known = |name: &str| name == "Principal" || name == "NotPrincipal";
                statement(node, version, known)
            })?;
            let policy = Policy {
                version,
                statements,
            };
            Ok(ResourcePolicy { policy, principals })
        })
    }
}

pub(super) fn policy(document: &Node) -> Read<Policy> {
    let version = version_of(document)?;
    let statements = each_statement(document, |node| statement(node, version, |_| false))?;
    let mut sids = BTreeSet::new();
    for (number, statement) in statements.iter().enumerate() {
        if let Some(sid) = &statement.sid
            && !sids.insert(sid)
        {
            let node = &statements_of(document)?[number];
            let rule = format!("the `Sid` {sid} is taken: each must be unique in its policy");
            return Err(Broken::at(node.get("Sid").unwrap_or(node), rule).in_statement(number + 1));
        }
    }
    Ok(Policy {
        version,
        statements,
    })
}

/// The document's statements: one object, or a list that is not empty.
pub(super) fn statements_of(document: &Node) -> Read<&[Node]> {
    match document.get("Statement") {
        Some(node) if node.one_or_many().is_empty() => Err(Broken::at(
            node,
            "`Statement` is empty: a policy has one statement at least",
        )),
        Some(node) => Ok(node.one_or_many()),
        None => Err(Broken::at(document, "it has no `Statement`")),
    }
}

/// Reads each statement, and says of which one an error is.
pub(super) fn each_statement<T>(
    document: &Node,
    mut read: impl FnMut(&Node) -> Read<T>,
) -> Read<Vec<T>> {
    let numbered = statements_of(document)?.iter().enumerate();
    numbered
        .map(|(index, node)| {
            let found = match node.members() {
                Some(_) => read(node),
                None => {
                    let found = format!("a statement must be an object, found {}", node.kind());
                    Err(Broken::at(node, found))
                }
            };
            found.map_err(|broken| broken.in_statement(index + 1))
        })
        .collect()
}

fn version_of(document: &Node) -> Read<Version> {
    let Some(members) = document.members() else {
        let found = format!("a policy is a JSON object, found {}", document.kind());
        return Err(Broken::at(document, found));
    };
    check_names(members, "policy", |name| {
        ["Version", "Id", "Statement"].contains(&name)
    })?;
    if let Some(id) = document.get("Id")
        && id.as_text().is_none()
    {
        return Err(Broken::at(
            id,
            format!("`Id` must be text, found {}", id.kind()),
        ));
    }
    match document
        .get("Version")
        .map(|version| (version, version.as_text()))
    {
        None | Some((_, Some("2008-10-17"))) => Ok(Version::V2008),
        Some((_, Some("2012-10-17"))) => Ok(Version::V2012),
        Some((version, _)) => Err(Broken::at(
            version,
            "`Version` must be \"2012-10-17\" or \"2008-10-17\"",
        )),
    }
}

/// Refuses a member of another name, and one that stands twice.
fn check_names(members: &[Member], of: &str, known: impl Fn(&str) -> bool) -> Read<()> {
    for (index, member) in members.iter().enumerate() {
        let name = &member.name;
        if !known(name) {
            return Err(Broken::at_name(
                member,
                format!("no {of} has an element `{name}`"),
            ));
        }
        if members[..index].iter().any(|before| before.name == *name) {
            return Err(Broken::at_name(
                member,
                format!("the element `{name}` stands twice"),
            ));
        }
    }
    Ok(())
}

fn statement(node: &Node, version: Version, more: impl Fn(&str) -> bool) -> Read<Statement> {
    const KNOWN: [&str; 7] = [
        "Sid",
        "Effect",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    ];
    let members = node.members().unwrap_or_default();
    check_names(
        members,
        "statement of a policy without principals",
        |name| KNOWN.contains(&name) || more(name),
    )?;
    let sid = match node.get("Sid").map(|sid| (sid, sid.as_text())) {
        None => None,
        Some((_, Some(sid))) => Some(sid.to_owned()),
        Some((sid, None)) => {
            return Err(Broken::at(
                sid,
                format!("`Sid` must be text, found {}", sid.kind()),
            ));
        }
    };
    Ok(Statement {
        sid: sid.filter(|sid| !sid.is_empty()),
        effect: effect_of(node)?,
        actions: actions_of(node)?,
        resources: resources_of(node, version)?,
        condition: condition_of(node)?,
    })
}

/// The statement's `Effect`.
pub(super) fn effect_of(statement: &Node) -> Read<Effect> {
    let effect = statement.get("Effect");
    match effect.and_then(Node::as_text) {
        Some("Allow") => Ok(Effect::Allow),
        Some("Deny") => Ok(Effect::Deny),
        _ => Err(Broken::at(
            effect.unwrap_or(statement),
            "`Effect` must be \"Allow\" or \"Deny\"",
        )),
    }
}

fn actions_of(statement: &Node) -> Read<Actions> {
    let read = |list: &Node| {
        let texts = texts_of(list)?.into_iter();
        texts
            .map(|(node, text)| text.parse().map_err(|error| broken(node, &error)))
            .collect::<Read<Vec<_>>>()
    };
    match (statement.get("Action"), statement.get("NotAction")) {
        (Some(list), None) => Ok(Actions::Only(read(list)?)),
        (None, Some(list)) => Ok(Actions::AllBut(read(list)?)),
        _ => Err(Broken::at(
            statement,
            "it must have either `Action` or `NotAction`",
        )),
    }
}

fn broken(node: &Node, error: &impl ToString) -> Broken {
    Broken::at(node, error.to_string())
}

fn resources_of(statement: &Node, version: Version) -> Read<Resources> {
    let read = |list: &Node| {
        let texts = texts_of(list)?.into_iter();
        texts
            .map(|(node, text)| {
                grammar::check_resource(text).map_err(|rule| Broken::at(node, rule))?;
                Ok(ResourcePattern::parse(text, version))
            })
            .collect::<Read<Vec<_>>>()
    };
    match (statement.get("Resource"), statement.get("NotResource")) {
        (Some(list), None) => Ok(Resources::Only(read(list)?)),
        (None, Some(list)) => Ok(Resources::AllBut(read(list)?)),
        _ => Err(Broken::at(
            statement,
            "it must have either `Resource` or `NotResource`",
        )),
    }
}

fn condition_of(statement: &Node) -> Read<Option<Condition>> {
    const FORM: &str = "`Condition` must be an object of operators, each an object of keys";
    let Some(block) = statement.get("Condition") else {
        return Ok(None);
    };
    let operators = block.members().ok_or_else(|| Broken::at(block, FORM))?;
    check_names(operators, "condition", |_| true)?;
    let mut clauses = Vec::new();
    for member in operators {
        let keys = &member.value;
        let keys = keys.members().ok_or_else(|| Broken::at(keys, FORM))?;
        if keys.is_empty() {
            // AWS accepts any word here and asks for nothing.
            continue;
        }
        let operator = member.name.parse();
        let operator = operator.map_err(|error| Broken::at_name(member, format!("{error}")))?;
        for (index, key) in keys.iter().enumerate() {
            let same = |before: &Member| before.name.eq_ignore_ascii_case(&key.name);
            if keys[..index].iter().any(same) {
                let rule = format!("the key `{}` stands twice under one operator", key.name);
                return Err(Broken::at_name(key, rule));
            }
            clauses.push(Clause {
                operator,
                key: ConditionKey::new(&key.name),
                values: values_of(operator, &key.value)?,
            });
        }
    }
    Ok(Condition::new(clauses))
}

/// Condition values are texts; AWS takes booleans and numbers for the text that they are written as.
fn values_of(operator: super::Operator, values: &Node) -> Read<Vec<String>> {
    let value = |node: &Node| {
        let text = match &node.shape {
            Shape::Text(text) | Shape::Number(text) => text.clone(),
            Shape::Bool(value) => value.to_string(),
            _ => {
                let found = format!("a condition value must be text, found {}", node.kind());
                return Err(Broken::at(node, found));
            }
        };
        grammar::check_value(operator, &text).map_err(|rule| Broken::at(node, rule))?;
        Ok(text)
    };
    values.one_or_many().iter().map(value).collect()
}

/// One text or a list of texts, as AWS accepts both.
pub(super) fn texts_of(list: &Node) -> Read<Vec<(&Node, &str)>> {
    let text = |node: &'_ Node| node.as_text().map(|_| ());
    let items = list.one_or_many();
    if items.is_empty() {
        return Err(Broken::at(list, "an empty list matches nothing"));
    }
    if let Some(other) = items.iter().find(|node| text(node).is_none()) {
        return Err(Broken::at(
            other,
            format!("expected text, found {}", other.kind()),
        ));
    }
    Ok(items
        .iter()
        .filter_map(|node| Some((node, node.as_text()?)))
        .collect())
}
