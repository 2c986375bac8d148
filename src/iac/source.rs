//! Where things stand in a file.

use std::sync::Arc;

use super::found::{Place, Problem};
use crate::text::{Lines, Span};

/// A file and its text.
pub(super) struct Source<'t> {
    pub(super) file: Arc<str>,
    pub(super) text: &'t str,
    lines: Lines<'t>,
}

impl<'t> Source<'t> {
    pub(super) fn new(file: &str, text: &'t str) -> Self {
        Source {
            file: file.into(),
            text,
            lines: Lines::of(text),
        }
    }

    pub(super) fn place(&self, span: Option<Span>) -> Place {
        let at = self.lines.position(span.map_or(0, |span| span.start));
        Place {
            file: self.file.clone(),
            line: at.line,
            column: at.column,
            span,
            resource: None,
            cdk_path: None,
        }
    }

    pub(super) fn problem(&self, span: Option<Span>, rule: impl Into<String>) -> Problem {
        Problem {
            place: self.place(span),
            rule: rule.into(),
        }
    }
}

/// A resource of a file: what is in it stands there when it has no place of its own.
#[derive(Clone)]
pub(super) struct Within<'s> {
    pub(super) source: &'s Source<'s>,
    pub(super) span: Option<Span>,
    pub(super) resource: Option<Arc<str>>,
    pub(super) cdk_path: Option<Arc<str>>,
}

impl<'s> Within<'s> {
    /// The file itself.
    pub(super) fn file(source: &'s Source<'s>) -> Self {
        Within {
            source,
            span: None,
            resource: None,
            cdk_path: None,
        }
    }

    pub(super) fn place(&self, span: Option<Span>) -> Place {
        Place {
            resource: self.resource.clone(),
            cdk_path: self.cdk_path.clone(),
            ..self.source.place(span.or(self.span))
        }
    }

    pub(super) fn problem(&self, span: Option<Span>, rule: impl Into<String>) -> Problem {
        Problem {
            place: self.place(span),
            rule: rule.into(),
        }
    }
}
