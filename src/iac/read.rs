//! What a file is, told by its content.

use super::account_snapshot::{is_snapshot, read_snapshot};
use super::cloudformation::{read_template, repeated};
use super::document::read_policy;
use super::found::{Carrier, Form, Found, FoundRole};
use super::given::Given;
use super::hcl::read_module;
use super::hcl_files::{IN_JSON, is_configuration, is_json_configuration};
use super::serverless::{is_serverless, read_serverless};
use super::source::{Source, Within};
use super::terraform::{is_plan, read_plan};
use super::text::{Text, Why};
use super::trust::read_trust;
use super::value::Value;
use crate::text::{Node, Shape, Span, parse_json, parse_yaml};

/// Reads the text of a file, JSON, YAML or a configuration of Terraform, that is called `file` in places. A file that is nothing which holds roles, policies
/// or functions has no form and no problem.
///
/// ```
/// # use tightrope::iac::{Given, read};
/// let text = "
/// AWSTemplateFormatVersion: 2010-09-09
/// Resources:
///   Orders: {Type: 'AWS::SQS::Queue'}
///   Send:
///     Type: AWS::IAM::ManagedPolicy
///     Properties:
///       PolicyDocument:
///         Version: 2012-10-17
///         Statement: {Effect: Allow, Action: 'sqs:SendMessage', Resource: !GetAtt Orders.Arn}
/// ";
/// let found = read("template.yaml", text, &Given::default());
/// let policy = &found.policies[0];
/// assert_eq!(policy.unknown[0].value, "arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:${Orders}");
/// assert_eq!(policy.unknown[0].read_as, "arn:aws:sqs:*:*:*");
/// assert_eq!(policy.statements[0].to_string(), "template.yaml:10:20 (Send)");
/// ```
#[must_use]
pub fn read(file: &str, text: &str, given: &Given) -> Found {
    if is_configuration(text) {
        return read_module(&[(file, text)], given);
    }
    let source = Source::new(file, text);
    let documents = match documents(text) {
        Ok(documents) => documents,
        Err((span, rule)) => {
            let mut found = Found::default();
            if speaks_of_policies(text) {
                found.problems.push(source.problem(Some(span), rule));
            }
            return found;
        }
    };
    let mut all = Found::default();
    for document in &documents {
        let mut found = read_document(document, given, &source);
        let repeated = match found.form {
            Some(Form::CloudFormation | Form::Sam | Form::Cdk) => repeated(document),
            Some(_) => document.repeated(),
            None => None,
        };
        if let Some(member) = repeated {
            let rule = format!("`{}` stands twice in one object", member.name);
            found.problems.push(source.problem(member.name_span, rule));
        }
        join(&mut all, found);
    }
    all
}

/// Puts what another document of the file says behind what was found.
fn join(all: &mut Found, found: Found) {
    let (roles, policies) = (all.roles.len(), all.policies.len());
    all.form = all.form.or(found.form);
    all.roles.extend(found.roles.into_iter().map(|mut role| {
        for attached in &mut role.attached {
            attached.policy = attached.policy.map(|index| index + policies);
        }
        role
    }));
    all.functions
        .extend(found.functions.into_iter().map(|mut function| {
            for role in &mut function.roles {
                if let super::found::RoleOf::Here(index) = role {
                    *index += roles;
                }
            }
            function
        }));
    all.policies.extend(found.policies);
    all.remarks.extend(found.remarks);
    all.modules.extend(found.modules);
    all.problems.extend(found.problems);
}

fn documents(text: &str) -> Result<Vec<Node>, (Span, String)> {
    let text_begins = text.trim_start_matches('\u{feff}').trim_start();
    if text_begins.starts_with(['{', '[']) {
        match parse_json(text) {
            Ok(node) => return Ok(vec![node]),
            // YAML may begin so too.
            Err(error) => {
                return parse_yaml(text).map_err(|_| (error.span, error.to_string()));
            }
        }
    }
    parse_yaml(text).map_err(|error| (error.span, error.to_string()))
}

