//! Connectors of SAM: between two resources, what one of their roles needs.
//!
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/reference-sam-connector.html>

use super::found::Problem;
use super::nodes::{allow, attribute, call, document, list, member, reference, text, there};
use super::resolve::function;
use super::sam::made_for;
use super::source::{Source, Within};
use super::template::Declared;
use super::value::Value;
use crate::catalog::{Catalog, PermissionOn};
use crate::text::{Member, Node, Span};

/// A connector between two ends.
struct Connector<'n> {
    id: String,
    span: Option<Span>,
    from: End<'n>,
    to: &'n Node,
    permissions: &'n Node,
}

/// What a connector joins: a resource of the template, or one that is described.
#[derive(Clone, Copy)]
enum End<'n> {
    Id(&'n str),
    Described(&'n Node),
}

/// Adds the policies that connectors become.
pub(super) fn connect(
    root: &Node,
    mut declared: Vec<Declared>,
    source: &Source<'_>,
    problems: &mut Vec<Problem>,
) -> Vec<Declared> {
    let resources = root.get("Resources").and_then(Node::members);
    let mut made = Vec::new();
    for resource in resources.unwrap_or_default() {
        for connector in connectors(resource) {
            for (index, to) in connector.to.one_or_many().iter().enumerate() {
                let policy = policy_of(&connector, to, index, &declared);
                match policy {
                    Ok(policy) => made.extend(policy),
                    Err(rule) => {
                        let mut within = Within::file(source);
                        within.resource = Some(resource.name.as_str().into());
                        problems.push(within.problem(connector.span, rule));
                    }
                }
            }
        }
    }
    declared.extend(made);
    declared
}

/// The connectors that a resource is, or has.
fn connectors(resource: &Member) -> Vec<Connector<'_>> {
    let kind = there(&resource.value, "Type").and_then(Node::as_text);
    let mut found = Vec::new();
    if kind == Some("AWS::Serverless::Connector")
        && let Some(properties) = there(&resource.value, "Properties")
        && let (Some(from), Some(to), Some(permissions)) = (
            there(properties, "Source"),
            there(properties, "Destination"),
            there(properties, "Permissions"),
        )
    {
        found.push(Connector {
            id: resource.name.clone(),
            span: resource.name_span,
            from: end(from),
            to,
            permissions,
        });
    }
    let own = there(&resource.value, "Connectors").and_then(Node::members);
    for one in own.unwrap_or_default() {
        let Some(properties) = there(&one.value, "Properties") else {
            continue;
        };
        if let (Some(to), Some(permissions)) = (
            there(properties, "Destination"),
            there(properties, "Permissions"),
        ) {
            found.push(Connector {
                id: format!("{}{}", resource.name, one.name),
                span: one.name_span,
                from: End::Id(&resource.name),
                to,
                permissions,
            });
        }
    }
    found
}

fn end(node: &Node) -> End<'_> {
    match there(node, "Id").and_then(Node::as_text) {
        Some(id) => End::Id(id),
        None => End::Described(node),
    }
}

impl End<'_> {
    /// The type, in the words of CloudFormation.
    fn kind<'k>(&'k self, declared: &'k [Declared]) -> Option<&'k str> {
        let kind = match self {
            End::Id(id) => declared.iter().find(|one| one.id == *id)?.kind.as_str(),
            End::Described(node) => there(node, "Type")?.as_text()?,
        };
        Some(match kind {
            "AWS::Serverless::Function" => "AWS::Lambda::Function",
            "AWS::Serverless::StateMachine" => "AWS::StepFunctions::StateMachine",
            "AWS::Serverless::SimpleTable" => "AWS::DynamoDB::Table",
            "AWS::Serverless::Api" => "AWS::ApiGateway::RestApi",
            "AWS::Serverless::HttpApi" => "AWS::ApiGatewayV2::Api",
            other => other,
        })
    }

    /// Its ARN or name.
    fn part(&self, part: &str, kind: &str, span: Option<Span>) -> Option<Node> {
        match self {
            End::Described(node) => there(node, part).cloned(),
            End::Id(id) => Some(match (part, kind) {
                ("Arn", "AWS::SNS::Topic" | "AWS::StepFunctions::StateMachine") => {
                    reference(span, id)
                }
                (part, _) => attribute(span, id, part),
            }),
        }
    }

    /// Whether a target of a rule is this.
    fn has_arn(&self, arn: &Node) -> bool {
        match self {
            End::Id(id) => referred(arn) == Some(*id),
            End::Described(node) => there(node, "Arn")
                .is_some_and(|own| Value::from(own).at(None) == Value::from(arn).at(None)),
        }
    }

    /// The name of its role.
    fn role(&self, declared: &[Declared], other: &End<'_>, span: Option<Span>) -> Option<Node> {
        let id = match self {
            End::Described(node) => return there(node, "RoleName").cloned(),
            End::Id(id) => id,
        };
        let properties = &declared.iter().find(|one| one.id == *id)?.properties;
        let properties_of_role = ["Role", "RoleArn", "ServiceRoleArn"];
        let named = properties_of_role
            .iter()
            .find_map(|name| there(properties, name));
        let role = named.or_else(|| {
            let mut to = there(properties, "Targets")?
                .one_or_many()
                .iter()
                .filter(|target| there(target, "Arn").is_some_and(|arn| other.has_arn(arn)));
            there(to.next()?, "RoleArn")
        })?;
        Some(reference(span, referred(role)?))
    }
}

