//! Values as JSON again, for the parsers of policies, and what a transform writes.

use super::value::{Field, Known, Value};
use crate::catalog::Catalog;
use crate::text::{Member, Node, Shape, Span};

/// A text that stands there.
pub(super) fn text(span: Option<Span>, text: &str) -> Node {
    Node {
        span,
        shape: Shape::Text(text.to_owned()),
    }
}

/// A list that stands there.
pub(super) fn list(span: Option<Span>, items: Vec<Node>) -> Node {
    Node {
        span,
        shape: Shape::List(items),
    }
}

/// An object that stands there.
pub(super) fn object(span: Option<Span>, members: Vec<Member>) -> Node {
    Node {
        span,
        shape: Shape::Object(members),
    }
}

/// A member that stands where its value does.
pub(super) fn member(name: &str, value: Node) -> Member {
    Member {
        name: name.to_owned(),
        name_span: value.span,
        value,
    }
}

/// A function of CloudFormation.
pub(super) fn call(span: Option<Span>, name: &str, argument: Node) -> Node {
    object(span, vec![member(name, argument)])
}

/// `Fn::Sub` of a text without a map.
pub(super) fn sub(span: Option<Span>, template: &str) -> Node {
    call(span, "Fn::Sub", text(span, template))
}

/// `Ref`
pub(super) fn reference(span: Option<Span>, name: &str) -> Node {
    call(span, "Ref", text(span, name))
}

/// `Fn::GetAtt`
pub(super) fn attribute(span: Option<Span>, id: &str, name: &str) -> Node {
    let path = vec![text(span, id), text(span, name)];
    call(span, "Fn::GetAtt", list(span, path))
}

/// A statement that allows.
pub(super) fn allow<'a>(
    span: Option<Span>,
    actions: impl IntoIterator<Item = &'a str>,
    resources: Vec<Node>,
) -> Node {
    let actions = actions.into_iter().map(|action| text(span, action));
    object(
        span,
        vec![
            member("Effect", text(span, "Allow")),
            member("Action", list(span, actions.collect())),
            member("Resource", list(span, resources)),
        ],
    )
}

/// A policy document of these statements.
pub(super) fn document(span: Option<Span>, statements: Vec<Node>) -> Node {
    let version = member("Version", text(span, "2012-10-17"));
    object(
        span,
        vec![version, member("Statement", list(span, statements))],
    )
}

/// A policy that is embedded in a role.
pub(super) fn embedded(span: Option<Span>, name: &str, document: Node) -> Node {
    let name = member("PolicyName", text(span, name));
    object(span, vec![name, member("PolicyDocument", document)])
}

/// A trust policy that lets a service take a role.
pub(super) fn trust(span: Option<Span>, service: &str) -> Node {
    let principal = object(span, vec![member("Service", text(span, service))]);
    let statement = object(
        span,
        vec![
            member("Effect", text(span, "Allow")),
            member("Principal", principal),
            member("Action", text(span, "sts:AssumeRole")),
        ],
    );
    document(span, vec![statement])
}

/// The ARN of an AWS managed policy, from its name.
pub(super) fn managed_policy(span: Option<Span>, name: &str) -> Node {
    let path = Catalog::bundled().managed_policy_path(name);
    sub(
        span,
        &format!("arn:${{AWS::Partition}}:iam::aws:policy/{path}{name}"),
    )
}

/// The value with everything that it may be side by side, and what is not known in `${…}`.
pub(super) fn node_of(value: &Value) -> Node {
    let shape = match &value.shape {
        Known::Absent => Shape::Null,
        Known::Bool(value) => Shape::Bool(*value),
        Known::Number(number) => Shape::Number(number.clone()),
        Known::Text(text) => Shape::Text(text.to_string()),
        Known::Unknown(_) => Shape::Text(value.text().to_string()),
        Known::List(_) | Known::OneOf(_) => {
            let items = value.items();
            Shape::List(items.iter().map(|item| node_of(item.value)).collect())
        }
        Known::Object(fields) => {
            let there = |field: &&Field| !matches!(field.value.shape, Known::Absent);
            let member = |field: &Field| Member {
                name: field.name.clone(),
                name_span: field.name_span,
                value: node_of(&field.value),
            };
            Shape::Object(fields.iter().filter(there).map(member).collect())
        }
    };
    Node {
        span: value.span,
        shape,
    }
}

/// A member that is there and not null.
pub(super) fn there<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    node.get(name).filter(|value| value.shape != Shape::Null)
}
