//! `Policies` of a function or state machine of SAM: names and ARNs of managed policies, documents, and policy templates.
//!
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html#sam-function-policies>

use super::found::Problem;
use super::nodes::{allow, call, embedded, list, managed_policy, member, object, reference, text};
use super::resolve::function;
use super::source::Within;
use crate::catalog::{Catalog, TemplateStatement};
use crate::text::{Node, Shape, Span};

/// The policies of a role.
#[derive(Default)]
pub(super) struct Policies {
    /// ARNs of managed policies.
    pub(super) managed: Vec<Node>,
    /// Policies that are embedded, each with its name and document.
    pub(super) embedded: Vec<Node>,
}

/// Adds what stands under `Policies`.
pub(super) fn convert(
    written: &Node,
    role: &str,
    within: &Within<'_>,
    problems: &mut Vec<Problem>,
    policies: &mut Policies,
) {
    for (index, entry) in written.one_or_many().iter().enumerate() {
        let name = format!("{role}Policy{index}");
        match one(entry, &name) {
            Ok(found) => {
                policies.managed.extend(found.managed);
                policies.embedded.extend(found.embedded);
            }
            Err((span, rule)) => problems.push(within.problem(span, rule)),
        }
    }
}

/// What one entry is: a managed policy, an embedded one, or by a condition one or the other.
#[derive(Default)]
struct Entry {
    managed: Option<Node>,
    embedded: Option<Node>,
}

fn one(entry: &Node, name: &str) -> Result<Entry, (Option<Span>, String)> {
    let managed = |node: Node| {
        Ok(Entry {
            managed: Some(node),
            embedded: None,
        })
    };
    if let Some((called, argument)) = function(entry) {
        return match (called, argument.one_or_many()) {
            ("If", [condition, yes, no]) => {
                let [yes, no] = [one(yes, name)?, one(no, name)?];
                Ok(Entry {
                    managed: either(entry.span, condition, yes.managed, no.managed),
                    embedded: either(entry.span, condition, yes.embedded, no.embedded),
                })
            }
            ("Ref", [name]) if name.as_text() == Some("AWS::NoValue") => Ok(Entry::default()),
            _ => managed(entry.clone()),
        };
    }
    match &entry.shape {
        Shape::Null => Ok(Entry::default()),
        Shape::Text(arn) if arn.contains(':') => managed(entry.clone()),
        Shape::Text(name) => managed(managed_policy(entry.span, name)),
        Shape::Object(members) if entry.get("Statement").is_none() => {
            let mut statements = Vec::new();
            for member in members {
                statements.extend(of_template(&member.name, &member.value, member.name_span)?);
            }
            let document = object(
                entry.span,
                vec![member("Statement", list(entry.span, statements))],
            );
            Ok(Entry {
                managed: None,
                embedded: Some(embedded(entry.span, name, document)),
            })
        }
        Shape::Object(_) => Ok(Entry {
            managed: None,
            embedded: Some(embedded(entry.span, name, entry.clone())),
        }),
        _ => Err((
            entry.span,
            format!(
                "a policy is a name, an ARN, a document or a policy template, found {}",
                entry.kind()
            ),
        )),
    }
}

fn either(
    span: Option<Span>,
    condition: &Node,
    yes: Option<Node>,
    no: Option<Node>,
) -> Option<Node> {
    if yes.is_none() && no.is_none() {
        return None;
    }
    let [yes, no] = [yes, no].map(|side| side.unwrap_or_else(|| reference(span, "AWS::NoValue")));
    let sides = vec![condition.clone(), yes, no];
    Some(call(span, "Fn::If", list(span, sides)))
}

/// The statements of a policy template.
fn of_template(
    name: &str,
    parameters: &Node,
    span: Option<Span>,
) -> Result<Vec<Node>, (Option<Span>, String)> {
    let statements: Vec<_> = Catalog::bundled().sam_policy_template(name).collect();
    let Some(first) = statements.first() else {
        let rule = format!("`{name}` is no policy template of SAM that is known");
        return Err((span, rule));
    };
    let has = |name: &str| parameters.get(name).is_some();
    if let Some(missing) = first.parameters().find(|name| !has(name)) {
        return Err((span, format!("`{name}` has no `{missing}`")));
    }
    let each = statements.iter();
    Ok(each
        .map(|statement| of_statement(statement, parameters, span))
        .collect())
}

fn of_statement(statement: &TemplateStatement, parameters: &Node, span: Option<Span>) -> Node {
    let filled = |template: &str| {
        let arguments = list(span, vec![text(span, template), parameters.clone()]);
        match parameters.members() {
            Some(_) => call(span, "Fn::Sub", arguments),
            None => super::nodes::sub(span, template),
        }
    };
    let resources = statement.resources().map(filled).collect();
    let mut node = allow(span, statement.actions(), resources);
    if let (Some([operator, key, value]), Shape::Object(members)) =
        (statement.condition(), &mut node.shape)
    {
        let keys = object(span, vec![member(key, filled(value))]);
        members.push(member(
            "Condition",
            object(span, vec![member(operator, keys)]),
        ));
    }
    node
}
