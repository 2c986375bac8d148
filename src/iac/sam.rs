//! The AWS Serverless Application Model: a template becomes the one of CloudFormation that SAM makes of it.
//!
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html>

use super::found::Problem;
use super::nodes::{
    attribute, document, embedded, list, managed_policy, member, object, reference, text, trust,
};
use super::resolve::function;
use super::sam_connectors::connect;
use super::sam_events::{Added, add_events, destinations};
use super::sam_policies::{Policies, convert};
use super::source::{Source, Within};
use super::template::Declared;
use crate::text::{Member, Node, Shape, Span};

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

/// A member that is there and not null.
pub(super) fn given<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    node.get(name).filter(|value| value.shape != Shape::Null)
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
    if let Some(mode) = given(sam, "Tracing").filter(|mode| mode.as_text() != Some("Disabled")) {
        let config = object(mode.span, vec![member("Mode", mode.clone())]);
        properties.push(member("TracingConfig", config));
    }
    let letters = given(sam, "DeadLetterQueue").and_then(|letters| letters.get("TargetArn"));
    if let Some(arn) = letters {
        let config = object(arn.span, vec![member("TargetArn", arn.clone())]);
        properties.push(member("DeadLetterConfig", config));
    }
    properties
}

/// The role of a function, and the one that SAM makes unless the function names its own.
fn role_of(
    function: &Declared,
    added: &Added,
    within: &Within<'_>,
    problems: &mut Vec<Problem>,
) -> (Node, Option<Declared>) {
    let span = function.span;
    let id = format!("{}Role", function.id);
    let made = attribute(span, &id, "Arn");
    let role = match given(&function.properties, "Role") {
        None => made,
        Some(role) => match or_else(role, &made) {
            Some(either) => either,
            None => return (role.clone(), None),
        },
    };
    let properties = &function.properties;
    let durable = given(properties, "DurableConfig").is_some();
    let mut policies = Policies::default();
    policies.managed.push(managed_policy(
        span,
        match durable {
            true => "AWSLambdaBasicDurableExecutionRolePolicy",
            false => "AWSLambdaBasicExecutionRole",
        },
    ));
    if let Some(mode) =
        given(properties, "Tracing").filter(|mode| mode.as_text() != Some("Disabled"))
    {
        policies
            .managed
            .push(managed_policy(mode.span, "AWSXrayWriteOnlyAccess"));
    }
    if let Some(vpc) = given(properties, "VpcConfig") {
        policies
            .managed
            .push(managed_policy(vpc.span, "AWSLambdaVPCAccessExecutionRole"));
    }
    if let Some(written) = given(properties, "Policies") {
        convert(written, &id, within, problems, &mut policies);
    }
    policies.managed.extend(added.managed.iter().cloned());
    for (name, statements) in &added.statements {
        let at = statements.first().and_then(|statement| statement.span);
        let policy = embedded(at, name, document(at, statements.clone()));
        policies.embedded.push(policy);
    }
    let trust = match given(properties, "AssumeRolePolicyDocument") {
        Some(trust) => trust.clone(),
        None => trust(span, "lambda.amazonaws.com"),
    };
    let members = role_properties(properties, trust, policies);
    (
        role,
        Some(made_for(function, id, "AWS::IAM::Role", members)),
    )
}

fn role_properties(sam: &Node, trust: Node, policies: Policies) -> Vec<Member> {
    let mut members = vec![
        member("AssumeRolePolicyDocument", trust),
        member("ManagedPolicyArns", list(sam.span, policies.managed)),
        member("Policies", list(sam.span, policies.embedded)),
    ];
    let others = [
        ("RolePath", "Path"),
        ("PermissionsBoundary", "PermissionsBoundary"),
    ];
    members.extend(
        others
            .iter()
            .filter_map(|(name, property)| Some(member(property, given(sam, name)?.clone()))),
    );
    members
}

/// A role that a condition chooses, with another one where it chooses none; `None` when it always chooses one.
fn or_else(role: &Node, made: &Node) -> Option<Node> {
    let (name, argument) = function(role)?;
    let [condition, yes, no] = argument.one_or_many() else {
        return None;
    };
    let is_none = |node: &Node| {
        function(node)
            .is_some_and(|(name, of)| name == "Ref" && of.as_text() == Some("AWS::NoValue"))
    };
    if name != "If" || !(is_none(yes) || is_none(no)) {
        return None;
    }
    let side = |node: &Node| match is_none(node) {
        true => made.clone(),
        false => node.clone(),
    };
    let sides = vec![condition.clone(), side(yes), side(no)];
    Some(super::nodes::call(
        role.span,
        "Fn::If",
        list(role.span, sides),
    ))
}

/// The alias, the version and the URL of a function.
fn extras(function: &Declared) -> Vec<Declared> {
    let span = function.span;
    let mut made = Vec::new();
    if given(&function.properties, "AutoPublishAlias").is_some() {
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
    if let Some(url) = given(&function.properties, "FunctionUrlConfig") {
        let auth = given(url, "AuthType").cloned();
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

fn of_state_machine(
    resource: Declared,
    within: &Within<'_>,
    problems: &mut Vec<Problem>,
) -> Vec<Declared> {
    let span: Option<Span> = resource.span;
    let sam = resource.properties.clone();
    let name = given(&sam, "Name").map(|name| member("StateMachineName", name.clone()));
    let mut properties: Vec<_> = name.into_iter().collect();
    let mut made = Vec::new();
    let id = format!("{}Role", resource.id);
    let role = match given(&sam, "Role") {
        Some(role) => role.clone(),
        None => {
            let mut policies = Policies::default();
            if let Some(written) = given(&sam, "Policies") {
                convert(written, &id, within, problems, &mut policies);
            }
            let tracing = given(&sam, "Tracing").and_then(|tracing| tracing.get("Enabled"));
            if let Some(on) = tracing.filter(|on| on.shape != Shape::Bool(false)) {
                policies
                    .managed
                    .push(managed_policy(on.span, "AWSXrayWriteOnlyAccess"));
            }
            let members = role_properties(&sam, trust(span, "states.amazonaws.com"), policies);
            made.push(made_for(&resource, id.clone(), "AWS::IAM::Role", members));
            attribute(span, &id, "Arn")
        }
    };
    properties.push(member("RoleArn", role));
    made.push(Declared {
        kind: "AWS::StepFunctions::StateMachine".to_owned(),
        properties: object(sam.span, properties),
        ..resource
    });
    made
}
