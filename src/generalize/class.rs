//! Values that may be opened together.

use super::ground::Value;
use super::kinds::{Kind, split_number};

/// Values that may be opened together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class<'a> {
    Time(u32),
    Uuid,
    Random,
    /// With a letter before it, or without.
    Version(bool),
    Hex(usize),
    Number,
    Numbered(&'a str),
    Secret,
    Name,
}

/// The digits of an account, which is somebody's.
const ACCOUNT_DIGITS: usize = 12;

/// The values that this one may be opened with.
pub(super) fn class<'a>(value: &Value<'a>) -> Option<Class<'a>> {
    match class_of(value.kind?, value.text) {
        None if value.sure => Some(Class::Number),
        class => class,
    }
}

/// The values that a text of this kind may be opened with.
pub(super) fn class_of(kind: Kind, text: &str) -> Option<Class<'_>> {
    match kind {
        Kind::Time(shape) => Some(Class::Time(shape)),
        Kind::Uuid => Some(Class::Uuid),
        Kind::Hex => Some(Class::Hex(text.len())),
        Kind::Random => Some(Class::Random),
        Kind::Version => Some(Class::Version(text.starts_with('v'))),
        Kind::Secret => Some(Class::Secret),
        Kind::Name => Some(Class::Name),
        Kind::Number if text.len() == ACCOUNT_DIGITS => None,
        Kind::Number => Some(Class::Number),
        Kind::Numbered => Some(Class::Numbered(split_number(text).0)),
        Kind::Edge | Kind::Separator | Kind::Word => None,
    }
}
