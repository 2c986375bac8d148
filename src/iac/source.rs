//! Where things stand in a file.

use std::sync::Arc;

use super::found::{Place, Problem};
use crate::text::{Lines, Position, Span};

/// A file and its text, or several files and their texts one behind the other.
pub(super) struct Source<'t> {
    pub(super) text: &'t str,
    lines: Lines<'t>,
    /// The first line and the first byte of each file, in order.
    files: Vec<(usize, usize, Arc<str>)>,
}

impl<'t> Source<'t> {
    pub(super) fn new(file: &str, text: &'t str) -> Self {
        Source::of_files(text, &[(0, file)])
    }

    /// Files, each with its first byte in the text, where a line begins.
    pub(super) fn of_files(text: &'t str, files: &[(usize, &str)]) -> Self {
        let lines = Lines::of(text);
        let file = |(start, file): &(usize, &str)| {
            let line = lines.position(*start).line;
            (line, *start, Arc::from(*file))
        };
        let files = files.iter().map(file).collect();
        Source { text, lines, files }
    }

    pub(super) fn place(&self, span: Option<Span>) -> Place {
        let at = self.lines.position(span.map_or(0, |span| span.start));
        let (_, start, _) = self.file(at);
        let within = |byte: usize| byte.saturating_sub(*start);
        Place {
            span: span.map(|span| (within(span.start)..within(span.end)).into()),
            ..self.at(at)
        }
    }

    fn file(&self, at: Position) -> &(usize, usize, Arc<str>) {
        let behind = |(line, ..): &(usize, usize, Arc<str>)| *line <= at.line;
        let index = self.files.partition_point(behind).saturating_sub(1);
        &self.files[index]
    }

    /// A place of the whole text in its file.
    pub(super) fn at(&self, at: Position) -> Place {
        let (line, _, file) = self.file(at);
        let own = Position {
            line: at.line - line + 1,
            ..at
        };
        Place::in_file(Arc::clone(file), own)
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
