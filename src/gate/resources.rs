//! Statements on every resource, or that pass any role.

use super::actions::matching;
use super::findings::{Findings, Says};
use super::statements::Stated;
use super::{Fix, Severity};
use crate::algebra::{Glob, Product, Search, Strings, find};
use crate::catalog::{ActionFacts, Catalog};
use crate::evaluation::{action_glob, resource_glob, template_glob};
use crate::iac::Unknown;
use crate::iam::{ActionPattern, ResourcePattern, Statement};

/// What a pattern matches in any Region and any account, as every account sees its own.
pub(super) fn in_any_account(pattern: &ResourcePattern) -> Glob {
    let text = pattern.to_string();
    let parts: Vec<_> = text.splitn(6, ':').collect();
    match parts.as_slice() {
        [arn, _, service, _, _, resource] => {
            Glob::wildcards(&format!("{arn}:*:{service}:*:*:{resource}"))
        }
        _ => resource_glob(pattern),
    }
}

/// Whether the name in a pattern's last part is left open, as in `arn:aws:iam::*:role/*`.
pub(super) fn is_all_of_its_type(pattern: &ResourcePattern) -> bool {
    let text = pattern.to_string();
    let last = text.splitn(6, ':').last().unwrap_or_default();
    pattern.is_any()
        || last.trim_end_matches('*').ends_with(['/', ':']) && last.ends_with('*')
        || last == "*"
}

fn one(glob: Glob) -> Product {
    Product::on(Strings::AnyOf(vec![glob]))
}

/// Services whose types without AWS's mark of a required one are alternatives, of which an action is always asked on one: an object
/// of a bucket, or of an access point. Elsewhere they are what an action may be asked on beside, or instead of nothing.
const ALTERNATIVES: [&str; 5] = ["s3", "events", "lambda", "execute-api", "cassandra"];

/// The types of which an action is always asked on one. What it may be asked on beside is no way to limit it:
/// `cloudwatch:PutMetricData` is mostly asked on none. An access point is another way to the same bucket.
fn required(facts: &ActionFacts) -> impl Iterator<Item = &'static str> {
    let any = ALTERNATIVES.contains(&facts.action.service());
    let own = |name: &str| !name.starts_with("accesspoint");
    let types = facts.resource_types();
    types.filter_map(move |(name, required)| ((required || any) && own(name)).then_some(name))
}

/// Whether a pattern holds every resource that an action can be asked on, in the account where it is used.
fn is_every(pattern: &ResourcePattern, facts: &ActionFacts) -> bool {
    if pattern.is_any() {
        return true;
    }
    let held = one(in_any_account(pattern));
    let service = facts.action.service();
    let mut templates = required(facts)
        .flat_map(|name| Catalog::bundled().arn_templates(service, name))
        .peekable();
    templates.peek().is_some()
        && templates
            .all(|template| find(&[&one(template_glob(template))], &[&held]) == Search::Nothing)
}

/// Whether a condition says on what, in the words of the service or of the resource.
fn says_on_what(statement: &Statement) -> bool {
    let clauses = statement.condition.iter().flat_map(|one| one.clauses());
    let services: Vec<_> = statement
        .actions
        .patterns()
        .iter()
        .filter_map(|pattern| pattern.service())
        .collect();
    clauses.into_iter().any(|clause| {
        let key = clause.key.as_str().to_ascii_lowercase();
        let (prefix, _) = key.split_once(':').unwrap_or((&key, ""));
        key.starts_with("aws:resource")
            || prefix == "lambda"
            || services
                .iter()
                .any(|service| service.eq_ignore_ascii_case(prefix))
    })
}

