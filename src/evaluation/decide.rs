//! One request against every policy that has a say in it.

use super::compile::{self, Reading, resource_text};
use super::principals::{self, Named};
use super::variables::Variables;
use super::{NamedPolicy, Place, Policies};
use crate::algebra::Witness;
use crate::iam::{Arn, ConditionKey, Effect, Policy, Request, Statement};

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Decision {
    /// A statement denies it.
    ExplicitDeny,
    /// Nothing denies it, and not all that must allow it does.
    ImplicitDeny,
    /// It is allowed.
    Allow,
}

/// What becomes of a request, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluation {
    /// The decision.
    pub decision: Decision,
    /// The statements that deny it, or those that allow it; none when nothing decides.
    pub statements: Vec<Place>,
    /// Keys that are absent from the request, and that a statement asks of that speaks of its action and resource.
    pub absent_keys: Vec<ConditionKey>,
    /// The decision by the other [`Reading`] of resources, where that is another one.
    pub by_other_reading: Option<Decision>,
}

/// Decides a request by AWS's evaluation logic, within one account.
///
/// An explicit deny beats everything. Then the identity-based policies or the resource's own must allow the request,
/// and the permissions boundary, the session policies and every level of service control policies must allow it too.
/// A resource's policy that names the very session is not limited by boundary and session policies.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>
#[must_use]
pub fn evaluate(policies: &Policies, request: &Request) -> Evaluation {
    let (decision, statements) = decide(policies, request, Reading::Spanning);
    let (other, _) = decide(policies, request, Reading::Segments);
    Evaluation {
        decision,
        statements,
        absent_keys: absent_keys(policies, request),
        by_other_reading: (other != decision).then_some(other),
    }
}

/// The decision by one reading of resources.
pub(super) fn decide(
    policies: &Policies,
    request: &Request,
    reading: Reading,
) -> (Decision, Vec<Place>) {
    // AWS answers this call whatever policies say.
    // <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>
    if request
        .action
        .as_str()
        .eq_ignore_ascii_case("sts:GetCallerIdentity")
    {
        return (Decision::Allow, Vec::new());
    }
    let asked = Asked {
        principal: &request.principal,
        by: ByText::new(request, reading),
    };
    let own = asked.by.speaking(&policies.identity);
    let boundary = asked.by.speaking(&policies.boundary);
    let session = asked.by.speaking(&policies.session);
    let levels = policies.scps.iter().map(|level| asked.by.speaking(level));
    let levels: Vec<_> = levels.collect();
    let (resource, named) = asked.speaking_of_resource(policies);
    let all = levels.iter().chain([&own, &boundary, &session, &resource]);
    let denying: Vec<_> = all.flat_map(|spoken| spoken.denying.clone()).collect();
    if !denying.is_empty() {
        return (Decision::ExplicitDeny, denying);
    }
    let within_levels = levels.iter().all(|level| !level.allowing.is_empty());
    let limited = [
        (&policies.boundary, &boundary),
        (&policies.session, &session),
    ];
    let mut limits = limited.iter();
    let within = limits.all(|(limit, spoken)| limit.is_empty() || !spoken.allowing.is_empty());
    let granted = !own.allowing.is_empty() || named == Named::ByRole;
    match within_levels && (named == Named::Itself || (granted && within)) {
        true => (Decision::Allow, [own.allowing, resource.allowing].concat()),
        false => (Decision::ImplicitDeny, Vec::new()),
    }
}

/// The statements that speak of a request.
#[derive(Debug, Default)]
struct Spoken {
    allowing: Vec<Place>,
    denying: Vec<Place>,
}

/// A request, as statements are asked about it.
struct Asked<'r> {
    principal: &'r Arn,
    by: ByText,
}

/// A request without its principal, as the texts that statements compare, and how they compare resources.
struct ByText {
    witness: Witness,
    reading: Reading,
}

