//! Templates of CloudFormation: what they declare, and what is known of it.

use std::cell::Cell;
use std::collections::HashMap;
use std::sync::Arc;

use super::given::Given;
use super::text::{Text, Why};
use super::value::{Known, Value};
use super::variables::Variables;
use crate::catalog::Catalog;
use crate::text::{Node, Span};

/// A resource that a template declares, or that a transform of it makes.
#[derive(Clone, Debug)]
pub(super) struct Declared {
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) span: Option<Span>,
    pub(super) properties: Node,
    pub(super) condition: Option<String>,
    pub(super) cdk_path: Option<Arc<str>>,
    /// Whether nobody wrote it.
    pub(super) implicit: bool,
}

/// A template, ready to be asked what its values are.
pub(super) struct Template<'t> {
    pub(super) given: &'t Given,
    root: &'t Node,
    pub(super) resources: Vec<Declared>,
    by_id: HashMap<String, usize>,
    /// What stands in plain texts, of a file of the Serverless Framework.
    pub(super) variables: Option<Variables<'t>>,
    /// How many values may still be looked at: names that are made of names could take for ever.
    left: Cell<usize>,
}

/// How a value is asked for.
#[derive(Clone, Copy)]
pub(super) struct Asked {
    /// Whether only what is surely so counts. The default of a parameter is not: a deployment may give another value.
    pub(super) firm: bool,
    /// How many references it took to come here.
    pub(super) depth: usize,
}

impl Asked {
    pub(super) const PLAIN: Asked = Asked {
        firm: false,
        depth: 0,
    };

    pub(super) fn deeper(self) -> Self {
        Asked {
            depth: self.depth + 1,
            ..self
        }
    }
}

const VALUES: usize = 2_000_000;

/// References that lead to references; more than that is a circle.
pub(super) const DEPTH: usize = 12;

impl<'t> Template<'t> {
    pub(super) fn new(root: &'t Node, given: &'t Given, resources: Vec<Declared>) -> Self {
        let ids = resources.iter().enumerate();
        let by_id = ids.map(|(index, resource)| (resource.id.clone(), index));
        let by_id = by_id.collect();
        Template {
            given,
            root,
            resources,
            by_id,
            variables: None,
            left: Cell::new(VALUES),
        }
    }

    pub(super) fn resource(&self, id: &str) -> Option<&Declared> {
        self.resources.get(*self.by_id.get(id)?)
    }

    /// Whether it was too much to look at.
    pub(super) fn is_exhausted(&self) -> bool {
        self.left.get() == 0
    }

    /// Counts a value that is looked at.
    pub(super) fn count(&self) -> bool {
        let left = self.left.get().saturating_sub(1);
        self.left.set(left);
        left > 0
    }

