//! An event as the accesses that IAM authorised for it.

use std::collections::BTreeSet;
use std::fmt;

use crate::catalog::{AccessLevel, ActionFacts, Catalog, Mapping, Outcome};
use crate::iam::{Action, Arn, PatternToken, ResourcePattern};

use super::event::{Caller, Event, Kind};
use super::parameters::Parameters;
use super::resources::Call;

/// The resources that an access was authorised on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum On {
    /// The action has no resource-level permission; IAM evaluates it with the resource `*`.
    NoResource,
    /// This resource.
    Exactly(Arn),
    /// The event does not tell which: any that this matches could have been meant, and stands for all.
    Matching(ResourcePattern),
}

impl fmt::Display for On {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            On::NoResource => f.write_str("*"),
            On::Exactly(arn) => arn.fmt(f),
            On::Matching(pattern) => pattern.fmt(f),
        }
    }
}

/// An action and the resources that it was authorised on, as one event shows them. All of the resources
/// were needed: IAM authorises a call on each of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Access {
    /// The action.
    pub action: Action,
    /// On what; at least one, sorted.
    pub on: Vec<On>,
    /// Whether a fact names the action; if not, it is the operation's own name.
    pub verified: bool,
}

/// Why an event says nothing of a function's role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SetAside {
    /// A user, a service, or a role that is no execution role.
    OtherPrincipal,
    /// An execution role that was not asked for.
    OtherRole,
    /// A service did it by itself.
    ServiceEvent,
    /// A sign-in to the console.
    SignIn,
    /// CloudTrail Insights.
    Insight,
    /// Neither a call nor one of the above.
    OtherKind,
    /// The caller's keys were refused, so that nothing was authorised.
    Unauthenticated,
}

impl SetAside {
    /// For a reader.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            SetAside::OtherPrincipal => "by other principals",
            SetAside::OtherRole => "by roles that were not asked for",
            SetAside::ServiceEvent => "by a service itself",
            SetAside::SignIn => "sign-ins",
            SetAside::Insight => "Insights",
            SetAside::OtherKind => "not API calls",
            SetAside::Unauthenticated => "with keys that were refused",
        }
    }
}

/// What an event shows of its caller's permissions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Observation {
    /// The call was authorised for these accesses; none for an operation that needs no permission.
    Used(Vec<Access>),
    /// IAM said no to these.
    Denied(Vec<Access>),
    /// The event is no call of a role.
    SetAside(SetAside),
    /// The call was authorised, and nothing tells for what.
    Unattributed,
}

/// What an event shows.
///
/// An event that tells only part of its request stands for every request it could have been: its accesses
/// hold them all.
#[must_use]
pub fn observe(event: &Event<'_>, catalog: &Catalog) -> Observation {
    if let Some(reason) = set_aside(event) {
        return Observation::SetAside(reason);
    }
    let outcome = catalog.outcome(event.error_code.as_deref(), event.error_message.as_deref());
    if outcome == Outcome::Unauthenticated {
        return Observation::SetAside(SetAside::Unauthenticated);
    }
    match (accesses(event, catalog), outcome) {
        (None, Outcome::Denied) => Observation::Denied(Vec::new()),
        (None, _) => Observation::Unattributed,
        (Some(accesses), Outcome::Denied) => Observation::Denied(accesses),
        (Some(accesses), _) => Observation::Used(accesses),
    }
}

fn set_aside(event: &Event<'_>) -> Option<SetAside> {
    match event.kind {
        Kind::Insight => Some(SetAside::Insight),
        Kind::ServiceEvent => Some(SetAside::ServiceEvent),
        Kind::SignIn => Some(SetAside::SignIn),
        Kind::Other => Some(SetAside::OtherKind),
        Kind::Call => {
            let session = matches!(event.caller, Caller::Session { .. });
            (!session).then_some(SetAside::OtherPrincipal)
        }
    }
}

fn accesses(event: &Event<'_>, catalog: &Catalog) -> Option<Vec<Access>> {
    let actions = match catalog.mapping(&event.source, &event.name) {
        Mapping::NoPermission => Vec::new(),
        Mapping::Actions(actions) => actions,
        Mapping::ApiGateway { action, paths } => {
            let on = api_gateway(event, catalog, &paths);
            return Some(vec![Access {
                action,
                on,
                verified: true,
            }]);
        }
        Mapping::Unverified(action) => {
            let on = vec![On::Matching(ResourcePattern::any())];
            return Some(vec![Access {
                action,
                on,
                verified: false,
            }]);
        }
        Mapping::Unknown => return None,
    };
    let call = Call::new(catalog, event);
    let facts: Vec<&ActionFacts> = actions
        .iter()
        .filter_map(|action| catalog.action(action))
        .collect();
    let access = |facts: &&ActionFacts| Access {
        action: facts.action.clone(),
        on: call.resources(facts),
        verified: true,
    };
    let passed = passed_roles(&call, &facts);
    Some(facts.iter().map(access).chain(passed).collect())
}

/// Whoever gives a role to a service in a call that writes needs `iam:PassRole` on it, which makes no event
/// of its own.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>
fn passed_roles(call: &Call<'_>, facts: &[&ActionFacts]) -> Option<Access> {
    let passes = |facts: &&ActionFacts| {
        let writes = matches!(
            facts.level(),
            AccessLevel::Write | AccessLevel::PermissionsManagement
        );
        writes && !matches!(facts.action.service(), "iam" | "sts")
    };
    let mut on: Vec<_> = call.request.roles().into_iter().map(On::Exactly).collect();
    on.sort();
    let action = "iam:PassRole".parse().ok()?;
    (facts.iter().any(passes) && !on.is_empty()).then_some(Access {
        action,
        on,
        verified: true,
    })
}

/// API Gateway's resources are the paths of its own API, with the call's parameters in them.
fn api_gateway(event: &Event<'_>, catalog: &Catalog, paths: &[&str]) -> Vec<On> {
    let call = Call::new(catalog, event);
    let on = |path: &&str| {
        let head = format!("arn:{}:apigateway:{}::", call.partition(), event.region);
        let mut tokens = vec![PatternToken::Literal(head)];
        tokens.extend(path_tokens(path, &call.request));
        let pattern = ResourcePattern::from_tokens(tokens);
        let exact = match pattern.tokens() {
            [PatternToken::Literal(text)] => text.parse().ok(),
            _ => None,
        };
        exact.map_or(On::Matching(pattern), On::Exactly)
    };
    let on: BTreeSet<_> = paths.iter().map(on).collect();
    on.into_iter().collect()
}

fn path_tokens(path: &str, parameters: &Parameters) -> Vec<PatternToken> {
    let path = path.split('?').next().unwrap_or(path);
    let mut tokens = Vec::new();
    for part in path.split_inclusive(['{', '}']) {
        match part.strip_suffix('}') {
            // A name in braces, `restapi_id` for the parameter `restApiId`.
            Some(name) => tokens.push(match parameters.get(&name.replace('_', "")) {
                [value] => PatternToken::Literal(value.clone()),
                _ => PatternToken::AnyRun,
            }),
            None => tokens.push(PatternToken::Literal(part.trim_end_matches('{').into())),
        }
    }
    tokens
}
