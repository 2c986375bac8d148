//! Configurations of Terraform: the `.tf` files of one folder.
//!
//! <https://developer.hashicorp.com/terraform/language>

use std::collections::{HashMap, HashSet};

use super::document::read_policy;
use super::found::{Form, Found, FoundModule, FoundPolicy, Problem};
use super::given::Given;
use super::hcl_blocks::There;
use super::hcl_configuration::{Configuration, Parsed};
use super::hcl_files::{in_order, one_behind_the_other, says, speaks_of_policies};
use super::hcl_scope::Scope;
use super::hcl_values::Evaluation;
use super::source::{Source, Within};
use super::terraform_document::document_of;
use super::terraform_resource::{Planned, resource};
use super::terraform_words::{DOCUMENT, speaks};
use super::text::Text;
use super::value::{Known, Value};
use super::{functions, identities};

/// Reads the files of one folder together, each with its name: `.tf` files, and the files that give values to variables
/// (`terraform.tfvars`, `*.auto.tfvars`, both also with `.json` behind). What one of them says counts in all of them.
///
/// ```
/// # use tightrope::iac::{Given, read_module};
/// let roles = r#"
/// resource "aws_iam_role_policy" "send" {
///   role   = "orders"
///   policy = jsonencode({
///     Version   = "2012-10-17"
///     Statement = { Effect = "Allow", Action = "sqs:SendMessage", Resource = local.queue }
///   })
/// }
/// "#;
/// let names = r#"
/// variable "stage" {}
/// locals { queue = "arn:aws:sqs:eu-west-1:123456789012:${var.stage}-orders" }
/// "#;
/// let files = [("roles.tf", roles), ("names.tf", names), ("terraform.tfvars", "stage = \"dev\"")];
/// let policy = &read_module(&files, &Given::default()).policies[0];
/// let printed = policy.policy.to_compact_text();
/// assert!(printed.contains("arn:aws:sqs:eu-west-1:123456789012:dev-orders"), "{printed}");
/// assert_eq!(policy.statements[0].to_string(), "roles.tf:6:17 (aws_iam_role_policy.send)");
/// ```
#[must_use]
pub fn read_module(files: &[(&str, &str)], given: &Given) -> Found {
    let mut found = Found::default();
    let files = in_order(files);
    if files.is_empty() {
        return found;
    }
    let (text, starts) = one_behind_the_other(&files);
    let source = Source::of_files(&text, &starts);
    let mut parsed = Vec::new();
    for ((base, name), (_, own)) in starts.iter().zip(&files) {
        match says(name, own) {
            Ok(says) => parsed.push(Parsed { base: *base, says }),
            Err((at, rule)) if name.contains(".tfvars") || speaks_of_policies(own) => {
                let at = base + at;
                found.form = Some(Form::Terraform);
                found
                    .problems
                    .push(source.problem(Some((at..at).into()), rule));
            }
            Err(_) => {}
        }
    }
    let configuration = Configuration::of(&parsed);
    let evaluation = Evaluation::new(configuration, given, &text);
    read_blocks(&evaluation, &source, &mut found);
    if evaluation.is_exhausted() {
        let rule = "its references lead to more values than can be looked at";
        found.problems.push(source.problem(None, rule));
    }
    found
}

/// Reads the roles, policies and functions of a folder.
fn read_blocks<'m>(evaluation: &Evaluation<'m>, source: &Source<'_>, found: &mut Found) {
    let planned = planned(evaluation);
    let by_address: HashMap<_, _> = planned.iter().map(|one| (one.address, one)).collect();
    let mut resources = Vec::new();
    for one in planned.iter().filter(|one| !one.is_data) {
        resources.extend(resource(
            one,
            &by_address,
            evaluation.given,
            within(one, source),
        ));
    }
    identities::find_identities(&resources, found);
    functions::find_functions(&resources, found);
    of_nobody(&planned, &by_address, source, found);
    found.modules = modules(evaluation, source);
    found.problems.extend(not_read(evaluation, source));
    if !planned.is_empty() || !found.modules.is_empty() {
        found.form = Some(Form::Terraform);
    }
}

