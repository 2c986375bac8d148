//! What the parameters of a call change about the accesses that its operation needs: the rules of
//! `conditional-rules.tsv` at work.

use percent_encoding::percent_decode_str;

use crate::catalog::{Effect, Operation, Rule, RuleOn};
use crate::iam::{Action, PatternToken, ResourcePattern};

use super::access::{Access, Necessity, Observed, On};
use super::call::Call;
use super::cover::on;

/// The accesses after all rules of the operation.
pub(super) fn apply(
    call: &Call<'_>,
    operation: &Operation,
    mut accesses: Vec<Observed>,
) -> Vec<Observed> {
    // What an operation needs beside its own access is needed on the same, and that stands last.
    let Some(own) = accesses.last().map(|observed| observed.access.on.clone()) else {
        return accesses;
    };
    for rule in call.catalog.rules(operation) {
        let unknown = rule.is_conditional() && !call.request.are_known();
        if !unknown && !rule.holds(|test| call.request.pass(test)) {
            continue;
        }
        match (rule.effect, unknown) {
            (Effect::Resource, true) => {}
            (Effect::Resource, false) => move_to(call, rule, &mut accesses),
            (Effect::Replace, false) => replace(call, rule, &mut accesses),
            (Effect::Replace, true) => {
                let second = rule.actions.chunks(2).filter_map(|pair| pair.get(1));
                second.for_each(|action| {
                    add(
                        call,
                        rule,
                        (action, Necessity::Possible),
                        &own,
                        &mut accesses,
                    );
                });
            }
            (Effect::Add | Effect::AddOptional, _) => {
                let certain = rule.effect == Effect::Add && !unknown;
                let need = if certain {
                    Necessity::Certain
                } else {
                    Necessity::Possible
                };
                for action in added(call, rule, &accesses) {
                    add(call, rule, (&action, need), &own, &mut accesses);
                }
            }
        }
    }
    accesses
}

/// The actions that a rule adds; one without any adds the action by which its service gives tags.
fn added(call: &Call<'_>, rule: &Rule, accesses: &[Observed]) -> Vec<Action> {
    if !rule.actions.is_empty() {
        return rule.actions.clone();
    }
    let Some(own) = accesses.last().map(|observed| &observed.access.action) else {
        return Vec::new();
    };
    let object = own
        .name()
        .trim_start_matches(|c: char| c.is_ascii_uppercase());
    let object = object.trim_start_matches(|c: char| c.is_ascii_lowercase());
    let names = [
        &format!("Tag{object}"),
        "TagResource",
        "AddTagsToResource",
        "AddTags",
    ];
    let found = names.iter().find_map(|name| {
        let action = Action::new(own.service(), name).ok()?;
        call.catalog
            .action(&action)
            .map(|facts| facts.action.clone())
    });
    found.into_iter().filter(|action| action != own).collect()
}

fn add(
    call: &Call<'_>,
    rule: &Rule,
    (action, need): (&Action, Necessity),
    own: &[On],
    accesses: &mut Vec<Observed>,
) {
    let already = accesses
        .iter()
        .any(|observed| observed.access.action == *action && observed.access.need <= need);
    let on = on_of(call, rule, action, own);
    if already && rule.on == RuleOn::Same || on.is_empty() {
        return;
    }
    let mut observed = Observed::from(Access {
        action: action.clone(),
        on,
        verified: true,
        need,
    });
    if rule.on == RuleOn::Created {
        observed.context.add("ec2:CreateAction", &call.operation);
    }
    accesses.push(observed);
}

fn replace(call: &Call<'_>, rule: &Rule, accesses: &mut [Observed]) {
    for pair in rule.actions.chunks(2) {
        let [from, to] = pair else { continue };
        for observed in accesses.iter_mut() {
            if observed.access.action == *from {
                observed.access.action = to.clone();
                observed.access.on = on_of(call, rule, to, &observed.access.on);
            }
        }
    }
}

fn move_to(call: &Call<'_>, rule: &Rule, accesses: &mut [Observed]) {
    for observed in accesses.iter_mut() {
        if rule.actions.contains(&observed.access.action) {
            let on = on_of(call, rule, &observed.access.action, &observed.access.on);
            if !on.is_empty() {
                observed.access.on = on;
            }
        }
    }
}

/// What a rule's action is authorised on.
fn on_of(call: &Call<'_>, rule: &Rule, action: &Action, own: &[On]) -> Vec<On> {
    let facts = call.catalog.action(action);
    let by_types = || {
        facts
            .as_ref()
            .map_or_else(Vec::new, |facts| call.resources(facts))
    };
    let mut found = match rule.on {
        RuleOn::Same => own.to_vec(),
        RuleOn::Every(kind) => facts
            .as_ref()
            .map_or_else(Vec::new, |facts| call.every(facts, kind)),
        RuleOn::Any => vec![On::Matching(ResourcePattern::any())],
        RuleOn::NoResource => vec![On::NoResource],
        RuleOn::Types => by_types(),
        RuleOn::Type(kind) => facts
            .as_ref()
            .map_or_else(Vec::new, |facts| call.of_type(facts, kind)),
        RuleOn::Source => vec![copy_source(call)],
        RuleOn::Created => created(call),
        RuleOn::Arns(names) => {
            let texts = names.split('|').flat_map(|name| call.request.get(name));
            let named: Vec<_> = texts.filter_map(|text| text.parse().ok()).collect();
            match named.is_empty() {
                true => by_types(),
                false => named.into_iter().map(On::Exactly).collect(),
            }
        }
    };
    found.sort();
    found.dedup();
    found
}

/// The object that is copied: `bucket/key`, `/bucket/key`, percent-encoded, with a version after `?`, or the
/// ARN of an object behind an access point.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html>
fn copy_source(call: &Call<'_>) -> On {
    let names = ["x-amz-copy-source", "copySource"];
    let source = names.iter().find_map(|name| call.request.get(name).first());
    let source = source.map(|text| percent_decode_str(text).decode_utf8_lossy().into_owned());
    let path = source.as_deref().map(|text| {
        let path = text.split("?versionId=").next().unwrap_or(text);
        path.trim_start_matches('/')
    });
    let arn = match path {
        Some(path) if path.starts_with("arn:") => path.parse().ok(),
        Some(path) if path.contains('/') => {
            format!("arn:{}:s3:::{path}", call.partition()).parse().ok()
        }
        _ => None,
    };
    arn.map_or_else(
        || {
            let all = PatternToken::Literal(format!("arn:{}:s3:::", call.partition()));
            on(ResourcePattern::from_tokens([all, PatternToken::AnyRun]))
        },
        On::Exactly,
    )
}

/// The resources of EC2 that a call makes and tags, of the types that the tags are for.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html>
fn created(call: &Call<'_>) -> Vec<On> {
    let names = [
        "tagSpecificationSet.resourceType",
        "tagSpecification.resourceType",
    ];
    let kinds = names.iter().flat_map(|name| call.request.get(name));
    let account = match call.event.account {
        Some(account) => PatternToken::Literal(account.to_string()),
        None => PatternToken::AnyRun,
    };
    let of_kind = |kind: &String| {
        let head = format!("arn:{}:ec2:{}:", call.partition(), call.event.region);
        // Images and snapshots are in no account: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
        let account = match kind.as_str() {
            "image" | "snapshot" => PatternToken::AnyRun,
            _ => account.clone(),
        };
        on(ResourcePattern::from_tokens([
            PatternToken::Literal(head),
            account,
            PatternToken::Literal(format!(":{kind}/")),
            PatternToken::AnyRun,
        ]))
    };
    kinds.map(of_kind).collect()
}
