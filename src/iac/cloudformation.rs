//! Templates of CloudFormation, those of SAM and of the CDK among them.

use std::collections::HashSet;

use super::found::{Form, Found, Problem, Remark};
use super::given::Given;
use super::log_groups;
use super::resource::Resource;
use super::source::{Source, Within};
use super::template::{Asked, Declared, Template};
use super::text::{Text, Why};
use super::{functions, identities, sam};
use crate::text::{Member, Node, Shape};

/// Reads a template.
pub(super) fn read_template(root: &Node, given: &Given, source: &Source<'_>) -> Found {
    let mut found = Found {
        form: Some(form(root)),
        ..Found::default()
    };
    found.remarks = remarks(root, source);
    let mut declared = declared(root, source, &mut found.problems);
    if is_sam(root, &declared) {
        found.form = Some(Form::Sam);
        declared = sam::transform(root, declared, source, &mut found.problems);
    }
    let template = Template::new(root, given, declared);
    read_resources(&template, source, &mut found);
    found
}

/// Reads the roles, policies and functions of a template.
pub(super) fn read_resources(template: &Template<'_>, source: &Source<'_>, found: &mut Found) {
    let resources = resources(template, source);
    identities::find_identities(&resources, found);
    functions::find_functions(&resources, found);
    if template.is_exhausted() {
        let rule = "its references lead to more values than can be looked at";
        found.problems.push(source.problem(None, rule));
    }
}

/// The kinds that say something of roles, policies or functions.
const KINDS: [&str; 15] = [
    "AWS::IAM::Role",
    "AWS::IAM::User",
    "AWS::IAM::Group",
    "AWS::IAM::Policy",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::RolePolicy",
    "AWS::IAM::UserPolicy",
    "AWS::IAM::GroupPolicy",
    "AWS::Lambda::Function",
    "AWS::Lambda::Alias",
    "AWS::Lambda::Version",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::Permission",
    "AWS::Lambda::Url",
];

fn resources<'s>(template: &Template<'_>, source: &'s Source<'s>) -> Vec<Resource<'s>> {
    let mut found = Vec::new();
    for declared in &template.resources {
        let kind = declared.kind.as_str();
        let is_of_use = KINDS.contains(&kind) || log_groups::KINDS.contains(&kind);
        let is_there = match &declared.condition {
            Some(name) => template.condition(name, Asked::PLAIN),
            None => Some(true),
        };
        if !is_of_use || is_there == Some(false) {
            continue;
        }
        let arn = match declared.kind.as_str() {
            "AWS::IAM::ManagedPolicy" => "Ref",
            _ => "Arn",
        };
        let arn = template.reference(&declared.id, arn, Asked::PLAIN);
        let unknown = || Text::unknown(Why::Attribute(declared.id.clone()));
        found.push(Resource {
            id: declared.id.clone(),
            kind: declared.kind.clone(),
            within: Within {
                source,
                span: declared.span,
                resource: Some(declared.id.as_str().into()),
                cdk_path: declared.cdk_path.clone(),
            },
            properties: template.resolve(&declared.properties, Asked::PLAIN),
            name: name(template, declared),
            arn: arn.unwrap_or_else(unknown),
            certain: is_there == Some(true),
            implicit: declared.implicit,
        });
    }
    found
}

fn name(template: &Template<'_>, declared: &Declared) -> Text {
    let property = match declared.kind.as_str() {
        "AWS::IAM::ManagedPolicy" => "ManagedPolicyName",
        _ => return template.name(&declared.id),
    };
    let written = declared.properties.get(property);
    let written = written.map(|node| template.resolve(node, Asked::PLAIN).text());
    written.unwrap_or_else(|| Text::unknown(Why::Name(declared.id.clone())))
}

fn form(root: &Node) -> Form {
    let of_cdk = |node: &Node| {
        let resources = node.get("Resources").and_then(Node::members);
        resources.unwrap_or_default().iter().any(|member| {
            let kind = member.value.get("Type").and_then(Node::as_text);
            let path = member
                .value
                .get("Metadata")
                .and_then(|data| data.get("aws:cdk:path"));
            kind == Some("AWS::CDK::Metadata") || path.is_some()
        })
    };
    match of_cdk(root) {
        true => Form::Cdk,
        false => Form::CloudFormation,
    }
}

