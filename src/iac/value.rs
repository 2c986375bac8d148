//! Values of which a part may not be known before something is deployed.

use super::text::{Text, Why};
use crate::text::{Node, Shape, Span};

/// A value, and where it stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) span: Option<Span>,
    pub(super) shape: Known,
}

/// What is known of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// Nothing stands there.
    Absent,
    Bool(bool),
    /// A number, as it was written.
    Number(String),
    Text(Text),
    List(Vec<Value>),
    Object(Vec<Field>),
    /// One of these, and a condition that is not known decides which.
    OneOf(Vec<Value>),
    Unknown(Why),
}

/// A member of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) name_span: Option<Span>,
    pub(super) value: Value,
}

/// One of the values that something may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Possible<'v> {
    pub(super) value: &'v Value,
    /// Whether it is there whatever the conditions say.
    pub(super) certain: bool,
}

impl Possible<'_> {
    /// What is made of the value, as certain as the value is.
    pub(super) fn as_certain(&self, made: Value) -> Value {
        match self.certain {
            true => made,
            false => Value::new(made.span, Known::OneOf(vec![made])),
        }
    }
}

impl Value {
    pub(super) fn new(span: Option<Span>, shape: Known) -> Self {
        Value { span, shape }
    }

    pub(super) fn unknown(span: Option<Span>, why: Why) -> Self {
        Value::new(span, Known::Unknown(why))
    }

    /// One of several values, or the one that there is.
    pub(super) fn one_of(span: Option<Span>, mut values: Vec<Value>) -> Self {
        match values.len() {
            1 => values.remove(0),
            _ => Value::new(span, Known::OneOf(values)),
        }
    }

    /// The same value, all of it standing there.
    pub(super) fn at(self, span: Option<Span>) -> Self {
        let shape = match self.shape {
            Known::List(items) => {
                Known::List(items.into_iter().map(|item| item.at(span)).collect())
            }
            Known::OneOf(items) => {
                Known::OneOf(items.into_iter().map(|item| item.at(span)).collect())
            }
            Known::Object(fields) => {
                let field = |field: Field| Field {
                    name_span: span,
                    value: field.value.at(span),
                    ..field
                };
                Known::Object(fields.into_iter().map(field).collect())
            }
            other => other,
        };
        Value::new(span, shape)
    }

    /// The same value: what of it has no place of its own stands there.
    pub(super) fn standing_at(mut self, span: Option<Span>) -> Self {
        if self.span.is_some() {
            return self;
        }
        self.span = span;
        if let Known::List(items) | Known::OneOf(items) = &mut self.shape {
            for item in items {
                let taken = std::mem::replace(item, Value::new(None, Known::Absent));
                *item = taken.standing_at(span);
            }
        }
        self
    }

