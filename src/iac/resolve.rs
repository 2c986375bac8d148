//! What the functions of CloudFormation make of their arguments, as far as that is known at build time.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html>

use super::template::{Asked, DEPTH, Template};
use super::text::{Part, Text, Why};
use super::value::{Field, Known, Value, joined};
use crate::text::{Member, Node, Shape};

/// The function that an object of one member is, by its name without `Fn::` or `!`, and its argument.
pub(super) fn function(node: &Node) -> Option<(&str, &Node)> {
    let [Member { name, value, .. }] = node.members()? else {
        return None;
    };
    let bare = name.strip_prefix("Fn::").or_else(|| name.strip_prefix('!'));
    match (bare, name.as_str()) {
        (Some(bare), _) => Some((bare, value)),
        (None, "Ref") => Some((name, value)),
        _ => None,
    }
}

impl Template<'_> {
    /// The value, with its functions done.
    pub(super) fn resolve(&self, node: &Node, asked: Asked) -> Value {
        let unreadable = |why: &str| Value::unknown(node.span, Why::Unreadable(why.to_owned()));
        if !self.count() {
            return unreadable("more than can be looked at");
        }
        if asked.depth > DEPTH {
            return unreadable("a reference in a circle");
        }
        if let Some((name, argument)) = function(node) {
            return match self.call(name, argument, asked) {
                Some(value) => value.standing_at(node.span),
                None => unreadable(&format!("Fn::{name}")),
            };
        }
        let shape = match &node.shape {
            Shape::List(items) => {
                Known::List(items.iter().map(|item| self.resolve(item, asked)).collect())
            }
            Shape::Object(members) => {
                let field = |member: &Member| Field {
                    name: member.name.clone(),
                    name_span: member.name_span,
                    value: self.resolve(&member.value, asked),
                };
                Known::Object(members.iter().map(field).collect())
            }
            Shape::Text(text) => return self.plain(text, asked).standing_at(node.span),
            _ => return node.into(),
        };
        Value::new(node.span, shape)
    }

    /// A text that stands in no function.
    fn plain(&self, text: &str, asked: Asked) -> Value {
        if let Some(variables) = &self.variables {
            return variables.expand(text, self, asked);
        }
        Value::new(None, Known::Text(looked_up(text)))
    }

    /// What a function makes; `None` when its arguments are not what it takes.
    fn call(&self, name: &str, argument: &Node, asked: Asked) -> Option<Value> {
        let known = |text| Some(Value::new(None, Known::Text(text)));
        match name {
            "Ref" => Some(self.value_of(argument.as_text()?, asked)),
            "GetAtt" => known(self.attribute(argument, asked)?),
            "Sub" => self.substitute(argument, asked),
            "Join" => self.join(argument, asked),
            "If" => self.choose(argument, asked),
            "Select" => self.select(argument, asked),
            "Split" => self.split(argument, asked),
            "FindInMap" => self.find_in_map(argument, asked),
            "ToJsonString" => Some(self.resolve(argument, asked)),
            "ImportValue" => {
                let name = self.resolve(argument, asked).text();
                Some(Value::unknown(None, Why::Elsewhere(name.to_string())))
            }
            other => Some(Value::unknown(None, Why::Function(format!("Fn::{other}")))),
        }
    }

    /// What `Ref` is.
    pub(super) fn value_of(&self, name: &str, asked: Asked) -> Value {
        if let Some(value) = self
            .pseudo(name, asked)
            .or_else(|| self.parameter(name, asked))
        {
            return value;
        }
        match self.reference(name, "Ref", asked) {
            Some(text) => Value::new(None, Known::Text(text)),
            None => Value::unknown(None, Why::Missing(name.to_owned())),
        }
    }

    fn attribute(&self, argument: &Node, asked: Asked) -> Option<Text> {
        let (id, attribute) = match &argument.shape {
            Shape::Text(text) => {
                let (id, attribute) = text.split_once('.')?;
                (id.to_owned(), attribute.to_owned())
            }
            Shape::List(items) => {
                let (id, attribute) = items.split_first()?;
                let attribute = attribute
                    .iter()
                    .map(|part| self.resolve(part, asked).text());
                let attribute: Vec<_> = attribute.map(|text| text.to_string()).collect();
                (id.as_text()?.to_owned(), attribute.join("."))
            }
            _ => return None,
        };
        Some(self.attribute_of(&id, &attribute, asked))
    }

    fn attribute_of(&self, id: &str, attribute: &str, asked: Asked) -> Text {
        // SAM makes resources with a `.` in what they are called: `Function.Alias`.
        let found = self.reference(id, attribute, asked);
        found.unwrap_or_else(|| Text::unknown(Why::Missing(format!("{id}.{attribute}"))))
    }

    fn substitute(&self, argument: &Node, asked: Asked) -> Option<Value> {
        let (template, own) = match &argument.shape {
            Shape::Text(text) => (text.as_str(), None),
            Shape::List(items) => match items.as_slice() {
                [text, own] => (text.as_text()?, Some(own)),
                [text] => (text.as_text()?, None),
                _ => return None,
            },
            _ => return None,
        };
        // The framework puts its variables in before CloudFormation sees the text.
        let templates = match &self.variables {
            Some(variables) => variables.expand(template, self, asked).texts(),
            None => vec![Text::known(template)],
        };
        let mut whole = Vec::new();
        for template in templates {
            let mut pieces = Vec::new();
            for part in template.parts() {
                match part {
                    Part::Known(text) => self.substitute_in(text, own, asked, &mut pieces),
                    Part::Unknown(why) => pieces.push(vec![Text::unknown(why.clone())]),
                }
            }
            whole.extend(joined(&pieces));
        }
        Some(texts(whole))
    }

    fn substitute_in(
        &self,
        template: &str,
        own: Option<&Node>,
        asked: Asked,
        pieces: &mut Vec<Vec<Text>>,
    ) {
        let mut rest = template;
        while let Some((before, after)) = rest.split_once("${") {
            pieces.push(vec![looked_up(before)]);
            let Some((name, after)) = after.split_once('}') else {
                rest = &rest[before.len()..];
                break;
            };
            rest = after;
            let name = name.trim();
            pieces.push(match name.strip_prefix('!') {
                Some(literal) => vec![Text::known(format!("${{{literal}}}"))],
                None => self.variable(name, own, asked),
            });
        }
        pieces.push(vec![looked_up(rest)]);
    }

    /// What stands in `${…}` of a `Sub`.
    fn variable(&self, name: &str, own: Option<&Node>, asked: Asked) -> Vec<Text> {
        if let Some(value) = own.and_then(|own| own.get(name)) {
            return self.resolve(value, asked).texts();
        }
        // The map itself may be made by a function.
        if own.is_some_and(|own| function(own).is_some()) {
            return vec![Text::unknown(Why::Function(name.to_owned()))];
        }
        match name.split_once('.') {
            Some((id, attribute)) => vec![self.attribute_of(id, attribute, asked)],
            None => self.value_of(name, asked).texts(),
        }
    }

    fn choose(&self, argument: &Node, asked: Asked) -> Option<Value> {
        let [condition, yes, no] = argument.one_or_many() else {
            return None;
        };
        Some(match self.condition(condition.as_text()?, asked) {
            Some(true) => self.resolve(yes, asked),
            Some(false) => self.resolve(no, asked),
            None => {
                let sides = [yes, no].map(|side| self.resolve(side, asked));
                Value::new(argument.span, Known::OneOf(sides.to_vec()))
            }
        })
    }
}

/// One of these texts.
pub(super) fn texts(texts: Vec<Text>) -> Value {
    let each = texts
        .into_iter()
        .map(|text| Value::new(None, Known::Text(text)));
    Value::one_of(None, each.collect())
}

/// A text with what CloudFormation looks up in a store when it deploys: `{{resolve:ssm:name}}`.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html>
pub(super) fn looked_up(text: &str) -> Text {
    let mut found = Text::default();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{resolve:") {
        let Some((name, after)) = after.split_once("}}") else {
            break;
        };
        found.push_known(before);
        found.push_unknown(Why::Elsewhere(format!("resolve:{name}")));
        rest = after;
    }
    found.push_known(rest);
    found
}