    pub(super) fn section(&self, name: &str) -> Option<&'t Node> {
        self.root.get(name)
    }

    /// A parameter's value, as far as anybody said; `None` when the template has no parameter of this name.
    pub(super) fn parameter(&self, name: &str, asked: Asked) -> Option<Value> {
        let parameter = self.section("Parameters")?.get(name)?;
        let kind = parameter
            .get("Type")
            .and_then(Node::as_text)
            .unwrap_or("String");
        let is_list = kind == "CommaDelimitedList" || kind.contains("List<");
        let unknown = Value::unknown(None, Why::Parameter(name.to_owned()));
        // The value of such a parameter is the name of what holds the value.
        if kind.starts_with("AWS::SSM::Parameter::Value") {
            return Some(unknown);
        }
        let given = self.given.parameters.get(name);
        let default = parameter.get("Default").filter(|_| !asked.firm);
        let text = match (given, default) {
            (Some(given), _) => Text::known(given.clone()),
            (None, Some(default)) => Value::from(default).text(),
            (None, None) => return Some(unknown),
        };
        let shape = match (is_list, text.as_known()) {
            (true, Some(list)) => {
                let item = |item: &str| Value::new(None, Known::Text(Text::known(item.trim())));
                Known::List(list.split(',').map(item).collect())
            }
            _ => Known::Text(text),
        };
        Some(Value::new(None, shape))
    }

    /// A pseudo parameter; `None` when there is none of this name.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html>
    pub(super) fn pseudo(&self, name: &str, asked: Asked) -> Option<Value> {
        let given = self.given;
        let known = |value: Option<String>, name| match value {
            Some(value) => Text::known(value),
            None => Text::unknown(Why::Pseudo(name)),
        };
        let text = match name {
            "AWS::NoValue" => return Some(Value::new(None, Known::Absent)),
            "AWS::Partition" => Text::known(given.partition.clone()),
            "AWS::Region" => match (&given.region, &self.variables) {
                (None, Some(variables)) => variables.region(self, asked.deeper()),
                (region, _) => known(region.clone(), "AWS::Region"),
            },
            "AWS::AccountId" => known(
                given.account.map(|account| account.to_string()),
                "AWS::AccountId",
            ),
            "AWS::StackName" => known(given.stack.clone(), "AWS::StackName"),
            "AWS::URLSuffix" => Text::known(match given.partition.as_str() {
                "aws-cn" => "amazonaws.com.cn",
                _ => "amazonaws.com",
            }),
            "AWS::StackId" => Text::unknown(Why::Attribute("AWS::StackId".into())),
            "AWS::NotificationARNs" => {
                Text::unknown(Why::Attribute("AWS::NotificationARNs".into()))
            }
            _ => return None,
        };
        Some(Value::new(None, Known::Text(text)))
    }

    /// `Ref`, or an attribute of a resource of this template; `None` when it has no such resource.
    pub(super) fn reference(&self, id: &str, attribute: &str, asked: Asked) -> Option<Text> {
        let resource = self.resource(id)?;
        let whole = match attribute {
            "Ref" => id.to_owned(),
            other => format!("{id}.{other}"),
        };
        let Some(reference) = Catalog::bundled().reference(&resource.kind, attribute) else {
            let unknown = Text::unknown(Why::Attribute(whole));
            return Some(match attribute {
                "Ref" | "Arn" => unknown.referring_to(id),
                _ => unknown,
            });
        };
        if asked.depth > DEPTH {
            return Some(Text::unknown(Why::Unreadable(whole)));
        }
        let mut text = Text::default();
        for (index, piece) in reference.value.split("${").enumerate() {
            let rest = match piece.split_once('}') {
                Some((placeholder, rest)) if index > 0 => {
                    let name = reference.name_property;
                    text.push(&self.placeholder(placeholder, resource, name, asked));
                    rest
                }
                _ => piece,
            };
            text.push_known(rest);
        }
        Some(text.referring_to(id))
    }

    fn placeholder(
        &self,
        placeholder: &str,
        resource: &Declared,
        name: Option<&str>,
        asked: Asked,
    ) -> Text {
        let pseudo = |name| {
            self.pseudo(name, asked)
                .map(|value| value.text())
                .unwrap_or_default()
        };
        let property = |name| {
            let node = resource.properties.get(name)?;
            let text = self.resolve(node, asked.deeper()).text();
            (text.as_known() != Some("")).then_some(text)
        };
        match placeholder {
            "Partition" => pseudo("AWS::Partition"),
            "Region" => pseudo("AWS::Region"),
            "Account" => pseudo("AWS::AccountId"),
            "Path" => property("Path").unwrap_or_else(|| Text::known("/")),
            "Name" => {
                let made_up = || Text::unknown(Why::Name(resource.id.clone()));
                name.and_then(property).unwrap_or_else(made_up)
            }
            _ => Text::unknown(Why::Name(resource.id.clone())),
        }
    }

    /// The name of a resource: what `Ref` is, or else made up by AWS.
    pub(super) fn name(&self, id: &str) -> Text {
        let text = self.reference(id, "Ref", Asked::PLAIN);
        text.unwrap_or_else(|| Text::unknown(Why::Name(id.to_owned())))
    }
}
