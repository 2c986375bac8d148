//! The AWS Serverless Application Model: a template becomes the one of CloudFormation that SAM makes of it.
//!
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html>

use super::found::Problem;
use super::nodes::{member, object, reference, text, there};
use super::resolve::function;
use super::sam_connectors::connect;
use super::sam_destinations::destinations;
use super::sam_events::{Added, add_events};
use super::sam_roles::{of_state_machine, role_of};
use super::source::{Source, Within};
use super::template::Declared;
use crate::text::{Member, Node, Shape};

/// The resources as SAM makes them.
pub(super) fn transform(
    root: &Node,
    declared: Vec<Declared>,
    source: &Source<'_>,
    problems: &mut Vec<Problem>,
) -> Vec<Declared> {
    let mut made = Vec::new();
    for resource in declared {
        let within = Within {
            source,
            span: resource.span,
            resource: Some(resource.id.as_str().into()),
            cdk_path: resource.cdk_path.clone(),
        };
        match resource.kind.as_str() {
            "AWS::Serverless::Function" => {
                made.extend(of_function(root, resource, &within, problems));
            }
            "AWS::Serverless::StateMachine" => {
                made.extend(of_state_machine(resource, &within, problems));
            }
            "AWS::Serverless::SimpleTable" => made.push(Declared {
                kind: "AWS::DynamoDB::Table".to_owned(),
                ..resource
            }),
            _ => made.push(resource),
        }
    }
    connect(root, made, source, problems)
}

/// A resource that SAM makes for another one.
pub(super) fn made_for(of: &Declared, id: String, kind: &str, properties: Vec<Member>) -> Declared {
    Declared {
        id,
        kind: kind.to_owned(),
        properties: object(of.span, properties),
        implicit: true,
        ..of.clone()
    }
}

/// The properties with those that all functions have: objects are merged and lists follow each other.
///
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html>
fn with_globals(globals: Option<&Node>, own: &Node) -> Node {
    let Some(globals) = globals else {
        return own.clone();
    };
    let is_plain = |node: &Node| function(node).is_none();
    let shape = match (&globals.shape, &own.shape) {
        (Shape::Object(of_all), Shape::Object(own)) if is_plain(globals) => {
            let mut members: Vec<Member> = Vec::new();
            for member in own {
                let before = of_all.iter().find(|one| one.name == member.name);
                let merged = with_globals(before.map(|before| &before.value), &member.value);
                members.push(Member {
                    value: merged,
                    ..member.clone()
                });
            }
            let missing = |one: &&Member| own.iter().all(|member| member.name != one.name);
            members.extend(of_all.iter().filter(missing).cloned());
            Shape::Object(members)
        }
        (Shape::List(of_all), Shape::List(own)) => {
            Shape::List(of_all.iter().chain(own).cloned().collect())
        }
        _ => return own.clone(),
    };
    match is_plain(own) {
        true => Node {
            span: own.span,
            shape,
        },
        false => own.clone(),
    }
}

fn of_function(
    root: &Node,
    resource: Declared,
    within: &Within<'_>,
    problems: &mut Vec<Problem>,
) -> Vec<Declared> {
    let globals = root
        .get("Globals")
        .and_then(|globals| globals.get("Function"));
    let properties = with_globals(globals, &resource.properties);
    let function = Declared {
        properties,
        ..resource
    };
    let mut added = Added::default();
    add_events(&function, &mut added);
    destinations(&function, &mut added);
    let (role, made_role) = role_of(&function, &added, within, problems);
    let mut made = vec![Declared {
        kind: "AWS::Lambda::Function".to_owned(),
        properties: object(
            function.properties.span,
            lambda_properties(&function.properties, role),
        ),
        ..function.clone()
    }];
    made.extend(made_role);
    made.extend(added.resources);
    made.extend(extras(&function));
    made
}

/// The properties of the function of Lambda.
fn lambda_properties(sam: &Node, role: Node) -> Vec<Member> {
    let same = [
        "FunctionName",
        "Runtime",
        "PackageType",
        "VpcConfig",
        "Environment",
        "Layers",
        "FileSystemConfigs",
        "LoggingConfig",
        "KmsKeyArn",
    ];
    let members = sam.members().unwrap_or_default().iter();
    let mut properties: Vec<_> = members
        .filter(|member| same.contains(&member.name.as_str()))
        .cloned()
        .collect();
    properties.push(member("Role", role));
    if let Some(mode) = there(sam, "Tracing").filter(|mode| mode.as_text() != Some("Disabled")) {
        let config = object(mode.span, vec![member("Mode", mode.clone())]);
        properties.push(member("TracingConfig", config));
    }
    let letters = there(sam, "DeadLetterQueue").and_then(|letters| letters.get("TargetArn"));
    if let Some(arn) = letters {
        let config = object(arn.span, vec![member("TargetArn", arn.clone())]);
        properties.push(member("DeadLetterConfig", config));
    }
    properties
}

/// The alias, the version and the URL of a function.
fn extras(function: &Declared) -> Vec<Declared> {
    let span = function.span;
    let mut made = Vec::new();
    if there(&function.properties, "AutoPublishAlias").is_some() {
        for (name, kind) in [
            ("Alias", "AWS::Lambda::Alias"),
            ("Version", "AWS::Lambda::Version"),
        ] {
            let of = vec![member("FunctionName", reference(span, &function.id))];
            made.push(made_for(
                function,
                format!("{}.{name}", function.id),
                kind,
                of,
            ));
        }
    }
    if let Some(url) = there(&function.properties, "FunctionUrlConfig") {
        let auth = there(url, "AuthType").cloned();
        let properties = vec![
            member("TargetFunctionArn", reference(span, &function.id)),
            member("AuthType", auth.unwrap_or_else(|| text(span, "AWS_IAM"))),
        ];
        let mut url_made = made_for(
            function,
            format!("{}Url", function.id),
            "AWS::Lambda::Url",
            properties,
        );
        url_made.span = url.span.or(span);
        made.push(url_made);
    }
    made
}
