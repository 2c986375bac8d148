//! What the configuration of a function needs, and its role does not allow.

use super::Fix;
use super::findings::{Findings, Says};
use super::resources::in_any_account;
use super::roles::{name_of, of};
use super::scene::Holder;
use super::symbols::{arn_of, as_written, symbols};
use crate::algebra::{Glob, Product, Search, Strings, find};
use crate::evaluation::pattern_of_glob;
use crate::iac::{FoundEventSource, FoundFunction, Text};
use crate::iam::{Arn, Effect, ResourcePattern, RoleId};
use crate::lambda::{
    AsyncDestination, Configuration, Destination, EventSource, FloorAccess, Function, Kafka,
    PackageType, Source, TracingMode, Vpc, floor,
};
use crate::usage::{Necessity, On};

/// A role of an example, of which nothing counts.
const ROLE: &str = "arn:aws:iam::123456789012:role/role";

pub(super) fn check_role(holder: &Holder<'_>, findings: &mut Findings<'_>) {
    if !findings.asks("missing-permission", &holder.role.place.file) || may_allow_more(holder) {
        return;
    }
    let granted = holder.granted().grant();
    let denied: Vec<&Product> = granted.deny.iter().map(|product| &**product).collect();
    for found in &holder.functions {
        if found.roles.len() != 1 {
            continue;
        }
        let Some(function) = function(found) else {
            continue;
        };
        let needs = floor(&[&function]).into_iter();
        let missing: Vec<_> = needs
            .filter(|need| need.need == Necessity::Certain)
            .filter(|need| {
                let allows = |need: &FloorAccess| {
                    let asked = anywhere(need.product());
                    let mut allow = granted.allow.iter();
                    allow.any(|product| find(&[product, &asked], &denied) != Search::Nothing)
                };
                !allows(need) && !instead_of(need).is_some_and(|other| allows(&other))
            })
            .collect();
        report(holder, found, &missing, findings);
    }
}

/// Whether a policy of it is not known, or a part of one that could allow anything.
fn may_allow_more(holder: &Holder<'_>) -> bool {
    let mut written = holder.policies.iter().filter_map(|held| held.written);
    !holder.unknown.is_empty()
        || written.any(|policy| {
            let mut unknown = policy.unknown.iter();
            unknown.any(|unknown| unknown.statement.is_none())
        })
}

/// The same requests in whatever Region and account, which the code may not say.
fn anywhere(product: Product) -> Product {
    let glob = |glob: &Glob| match glob.as_literal() {
        Some(text) => in_any_account(&ResourcePattern::exactly(text)),
        None => in_any_account(&pattern_of_glob(glob)),
    };
    Product {
        resource: Strings::AnyOf(product.resource.globs().iter().map(glob).collect()),
        ..product
    }
}

/// Needs of today that roles of before do not have, and what such roles have instead, with which Lambda works to this day: the
/// Serverless Framework makes roles with `DescribeStream`, and AWS's own policy for network interfaces has no `DescribeSubnets`.
///
/// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaENIManagementAccess.html>
const AS_BEFORE: [(&str, &str); 3] = [
    ("kinesis:DescribeStreamSummary", "kinesis:DescribeStream"),
    ("kinesis:ListShards", "kinesis:DescribeStream"),
    ("ec2:DescribeSubnets", "ec2:CreateNetworkInterface"),
];

/// What does as well.
fn instead_of(need: &FloorAccess) -> Option<FloorAccess> {
    let of_it = |(action, _): &&(&str, &str)| need.action.as_str().eq_ignore_ascii_case(action);
    let (_, before) = AS_BEFORE.iter().find(of_it)?;
    Some(FloorAccess {
        action: before.parse().ok()?,
        ..need.clone()
    })
}

/// One finding for each reason.
fn report(
    holder: &Holder<'_>,
    found: &FoundFunction,
    missing: &[FloorAccess],
    findings: &mut Findings<'_>,
) {
    let mut reasons: Vec<_> = missing.iter().map(|need| &need.reason).collect();
    reasons.dedup();
    for reason in reasons {
        let needs = missing.iter().filter(|need| need.reason == *reason);
        let mut actions: Vec<_> = needs.clone().map(|need| need.action.to_string()).collect();
        actions.dedup();
        let on = needs.clone().next().map(|need| match &need.on {
            On::NoResource => "*".to_owned(),
            On::Exactly(arn) => arn.to_string(),
            On::Matching(pattern) => pattern.to_string(),
        });
        let actions = actions.join(", ");
        let on = on.unwrap_or_default();
        findings.add(
            "missing-permission",
            Says {
                place: &found.place,
                function: Some(name_of(found)),
                about: reason.to_string(),
                fix: Fix::by_hand(format!("allow {actions} on {}", as_written(&on))),
                ..of(
                    holder,
                    format!(
                        "the role does not allow {actions}, which {} needs",
                        reason.cause
                    ),
                )
            },
        );
    }
}