/// Actions that the configuration of functions needs on every resource, or that AWS's own policy for all functions has there, or
/// that are on what is only known when it is there: messages to telephones, changes of DNS.
fn is_needed_everywhere(facts: &ActionFacts) -> bool {
    let action = facts.folded();
    let logs = [
        "logs:createloggroup",
        "logs:createlogstream",
        "logs:putlogevents",
    ];
    let network = action.starts_with("ec2:")
        && (action.ends_with("networkinterface")
            || action.ends_with("networkinterfaces")
            || action.ends_with("privateipaddresses"));
    let later = ["sns:publish", "route53:getchange"];
    logs.contains(&action) || network || later.contains(&action)
}

pub(super) fn wildcard_resource(stated: &Stated<'_>, findings: &mut Findings<'_>) {
    if !findings.asks("no-wildcard-resource", &stated.place.file)
        || says_on_what(stated.statement)
        || stated.written_actions().count() < stated.statement.actions.patterns().len()
    {
        return;
    }
    let actions: Vec<_> = stated.written_actions().flat_map(matching).collect();
    let can_be_limited =
        |facts: &&ActionFacts| required(facts).next().is_some() && !is_needed_everywhere(facts);
    if actions.is_empty() || !actions.iter().all(can_be_limited) {
        return;
    }
    let Some(pattern) = stated
        .resources()
        .iter()
        .find(|pattern| actions.iter().any(|facts| is_every(pattern, facts)))
    else {
        return;
    };
    let on_all: Vec<_> = actions
        .iter()
        .filter(|facts| is_every(pattern, facts))
        .collect();
    let Some(first) = on_all.iter().min_by_key(|facts| facts.level()) else {
        return;
    };
    let types: Vec<_> = required(first).collect();
    let all = match on_all.as_slice() {
        [only] => format!("`{}` is", only.action),
        [one, other] => format!("`{}` and `{}` are", one.action, other.action),
        more => format!("`{}` and {} more actions are", first.action, more.len() - 1),
    };
    let says = format!("{all} allowed on every resource, though each can be limited to some");
    let service = first.action.service();
    let template = types
        .first()
        .and_then(|name| Catalog::bundled().arn_templates(service, name).next());
    let fix = template.map_or_else(
        || "name the resources that the function works with".to_owned(),
        |template| format!("name the resources that the function works with, as `{template}`"),
    );
    findings.add(
        "no-wildcard-resource",
        Says {
            witness: stated.example(first),
            fix: Fix::by_hand(fix),
            ..stated.says(says, "every resource")
        },
    );
}

pub(super) fn pass_role(stated: &Stated<'_>, findings: &mut Findings<'_>) {
    let passes = |pattern: &&ActionPattern| {
        pattern
            .service()
            .is_some_and(|service| service.eq_ignore_ascii_case("iam"))
            && action_glob(pattern).matches("iam:passrole")
            && pattern.folded().starts_with("iam:p")
    };
    if !stated.written_actions().any(|pattern| passes(&pattern)) {
        return;
    }
    let Some(facts) = "iam:PassRole"
        .parse()
        .ok()
        .and_then(|action| Catalog::bundled().action(&action))
    else {
        return;
    };
    let any = stated
        .resources()
        .iter()
        .find(|pattern| is_every(pattern, facts));
    let to_a_service = stated.statement.asks_for("iam:PassedToService")
        || stated.unknown("Condition").any(Unknown::is_left_out);
    let (severity, about, says) = match (any, to_a_service) {
        (Some(_), true) => (Severity::Error, "any role", "any role may be passed"),
        (Some(_), false) => (
            Severity::Error,
            "any role",
            "any role may be passed to any service",
        ),
        (None, false) => (
            Severity::Warning,
            "any service",
            "roles may be passed to any service",
        ),
        (None, true) => return,
    };
    let condition = "the service under `Condition`: `StringEquals: {iam:PassedToService: lambda.amazonaws.com}`";
    let fix = match any {
        Some(_) => format!("name the roles under `Resource`, and {condition}"),
        None => format!("name {condition}"),
    };
    findings.add_at_most(
        "pass-role-scoped",
        severity,
        Says {
            witness: stated.example(facts),
            fix: Fix::by_hand(fix),
            ..stated.says(says.to_owned(), about)
        },
    );
}
