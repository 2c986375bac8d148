//! Files of the Serverless Framework: the template of CloudFormation that the framework makes of one.
//!
//! <https://www.serverless.com/framework/docs/providers/aws/guide/serverless.yml>

use super::cloudformation::{declared, read_resources};
use super::found::{Form, Found};
use super::given::Given;
use super::nodes::{attribute, call, list, member, object, text, there};
use super::resolve::function;
use super::serverless_events::{Events, events};
use super::serverless_roles::{Roles, roles};
use super::source::Source;
use super::template::{Declared, Template};
use super::variables::Variables;
use crate::text::{Member, Node, Shape};

/// A function as the file has it.
pub(super) struct Written<'n> {
    pub(super) name: &'n str,
    pub(super) node: &'n Node,
    pub(super) at: &'n Member,
}

impl Written<'_> {
    /// The logical id of the function.
    pub(super) fn id(&self) -> String {
        format!("{}LambdaFunction", normalized(self.name))
    }

    /// Its name in AWS.
    pub(super) fn aws_name(&self) -> Node {
        let made = format!("${{self:service}}-${{sls:stage}}-{}", self.name);
        let own = there(self.node, "name").cloned();
        own.unwrap_or_else(|| text(self.at.name_span, &made))
    }
}

/// A name as a part of a logical id.
pub(super) fn normalized(name: &str) -> String {
    let name = name.replace('-', "Dash").replace('_', "Underscore");
    let mut characters = name.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

/// Whether it is a file of the framework, for AWS.
pub(super) fn is_serverless(root: &Node) -> bool {
    let provider = there(root, "provider");
    let name =
        provider.and_then(|provider| provider.as_text().or(there(provider, "name")?.as_text()));
    name == Some("aws") && (there(root, "service").is_some() || there(root, "functions").is_some())
}

/// Reads a file of the framework.
pub(super) fn read_serverless(root: &Node, given: &Given, source: &Source<'_>) -> Found {
    let mut found = Found {
        form: Some(Form::Serverless),
        ..Found::default()
    };
    let sections = sections(root);
    let mut resources = declared(&sections, source, &mut found.problems);
    let functions = functions(root, source, &mut found);
    let roles = roles(root, &functions);
    for written in &functions {
        let happens = events(written);
        resources.extend(of_function(root, written, &roles, &happens));
        resources.extend(happens.resources);
    }
    resources.extend(roles.declared);
    let mut template = Template::new(&sections, given, resources);
    template.variables = Some(Variables { root });
    read_resources(&template, source, &mut found);
    found
}

/// The sections of a template that stand under `resources`: an object, or a list of objects.
fn sections(root: &Node) -> Node {
    let mut merged: Vec<Member> = Vec::new();
    let written = there(root, "resources").map(Node::one_or_many);
    for part in written.unwrap_or_default() {
        for section in part.members().unwrap_or_default() {
            let before = merged.iter_mut().find(|before| before.name == section.name);
            match (
                before.map(|before| &mut before.value.shape),
                &section.value.shape,
            ) {
                (Some(Shape::Object(before)), Shape::Object(more)) => {
                    before.extend(more.iter().cloned());
                }
                (None, _) => merged.push(section.clone()),
                _ => {}
            }
        }
    }
    object(root.span, merged)
}

/// The functions, of an object or a list of objects.
fn functions<'n>(root: &'n Node, source: &Source<'_>, found: &mut Found) -> Vec<Written<'n>> {
    let mut functions = Vec::new();
    let written = there(root, "functions").map(Node::one_or_many);
    for part in written.unwrap_or_default() {
        let Some(members) = part.members() else {
            let rule = "its functions stand in another file, and are not read";
            found.problems.push(source.problem(part.span, rule));
            continue;
        };
        for member in members {
            match member.value.members() {
                Some(_) => functions.push(Written {
                    name: &member.name,
                    node: &member.value,
                    at: member,
                }),
                None => {
                    let rule = format!(
                        "the function `{}` stands in another file, and is not read",
                        member.name
                    );
                    found.problems.push(source.problem(member.name_span, rule));
                }
            }
        }
    }
    functions
}

/// A setting of a function, or else of all of them.
pub(super) fn setting<'n>(root: &'n Node, written: &Written<'n>, name: &str) -> Option<&'n Node> {
    let provider = || there(there(root, "provider")?, name);
    there(written.node, name).or_else(provider)
}

/// Whether and how a function is traced.
pub(super) fn tracing<'n>(root: &'n Node, written: &Written<'n>) -> Option<&'n Node> {
    let of_all = || there(there(there(root, "provider")?, "tracing")?, "lambda");
    let mode = there(written.node, "tracing").or_else(of_all)?;
    (mode.shape != Shape::Bool(false)).then_some(mode)
}

fn of_function(
    root: &Node,
    written: &Written<'_>,
    roles: &Roles,
    happens: &Events,
) -> Vec<Declared> {
    let node = written.node;
    let span = written.at.name_span;
    let mut properties = vec![
        member("FunctionName", written.aws_name()),
        member("Role", role(root, written, roles)),
    ];
    let image = there(node, "image").map(|image| ("PackageType", text(image.span, "Image")));
    properties.extend(image.map(|(name, value)| member(name, value)));
    let runtime = setting(root, written, "runtime").filter(|_| there(node, "image").is_none());
    properties.extend(runtime.map(|runtime| member("Runtime", runtime.clone())));
    for (name, property) in [("layers", "Layers"), ("kmsKeyArn", "KmsKeyArn")] {
        properties
            .extend(setting(root, written, name).map(|value| member(property, value.clone())));
    }
    if let Some(vpc) = setting(root, written, "vpc") {
        let subnets = there(vpc, "subnetIds").cloned();
        // What stands in a variable is not empty, as far as is known.
        let subnets = subnets.unwrap_or_else(|| vpc.clone());
        let config = object(vpc.span, vec![member("SubnetIds", subnets)]);
        properties.push(member("VpcConfig", config));
    }
    if let Some(mode) = tracing(root, written) {
        let mode = match mode.shape {
            Shape::Bool(_) => text(mode.span, "Active"),
            _ => mode.clone(),
        };
        properties.push(member(
            "TracingConfig",
            object(mode.span, vec![member("Mode", mode)]),
        ));
    }
    if let Some(to) = there(node, "onError") {
        let config = object(to.span, vec![member("TargetArn", to.clone())]);
        properties.push(member("DeadLetterConfig", config));
    }
    if let Some(arn) = there(node, "fileSystemConfig").and_then(|config| there(config, "arn")) {
        let config = object(arn.span, vec![member("Arn", arn.clone())]);
        properties.push(member("FileSystemConfigs", list(arn.span, vec![config])));
    }
    let group = there(node, "logs").and_then(|logs| there(logs, "logGroup"));
    if let Some(group) = group {
        let config = object(group.span, vec![member("LogGroup", group.clone())]);
        properties.push(member("LoggingConfig", config));
    }
    properties.push(member("Environment", environment(root, written)));
    let mut made = vec![made(
        written,
        written.id(),
        "AWS::Lambda::Function",
        properties,
    )];
    made.extend(happens.url.clone());
    made.extend(log_group(root, written));
    for one in &mut made {
        one.span = one.span.or(span);
    }
    made
}

/// The group of its logs, which the framework makes, if it is said for how long they are kept.
fn log_group(root: &Node, written: &Written<'_>) -> Option<Declared> {
    let days = setting(root, written, "logRetentionInDays")?;
    let span = days.span;
    let parts = vec![text(span, "/aws/lambda/"), written.aws_name()];
    let joined = list(span, vec![text(span, ""), list(span, parts)]);
    let properties = vec![
        member("LogGroupName", call(span, "Fn::Join", joined)),
        member("RetentionInDays", days.clone()),
    ];
    let id = format!("{}LogGroup", normalized(written.name));
    Some(made(written, id, "AWS::Logs::LogGroup", properties))
}

/// A resource that the framework makes of a function.
pub(super) fn made(
    written: &Written<'_>,
    id: String,
    kind: &str,
    properties: Vec<Member>,
) -> Declared {
    Declared {
        id,
        kind: kind.to_owned(),
        span: written.at.name_span,
        properties: object(written.at.name_span, properties),
        condition: None,
        cdk_path: None,
        implicit: false,
    }
}

fn environment(root: &Node, written: &Written<'_>) -> Node {
    let of_all = there(root, "provider").and_then(|provider| there(provider, "environment"));
    let own = there(written.node, "environment");
    let mut variables: Vec<Member> = Vec::new();
    for node in [own, of_all].into_iter().flatten() {
        for variable in node.members().unwrap_or_default() {
            if variables.iter().all(|before| before.name != variable.name) {
                variables.push(variable.clone());
            }
        }
    }
    let span = own.or(of_all).and_then(|node| node.span);
    object(span, vec![member("Variables", object(span, variables))])
}

/// The role of a function: its own, that of all, or the one that the framework makes.
fn role(root: &Node, written: &Written<'_>, roles: &Roles) -> Node {
    let span = written.at.name_span;
    if let Some(role) = there(written.node, "role") {
        return existing(role);
    }
    if let Some(id) = roles.of_function(written.name) {
        return attribute(span, id, "Arn");
    }
    match super::serverless_roles::existing_role(root) {
        Some(role) => existing(role),
        None => attribute(span, super::serverless_roles::SHARED, "Arn"),
    }
}

/// A role that the file names: by its ARN, or by its logical id.
fn existing(role: &Node) -> Node {
    match role.as_text() {
        Some(id) if function(role).is_none() && !id.contains([':', '$']) => {
            attribute(role.span, id, "Arn")
        }
        _ => role.clone(),
    }
}