    /// Everything that it may be; nothing when it is absent.
    pub(super) fn alternatives(&self) -> Vec<Possible<'_>> {
        let mut found = Vec::new();
        self.collect(true, &mut found);
        found
    }

    fn collect<'v>(&'v self, certain: bool, found: &mut Vec<Possible<'v>>) {
        match &self.shape {
            Known::Absent => {}
            Known::OneOf(values) => values.iter().for_each(|value| value.collect(false, found)),
            _ => found.push(Possible {
                value: self,
                certain,
            }),
        }
    }

    /// The items of a list, or of all the lists that it may be, and of lists in it. A value that is no list counts as a list of
    /// one.
    pub(super) fn items(&self) -> Vec<Possible<'_>> {
        let mut found = Vec::new();
        for either in self.alternatives() {
            match &either.value.shape {
                Known::List(items) => {
                    for item in items.iter().flat_map(Value::items) {
                        let certain = item.certain && either.certain;
                        found.push(Possible { certain, ..item });
                    }
                }
                _ => found.push(either),
            }
        }
        found
    }

    /// Everything that a member of this name may be.
    pub(super) fn member(&self, name: &str) -> Vec<Possible<'_>> {
        let mut found = Vec::new();
        for either in self.alternatives() {
            let fields = either.value.fields().unwrap_or_default();
            for field in fields.iter().filter(|field| field.name == name) {
                field.value.collect(either.certain, &mut found);
            }
        }
        found
    }

    /// The items of every list that a member of this name may be.
    pub(super) fn items_of(&self, name: &str) -> Vec<Possible<'_>> {
        let mut found = Vec::new();
        for either in self.member(name) {
            found.extend(either.value.items().into_iter().map(|item| Possible {
                certain: item.certain && either.certain,
                ..item
            }));
        }
        found
    }

    /// The first of what a member of this name may be.
    pub(super) fn first(&self, name: &str) -> Option<&Value> {
        Some(self.member(name).first()?.value)
    }

    /// A member of this name with everything that it may be, of an object; `None` when it is absent.
    pub(super) fn whole(&self, name: &str) -> Option<&Value> {
        let mut fields = self.fields()?.iter();
        let value = &fields.find(|field| field.name == name)?.value;
        (!matches!(value.shape, Known::Absent)).then_some(value)
    }

    /// The text of a member; unknown when it could be one of several, or not there.
    pub(super) fn text_of(&self, name: &str) -> Option<Text> {
        let found = self.member(name);
        match found.as_slice() {
            [] => None,
            [one] if one.certain => Some(one.value.text()),
            _ => Some(Text::unknown(Why::Condition(name.to_owned()))),
        }
    }

    pub(super) fn fields(&self) -> Option<&[Field]> {
        match &self.shape {
            Known::Object(fields) => Some(fields),
            _ => None,
        }
    }

    /// Whether it may be there, and is not surely.
    pub(super) fn is_only_perhaps(&self) -> bool {
        self.alternatives().iter().all(|either| !either.certain)
    }

    /// As a text: booleans and numbers count as they are written.
    pub(super) fn text(&self) -> Text {
        match &self.shape {
            Known::Absent => Text::default(),
            Known::Text(text) => text.clone(),
            Known::Bool(value) => Text::known(value.to_string()),
            Known::Number(number) => Text::known(number.clone()),
            Known::Unknown(why) => Text::unknown(why.clone()),
            Known::OneOf(_) => Text::unknown(Why::Condition("a condition".into())),
            Known::List(_) => Text::unknown(Why::Unreadable("a list".into())),
            Known::Object(_) => Text::unknown(Why::Unreadable("an object".into())),
        }
    }

    /// Every text that it may be.
    pub(super) fn texts(&self) -> Vec<Text> {
        let each = self.alternatives().into_iter();
        each.map(|either| either.value.text()).collect()
    }

    /// What it is, for a message.
    pub(super) fn kind(&self) -> &'static str {
        match self.shape {
            Known::Absent => "nothing",
            Known::Bool(_) => "a boolean",
            Known::Number(_) => "a number",
            Known::Text(_) => "text",
            Known::List(_) => "a list",
            Known::Object(_) => "an object",
            Known::OneOf(_) => "one of several values",
            Known::Unknown(_) => "a value that is not known",
        }
    }
}

/// As it stands, with everything known.
impl From<&Node> for Value {
    fn from(node: &Node) -> Self {
        let shape = match &node.shape {
            Shape::Null => Known::Absent,
            Shape::Bool(value) => Known::Bool(*value),
            Shape::Number(number) => Known::Number(number.clone()),
            Shape::Text(text) => Known::Text(Text::known(text.clone())),
            Shape::List(items) => Known::List(items.iter().map(Value::from).collect()),
            Shape::Object(members) => {
                let field = |member: &crate::text::Member| Field {
                    name: member.name.clone(),
                    name_span: member.name_span,
                    value: (&member.value).into(),
                };
                Known::Object(members.iter().map(field).collect())
            }
        };
        Value::new(node.span, shape)
    }
}

/// Every text that is one of each of these, one behind the other, as long as they are few; otherwise one with parts that are
/// not known.
pub(super) fn joined(pieces: &[Vec<Text>]) -> Vec<Text> {
    const MANY: usize = 16;
    let count = pieces.iter().try_fold(1_usize, |count, texts| {
        count
            .checked_mul(texts.len().max(1))
            .filter(|count| *count <= MANY)
    });
    let mut found = vec![Text::default()];
    for texts in pieces {
        let undecided = [Text::unknown(Why::Condition("a condition".into()))];
        let texts: &[Text] = match texts.len() > 1 && count.is_none() {
            true => &undecided,
            false => texts,
        };
        if texts.is_empty() {
            continue;
        }
        let longer = |before: &Text| {
            let before = before.clone();
            texts.iter().map(move |text| {
                let mut whole = before.clone();
                whole.push(text);
                whole
            })
        };
        found = found.iter().flat_map(longer).collect();
    }
    found
}