fn within<'s>(planned: &Planned<'_>, source: &'s Source<'s>) -> Within<'s> {
    Within {
        source,
        span: planned.span,
        resource: Some(planned.address.into()),
        cdk_path: None,
    }
}

/// The resources, and the data sources that make policies, as far as they are known.
fn planned<'e>(evaluation: &'e Evaluation<'_>) -> Vec<Planned<'e>> {
    let declared = evaluation.configuration.declared.iter();
    let known = declared.filter(|one| speaks(one.kind) && (one.is_data == (one.kind == DOCUMENT)));
    let planned = known.filter_map(|one| {
        let there = evaluation.is_there(one);
        if there == There::Not && !one.is_data {
            return None;
        }
        let span = one.block.span();
        let scope = Scope::of(one.block.base);
        let values = evaluation.with_each(one, scope, |scope| {
            evaluation.body(&one.block.it.body, span, scope)
        });
        Some(Planned {
            address: &one.address,
            kind: one.kind,
            is_data: one.is_data,
            span,
            certain: there == There::Surely,
            values,
        })
    });
    planned.collect()
}

/// The policies of data sources that nothing here takes in: a module, or another folder, may. Those that name principals are
/// policies of resources.
fn of_nobody(
    planned: &[Planned<'_>],
    by_address: &HashMap<&str, &Planned<'_>>,
    source: &Source<'_>,
    found: &mut Found,
) {
    let mut taken = HashSet::new();
    for one in planned {
        references(&one.values, &mut taken);
    }
    for one in planned
        .iter()
        .filter(|one| one.is_data && !taken.contains(one.address))
    {
        let statements = one.values.items_of("statement");
        let names = |name: &str| {
            statements
                .iter()
                .any(|statement| !statement.value.member(name).is_empty())
        };
        if names("principals") || names("not_principals") {
            continue;
        }
        let document = document_of(one, by_address);
        let within = within(one, source);
        let policy = read_policy(&document.alternatives(), &within, &mut found.problems);
        found.policies.push(FoundPolicy {
            place: within.place(one.span),
            ..policy
        });
    }
}

/// What the texts of a value name.
fn references(value: &Value, found: &mut HashSet<String>) {
    match &value.shape {
        Known::Text(text) => found.extend(text.refers_to().map(str::to_owned)),
        Known::List(items) | Known::OneOf(items) => {
            items.iter().for_each(|item| references(item, found));
        }
        Known::Object(fields) => {
            fields
                .iter()
                .for_each(|field| references(&field.value, found));
        }
        _ => {}
    }
}

fn modules(evaluation: &Evaluation<'_>, source: &Source<'_>) -> Vec<FoundModule> {
    let called = evaluation.configuration.modules.iter();
    let called = called.map(|block| {
        let written = block.it.body.get_attribute("source");
        let value = written.map(|it| evaluation.value(&it.value, Scope::of(block.base)));
        FoundModule {
            place: source.place(block.span()),
            name: block
                .it
                .labels
                .first()
                .map_or("", |label| label.as_str())
                .to_owned(),
            source: value.map_or_else(Text::default, |value| value.text()),
        }
    });
    called.collect()
}

/// What holds policies or functions, and is not read.
fn not_read(evaluation: &Evaluation<'_>, source: &Source<'_>) -> Vec<Problem> {
    let configuration = &evaluation.configuration;
    let of_interest = |address: &str| {
        configuration
            .at(address)
            .is_some_and(|one| speaks(one.kind))
    };
    let twice = configuration
        .repeated
        .iter()
        .filter(|(address, _)| of_interest(address));
    let twice =
        twice.map(|(address, span)| source.problem(*span, format!("`{address}` stands twice")));
    let foreign = configuration.declared.iter().filter(|one| {
        !one.is_data
            && ["awscc_iam_", "awscc_lambda_function"]
                .iter()
                .any(|kind| one.kind.starts_with(kind))
    });
    let foreign = foreign.map(|one| {
        let rule = format!("a resource of the type `{}` is not read", one.kind);
        source.problem(one.block.span(), rule)
    });
    twice.chain(foreign).collect()
}