fn arn(text: &Text) -> Option<Arn> {
    symbols(&text.to_string()).parse().ok()
}

/// The function as it will be, with names for what is not known of it.
fn function(found: &FoundFunction) -> Option<Function> {
    let name = symbols(&found.name.to_string());
    let mappings = found.event_sources.iter().enumerate();
    let mappings = mappings.filter_map(|(number, mapping)| event_source(mapping, number));
    let destinations = found.destinations.iter().filter_map(|destination| {
        Some(AsyncDestination {
            after: destination.after,
            to: Destination::parse(&symbols(&destination.to.to_string())).ok()?,
        })
    });
    let traced = found.tracing.as_ref().and_then(|mode| mode.as_known()) == Some("Active");
    Some(Function {
        arn: arn_of(found)?,
        role: RoleId::of(&ROLE.parse().ok()?).ok()?,
        name,
        configuration: Configuration {
            package: match found.image {
                true => PackageType::Image,
                false => PackageType::Zip,
            },
            vpc: found.vpc.then(|| Vpc {
                subnets: vec!["subnet".to_owned()],
                security_groups: Vec::new(),
                dual_stack: false,
            }),
            tracing: match traced {
                true => TracingMode::Active,
                false => TracingMode::PassThrough,
            },
            dead_letters: found
                .dead_letters
                .as_ref()
                .and_then(|to| Destination::parse(&symbols(&to.to_string())).ok()),
            environment_key: found.environment_key.as_ref().and_then(arn),
            log_group: found
                .log_group
                .as_ref()
                .map(|group| symbols(&group.to_string())),
            layers: found.layers.iter().map(ToString::to_string).collect(),
            ..Configuration::default()
        },
        event_sources: Some(mappings.collect()),
        destinations: Some(destinations.collect()),
        object_lambda: false,
        edge: false,
        schedules: Vec::new(),
    })
}

/// What is polled, where the service is known. Of clusters outside of AWS, and of what needs secrets, too little is.
fn event_source(found: &FoundEventSource, number: usize) -> Option<EventSource> {
    let polled = arn(found.arn.as_ref()?)?;
    let source = match polled.service() {
        "sqs" => Source::Queue(polled),
        "kinesis" => Source::Stream {
            stream: polled,
            consumer: None,
        },
        "dynamodb" => Source::TableStream(polled),
        "kafka" => Source::ManagedKafka {
            cluster: polled,
            kafka: Kafka::default(),
        },
        _ => return None,
    };
    let on_failure = found.on_failure.as_ref();
    Some(EventSource {
        uuid: number.to_string(),
        source,
        enabled: true,
        on_failure: on_failure.and_then(|to| Destination::parse(&symbols(&to.to_string())).ok()),
        filter_key: None,
        logs: false,
    })
}

/// Whether the role lets the code of its functions make network interfaces, which only Lambda needs.
pub(super) fn check_guard(holder: &Holder<'_>, findings: &mut Findings<'_>) {
    let Some(function) = holder.functions.iter().find(|function| function.vpc) else {
        return;
    };
    let granted = holder.granted();
    let speaks = |effect| {
        granted
            .rules(effect)
            .filter(|rule| rule.widest.action.contains("ec2:createnetworkinterface"))
    };
    let mut denials = speaks(Effect::Deny);
    let guarded = denials.any(|rule| rule.statement.asks_for("lambda:SourceFunctionArn"));
    if speaks(Effect::Allow).next().is_none() || guarded {
        return;
    }
    findings.add(
        "vpc-interface-guard",
        Says {
            place: &function.place,
            function: Some(name_of(function)),
            fix: Fix::by_hand(
                "deny the same actions where `lambda:SourceFunctionArn` is the function's ARN: Lambda's own calls do not have it",
            ),
            ..of(holder, "its code may make network interfaces, which only Lambda needs".to_owned())
        },
    );
}
