//! An event as the accesses that IAM authorised for it.

use crate::catalog::{AccessLevel, ActionFacts, Catalog, Mapping, Operation, Outcome};
use crate::iam::{Arn, ResourcePattern, Version};

use super::access::{Access, Observed, On};
use super::call::Call;
use super::context::add_known;
use super::denial::denied_in;
use super::event::{Event, Kind};
use super::families::{of_content, other_buckets};
use super::gateway;
use super::identity::Caller;
use super::rules;

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
    /// A message of a service to its listeners, for example of S3 about a new object, that has the members of
    /// a record.
    Notification,
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
            SetAside::Notification => "notifications, not records of CloudTrail",
            SetAside::OtherKind => "not API calls",
            SetAside::Unauthenticated => "with keys that were refused",
        }
    }
}

/// What an event shows of its caller's permissions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Observation {
    /// The call was authorised for these accesses; none for an operation that needs no permission.
    Used(Vec<Observed>),
    /// IAM said no.
    Denied {
        /// What was wanted: in AWS's own words, where the record has them.
        wanted: Vec<Observed>,
        /// Whether those words name an action that our map of the event does not hold.
        surprising: bool,
    },
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
        (found, Outcome::Denied) => denied(event, catalog, found.unwrap_or_default()),
        (None, _) => Observation::Unattributed,
        (Some(found), _) => Observation::Used(found),
    }
}

fn set_aside(event: &Event<'_>) -> Option<SetAside> {
    // S3 writes its notifications with the `eventSource` `aws:s3`:
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
    if event.source.starts_with("aws:") {
        return Some(SetAside::Notification);
    }
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

/// What was denied: by AWS's message where it names the action, and on the resource that it names, else on
/// what our map gives for the action.
fn denied(event: &Event<'_>, catalog: &Catalog, mapped: Vec<Observed>) -> Observation {
    let told = event.error_message.as_deref().and_then(denied_in);
    let Some((action, resource)) = told else {
        return Observation::Denied {
            wanted: mapped,
            surprising: false,
        };
    };
    let ours = mapped
        .iter()
        .find(|observed| observed.access.action == action)
        .map(|observed| observed.access.on.clone());
    let surprising = ours.is_none();
    let facts = catalog.action(&action);
    let on = resource.map(|on| vec![on]).or(ours).unwrap_or_else(|| {
        let operation = Operation {
            service: action.service().into(),
            name: event.name.as_ref().into(),
        };
        let call = Call::new(catalog, event, &operation);
        let any = || vec![On::Matching(ResourcePattern::any())];
        facts
            .as_ref()
            .map_or_else(any, |facts| call.resources(facts))
    });
    let action = facts.as_ref().map_or(action, |facts| facts.action.clone());
    let mut access = Access::certain(action, on);
    access.verified = facts.is_some();
    Observation::Denied {
        wanted: vec![Observed::from(access)],
        surprising,
    }
}

fn accesses(event: &Event<'_>, catalog: &Catalog) -> Option<Vec<Observed>> {
    let (operation, actions) = match catalog.mapping(&event.source, &event.name) {
        Mapping::NoPermission => return Some(Vec::new()),
        Mapping::Actions { operation, actions } => (operation, actions),
        Mapping::ApiGateway(calls) => return Some(gateway::accesses(event, catalog, &calls)),
        Mapping::Unverified(action) => {
            let on = vec![On::Matching(ResourcePattern::any())];
            let mut access = Access::certain(action, on);
            access.verified = false;
            return Some(vec![Observed::from(access)]);
        }
        Mapping::Unknown => return None,
    };
    let call = Call::new(catalog, event, &operation);
    let facts: Vec<&ActionFacts> = actions
        .iter()
        .filter_map(|action| catalog.action(action))
        .collect();
    let by_types = |facts: &&ActionFacts| {
        Observed::from(Access::certain(facts.action.clone(), call.resources(facts)))
    };
    let found =
        of_content(&call, &operation).unwrap_or_else(|| facts.iter().map(by_types).collect());
    let mut found = rules::apply(&call, &operation, found);
    if found
        .iter()
        .all(|observed| observed.access.action.name() != "PassRole")
    {
        found.extend(passed_roles(&call, &operation, &facts).map(Observed::from));
    }
    for observed in &mut found {
        other_buckets(&call, observed);
        add_known(&mut observed.context, &call, &observed.access);
    }
    Some(found)
}

/// Whoever gives a role to a service needs `iam:PassRole` on it, which makes no event of its own. A call that
/// writes and names a role does, and those of `pass-role.tsv`.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>
fn passed_roles(call: &Call<'_>, operation: &Operation, facts: &[&ActionFacts]) -> Option<Access> {
    let passes = |facts: &&ActionFacts| {
        let writes = matches!(
            facts.level(),
            AccessLevel::Write | AccessLevel::PermissionsManagement
        );
        writes && !matches!(facts.action.service(), "iam" | "sts")
    };
    let arn = |text: &str| text.parse::<Arn>().ok();
    let is_role = |arn: &Arn| arn.service() == "iam" && arn.resource().starts_with("role/");
    let arns = call.request.ending(&["role", "rolearn", "rolename"]);
    let arns = arns.filter_map(arn).filter(is_role).map(On::Exactly);
    // A few operations take the role's name, which does not tell its path.
    let names = call.request.ending(&["iamrole", "rolename"]);
    let names = names.filter(|text| !text.is_empty() && !text.contains([':', '/', ' ', '*']));
    let named = names.map(|name| {
        let head = match call.event.account {
            Some(account) => format!("arn:{}:iam::{account}:role/*{name}", call.partition()),
            None => format!("arn:{}:iam::*:role/*{name}", call.partition()),
        };
        On::Matching(ResourcePattern::parse(&head, Version::V2008))
    });
    let mut on: Vec<_> = arns.chain(named).collect();
    on.sort();
    on.dedup();
    let action = "iam:PassRole".parse().ok()?;
    let passed =
        !on.is_empty() && (facts.iter().any(passes) || call.catalog.passes_role(operation));
    passed.then(|| Access::certain(action, on))
}