/// Whether policies, standing together, allow a request.
pub(super) fn allows(policies: &[NamedPolicy], witness: &Witness, reading: Reading) -> bool {
    let by = ByText {
        witness: witness.clone(),
        reading,
    };
    let spoken = by.speaking(policies);
    spoken.denying.is_empty() && !spoken.allowing.is_empty()
}

impl ByText {
    fn new(request: &Request, reading: Reading) -> Self {
        ByText {
            reading,
            witness: Witness {
                action: request.action.as_str().to_ascii_lowercase(),
                resource: resource_text(&request.resource).to_owned(),
                context: request.context.clone(),
            },
        }
    }

    fn speaking(&self, policies: &[NamedPolicy]) -> Spoken {
        let mut spoken = Spoken::default();
        for NamedPolicy { name, policy } in policies {
            for (index, statement) in policy.statements.iter().enumerate() {
                if self.is_spoken_of(statement, policy) {
                    spoken.add(name, index, statement);
                }
            }
        }
        spoken
    }

    fn is_spoken_of(&self, statement: &Statement, policy: &Policy) -> bool {
        if !compile::actions(&statement.actions).contains(&self.witness.action) {
            return false;
        }
        let mut variables = Variables::Of(&self.witness.context);
        compile::product(statement, (policy.version, self.reading), &mut variables)
            .contains(&self.witness)
    }
}

impl Asked<'_> {
    /// What the resource's policy says, and how those of its statements that allow name the principal.
    fn speaking_of_resource(&self, policies: &Policies) -> (Spoken, Named) {
        let mut spoken = Spoken::default();
        let mut most = Named::No;
        let Some((name, resource)) = &policies.resource else {
            return (spoken, most);
        };
        let has_boundary = !policies.boundary.is_empty();
        let policy = &resource.policy;
        let both = policy.statements.iter().zip(&resource.principals);
        for (index, (statement, principals)) in both.enumerate() {
            let named = principals::allowed(principals, self.principal);
            let means = match statement.effect {
                Effect::Allow => named > Named::No,
                Effect::Deny => principals::denied(principals, self.principal, has_boundary),
            };
            if means && self.by.is_spoken_of(statement, policy) {
                if statement.effect == Effect::Allow {
                    most = most.max(named);
                }
                spoken.add(name, index, statement);
            }
        }
        (spoken, most)
    }
}

impl Spoken {
    fn add(&mut self, name: &str, index: usize, statement: &Statement) {
        let place = Place {
            policy: name.to_owned(),
            number: index + 1,
            sid: statement.sid.clone(),
        };
        match statement.effect {
            Effect::Allow => self.allowing.push(place),
            Effect::Deny => self.denying.push(place),
        }
    }
}

/// The keys that statements about the action and the resource ask of, and that the request does not have.
fn absent_keys(policies: &Policies, request: &Request) -> Vec<ConditionKey> {
    let asked = ByText::new(request, Reading::Spanning);
    let lists = policies.scps.iter();
    let lists = lists.chain([&policies.identity, &policies.boundary, &policies.session]);
    let mut pairs: Vec<(&Statement, &Policy)> = Vec::new();
    for NamedPolicy { policy, .. } in lists.flatten() {
        pairs.extend(
            policy
                .statements
                .iter()
                .map(|statement| (statement, policy)),
        );
    }
    if let Some((_, resource)) = &policies.resource {
        let policy = &resource.policy;
        pairs.extend(
            policy
                .statements
                .iter()
                .map(|statement| (statement, policy)),
        );
    }
    let mut keys: Vec<ConditionKey> = Vec::new();
    for (statement, policy) in pairs {
        let Some(condition) = &statement.condition else {
            continue;
        };
        let unconditional = Statement {
            condition: None,
            ..statement.clone()
        };
        if asked.is_spoken_of(&unconditional, policy) {
            let absent = |key: &&ConditionKey| request.context.get(key).is_none();
            let clauses = condition.clauses().iter().map(|clause| &clause.key);
            keys.extend(clauses.filter(absent).cloned());
        }
    }
    keys.sort();
    keys.dedup();
    keys
}
