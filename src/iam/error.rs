//! Why a document is not a policy.

use crate::text::{Member, Node, NotJson, Position, Span};

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

    pub(super) fn at_name(member: &Member, rule: impl Into<String>) -> Self {
        Broken {
            rule: rule.into(),
            span: member.name_span,
            statement: None,
        }
    }

    pub(super) fn in_statement(self, number: usize) -> Self {
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
