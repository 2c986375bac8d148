//! Texts of which a part may not be known before something is deployed.

use std::fmt;
use std::sync::Arc;

/// Why something is not known at build time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// A parameter or variable of the file to which nobody gave a value, by its name.
    Parameter(String),
    /// What depends on where something is deployed: a pseudo parameter, `AWS::Region`.
    Pseudo(&'static str),
    /// A name that AWS makes up for this resource when it is created.
    Name(String),
    /// What a resource is known by only when it exists: `Orders.StreamArn`, `aws_sqs_queue.orders.arn`.
    Attribute(String),
    /// What another stack exports, or a store holds: the name or reference that it is looked up by.
    Elsewhere(String),
    /// What a function of the form makes, when this program does not: `Fn::Cidr`.
    Function(String),
    /// It is one of several values, and a condition that is not known decides.
    Condition(String),
    /// It names something that the file does not have.
    Missing(String),
    /// A value of another kind than it should be, or one that cannot be followed.
    Unreadable(String),
}

impl Why {
    /// Whether it surely holds none of the characters that part an ARN, a path or a list.
    pub(super) fn is_plain(&self) -> bool {
        matches!(self, Why::Pseudo(_) | Why::Name(_))
    }
}

/// For a message, fit to stand between `${` and `}`.
impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Why::Pseudo(name) => f.write_str(name),
            Why::Parameter(name)
            | Why::Name(name)
            | Why::Attribute(name)
            | Why::Elsewhere(name)
            | Why::Function(name)
            | Why::Condition(name)
            | Why::Missing(name)
            | Why::Unreadable(name) => f.write_str(name),
        }
    }
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// These characters.
    Known(String),
    /// Characters that are not known.
    Unknown(Why),
}

/// A text of known and unknown parts: `arn:aws:s3:::${Bucket}/*`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text {
    parts: Vec<Part>,
    refers_to: Option<Arc<str>>,
}

impl Text {
    /// A text that is known.
    #[must_use]
    pub fn known(text: impl Into<String>) -> Self {
        let mut known = Text::default();
        known.push_known(&text.into());
        known
    }

    /// A text of which nothing is known.
    #[must_use]
    pub fn unknown(why: Why) -> Self {
        Text {
            parts: vec![Part::Unknown(why)],
            refers_to: None,
        }
    }

    /// The same text, as the name or ARN of this resource of the file.
    pub(super) fn referring_to(self, resource: &str) -> Self {
        Text {
            refers_to: Some(resource.into()),
            ..self
        }
    }

    /// The resource of the file (its logical id, or address) that the whole text names.
    #[must_use]
    pub fn refers_to(&self) -> Option<&str> {
        self.refers_to.as_deref()
    }

    /// Its parts in order; no two known ones follow each other, and none is empty.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The text, when all of it is known.
    #[must_use]
    pub fn as_known(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [Part::Known(text)] => Some(text),
            _ => None,
        }
    }

    /// What of it is not known, in order.
    pub fn unknowns(&self) -> impl Iterator<Item = &Why> {
        self.parts.iter().filter_map(|part| match part {
            Part::Known(_) => None,
            Part::Unknown(why) => Some(why),
        })
    }

    /// The text with `*` for what is not known, as a policy has patterns.
    #[must_use]
    pub fn pattern(&self) -> String {
        let part = |part: &Part| match part {
            Part::Known(text) => text.clone(),
            Part::Unknown(_) => "*".to_owned(),
        };
        self.parts.iter().map(part).collect()
    }

    pub(super) fn push_known(&mut self, text: &str) {
        match self.parts.last_mut() {
            _ if text.is_empty() => {}
            Some(Part::Known(before)) => before.push_str(text),
            _ => self.parts.push(Part::Known(text.to_owned())),
        }
    }

    pub(super) fn push_unknown(&mut self, why: Why) {
        self.parts.push(Part::Unknown(why));
    }

    /// Puts another text behind it. What one of them names is not what both together name.
    pub(super) fn push(&mut self, other: &Text) {
        self.refers_to = match self.parts.is_empty() {
            true => other.refers_to.clone(),
            false => self.refers_to.take().filter(|_| other.parts.is_empty()),
        };
        for part in &other.parts {
            match part {
                Part::Known(text) => self.push_known(text),
                Part::Unknown(why) => self.push_unknown(why.clone()),
            }
        }
    }

    /// The texts between the delimiters; `None` when an unknown part could hold one.
    pub(super) fn split(&self, delimiter: &str) -> Option<Vec<Text>> {
        let mut found = vec![Text::default()];
        for part in &self.parts {
            match part {
                Part::Known(text) => {
                    for (index, piece) in text.split(delimiter).enumerate() {
                        if index > 0 {
                            found.push(Text::default());
                        }
                        found.last_mut()?.push_known(piece);
                    }
                }
                Part::Unknown(why) if why.is_plain() => found.last_mut()?.push_unknown(why.clone()),
                Part::Unknown(_) => return None,
            }
        }
        Some(found)
    }
}

/// For a message: what is not known stands in `${…}`.
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| match part {
            Part::Known(text) => f.write_str(text),
            Part::Unknown(why) => write!(f, "${{{why}}}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(parts: &[&str]) -> Text {
        let mut text = Text::default();
        for part in parts {
            match part.strip_prefix('?') {
                Some(name) => text.push_unknown(Why::Name(name.into())),
                None => text.push_known(part),
            }
        }
        text
    }

    #[test]
    fn an_unknown_part_is_any_text_in_a_pattern_and_named_in_a_message() {
        let text = text(&["arn:aws:s3:", "::", "?Bucket", "/*"]);
        assert_eq!(text.pattern(), "arn:aws:s3:::*/*");
        assert_eq!(text.to_string(), "arn:aws:s3:::${Bucket}/*");
        assert_eq!((text.as_known(), text.parts().len()), (None, 3));
    }

    #[test]
    fn a_text_is_split_only_where_nothing_unknown_could_hold_the_delimiter() {
        let split = |text: &Text| {
            let parts = text.split(":")?;
            Some(parts.iter().map(Text::to_string).collect::<Vec<_>>())
        };
        let named = text(&["arn:aws:sqs:eu:", "?A", ":x"]);
        let parts = ["arn", "aws", "sqs", "eu", "${A}", "x"].map(str::to_owned);
        assert_eq!(split(&named), Some(parts.to_vec()));
        let mut given = Text::unknown(Why::Parameter("P".into()));
        given.push_known(":x");
        assert_eq!(split(&given), None);
    }

    #[test]
    fn only_a_whole_text_names_a_resource() {
        let role = Text::unknown(Why::Name("Role".into())).referring_to("Role");
        let mut whole = Text::default();
        whole.push(&role);
        assert_eq!(whole.refers_to(), Some("Role"));
        whole.push(&Text::known("/x"));
        assert_eq!(whole.refers_to(), None);
    }
}