/// The resource that a reference is to.
fn referred(node: &Node) -> Option<&str> {
    let (name, argument) = function(node)?;
    match name {
        "Ref" => argument.as_text(),
        "GetAtt" => match argument.as_text() {
            Some(path) => path.split('.').next(),
            None => argument.one_or_many().first()?.as_text(),
        },
        _ => None,
    }
}

/// The managed policy that a connector becomes; `None` when no role needs more.
fn policy_of(
    connector: &Connector<'_>,
    to: &Node,
    index: usize,
    declared: &[Declared],
) -> Result<Option<Declared>, String> {
    let (from, to) = (connector.from, end(to));
    let kinds = (from.kind(declared), to.kind(declared));
    let (Some(from_kind), Some(to_kind)) = kinds else {
        return Err("the connector's source or destination is not in the template".to_owned());
    };
    let span = connector.span;
    let mut statements = Vec::new();
    let mut on = PermissionOn::Resource;
    for access in connector.permissions.one_or_many() {
        let access = access.as_text().unwrap_or_default();
        let allowed: Vec<_> = Catalog::bundled()
            .sam_connector(from_kind, to_kind, access)
            .collect();
        if allowed.is_empty() {
            return Err(format!(
                "what a connector from {from_kind} to {to_kind} allows for `{access}` is not known"
            ));
        }
        for connection in allowed {
            on = connection.permission_on();
            let each = connection.resources();
            let resources =
                each.map(|template| filled(template, &from, &to, (from_kind, to_kind), span));
            let resources: Option<Vec<_>> = resources.collect();
            let resources = resources.ok_or("the connector's ARN or name is not said")?;
            statements.push(allow(span, connection.actions(), resources));
        }
    }
    let role = match on {
        PermissionOn::Resource => return Ok(None),
        PermissionOn::Source => from.role(declared, &to, span),
        PermissionOn::Destination => to.role(declared, &from, span),
    };
    let role = role.ok_or("the role that the connector adds to is not in the template")?;
    let Some(first) = declared.first() else {
        return Ok(None);
    };
    let properties = vec![
        member("PolicyDocument", document(span, statements)),
        member("Roles", list(span, vec![role])),
    ];
    let id = format!("{}PolicyDestination{index}", connector.id);
    let mut made = made_for(first, id, "AWS::IAM::ManagedPolicy", properties);
    (made.span, made.condition, made.cdk_path) = (span, None, None);
    Ok(Some(made))
}

/// A resource with the ends' ARNs and names.
fn filled(
    template: &str,
    from: &End<'_>,
    to: &End<'_>,
    (from_kind, to_kind): (&str, &str),
    span: Option<Span>,
) -> Option<Node> {
    let mut own = Vec::new();
    let mut sub_text = template.to_owned();
    let ends = [("Source", from, from_kind), ("Destination", to, to_kind)];
    for (end, of, kind) in ends {
        for part in ["Arn", "Name"] {
            let placeholder = format!("${{{end}.{part}}}");
            if template.contains(&placeholder) {
                let name = format!("{end}{part}");
                sub_text = sub_text.replace(&placeholder, &format!("${{{name}}}"));
                own.push(member(&name, of.part(part, kind, span)?));
            }
        }
    }
    let arguments = vec![text(span, &sub_text), super::nodes::object(span, own)];
    Some(call(span, "Fn::Sub", list(span, arguments)))
}
