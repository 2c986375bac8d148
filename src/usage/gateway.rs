//! API Gateway: its actions are the HTTP methods of its own API, and its resources the paths of that API with
//! the call's parameters in them.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::catalog::{Catalog, GatewayCall, Operation};
use crate::iam::{Action, Arn, PatternToken, ResourcePattern};

use super::access::{Access, Necessity, Observed};
use super::call::Call;
use super::context::add_known;
use super::cover::{cover, on};
use super::event::Event;

/// What the ARNs of resources of either version begin with, where the two have not the same.
const FIRST: [&str; 4] = [
    "/restapis",
    "/apikeys",
    "/usageplans",
    "/clientcertificates",
];
const SECOND: [&str; 3] = ["/apis", "/portals", "/portalproducts"];

/// What tells private domain names of the same name apart; the second version has none.
const DOMAIN_ID: &str = "domainNameId";

/// What stands in a path as it is; an ARN in a path is encoded, also where IAM compares it.
///
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagement.html>
const ENCODED: AsciiSet = NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The accesses of an operation that is one of these calls, which have different methods where it is not told
/// which version of the API was called.
pub(super) fn accesses(
    event: &Event<'_>,
    catalog: &Catalog,
    calls: &[GatewayCall],
) -> Vec<Observed> {
    let operation = Operation {
        service: "apigateway".into(),
        name: event.name.as_ref().into(),
    };
    let call = Call::new(catalog, event, &operation);
    let told = told(&call, calls);
    let mut actions: Vec<_> = told.iter().map(|told| &told.action).collect();
    actions.dedup();
    let need = match actions[..] {
        [_] => Necessity::Certain,
        _ => Necessity::Possible,
    };
    let access = |action: &Action| {
        let of_action = told.iter().filter(|told| told.action == *action);
        let patterns: Vec<_> = of_action.map(|told| resource(&call, told.path)).collect();
        let pattern = cover(&patterns).unwrap_or_else(ResourcePattern::any);
        let mut access = Access::certain(action.clone(), vec![on(pattern)]);
        access.need = need;
        let mut observed = Observed::from(access);
        add_known(&mut observed.context, &call, &observed.access);
        observed
    };
    actions.into_iter().map(access).collect()
}

/// The calls of the version that the parameters tell, else all. `restApiId` is of the first version, `apiId`
/// of the second; both have the same event source.
fn told<'a>(call: &Call<'_>, calls: &'a [GatewayCall]) -> Vec<&'a GatewayCall> {
    let given = |name: &str| !call.request.get(name).is_empty();
    let of = |heads: &[&str]| {
        let arns = call.request.get("resourceArn").iter();
        let arns = arns.filter_map(|text| text.parse::<Arn>().ok());
        let first_part = |arn: Arn| {
            arn.resource()
                .split('/')
                .nth(1)
                .map(|part| format!("/{part}"))
        };
        arns.filter_map(first_part)
            .any(|part| heads.contains(&part.as_str()))
    };
    let first = given("restApiId") || given(DOMAIN_ID) || of(&FIRST);
    let second = given("apiId") || of(&SECOND);
    let told: Vec<_> = calls
        .iter()
        .filter(|call| first == second || call.path.starts_with("/v2/") == second)
        .collect();
    match told.is_empty() {
        true => calls.iter().collect(),
        false => told,
    }
}

/// The ARN of a path. IAM leaves the `/v2` of the second version out.
///
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagementv2.html>
fn resource(call: &Call<'_>, path: &str) -> ResourcePattern {
    let path = path.split('?').next().unwrap_or(path);
    let path = path.strip_prefix("/v2").unwrap_or(path);
    let mut tokens = Vec::new();
    let mut shape = String::new();
    for part in path.split_inclusive(['{', '}']) {
        let Some(name) = part.strip_suffix('}') else {
            let literal = part.trim_end_matches('{');
            shape.push_str(literal);
            tokens.push(PatternToken::Literal(literal.to_owned()));
            continue;
        };
        let values = values(call, name);
        if let [value] = values
            && let Ok(arn) = value.parse::<Arn>()
            && arn.resource().starts_with(&shape)
        {
            return ResourcePattern::exactly(arn.as_str());
        }
        shape.push_str("{}");
        tokens.push(match values {
            [value] => segment(value),
            _ => PatternToken::AnyRun,
        });
        // A private domain name has an identifier beside its name.
        if let ("domain_name", [id]) = (name, call.request.get(DOMAIN_ID)) {
            shape.push_str("+{}");
            tokens.push(PatternToken::Literal(format!("+{id}")));
        }
    }
    let head = format!("arn:{}:apigateway:{}:", call.partition(), call.event.region);
    let head = [PatternToken::Literal(head), account(call, &shape)];
    let colon = PatternToken::Literal(":".to_owned());
    ResourcePattern::from_tokens(head.into_iter().chain([colon]).chain(tokens))
}

/// A parameter in a path: whether IAM compares other characters encoded is only told of ARNs.
fn segment(value: &str) -> PatternToken {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~$".contains(&byte);
    match value {
        "" => PatternToken::AnyRun,
        arn if arn.starts_with("arn:") => {
            PatternToken::Literal(utf8_percent_encode(arn, &ENCODED).to_string())
        }
        text if text.bytes().all(plain) => PatternToken::Literal(text.to_owned()),
        _ => PatternToken::AnyRun,
    }
}

/// The values of a name in braces: `restapi_id` is the parameter `restApiId`, if the catalog has no other.
fn values<'a>(call: &'a Call<'_>, name: &str) -> &'a [String] {
    let mut listed = call.catalog.parameters("apigateway", name);
    let own = name.replace(['_', '-'], "");
    let found = listed.find(|name| !call.request.get(name).is_empty());
    call.request.get(found.unwrap_or(&own))
}

/// Most resources of API Gateway are in no account. The templates say which are; below one that is, a path
/// that no template has can be either.
fn account(call: &Call<'_>, shape: &str) -> PatternToken {
    let templates = call.catalog.arn_templates_of("apigateway");
    let templates: Vec<_> = templates
        .filter_map(|template| template.split_once("${Region}:")?.1.split_once(":/"))
        .map(|(account, path)| (!account.is_empty(), format!("/{}", bare(path))))
        .collect();
    let known = templates.iter().find(|(_, path)| path == shape);
    let below = |(is, path): &&(bool, String)| *is && shape.starts_with(&format!("{path}/"));
    let account = call.event.account.map(|account| account.to_string());
    match known {
        Some((true, _)) => account.map_or(PatternToken::AnyRun, PatternToken::Literal),
        None if templates.iter().any(|template| below(&template)) => PatternToken::AnyRun,
        _ => PatternToken::Literal(String::new()),
    }
}

/// A template's path with `{}` for each placeholder.
fn bare(path: &str) -> String {
    let mut parts = path.split("${");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        text + "{}" + part.split_once('}').map_or("", |(_, after)| after)
    })
}
