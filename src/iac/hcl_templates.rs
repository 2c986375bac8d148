//! Texts of Terraform with `${…}` in them.
//!
//! <https://developer.hashicorp.com/terraform/language/expressions/strings>

use hcl_edit::Span as _;
use hcl_edit::expr::Expression;
use hcl_edit::template::{Element, Strip};

use super::hcl_configuration::placed;
use super::hcl_documents::Splicing;
use super::hcl_scope::Scope;
use super::hcl_values::Evaluation;
use super::text::{Text, Why};
use super::value::{Known, Value, joined};
use crate::text::Span;

impl Evaluation<'_> {
    /// A text without templates.
    pub(super) fn string(&self, text: &str, span: Option<Span>, scope: Scope<'_>) -> Value {
        if !self.count(text.len() / 16) {
            return Value::unknown(span, Why::Unreadable("a text".into()));
        }
        if scope.document && text.trim_start().starts_with(['{', '[']) {
            let mut splicing = Splicing::default();
            // Between the quotes, as far as nothing in them is written otherwise than it is meant.
            let inner = span.map(|span| span.start + 1..span.end.saturating_sub(1));
            let exact = inner.and_then(|inner| Some((inner.start, self.text.get(inner)?)));
            match exact.filter(|(_, raw)| *raw == text) {
                Some((start, raw)) => splicing.literal(raw, start),
                None => splicing.meant(text, span.map_or(0, |span| span.start)),
            }
            return splicing.finish(span);
        }
        Value::new(span, Known::Text(Text::known(text)))
    }

    /// A text with templates.
    pub(super) fn template(
        &self,
        elements: &mut dyn Iterator<Item = &Element>,
        span: Option<Span>,
        scope: Scope<'_>,
    ) -> Value {
        let elements: Vec<_> = elements.collect();
        if let [Element::Interpolation(only)] = elements.as_slice() {
            return self.value(&only.expr, scope);
        }
        if !self.count(span.map_or(0, |span| (span.end - span.start) / 16)) {
            return Value::unknown(span, Why::Unreadable("a text".into()));
        }
        if scope.document
            && let Some(document) = self.spliced(&elements, span, scope)
        {
            return document;
        }
        let pieces = elements.iter().enumerate().map(|(index, element)| {
            match element {
                Element::Literal(literal) => {
                    let before = index.checked_sub(1).and_then(|before| elements.get(before));
                    let after = elements.get(index + 1);
                    vec![Text::known(stripped(
                        literal,
                        before.copied(),
                        after.copied(),
                    ))]
                }
                Element::Interpolation(part) => self.value(&part.expr, scope.plain()).texts(),
                // What it writes, and how often, is decided by what it says.
                Element::Directive(_) => {
                    let span = placed(element.span(), scope.base);
                    vec![Text::unknown(Why::Function(self.words(span)))]
                }
            }
        });
        let pieces: Vec<_> = pieces.collect();
        let parts = pieces.iter().flatten().map(|text| text.parts().len());
        if !self.count(parts.sum()) {
            return Value::unknown(span, Why::Unreadable("a text".into()));
        }
        let texts = joined(&pieces).into_iter();
        let each = texts.map(|text| Value::new(span, Known::Text(text)));
        Value::one_of(span, each.collect())
    }

    /// A text that is a document of JSON around its templates; `None` when it cannot be read as one.
    fn spliced(
        &self,
        elements: &[&Element],
        span: Option<Span>,
        scope: Scope<'_>,
    ) -> Option<Value> {
        let mut splicing = Splicing::default();
        for element in elements {
            let place = placed(element.span(), scope.base)?;
            match element {
                // As it is written: the margin that a heredoc may lose is white space between the parts of JSON.
                Element::Literal(literal) => {
                    let raw = self.text.get(place.start..place.end)?;
                    match raw.contains('\\') && raw != literal.as_str() {
                        true => splicing.meant(literal, place.start),
                        false => splicing.literal(raw, place.start),
                    }
                }
                Element::Interpolation(part) => {
                    let value = self.value(&part.expr, scope.plain());
                    splicing.value(value, is_encoded(&part.expr), place.start);
                }
                Element::Directive(_) => return None,
            }
        }
        let begins = splicing.begins_document();
        begins.then(|| splicing.finish(span))
    }
}

/// Whether a value is written as JSON.
fn is_encoded(expression: &Expression) -> bool {
    let call = expression.as_func_call();
    call.is_some_and(|call| call.name.name.as_str() == "jsonencode")
}

/// A literal without the white space that the templates beside it take away.
fn stripped<'l>(literal: &'l str, before: Option<&Element>, after: Option<&Element>) -> &'l str {
    let strip = |element: Option<&Element>| match element {
        Some(Element::Interpolation(part)) => part.strip,
        _ => Strip::None,
    };
    let mut rest = literal;
    if matches!(strip(before), Strip::End | Strip::Both) {
        rest = rest.trim_start();
    }
    if matches!(strip(after), Strip::Start | Strip::Both) {
        rest = rest.trim_end();
    }
    rest
}