fn is_sam(root: &Node, declared: &[Declared]) -> bool {
    let transforms = root
        .get("Transform")
        .map(Node::one_or_many)
        .unwrap_or_default();
    let named = |name: &Node| {
        name.as_text()
            .is_some_and(|name| name.starts_with("AWS::Serverless-"))
    };
    let of_sam = |declared: &Declared| declared.kind.starts_with("AWS::Serverless::");
    transforms.iter().any(named) || declared.iter().any(of_sam)
}

/// A member that stands twice where it matters: what CloudFormation makes of the second is not told, and a table with two names
/// changes no policy.
pub(super) fn repeated(root: &Node) -> Option<&Member> {
    let own = |node: &'_ Node| -> bool {
        let kind = node.get("Type").and_then(Node::as_text).unwrap_or_default();
        ["AWS::IAM::", "AWS::Lambda::", "AWS::Serverless::"]
            .iter()
            .any(|of| kind.starts_with(of))
    };
    let resources = root
        .get("Resources")
        .and_then(Node::members)
        .unwrap_or_default();
    let mut names = HashSet::new();
    let twice = resources
        .iter()
        .find(|resource| !names.insert(&resource.name));
    let sections = ["Parameters", "Mappings", "Conditions", "Globals"];
    let mut in_sections = sections
        .iter()
        .filter_map(|name| root.get(name)?.repeated());
    let mut within = resources.iter().filter(|resource| own(&resource.value));
    twice
        .or_else(|| within.find_map(|resource| resource.value.repeated()))
        .or_else(|| in_sections.next())
}

/// What stands under `Tightrope` in the `Metadata` of resources.
fn remarks(root: &Node, source: &Source<'_>) -> Vec<Remark> {
    let resources = root.get("Resources").and_then(Node::members);
    let mut remarks = Vec::new();
    for member in resources.unwrap_or_default() {
        let metadata = member.value.get("Metadata");
        let own = metadata.and_then(|metadata| metadata.get("Tightrope"));
        let (Some(own), Some(about)) = (own, member.value.span) else {
            continue;
        };
        let texts = own.one_or_many().iter();
        remarks.extend(texts.filter_map(|node| {
            Some(Remark {
                place: source.place(node.span),
                text: node.as_text()?.to_owned(),
                about,
            })
        }));
    }
    remarks
}

/// The resources as they were written.
pub(super) fn declared(
    root: &Node,
    source: &Source<'_>,
    problems: &mut Vec<Problem>,
) -> Vec<Declared> {
    let Some(resources) = root.get("Resources") else {
        return Vec::new();
    };
    let Some(members) = resources.members() else {
        let rule = format!("`Resources` is {}, not an object", resources.kind());
        problems.push(source.problem(resources.span, rule));
        return Vec::new();
    };
    let mut found = Vec::new();
    for member in members {
        let resource = &member.value;
        if member.name.starts_with("Fn::ForEach") || member.name.starts_with("Fn::Transform") {
            if names_policies(resource) {
                let rule = format!(
                    "what `{}` makes is not known, and there are roles, policies or functions in it",
                    member.name
                );
                problems.push(source.problem(member.name_span, rule));
            }
            continue;
        }
        let Some(kind) = resource.get("Type").and_then(Node::as_text) else {
            let rule = match resource.members() {
                Some(_) => format!("the resource `{}` has no `Type`", member.name),
                None => format!(
                    "the resource `{}` is {}, not an object, and what it stands for is not read",
                    member.name,
                    resource.kind()
                ),
            };
            problems.push(source.problem(member.name_span, rule));
            continue;
        };
        let text = |name: &str| resource.get(name).and_then(Node::as_text);
        let metadata = resource.get("Metadata");
        let cdk_path = metadata.and_then(|data| data.get("aws:cdk:path")?.as_text());
        let nothing = Node {
            span: resource.span,
            shape: Shape::Object(Vec::new()),
        };
        found.push(Declared {
            id: member.name.clone(),
            kind: kind.trim().to_owned(),
            span: member.name_span,
            properties: resource.get("Properties").cloned().unwrap_or(nothing),
            condition: text("Condition").map(str::to_owned),
            cdk_path: cdk_path.map(Into::into),
            implicit: false,
        });
    }
    found
}

/// Whether something in it is of a type that this program looks at.
fn names_policies(node: &Node) -> bool {
    match &node.shape {
        Shape::Text(text) => [
            "AWS::IAM::",
            "AWS::Lambda::",
            "AWS::Serverless::",
            "AWS::Include",
        ]
        .iter()
        .any(|kind| text.starts_with(kind)),
        Shape::List(items) => items.iter().any(names_policies),
        Shape::Object(members) => members.iter().any(|member| names_policies(&member.value)),
        _ => false,
    }
}