/// Whether a text that cannot be read seems to be one that should have been.
fn speaks_of_policies(text: &str) -> bool {
    let words = [
        "AWS::IAM::",
        "AWS::Lambda::",
        "AWS::Serverless::",
        "AWSTemplateFormatVersion",
        "iamRoleStatements",
        "planned_values",
    ];
    let policy = ["\"Statement\"", "\"Effect\""];
    words.iter().any(|word| text.contains(word)) || policy.iter().all(|word| text.contains(word))
}

fn read_document(root: &Node, given: &Given, source: &Source<'_>) -> Found {
    let has = |name: &str| root.get(name).is_some();
    let of_aws = |node: &Node| {
        let members = node.members().unwrap_or_default().iter();
        let kind = |node: &Node| node.get("Type").and_then(Node::as_text).map(str::to_owned);
        members
            .filter_map(|member| kind(&member.value))
            .any(|kind| kind.contains("::"))
    };
    let is_template = has("AWSTemplateFormatVersion")
        || root.get("Resources").is_some_and(of_aws)
        || (has("Resources") && has("Transform"));
    if is_template {
        return read_template(root, given, source);
    }
    if is_serverless(root) {
        return read_serverless(root, given, source);
    }
    if is_plan(root) {
        return read_plan(root, given, source);
    }
    if is_json_configuration(root) {
        return Found {
            form: Some(Form::Terraform),
            problems: vec![source.problem(root.span, IN_JSON)],
            ..Found::default()
        };
    }
    if is_snapshot(root) {
        return read_snapshot(root, source);
    }
    if is_policy(root) {
        return read_raw(root, source);
    }
    Found::default()
}

/// Whether it is a policy or a list of policies, or an object with one under `PolicyDocument`.
fn is_policy(root: &Node) -> bool {
    let of_statements = |node: &Node| {
        let statements = node.get("Statement").map(Node::one_or_many);
        statements.is_some_and(|statements| {
            !statements.is_empty() && statements.iter().all(|one| one.get("Effect").is_some())
        })
    };
    match &root.shape {
        Shape::List(items) => !items.is_empty() && items.iter().all(of_statements),
        _ => of_statements(root),
    }
}

fn read_raw(root: &Node, source: &Source<'_>) -> Found {
    let mut found = Found {
        form: Some(Form::Policy),
        ..Found::default()
    };
    let within = Within::file(source);
    for document in root.one_or_many() {
        let value = Value::from(document);
        let statements = document
            .get("Statement")
            .map(Node::one_or_many)
            .unwrap_or_default();
        let has = |one: &Node, name: &str| one.get(name).is_some();
        let names_principals = statements
            .iter()
            .any(|one| has(one, "Principal") || has(one, "NotPrincipal"));
        let names_resources = statements
            .iter()
            .any(|one| has(one, "Resource") || has(one, "NotResource"));
        match (names_principals, names_resources) {
            (true, false) => {
                let trust = read_trust(&value.alternatives(), &within, &mut found.problems);
                found.roles.push(FoundRole {
                    place: within.place(document.span),
                    carrier: Carrier::Role,
                    id: String::new(),
                    name: Text::unknown(Why::Name("role".into())),
                    arn: Text::unknown(Why::Attribute("role".into())),
                    implicit: false,
                    trust,
                    inline: Vec::new(),
                    attached: Vec::new(),
                    boundary: None,
                });
            }
            // The policy of a resource is not one that a role has.
            (true, true) => {}
            (false, _) => {
                let policy = read_policy(&value.alternatives(), &within, &mut found.problems);
                found.policies.push(policy);
            }
        }
    }
    if found.roles.is_empty() && found.policies.is_empty() && found.problems.is_empty() {
        found.form = None;
    }
    found
}
