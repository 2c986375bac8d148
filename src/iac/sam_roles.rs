//! The roles that SAM makes for functions and state machines.
//!
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources-function.html>

use super::found::Problem;
use super::nodes::{
    attribute, document, embedded, list, managed_policy, member, object, there, trust,
};
use super::resolve::function;
use super::sam::made_for;
use super::sam_events::Added;
use super::sam_policies::{Policies, convert};
use super::source::Within;
use super::template::Declared;
use crate::text::{Member, Node, Shape, Span};

/// The role of a function, and the one that SAM makes unless the function names its own.
pub(super) fn role_of(
    function: &Declared,
    added: &Added,
    within: &Within<'_>,
    problems: &mut Vec<Problem>,
) -> (Node, Option<Declared>) {
    let span = function.span;
    let id = format!("{}Role", function.id);
    let made = attribute(span, &id, "Arn");
    let role = match there(&function.properties, "Role") {
        None => made,
        Some(role) => match or_else(role, &made) {
            Some(either) => either,
            None => return (role.clone(), None),
        },
    };
    let properties = &function.properties;
    let durable = there(properties, "DurableConfig").is_some();
    let mut policies = Policies::default();
    policies.managed.push(managed_policy(
        span,
        match durable {
            true => "AWSLambdaBasicDurableExecutionRolePolicy",
            false => "AWSLambdaBasicExecutionRole",
        },
    ));
    if let Some(mode) =
        there(properties, "Tracing").filter(|mode| mode.as_text() != Some("Disabled"))
    {
        policies
            .managed
            .push(managed_policy(mode.span, "AWSXrayWriteOnlyAccess"));
    }
    if let Some(vpc) = there(properties, "VpcConfig") {
        policies
            .managed
            .push(managed_policy(vpc.span, "AWSLambdaVPCAccessExecutionRole"));
    }
    if let Some(written) = there(properties, "Policies") {
        convert(written, &id, within, problems, &mut policies);
    }
    policies.managed.extend(added.managed.iter().cloned());
    for (name, statements) in &added.statements {
        let at = statements.first().and_then(|statement| statement.span);
        let policy = embedded(at, name, document(at, statements.clone()));
        policies.embedded.push(policy);
    }
    let trust = match there(properties, "AssumeRolePolicyDocument") {
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
            .filter_map(|(name, property)| Some(member(property, there(sam, name)?.clone()))),
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

/// A state machine, and the role that SAM makes unless it names its own.
pub(super) fn of_state_machine(
    resource: Declared,
    within: &Within<'_>,
    problems: &mut Vec<Problem>,
) -> Vec<Declared> {
    let span: Option<Span> = resource.span;
    let sam = resource.properties.clone();
    let name = there(&sam, "Name").map(|name| member("StateMachineName", name.clone()));
    let mut properties: Vec<_> = name.into_iter().collect();
    let mut made = Vec::new();
    let id = format!("{}Role", resource.id);
    let role = match there(&sam, "Role") {
        Some(role) => role.clone(),
        None => {
            let mut policies = Policies::default();
            if let Some(written) = there(&sam, "Policies") {
                convert(written, &id, within, problems, &mut policies);
            }
            let tracing = there(&sam, "Tracing").and_then(|tracing| tracing.get("Enabled"));
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
